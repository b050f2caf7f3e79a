import { App, Chart, Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Auth, BenchmarkTest, ClientCertificates, Engine, RedisBenchmark, RedisBenchmarkProps, RedisHa, RedisHaProps, Routing, Tls, TlsCertificate } from '../../lib';
import { install, Manifests } from '../support/manifests';

const measured = (options: Partial<RedisBenchmarkProps> = {}, props: RedisHaProps = {}) => (
  install(props, (redis, chart) => new RedisBenchmark(chart, 'benchmark', { redis, ...options })));
const jobOf = (manifests: Manifests, name = 'redis-benchmark') => manifests.get('Job', name);
const podOf = (manifests: Manifests) => jobOf(manifests).spec.template.spec;
const variables = (manifests: Manifests): { [name: string]: any } => (
  Object.fromEntries(podOf(manifests).containers[0].env.map(({ name, value, valueFrom }: any) => [name, value ?? valueFrom])));

test('100,000 requests each of SET and GET on 100 connections, through the Service, once', () => {
  const manifests = measured();
  expect(variables(manifests)).toMatchObject({
    REDIS_HOST: 'redis',
    REDIS_PORT: '6379',
    BENCHMARK_BIN: 'redis-benchmark',
    CLI_BIN: 'redis-cli',
    TESTS: 'set,get',
    CLIENTS: '100',
    REQUESTS: '100000',
    PIPELINE: '1',
    VALUE_BYTES: '3',
    KEYS: '1000',
    THREADS: '1',
  });
  expect(jobOf(manifests).spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 600, template: { spec: { restartPolicy: 'Never', automountServiceAccountToken: false } } });
  // tools that apply again what is gone would measure again
  expect(jobOf(manifests).spec).not.toHaveProperty('ttlSecondsAfterFinished');
  expect(podOf(manifests).containers[0].image).toBe(manifests.container('StatefulSet', 'redis-server', 'server').image);
});

test('its pod is let in, and no other one', () => {
  const manifests = measured();
  const { labels } = jobOf(manifests).spec.template.metadata;
  expect(labels).toMatchObject({ 'redis-ha.cdk8s.io/benchmark': 'redis-benchmark' });
  const rules = manifests.get('NetworkPolicy', 'redis-proxy').spec.ingress.filter(({ from }: any) => JSON.stringify(from).includes('/benchmark'));
  expect(rules).toEqual([expect.objectContaining({ from: [{ podSelector: { matchLabels: labels } }] })]);
  const direct = measured({}, { routing: Routing.direct() });
  expect(JSON.stringify(direct.get('NetworkPolicy', 'redis-server').spec.ingress)).toContain('/benchmark');
});

test('the password is a reference to the Secret, and no argument', () => {
  const manifests = measured({}, { auth: Auth.secret('mine') });
  expect(variables(manifests)).toMatchObject({ REDIS_USERNAME: 'default', REDIS_PASSWORD: { secretKeyRef: { name: 'mine', key: 'password' } } });
  expect(podOf(manifests).containers[0].command).toEqual(['sh', '/etc/redis-ha/benchmark.sh']);
  expect(variables(measured({}, { auth: Auth.none() }))).not.toHaveProperty('REDIS_PASSWORD');
});

test('it speaks TLS as clients do', () => {
  const tls = Tls.edge(TlsCertificate.secret('tls'), { clients: ClientCertificates.REQUIRED });
  const manifests = measured({ clientCertificate: 'bench' }, { tls });
  expect(variables(manifests)).toMatchObject({ REDIS_TLS: 'true', REDIS_CA_FILE: '/etc/redis-tls/ca.crt', REDIS_CERT_FILE: '/etc/redis-tls/tls.crt' });
  const [{ projected: { sources } }] = podOf(manifests).volumes.filter(({ projected }: any) => projected);
  // the key of the servers stays with them
  expect(sources).toEqual([
    { secret: { name: 'tls', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { secret: { name: 'bench', items: [{ key: 'tls.crt', path: 'tls.crt' }, { key: 'tls.key', path: 'tls.key' }] } },
  ]);
});

test('every prop is written', () => {
  const manifests = measured({
    load: {
      tests: [BenchmarkTest.GET, BenchmarkTest.PING, BenchmarkTest.GET],
      clients: 1000,
      requests: 5000,
      pipeline: 16,
      valueBytes: 10_000,
      keys: 10,
      threads: 2,
    },
    deadline: Duration.minutes(2),
    timeToLive: Duration.hours(1),
    name: 'mine',
    image: 'tools:1',
    imagePullSecrets: ['pull'],
    fixedIds: false,
    pod: { nodeSelector: { zone: 'a' } },
  }, { engine: Engine.valkey() });
  const { spec } = jobOf(manifests, 'mine');
  const [container] = spec.template.spec.containers;
  expect(spec).toMatchObject({ activeDeadlineSeconds: 120, ttlSecondsAfterFinished: 3600 });
  expect(spec.template.spec).toMatchObject({ imagePullSecrets: [{ name: 'pull' }], nodeSelector: { zone: 'a' } });
  expect(spec.template.spec.securityContext).not.toHaveProperty('runAsUser');
  expect(container.image).toBe('tools:1');
  expect(Object.fromEntries(container.env.map(({ name, value }: any) => [name, value]))).toMatchObject({
    BENCHMARK_BIN: 'valkey-benchmark', TESTS: 'get,ping_mbulk', CLIENTS: '1000', REQUESTS: '5000', PIPELINE: '16', VALUE_BYTES: '10000', KEYS: '10', THREADS: '2',
  });
  // 16,000 values of 10 kB, four times
  expect(container.resources.limits).toEqual({ memory: '745Mi' });
  expect(jobOf(measured({ resources: { limits: { memory: k8s.Quantity.fromString('1Gi') } } })).spec.template.spec.containers[0].resources.limits).toEqual({ memory: '1Gi' });
});

test.each<[string, Partial<RedisBenchmarkProps>, RedisHaProps]>([
  ["'load.clients' (0) must be a whole number from 1 to 10000", { load: { clients: 0 } }, {}],
  ["'load.requests' (1.5) must be a whole number", { load: { requests: 1.5 } }, {}],
  ["'load.pipeline' (10001) must be a whole number from 1 to 10000", { load: { pipeline: 10_001 } }, {}],
  ["'load.valueBytes' (1048577) must be a whole number from 1 to 1048576", { load: { valueBytes: 1024 * 1024 + 1 } }, {}],
  ["'load.keys' (1000001) must be a whole number from 1 to 1000000", { load: { keys: 1_000_001 } }, {}],
  ["'load.threads' (65) must be a whole number from 1 to 64", { load: { threads: 65 } }, {}],
  ["'load.threads' (4) must not exceed 'load.clients' (2)", { load: { threads: 4, clients: 2 } }, {}],
  ["'load.tests' ([]) must have a command", { load: { tests: [] } }, {}],
  ["'load.tests[0]' (\"lpush\") must be", { load: { tests: ['lpush' as any] } }, {}],
  ["'deadline' (\"0 s\") must be whole seconds from 1 to 86400", { deadline: Duration.seconds(0) }, {}],
  ["'timeToLive' (\"2678400 s\") must be whole seconds from 0 to 2592000", { timeToLive: Duration.days(31) }, {}],
  ["did you mean 'load.clients'?", { load: { client: 1 } as any }, {}],
  ["'image' (\"redis\") must be an image", { image: 'redis' }, {}],
  ["'clientCertificate' (\"mine\") must not be given: the installation has no 'tls'", { clientCertificate: 'mine' }, {}],
  ["'clientCertificate' (undefined) must name a Secret with a certificate: the installation asks every client for one ('clients' of its 'tls')",
    {}, { tls: Tls.edge(TlsCertificate.secret('tls'), { clients: ClientCertificates.REQUIRED }) }],
  ['must have a Service for writes: with Routing.none()', {}, { routing: Routing.none() }],
])('%s', (line, options, props) => {
  expect(() => measured(options, props)).toThrow(line);
});

test('an installation of another namespace is refused: its Secret is out of reach', () => {
  const app = new App();
  const redis = new RedisHa(new Chart(app, 'cache', { namespace: 'cache' }), 'redis');
  expect(() => new RedisBenchmark(new Chart(app, 'ops', { namespace: 'ops' }), 'benchmark', { redis })).toThrow("'redis' (\"cache/redis\") must be an installation of the chart's namespace, ops");
});
