import { App, Chart, Duration, Size } from 'cdk8s';
import { Auth, Cpu, DurabilityMode, MaxmemoryPolicy, Persistence, RedisHa } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });

new RedisHa(chart, 'redis', {
  auth: Auth.secret('redis-credentials', { key: 'redis-password' }),
  // A PersistentVolumeClaim for each server. They outlive the installation: the data is there until the claims are deleted.
  persistence: Persistence.volume(Size.gibibytes(20), { storageClass: 'fast', mode: DurabilityMode.APPEND_ONLY }),
  server: {
    // maxmemory is three quarters of the limit; the rest is for copy-on-write while the append-only file is rewritten.
    resources: { cpu: { request: Cpu.millis(500) }, memory: { request: Size.gibibytes(4), limit: Size.gibibytes(4) } },
    // Nothing is evicted: a full server refuses writes with an error.
    maxmemoryPolicy: MaxmemoryPolicy.NOEVICTION,
    // 3 GiB take a while to load: 20 minutes before Kubernetes restarts a server that is still starting.
    probes: { startup: { period: Duration.seconds(5), failureThreshold: 240 } },
  },
});

app.synth();
