import { App, Chart } from 'cdk8s';
import { RedisHa } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache');

new RedisHa(chart, 'redis');

app.synth();
