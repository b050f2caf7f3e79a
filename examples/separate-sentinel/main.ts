import { App, Chart, Duration } from 'cdk8s';
import { RedisHa, Sentinel, Spread } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache');

new RedisHa(chart, 'redis', {
  // Two servers would be too few to vote: Sentinels of their own do, and a node's loss takes no voter with the server it votes about.
  replicas: 2,
  sentinel: Sentinel.deployments(3, {
    downAfter: Duration.seconds(4),
    // Two voters on one node would be lost together.
    pod: { spread: Spread.ONE_PER_NODE },
  }),
  // With one replica a write must not wait for it: its loss would stop all writes.
  server: { minReplicasToWrite: 0 },
});

app.synth();
