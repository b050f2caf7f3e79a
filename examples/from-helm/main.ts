// Made from values.yaml, values of the Helm chart redis-ha, by "cdk8s-redis-ha import". It is yours: change it as you like.
import { App, Chart, Duration, Size } from 'cdk8s';
import { Auth, Cpu, DurabilityMode, Engine, MaxmemoryPolicy, Persistence, RedisHa, Routing, Sentinel, Spread } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'redis');
new RedisHa(chart, 'ha', {
  name: 'sessions',
  engine: Engine.redis({ version: '8.2.1', image: 'redis:8.2.1-alpine' }),
  replicas: 3,
  sentinel: Sentinel.sidecar({ quorum: 2 }),
  routing: Routing.service(),
  persistence: Persistence.emptyDir({ mode: DurabilityMode.NONE }),
  auth: Auth.secret('sessions-credentials', { key: 'redis-password' }),
  server: {
    resources: { cpu: { request: Cpu.millis(200) }, memory: { request: Size.gibibytes(1), limit: Size.gibibytes(1) } },
    maxmemory: Size.mebibytes(600),
    maxmemoryPolicy: MaxmemoryPolicy.ALLKEYS_LRU,
    directives: ['timeout 300'],
    pod: { spread: Spread.ONE_PER_NODE },
  },
  proxy: { replicas: 2, timeouts: { client: Duration.hours(1), server: Duration.hours(1) } },
});
app.synth();
