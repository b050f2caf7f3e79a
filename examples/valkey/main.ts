import { App, Chart, Size } from 'cdk8s';
import { Engine, MaxmemoryPolicy, RedisHa } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache');

new RedisHa(chart, 'valkey', {
  engine: Engine.valkey(),
  // All default images from a mirror that keeps the paths of docker.io.
  imageRegistry: 'registry.example.com/mirror',
  imagePullSecrets: ['mirror-credentials'],
  // The cluster is 1.29 or newer: Kubernetes itself stops agent and Sentinel after the server.
  nativeSidecars: true,
  server: {
    // A cache: what was not used for long makes room.
    maxmemory: Size.mebibytes(256),
    maxmemoryPolicy: MaxmemoryPolicy.ALLKEYS_LRU,
    directives: ['lazyfree-lazy-eviction yes'],
  },
});

app.synth();
