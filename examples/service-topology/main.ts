import { App, Chart, Duration } from 'cdk8s';
import { ExternalTrafficPolicy, ProxyServiceType, RedisHa, Routing } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache');

new RedisHa(chart, 'redis', {
  // HAProxy reaches each server through its announce Service: nothing has to watch the API. This is the default.
  routing: Routing.service(),
  replicas: 5,
  proxy: {
    replicas: 2,
    // 5 servers × 5 Sentinels: ask less often than by default.
    checks: { sentinelInterval: Duration.millis(500), roleInterval: Duration.millis(500) },
    // Clients outside the cluster: these ports of every node. `Local` keeps their addresses for the NetworkPolicies.
    service: { type: ProxyServiceType.NODE_PORT, nodePort: 30379, readNodePort: 30380, externalTrafficPolicy: ExternalTrafficPolicy.LOCAL },
    // Readers would rather wait than load the master.
    readFromMasterAsFallback: false,
  },
});

app.synth();
