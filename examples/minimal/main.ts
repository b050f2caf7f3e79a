import { App, Chart } from 'cdk8s';
import { RedisHa } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache');

// Three servers with a Sentinel beside each, three HAProxy. The password comes from the Secret `cache-redis-auth`, key `password`.
new RedisHa(chart, 'redis');

app.synth();
