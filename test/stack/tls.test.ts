import { X509Certificate } from 'node:crypto';
import * as net from 'node:net';
import * as tls from 'node:tls';
import { Auth, Routing, RedisHaProps, Sentinel, Tls, TlsCertificate, TlsFront } from '../../lib';
import { Stack, until, WriteProbe } from '../../playground/stack';
import { describeWith } from '../support/binaries';
import { SecretFiles, TestCa } from '../support/pki';

const CERTIFICATE = TlsCertificate.secret('redis-tls');

/** Serial number of the certificate that is shown at an address. */
async function shownAt(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host, port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()!.serialNumber);
      socket.destroy();
    }).on('error', reject);
  });
}

/** What a client without TLS hears. */
async function plainPing(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = net.connect({ host, port }, () => socket.write('PING\r\n'));
    socket.on('data', (chunk) => { heard += String(chunk); });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
    socket.setTimeout(1_000, () => socket.destroy());
  });
}

describeWith(['redis-server', 'redis-cli', 'haproxy', 'openssl'])('an installation that speaks TLS', () => {
  let ca: TestCa;
  let stack: Stack | undefined;
  beforeAll(() => { ca = new TestCa(); });
  afterAll(() => ca.remove());
  afterEach(async () => {
    await stack?.stop();
    stack = undefined;
  });

  const start = async (props: RedisHaProps, files: SecretFiles = ca.leaf()) => {
    stack = await Stack.up({ props: { proxy: { replicas: 1 }, ...props }, secrets: { 'redis-tls': { ...files } }, restartMs: 500 });
    return stack;
  };
  /** As kubelet does it: all files at once, for nobody in between. */
  const write = (one: Stack, files: Partial<SecretFiles>) => Object.entries(files).forEach(([key, value]) => one.writeSecret(key, value, 'redis-tls'));
  const serialOf = (files: SecretFiles) => new X509Certificate(files['tls.crt']).serialNumber;
  const front = (one: Stack) => [one.serviceAddress('redis'), one.redis.port!] as const;
  const announced = (one: Stack, ordinal: number) => [one.serviceAddress(`redis-announce-${ordinal}`), one.redis.serverPort] as const;

  test.each<readonly [string, RedisHaProps]>([
    ['passed through', { tls: Tls.everywhere(CERTIFICATE) }],
    ['passed through to pod IPs, by Sentinels of their own', { tls: Tls.everywhere(CERTIFICATE), routing: Routing.podIp(), sentinel: Sentinel.deployments(3) }],
    ['encrypted again', { tls: Tls.everywhere(CERTIFICATE, { front: TlsFront.REENCRYPT }) }],
    ['at the edge', { tls: Tls.edge(CERTIFICATE) }],
    ['without a password', { tls: Tls.everywhere(CERTIFICATE), auth: Auth.none() }],
  ])('%s: a new certificate costs no command, and a killed master no acknowledged write', async (_, props) => {
    const one = await start(props);
    const master = await one.converged();
    const probe = new WriteProbe(one);
    await until('clients write', () => probe.acknowledged.length > 300);
    // some connected before HAProxy had found the master and its replicas
    const before = [...probe.errors];
    const next = ca.leaf();
    write(one, next);
    await until('HAProxy shows the new one', async () => await shownAt(...front(one)) === serialOf(next));
    if (props.tls!._everywhere) {
      for (const ordinal of one.servers.keys()) {
        await until(`server ${ordinal} shows the new one`, async () => await shownAt(...announced(one, ordinal)) === serialOf(next));
      }
    }
    expect([...probe.errors]).toEqual(before);

    await one.servers[master].kill();
    await until('another server acknowledges', () => probe.acknowledged.some(([, server]) => server !== master));
    await one.converged();
    expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
  }, 120_000);

  test('no port takes a client without TLS, but one that is asked for', async () => {
    const one = await start({ auth: Auth.none(), tls: Tls.everywhere(CERTIFICATE, { plainPort: 6378 }) });
    await one.converged();
    for (const [host, port] of [announced(one, 0), [one.serviceAddress('redis-announce-0'), 26379] as const, front(one)]) {
      expect(await plainPing(host, port)).not.toContain('PONG');
    }
    await until('the plain port leads to the master', async () => (await plainPing(one.serviceAddress('redis'), 6378)).includes('PONG'));
  }, 60_000);

  test('files that do not fit together change nothing, and are told once', async () => {
    const first = ca.leaf();
    const one = await start({ tls: Tls.everywhere(CERTIFICATE) }, first);
    await one.converged();
    write(one, { 'tls.key': ca.leaf()['tls.key'] });
    const told = (agent = one.agents[0]) => agent.log().split('\n').filter((line) => line.includes('tls.key is not the key of tls.crt')).length;
    await until('the agents say so', () => one.agents.every((agent) => told(agent) === 1));
    expect(await shownAt(...announced(one, 0))).toBe(serialOf(first));
    const next = ca.leaf();
    write(one, next);
    await until('the right ones are used', async () => await shownAt(...announced(one, 0)) === serialOf(next));
    expect(told()).toBe(1);
    expect(await one.client().call('SET', 'a', 'b')).toBe('OK');
  }, 60_000);

  test('an expired certificate stops no container, and a new one brings writes back', async () => {
    const expired = ca.leaf({ to: new Date(Date.now() + 12_000) });
    const one = await start({ tls: Tls.everywhere(CERTIFICATE) }, expired);
    await one.converged();
    await until('it has expired, and agents say so', () => one.agents.every((agent) => agent.log().includes('tls.crt ended on')), 30_000);
    await until('nobody writes', async () => one.client({ timeoutMs: 500 }).call('SET', 'a', 'b').then(() => false, () => true));
    for (const container of one.containers) {
      expect([container.pod.name, container.name, (await container.probe('liveness')).status]).toEqual([container.pod.name, container.name, 0]);
    }
    write(one, ca.leaf());
    await until('clients write again', async () => one.client({ timeoutMs: 500 }).call('SET', 'a', 'b').then(() => true, () => false), 60_000);
    await one.converged();
  }, 120_000);

  test('HAProxy takes no server that another CA signed', async () => {
    const one = await start({ tls: Tls.everywhere(CERTIFICATE), auth: Auth.none() });
    const master = await one.converged();
    const other = new TestCa('other');
    try {
      // the agent would not do it: as if somebody in the middle answered
      const files = other.leaf();
      for (const [key, value] of Object.entries(files)) one.writeSecret(key, value, 'other-tls');
      const dir = `${one.folder}/secrets/other-tls`;
      for (const server of one.servers) {
        await one.ask(server, 'CONFIG', 'SET', 'tls-cert-file', `${dir}/tls.crt`, 'tls-key-file', `${dir}/tls.key`, 'tls-ca-cert-file', `${dir}/ca.crt`);
      }
      await until('HAProxy routes nobody there', async () => one.client({ timeoutMs: 500 }).call('SET', 'a', 'b').then(() => false, () => true));
      expect((await one.look()).servers[master].role).toBe('master');
    } finally {
      other.remove();
    }
  }, 60_000);
});
