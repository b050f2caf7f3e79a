import { App, Chart, Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Auth, DurabilityMode, MaxmemoryPolicy, Persistence, RedisHa } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });

new RedisHa(chart, 'redis', {
  auth: Auth.secret('redis-credentials', { key: 'redis-password' }),
  // A claim for each server. They outlive the installation: data goes when somebody deletes them.
  persistence: Persistence.volume(Size.gibibytes(20), { storageClass: 'fast', mode: DurabilityMode.APPEND_ONLY }),
  server: {
    // Three quarters of the limit hold data, the rest is for the copy that a rewrite of the append-only file needs.
    resources: {
      requests: { cpu: k8s.Quantity.fromString('500m'), memory: k8s.Quantity.fromString('4Gi') },
      limits: { memory: k8s.Quantity.fromString('4Gi') },
    },
    // Data that must not vanish: a full server refuses writes and says so.
    maxmemoryPolicy: MaxmemoryPolicy.NOEVICTION,
    // 3 GiB take a while to load: 20 minutes before Kubernetes gives a starting server up.
    probes: { startup: { period: Duration.seconds(5), failureThreshold: 240 } },
  },
});

app.synth();
