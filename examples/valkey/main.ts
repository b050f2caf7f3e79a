import { App, Chart, Size } from 'cdk8s';
import { Engine, MaxmemoryPolicy, RedisHa } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache');

new RedisHa(chart, 'valkey', {
  engine: Engine.valkey(),
  // All default images from a mirror that keeps the paths of docker.io.
  imageRegistry: 'registry.example.com/mirror',
  imagePullSecrets: ['mirror-credentials'],
  // Needs Kubernetes 1.29: agent and Sentinel are native sidecars, and stop after the server.
  nativeSidecars: true,
  server: {
    // A cache: the least recently used keys are evicted.
    maxmemory: Size.mebibytes(256),
    maxmemoryPolicy: MaxmemoryPolicy.ALLKEYS_LRU,
    directives: ['lazyfree-lazy-eviction yes'],
  },
});

app.synth();
