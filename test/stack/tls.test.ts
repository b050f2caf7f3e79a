import { X509Certificate } from 'node:crypto';
import * as net from 'node:net';
import * as tls from 'node:tls';
import { Auth, ClientCertificates, Routing, RedisHaProps, Sentinel, Tls, TlsCertificate, TlsFront } from '../../lib';
import { Container, Stack, until, WriteProbe } from '../../playground/stack';
import { describeWith } from '../support/binaries';
import { SecretFiles, TestCa } from '../support/pki';
import { Sessions } from '../support/sessions';
import { heardBy, shownAt } from '../support/tls-clients';

const CERTIFICATE = TlsCertificate.secret('redis-tls');

const sleep = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

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

  test('no port takes a client without TLS, but those that are asked for', async () => {
    const one = await start({ auth: Auth.none(), tls: Tls.everywhere(CERTIFICATE, { plainPort: 6378, plainReadPort: 6377 }) });
    await one.converged();
    for (const [host, port] of [announced(one, 0), [one.serviceAddress('redis-announce-0'), 26379] as const, front(one)]) {
      expect(await heardBy(net.connect({ host, port }))).not.toContain('PONG');
    }
    const plainReader = () => net.connect({ host: one.serviceAddress('redis'), port: 6377 });
    await until('the plain port for reads leads to a replica', async () => (await heardBy(plainReader(), 'ROLE\r\n')).includes('slave'));
    await until('the plain port leads to the master', async () => (await heardBy(net.connect({ host: one.serviceAddress('redis'), port: 6378 }))).includes('PONG'));
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

  test.each<readonly [string, RedisHaProps]>([
    ['passed through', {}], ['encrypted again', { tls: Tls.everywhere(CERTIFICATE, { front: TlsFront.REENCRYPT }) }],
  ])('%s: a ca.crt of another CA, which is put right, ends no session and refuses nobody who has the right one', async (_, props) => {
    const one = await start({ auth: Auth.none(), tls: Tls.everywhere(CERTIFICATE), ...props });
    await one.converged();
    const [host, port] = front(one);
    const right = one.tls!;
    const answered = async () => (await heardBy(tls.connect({ host, port, ...right }))).includes('PONG');
    await until('HAProxy knows the master', answered);
    const sessions = new Sessions(one, port);
    await until('all sessions are ready', () => sessions.secured === sessions.count);
    const other = new TestCa('other');
    other.remove();
    for (const text of [other.cert, ca.cert]) {
      const lines = () => one.proxies[0].log().split('ca.crt of the Secret is in use').length;
      const former = lines();
      write(one, { 'ca.crt': text });
      await until('HAProxy has taken it', () => lines() > former);
      await sleep(3_000);
      for (const sentinel of one.sentinels) expect((await sentinel.probe('liveness')).status).toBe(0);
      expect([sessions.ended, await answered()]).toEqual([0, true]);
    }
    expect(one.agents.every((agent) => agent.log().includes('tls.crt is of no CA in ca.crt'))).toBe(true);
    sessions.close();
  }, 120_000);

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

  const DAY = 86_400_000;
  test.each<readonly [string, RedisHaProps, (other: TestCa) => SecretFiles]>([
    ['had expired', {}, () => ca.leaf({ from: new Date(Date.now() - 2 * DAY), to: new Date(Date.now() - DAY) })],
    ['had expired, as clients must show one', { sentinel: Sentinel.deployments(3), tls: Tls.everywhere(CERTIFICATE, { clients: ClientCertificates.REQUIRED }) }, () => (
      ca.leaf({ from: new Date(Date.now() - 2 * DAY), to: new Date(Date.now() - DAY) }))],
    ['was for another name', { auth: Auth.none() }, () => ca.leaf({ names: ['other'] })],
    ['was of another CA', {}, (other) => ({ ...ca.leaf(), 'ca.crt': other.cert })],
  ])('all started with a certificate that %s: their liveness probes make Sentinels take the right one', async (_, props, filesOf) => {
    const other = new TestCa('other');
    const one = await start({ tls: Tls.everywhere(CERTIFICATE), ...props }, filesOf(other));
    other.remove();
    await until('agents refuse it', () => one.agents.every((agent) => agent.log().includes('stays as it was')), 30_000);
    const starts = (sentinel: Container) => sentinel.log().split('start-sentinel.sh: starting ').length - 1;
    const probes = async () => Promise.all(one.sentinels.map(async (sentinel) => (await sentinel.probe('liveness')).status));
    expect(await probes()).toEqual([0, 0, 0]);
    write(one, ca.leaf());
    await until('servers have taken the right one', () => one.agents.every((agent) => agent.log().includes('is in use, valid until')));
    await until('each Sentinel was started again', async () => (await probes(), one.sentinels.every((sentinel) => starts(sentinel) === 2)), 15_000);
    await until('clients write', async () => one.client({ timeoutMs: 500 }).call('SET', 'a', 'b').then(() => true, () => false), 30_000);
    await one.converged();
    expect(await probes()).toEqual([0, 0, 0]);
    // what fits, and is used, is left to the agents, which end one at a time
    write(one, ca.leaf());
    await until('servers have taken the next one', () => one.agents.every((agent) => agent.log().split('is in use, valid until').length === 3));
    for (let times = 0; times < 5; times++) expect(await probes()).toEqual([0, 0, 0]);
    expect(one.sentinels.map(starts)).toEqual([2, 2, 2]);
  }, 120_000);

  test.each<readonly [string, (other: TestCa) => SecretFiles]>([
    ['is of another CA', (other) => other.leaf()],
    ['is for another name', () => ca.leaf({ names: ['other'] })],
    ['has expired', () => ca.leaf({ from: new Date(Date.now() - 2 * DAY), to: new Date(Date.now() - DAY) })],
  ])('HAProxy takes no server whose certificate %s, and says so', async (_, filesOf) => {
    const one = await start({ tls: Tls.everywhere(CERTIFICATE), auth: Auth.none() });
    const master = await one.converged();
    const other = new TestCa('other');
    try {
      // the agent would not do it: as if somebody in the middle answered
      const files = filesOf(other);
      for (const [key, value] of Object.entries(files)) one.writeSecret(key, value, 'other-tls');
      const dir = `${one.folder}/secrets/other-tls`;
      for (const server of one.servers) {
        await one.ask(server, 'CONFIG', 'SET', 'tls-cert-file', `${dir}/tls.crt`, 'tls-key-file', `${dir}/tls.key`, 'tls-ca-cert-file', `${dir}/ca.crt`);
      }
      await until('HAProxy routes nobody there', async () => one.client({ timeoutMs: 500 }).call('SET', 'a', 'b').then(() => false, () => true));
      await until('HAProxy says why', () => new RegExp(`role_${master}/R${master} is DOWN, reason: Layer6 invalid response`).test(one.proxies[0].log()));
      expect((await one.look()).servers[master].role).toBe('master');
    } finally {
      other.remove();
    }
  }, 60_000);

  test.each([
    ['passed through', TlsFront.PASSTHROUGH, (one: Stack) => one.servers.map((server) => server.log()).join('')],
    ['encrypted again', TlsFront.REENCRYPT, (one: Stack) => one.proxies[0].log()],
  ])('%s, clients that must show a certificate: without one of the CA they are refused, and that is said', async (_, how, log) => {
    const one = await start({ auth: Auth.none(), tls: Tls.everywhere(CERTIFICATE, { clients: ClientCertificates.REQUIRED, front: how }) });
    const master = await one.converged();
    const probe = new WriteProbe(one);
    await until('those with a certificate write', () => probe.acknowledged.length > 50);
    const [host, port] = front(one);
    const other = new TestCa('other');
    try {
      const stranger = other.leaf();
      const refused: readonly [string, () => net.Socket, RegExp][] = [
        ['none', () => tls.connect({ host, port, ca: ca.cert, servername: 'redis' }), /peer did not return a certificate|SSL client certificate (is )?missing|SSL handshake failure/i],
        ['of another CA', () => tls.connect({ host, port, ca: ca.cert, servername: 'redis', cert: stranger['tls.crt'], key: stranger['tls.key'] }), /certificate verify failed|SSL client CA chain cannot be verified|SSL client certificate not trusted|SSL handshake failure/i],
        ['no TLS', () => net.connect({ host, port }), /Error accepting a client connection: .*wrong version number|SSL handshake failure/i],
      ];
      for (const [who, connect, line] of refused) {
        const times = () => log(one).split('\n').filter((text) => line.test(text)).length;
        const before = times();
        expect([who, await heardBy(connect())]).not.toEqual([who, expect.stringContaining('PONG')]);
        await until(`it is said of a client with ${who}`, () => times() > before, 5_000);
      }
      expect(await heardBy(tls.connect({ host, port, ...one.tls! }))).toContain('PONG');
    } finally {
      other.remove();
    }
    await one.servers[master].kill();
    await until('another server acknowledges', () => probe.acknowledged.some(([, server]) => server !== master));
    expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
  }, 120_000);

  test.each([1_300, 2_000, 3_000])('a stall of %d ms, of the master and of HAProxy, ends no session', async (ms) => {
    const one = await start({ tls: Tls.everywhere(CERTIFICATE) });
    const master = await one.converged();
    const probe = new WriteProbe(one);
    await until('clients write', () => probe.acknowledged.length > 50);
    const sessions = new Sessions(one, one.redis.port!);
    await until('all sessions are ready', () => sessions.secured === sessions.count);
    for (const stalled of [one.servers[master], one.proxies[0]]) {
      const before = probe.acknowledged.length;
      stalled.stall();
      await sleep(ms);
      stalled.resume();
      await until('clients write again', () => probe.acknowledged.length > before + 50);
      // what HAProxy found out during the stall, it has acted upon by then
      await sleep(1_000);
      expect([stalled.name, sessions.ended]).toEqual([stalled.name, 0]);
    }
    sessions.close();
    expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
    expect(await one.converged()).toBe(master);
  }, 60_000);
});
