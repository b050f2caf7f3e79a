import { X509Certificate } from 'node:crypto';
import { Engine, RedisHaProps, Routing, Sentinel, Tls, TlsCertificate } from '../../lib';
import { Stack, until } from '../../playground/stack';
import { runCli } from '../cli/support/cli';
import { describeWith, HAPROXY, VALKEY, withPrograms } from '../support/binaries';
import { SecretFiles, TestCa } from '../support/pki';
import { StackKubectl } from '../support/stack-kubectl';

/** What the program made of its arguments. */
interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

describeWith([HAPROXY, 'redis-server', 'redis-cli', 'openssl'])('cdk8s-redis-ha status', () => {
  let ca: TestCa;
  let leaf: SecretFiles;
  let stack: Stack | undefined;
  let kubectl: StackKubectl | undefined;
  beforeAll(() => { ca = new TestCa(); });
  afterAll(() => ca.remove());
  afterEach(async () => {
    kubectl?.stop();
    await stack?.stop();
    kubectl = stack = undefined;
  });

  const start = async (props: RedisHaProps, programs: { readonly [name: string]: string } = {}) => {
    leaf = ca.leaf();
    const secrets = { 'redis-tls': { ...leaf } };
    stack = await Stack.up({ props: { proxy: { replicas: 1 }, ...props }, secrets, programs: { haproxy: HAPROXY, ...programs } });
    kubectl = await StackKubectl.start(stack);
    return { one: stack, master: await stack.converged() };
  };
  const cli = async (args: readonly string[], signal?: AbortSignal, onPrint?: (text: string) => void): Promise<Outcome> => (
    runCli(args, { kubectl: kubectl!.program, signal, onPrint }));
  /** Asks until the answer is like this; HAProxy and the agents need a moment. */
  const shows = async (what: string, condition: (told: any, status: number) => boolean) => {
    let last: Outcome | undefined;
    await until(what, async () => {
      last = await cli(['status', '--json']);
      return condition(JSON.parse(last.out), last.status);
    }, 80_000).catch((error) => { throw new Error(`${error.message}\n${last?.out}${last?.err}`); });
    return { told: JSON.parse(last!.out), status: last!.status };
  };
  const codes = ({ findings }: any): string[] => findings.map(({ code }: any) => code);

  test('without a proxy, tells whom the slices lead to', async () => {
    const { one, master } = await start({ proxy: undefined, routing: Routing.direct() });
    const { told } = await shows('all is well', (_, status) => status === 0);
    const replicas = [0, 1, 2].filter((ordinal) => ordinal !== master);
    expect(told.direct).toEqual({ answer: { writes: [master], reads: expect.arrayContaining(replicas) } });
    // the agent, which looks again, can't mend it
    one.api!.forbid();
    Object.assign(one.api!.slice('redis-write'), { endpoints: one.api!.slice('redis-read').endpoints.slice(0, 1) });
    const { status, out } = await cli(['status']);
    expect([status, out]).toEqual([2, expect.stringMatching(/^down +slice-names-other: The EndpointSlice for writes names server \d; the Sentinels name server \d\.$/m)]);
    kubectl!.forbidden = 'endpointslices';
    expect((await cli(['status'])).out).toMatch(/^note +not-read: Where clients are led to could not be read: kubectl: .*is forbidden/m);
  });

  test('tells of a failover, of what is missing and of the return, and leaves no secret and no process', async () => {
    const { one, master } = await start({});
    const { told } = await shows('all is well', (_, status) => status === 0);
    expect(told).toMatchObject({
      format: 1,
      name: 'redis',
      namespace: 'default',
      health: 'healthy',
      master,
      sentinelsBesideServers: true,
      lastChange: { to: master },
      failover: { possible: true, candidates: [0, 1, 2].filter((ordinal) => ordinal !== master) },
      proxies: [{ answer: { writes: [master] } }],
    });
    expect(told.servers.map(({ answer }: any) => answer.role)).toEqual([0, 1, 2].map((ordinal) => (ordinal === master ? 'master' : 'replica')));
    expect(told.sentinels.map(({ answer }: any) => answer.names)).toEqual([master, master, master]);

    await one.servers[master].kill();
    // until the other replica is in sync with it, it takes no writes: down
    const after = await shows('another master is routed to, and takes writes', (now, status) => (
      status === 1 && now.master !== undefined && now.master !== master && now.proxies[0].answer?.writes[0] === now.master));
    expect(codes(after.told)).toContain('server-down');
    const text = await cli(['status']);
    expect(text.out).toMatch(new RegExp(`^master: server ${after.told.master}, for .*, by a failover from server ${master} \\(the server died as the master\\), which took \\d`, 'm'));
    expect((await cli(['doctor'])).out).toMatch(/^\d\. degraded, server-down: Server \d \(redis-server-\d\) does not answer: .*\n {3}See .*\n {3}runbook: docs\/runbooks\/RedisServerWithoutRole\.md$/m);

    one.servers[master].start();
    await one.converged();
    await shows('all is well again', (_, status) => status === 0);
    expect(JSON.stringify(kubectl!.calls) + text.out + text.err).not.toContain(one.password);
    await until('all kubectl have ended', () => kubectl!.running === 0);
  });

  test('--watch asks over the same connections, tells of what happens, and ends as it was last', async () => {
    const { one, master } = await start({});
    await shows('all is well', (_, status) => status === 0);
    const calls = kubectl!.calls.length;
    const aborting = new AbortController();
    let out = '';
    const watching = cli(['status', '-w', '--json'], aborting.signal, (text) => { out += text; });
    const told = () => out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
    await until('three answers', () => told().length >= 3);
    const made = kubectl!.calls.slice(calls).map((args) => args.find((word) => ['get', 'exec', 'logs', 'port-forward'].includes(word)));
    expect(made.filter((word) => word === 'exec')).toHaveLength(6);
    expect(made.filter((word) => word === 'port-forward')).toHaveLength(1);
    const replica = (master + 1) % 3;
    await one.servers[replica].kill();
    await until('it is told', () => codes(told().at(-1)).includes('server-down'));
    one.servers[replica].start();
    await until('it is back', () => told().at(-1).health === 'healthy');
    aborting.abort();
    expect((await watching).status).toBe(0);
    await until('all kubectl have ended', () => kubectl!.running === 0);
  });

  test('Sentinels in pods of their own: without a majority of them nobody can be elected, and HAProxy refuses', async () => {
    const { one, master } = await start({ sentinel: Sentinel.deployments(3) });
    await shows('all is well', (now, status) => status === 0 && now.sentinels[0].pod.name === 'redis-sentinel-0-0');
    await one.sentinels[0].kill();
    const risk = await shows('a Sentinel is missing', (now) => codes(now).includes('quorum-at-risk'));
    expect(risk.told).toMatchObject({ master, failover: { possible: true } });
    await one.sentinels[1].kill();
    const { told, status } = await shows('HAProxy refuses', (now) => now.proxies[0].answer?.writes.length === 0);
    expect(status).toBe(2);
    expect(codes(told)).toEqual(expect.arrayContaining(['quorum-lost', 'writes-not-routed', 'sentinel-down']));
    expect(told.failover).toMatchObject({ possible: false, obstacles: ['1 of 3 Sentinels answer, 2 are needed'] });
  });

  const CERTIFICATE = TlsCertificate.secret('redis-tls');
  test.each<readonly [string, RedisHaProps]>([
    ['everywhere, to pod IPs, Sentinels in pods of their own', { tls: Tls.everywhere(CERTIFICATE), routing: Routing.podIp(), sentinel: Sentinel.deployments(3) }],
    ['at the edge', { tls: Tls.edge(CERTIFICATE) }],
  ])('TLS %s: tells when the certificate ends', async (_, props) => {
    await start(props);
    // those of tests live for a day, of which less than a quarter has to be left
    const { told, status } = await shows('all is well', ({ health }) => health === 'healthy');
    const { validFrom, validTo } = new X509Certificate(leaf['tls.crt']);
    expect([status, told.certificateBegins, told.certificateEnds]).toEqual([0, ...[validFrom, validTo].map((at) => new Date(at).toISOString())]);
  });

  test('a certificate that agents refuse is told, and the end of the one that servers keep', async () => {
    await start({ tls: Tls.everywhere(CERTIFICATE), routing: Routing.none(), proxy: undefined });
    await until('it is in use', () => stack!.agents.every((agent) => agent.log().includes('is in use, valid until')));
    stack!.writeSecret('tls.crt', ca.leaf({ to: new Date(Date.now() + 20 * 86_400_000) })['tls.crt'], 'redis-tls');
    const { told } = await shows('agents refuse it', (now) => codes(now).filter((code) => code === 'certificate-refused').length === 3);
    expect(told.certificateEnds).toBe(new Date(new X509Certificate(leaf['tls.crt']).validTo).toISOString());
  });

  test('Routing.none(): there is no HAProxy, and all is well', async () => {
    await start({ routing: Routing.none(), proxy: undefined });
    const { told } = await shows('all is well', (_, status) => status === 0);
    expect(told.proxies).toEqual([]);
  });

  (withPrograms(VALKEY) ? test : test.skip)('Valkey tells whether writes are paused', async () => {
    const { one, master } = await start({ engine: Engine.valkey() }, VALKEY);
    const { told } = await shows('all is well', (_, status) => status === 0);
    expect(told.servers[master].answer).toMatchObject({ engine: 'valkey', writesPaused: false });
    await one.ask(one.servers[master], 'CLIENT', 'PAUSE', '10000', 'WRITE');
    await shows('writes are paused', (now) => codes(now).includes('writes-paused'));
  });

  test('who may not exec is told so, and nothing is said to be down', async () => {
    await start({});
    kubectl!.forbidden = 'exec';
    expect(await cli(['status'])).toEqual({ status: 77, out: '', err: expect.stringMatching(/^cdk8s-redis-ha status: kubectl: .*\(Forbidden\).*\n$/) });
  });

  test('who may neither forward ports nor read logs is told the rest', async () => {
    const { master } = await start({});
    kubectl!.forbidden = 'port-forward';
    const { told } = await shows('the rest is well', (now) => codes(now).join() === 'not-read');
    expect(told).toMatchObject({ health: 'healthy', master });
  });
});
