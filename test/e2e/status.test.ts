import { spawn } from 'node:child_process';
import { RedisHaProps, Routing, Sentinel, Tls, TlsCertificate } from '../../lib';
import { runCli } from '../cli/support/cli';
import { TestCa } from '../support/pki';
import { Installation } from './support/installation';
import { Namespace } from './support/namespace';
import { until } from './support/until';

const WAIT_MILLIS = 90_000;

const cli = async (args: readonly string[]) => runCli(args, { kubectl: process.env.KUBECTL });

describe.each<readonly [string, string, RedisHaProps]>([
  ['Sentinels as sidecars, Services', 'status-sidecar', {}],
  ['Sentinels in pods of their own, pod IPs, TLS', 'status-tls', {
    sentinel: Sentinel.deployments(3), routing: Routing.podIp(), tls: Tls.everywhere(TlsCertificate.secret('redis-tls')),
  }],
])('cdk8s-redis-ha status on a cluster: %s', (title, purpose, props) => {
  let namespace: Namespace;
  let ca: TestCa;

  /** Asks until it is like this. */
  const shows = async (what: string, condition: (told: any, status: number) => boolean) => until(what, WAIT_MILLIS, async () => {
    const { status, out, err } = await cli(['status', '--json', '-n', namespace.name]);
    if (err !== '' || !condition(JSON.parse(out), status)) throw new Error(out + err);
    return JSON.parse(out);
  });

  beforeAll(async () => {
    ca = new TestCa();
    namespace = await Namespace.create(purpose);
    const installation = new Installation(namespace, props);
    const to = new Date(Date.now() + 60 * 86_400_000);
    if (props.tls) await namespace.secret('redis-tls', { ...ca.leaf({ names: [installation.redis.tlsServerName!], to }) });
    await namespace.secret(installation.redis.secretName!, { [installation.redis.secretKey!]: 's3cret' });
    await namespace.apply(installation.manifests);
    await namespace.ready(installation.manifests, WAIT_MILLIS * 2);
  });
  afterAll(async () => {
    ca?.remove();
    await namespace?.remove();
  });

  it('is healthy, and tells of a planned restart of the master and of one that is killed', async () => {
    const well = (told: any, exitCode: number) => exitCode === 0 && told.failover.possible;
    const { master, servers, proxies } = await shows('all is well', well);
    expect(proxies.map(({ answer }: any) => answer.writes)).toEqual(proxies.map(() => [master]));
    expect(servers.map(({ pod }: any) => typeof pod.node)).toEqual(['string', 'string', 'string']);
    const text = await cli(['status', '-n', namespace.name]);
    process.stdout.write(`${title}\n${text.out}\n`);

    await namespace.deletePod(servers[master].pod.name);
    const next = await shows('another master', (told, exitCode) => told.master !== master && well(told, exitCode));
    expect(next.lastChange).toMatchObject({ to: next.master });

    const shutdown = 'REDISCLI_AUTH=$(cat "$PASSWORD_FILE") "$CLI_BIN" -s "$RUN_DIR/server.sock" SHUTDOWN NOSAVE';
    await namespace.exec(next.servers[next.master].pod.name, 'server', shutdown);
    const doctor = await cli(['doctor', '-n', namespace.name]);
    process.stdout.write(`${doctor.out}\n`);
    const last = await shows('a failover', (told, exitCode) => told.master !== next.master && well(told, exitCode));
    expect(last.lastChange).toMatchObject({ to: last.master, from: next.master, kind: 'failover' });
  });

  it('--watch goes on over the same connections, and leaves no process', async () => {
    const child = spawn(process.execPath, ['-r', 'ts-node/register/transpile-only', 'lib/cli/main.ts', 'status', '--watch', '-n', namespace.name], { stdio: 'pipe' });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => { out += chunk; });
    await until('three screens', WAIT_MILLIS, async () => {
      if (out.split('next failover: would work').length > 3) return true;
      throw new Error(out);
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    expect([0, 1]).toContain(await ended);
  });
});
