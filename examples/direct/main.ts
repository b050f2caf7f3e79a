import { App, Chart, Size } from 'cdk8s';
import { Persistence, RedisHa, Routing } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache');

// No HAProxy: the Service leads to the pod of the master. docs/how-to/direct.md tells what is given up for the hop less.
new RedisHa(chart, 'redis', {
  routing: Routing.direct(),
  persistence: Persistence.volume(Size.gibibytes(2)),
});

app.synth();
