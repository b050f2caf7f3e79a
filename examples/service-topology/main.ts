import { App, Chart, Duration } from 'cdk8s';
import { ExternalTrafficPolicy, ProxyServiceType, RedisHa, Routing } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache');

new RedisHa(chart, 'redis', {
  // HAProxy reaches each server through its announce Service: nothing has to watch the Kubernetes API. This is the default.
  routing: Routing.service(),
  replicas: 5,
  proxy: {
    replicas: 2,
    // 5 servers × 5 Sentinels: check less often than by default.
    checks: { sentinelInterval: Duration.millis(500), roleInterval: Duration.millis(500) },
    // For clients outside the cluster: these ports of every node. `Local` preserves client addresses, for NetworkPolicies.
    service: { type: ProxyServiceType.NODE_PORT, nodePort: 30379, readNodePort: 30380, externalTrafficPolicy: ExternalTrafficPolicy.LOCAL },
    // Reads never go to the master, even while no replica is in sync.
    readFromMasterAsFallback: false,
  },
});

app.synth();
