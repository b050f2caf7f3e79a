import { App, Chart, Duration } from 'cdk8s';
import { RedisHa, Sentinel, Spread } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache');

new RedisHa(chart, 'redis', {
  // Two servers are too few for a majority of sidecars: three Sentinels of their own make one, and are rescheduled when their node is lost.
  replicas: 2,
  sentinel: Sentinel.deployments(3, {
    downAfter: Duration.seconds(4),
    // Two Sentinels on one node would be lost together.
    pod: { spread: Spread.ONE_PER_NODE },
  }),
  // With a single replica, requiring one in sync would stop all writes when it is lost.
  server: { minReplicasToWrite: 0 },
});

app.synth();
