import { App, Chart, Size } from 'cdk8s';
import { Persistence, RedisHa, Routing, Sentinel } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache');

// HAProxy connects to pod IPs: no Service, and no NAT, in the path of each request.
// Sentinels run in pods of their own, so that a server and the Sentinel that votes about it can fail independently.
new RedisHa(chart, 'redis', {
  routing: Routing.podIp(),
  sentinel: Sentinel.deployments(3),
  persistence: Persistence.volume(Size.gibibytes(2)),
});

app.synth();
