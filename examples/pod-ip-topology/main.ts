import { App, Chart, Size } from 'cdk8s';
import { Persistence, RedisHa, Routing, Sentinel } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache');

// HAProxy connects to pod IPs, without a Service's address translation in the way of each request.
// Sentinels live in pods of their own: a lost node takes a server or a voter, not both.
new RedisHa(chart, 'redis', {
  routing: Routing.podIp(),
  sentinel: Sentinel.deployments(3),
  persistence: Persistence.volume(Size.gibibytes(1)),
});

app.synth();
