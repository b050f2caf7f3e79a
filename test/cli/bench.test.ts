import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Duration } from 'cdk8s';
import { runCli } from './support/cli';
import { jobCluster } from './support/job-cluster';
import { AclUser, Auth, ClientCertificates, Engine, RedisBenchmark, RedisHaProps, Routing, Sentinel, Tls, TlsCertificate, TrustedCas } from '../../lib';
import { install, Manifest } from '../support/manifests';

const LOG = `WARNING: Could not fetch server CONFIG
"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
"SET","34989.50","1.45","0.032","1.347","2.463","3.047","11.247"
"GET","37257.82","1.36","0.024","1.135","2.535","2.963","7.599"
`;

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-bench-')); });
afterEach(() => fs.rmSync(folder, { recursive: true }));

const file = (name: string) => path.join(folder, name);
const read = (name: string) => JSON.parse(fs.readFileSync(file(name), 'utf8'));
const calls = () => fs.readFileSync(file('calls'), 'utf8').trim().split('\n');
const created = (kind: string): Manifest => read('created.json').items.find((one: Manifest) => one.kind === kind);

interface JobOutcome {
  readonly status?: object;
  readonly log?: string;
}

/** A cluster with an installation, in which Jobs end like this. */
function cluster(props: RedisHaProps = {}, { status = { succeeded: 1 }, log = LOG }: JobOutcome = {}): string {
  const { all } = install(props, undefined, { namespace: 'shop' });
  const items = all.filter(({ metadata }) => metadata.labels?.['redis-ha.cdk8s.io/installation'] !== undefined);
  return jobCluster({ folder, asked: '', items, status, log });
}

test('a line for each command, and nothing is left', async () => {
  expect(await runCli(['bench'], { kubectl: cluster() })).toEqual({
    status: 0,
    err: '',
    out: '     REQUESTS/S  P50      P99      MAX\nSET  34,990      1.35 ms  3.05 ms  11.25 ms\nGET  37,258      1.14 ms  2.96 ms  7.60 ms\n',
  });
  expect(created('Job').metadata.name).toMatch(/^redis-benchmark-\w{6}$/);
  expect(calls().at(-1)).toBe('--namespace shop delete --wait=false --ignore-not-found -f -');
  expect(read('deleted.json')).toEqual(read('created.json'));
});

// what differs is only what the command wants otherwise
test.each<[string, RedisHaProps]>([
  ['defaults', {}],
  ['Valkey, and Sentinels of their own', { engine: Engine.valkey(), sentinel: Sentinel.deployments(3), replicas: 2 }],
  ['another Secret, and users', { auth: Auth.secret('mine', { key: 'pass.word', users: [AclUser.application('web', { keys: ['web:*'] })] }) }],
  ['no password, no policies', { auth: Auth.none(), networkPolicies: false }],
  ['other ports', { proxy: { port: 7000, readPort: 7001 }, server: { port: 7002 } }],
  ['pod IPs', { routing: Routing.podIp() }],
  ['no proxy', { routing: Routing.direct({ port: 7000 }), server: { port: 7001 } }],
  ['TLS everywhere', { tls: Tls.everywhere(TlsCertificate.secret('tls')) }],
  ['TLS at the edge, with CAs of a ConfigMap', { tls: Tls.edge(TlsCertificate.secret('tls', { ca: TrustedCas.configMap('cas', 'all.pem') })) }],
  ['CAs of a Secret', { tls: Tls.everywhere(TlsCertificate.secret('tls', { ca: TrustedCas.secret('cas') })) }],
  ['another image', { engine: Engine.redis({ image: 'mirror/redis:8.2.10' }), imagePullSecrets: ['pull'], fixedIds: false }],
])('the Job is that of RedisBenchmark: %s', async (_, props) => {
  await runCli(['bench', '--clients', '7', '--pipeline', '16', '--bytes', '100', '--tests', 'ping,get'], { kubectl: cluster(props) });
  const { name } = created('Job').metadata;
  const { imagePullSecrets, fixedIds } = props;
  const inChart = install(props, (redis, chart) => new RedisBenchmark(chart, 'x', {
    redis, name, imagePullSecrets, fixedIds, timeToLive: Duration.minutes(1), load: { clients: 7, pipeline: 16, valueBytes: 100, tests: ['ping_mbulk', 'get'] as any },
  }), { namespace: 'shop' });
  expect(created('Job')).toEqual(inChart.get('Job', name));
  expect(created('ConfigMap')).toEqual(inChart.get('ConfigMap', name));
  const { labels } = inChart.get('Job', name).spec.template.metadata;
  const policies = read('created.json').items.filter(({ kind }: Manifest) => kind === 'NetworkPolicy');
  const admitted = inChart.all.filter(({ kind, spec }) => kind === 'NetworkPolicy' && JSON.stringify(spec.ingress).includes(JSON.stringify(labels)));
  expect(policies.map(({ spec }: Manifest) => spec.podSelector)).toEqual(admitted.map(({ spec }) => spec.podSelector));
  for (const { spec } of policies) {
    const rules = admitted.flatMap((one) => one.spec.ingress).filter(({ from }: any) => JSON.stringify(from).includes('/benchmark'));
    expect(spec.ingress).toEqual(rules);
  }
});

test('a certificate of its own', async () => {
  const tls = Tls.everywhere(TlsCertificate.secret('tls'), { clients: ClientCertificates.REQUIRED });
  await runCli(['bench', '--client-certificate', 'mine'], { kubectl: cluster({ tls }) });
  expect(JSON.stringify(created('Job').spec.template.spec.volumes)).toContain('"name":"mine"');
});

test.each<[string, string, number, string]>([
  ['keys of somebody', 'benchmark.sh: some of the keys key:0 to key:9 are there already, and would be lost: nothing was measured\n', 65, 'some of the keys key:0 to key:9 are there already, and would be lost: nothing was measured'],
  ['nobody who answers', 'benchmark.sh: redis:6379 does not answer: Could not connect\n', 69, 'redis:6379 does not answer: Could not connect'],
  ['a failover', `Error: Server closed the connection\n${LOG}benchmark.sh: redis-benchmark ended early\n`, 70, 'redis-benchmark ended early: Error: Server closed the connection'],
  ['a pod that never was', '', 69, 'the benchmark has failed: it said nothing'],
])('%s', async (_, log, status, line) => {
  expect(await runCli(['bench'], { kubectl: cluster({}, { status: { failed: 1 }, log }) })).toEqual({ status, out: '', err: `cdk8s-redis-ha bench: ${line}\n` });
  expect(calls().at(-1)).toMatch(/delete /);
});

test('an answer that is no table', async () => {
  expect(await runCli(['bench'], { kubectl: cluster({}, { log: 'hello\n' }) })).toMatchObject({ status: 69, err: expect.stringContaining('is no table: hello') });
});

test('refuses where clients ask the Sentinels', async () => {
  expect(await runCli(['bench'], { kubectl: cluster({ routing: Routing.none() }) })).toMatchObject({ status: 65, err: expect.stringContaining('has no Service for writes') });
  expect(fs.existsSync(file('created.json'))).toBe(false);
});

test.each<[string[], string]>([
  [['--clients', 'many'], '--clients many must be a whole number'],
  [['--clients', '0'], "'load.clients' (0) must be a whole number from 1 to 10000"],
  [['--tests', 'lpush'], '--tests lpush must be a list of ping, set, get'],
  [['--client-certificate', 'mine'], "'clientCertificate' (\"mine\") must not be given"],
])('wrong usage: %s', async (args, line) => {
  expect(await runCli(['bench', ...args], { kubectl: cluster() })).toMatchObject({ status: 64, err: expect.stringContaining(line) });
  expect(fs.existsSync(file('created.json'))).toBe(false);
});

test('Ctrl-C ends it, and the Job is removed', async () => {
  const kubectl = cluster({}, { status: {} });
  const end = new AbortController();
  const run = runCli(['bench'], { kubectl, signal: end.signal });
  while (!fs.existsSync(file('calls')) || !calls().some((call) => call.includes('get job'))) await new Promise((resolve) => setTimeout(resolve, 20));
  end.abort();
  expect(await run).toMatchObject({ status: 130 });
  expect(read('deleted.json')).toEqual(read('created.json'));
});
