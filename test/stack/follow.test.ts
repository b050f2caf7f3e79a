import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { Duration, Size } from 'cdk8s';
import { Engine, ExternalMaster, ExternalMasterOptions, Persistence, RedisHaProps, Tls, TlsCertificate } from '../../lib';
import { RespClient } from '../../lib/agent/redis/resp-client';
import { Container, Stack, StackOptions, until } from '../../playground/stack';
import { runCli } from '../cli/support/cli';
import { describeWith, REDIS, VALKEY, withPrograms } from '../support/binaries';
import { TestCa } from '../support/pki';
import { StackKubectl } from '../support/stack-kubectl';

jest.setTimeout(180_000);

const PASSWORD = 'old$pass word';
const PORT = 6390;
/** The next address for a server outside: one of the loopback that no stack has. */
let nextAddress = 1;

/** A server that does not belong to the installation. */
class Outside {
  public readonly host = `127.250.${process.pid % 250}.${nextAddress++}`;
  private process?: ChildProcess;
  private readonly clients: RespClient[] = [];

  constructor(
    private readonly folder: string, private readonly program: string, private readonly more: readonly string[] = [],
    private readonly tls?: { readonly ca: string; readonly servername: string },
  ) {}

  public async start(): Promise<void> {
    const dir = fs.mkdtempSync(path.join(this.folder, 'outside-'));
    this.process = spawn(this.program, [
      this.tls ? '--tls-port' : '--port', String(PORT), ...this.tls ? ['--port', '0'] : [], '--bind', this.host, '--dir', dir, '--save', '', '--requirepass', PASSWORD, '--masterauth', PASSWORD, '--replica-announce-ip', this.host, ...this.more,
    ], { stdio: 'ignore' });
    await until('the server outside answers', async () => this.call('PING').then(() => true, () => false));
  }

  public client(timeoutMs = 5_000): RespClient {
    const client = new RespClient({ host: this.host, port: PORT, password: () => PASSWORD, tls: this.tls && (() => ({ ...this.tls })), timeoutMs });
    this.clients.push(client);
    return client;
  }

  public async call(...command: string[]): Promise<any> {
    return (this.clients[0] ?? this.client()).call(...command);
  }

  public remove(): void { fs.rmSync(this.folder, { recursive: true }); }

  public signal(signal: NodeJS.Signals): void { this.process?.kill(signal); }

  public async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    if (!this.process) return;
    const { process: running } = this;
    this.process = undefined;
    if (running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  }
}

/** A slow way to a server outside: its stream comes late, as do orders to refuse writes; and its pause of writes is over before those. */
async function slowWay(to: string): Promise<{ readonly host: string; readonly close: () => void }> {
  const host = `127.250.${process.pid % 250}.${nextAddress++}`;
  const way = net.createServer((near) => {
    const far = net.connect(PORT, to);
    let replica = false;
    near.on('data', (data) => {
      const text = data.toString('latin1');
      replica ||= /psync/i.test(text);
      const sent = Buffer.from(text.replace('PAUSE\r\n$3\r\n900', 'PAUSE\r\n$$1\r\n1'), 'latin1');
      setTimeout(() => far.write(sent), /\bSET\r\n\$\d+\r\nmin-replicas-to-write/.test(text) ? 800 : 0);
    });
    far.on('data', (data) => setTimeout(() => near.write(data), replica ? 400 : 0));
    for (const [one, other] of [[near, far], [far, near]]) one.on('error', () => undefined).on('close', () => other.destroy());
  });
  await new Promise<void>((resolve) => { way.listen(PORT, host, resolve); });
  return { host, close: () => { way.close(); } };
}

/** The commands that docs/how-to/moving-in.md tells for the way back, to follow and to return. */
function wayBack(values: { readonly [word: string]: string }): string[][][] {
  const [, section] = /^## The way back$(.*?)^## /ms.exec(fs.readFileSync(path.join(__dirname, '../../docs/how-to/moving-in.md'), 'utf8'))!;
  return [...section.matchAll(/^```sh$(.*?)^```$/gms)].map(([, block]) => (
    [...block.matchAll(/^redis-cli ([^#\n]+)/gm)].map(([, line]) => line.trim().split(' ').map((word) => values[word] ?? word))));
}

/** Clients that write new keys, to the server outside while that accepts them, else to the installation. */
class Writers {
  /** Keys that were acknowledged, when and where. */
  public readonly acknowledged: { readonly key: string; readonly at: number; readonly where: number }[] = [];
  private running = true;
  private readonly all: Promise<void[]>;

  constructor(targets: readonly (() => RespClient)[], count = 4, private readonly refused: () => void = () => undefined) {
    this.all = Promise.all(Array.from({ length: count }, async (_, id) => this.write(id, targets.map((target) => target()))));
  }

  public where(index: number): number { return this.acknowledged.filter(({ where }) => where === index).length; }

  /** The longest time in which nothing was acknowledged. In milliseconds. */
  public get gapMs(): number {
    const times = this.acknowledged.map(({ at }) => at);
    return Math.max(...times.slice(1).map((at, index) => at - times[index]));
  }

  public async stop(): Promise<void> {
    this.running = false;
    await this.all;
  }

  private async write(id: number, targets: readonly RespClient[]): Promise<void> {
    let where = 0;
    for (let n = 0; this.running; n++) {
      const key = `w${id}:${n}`;
      try {
        await targets[where].call('SET', key, key);
        this.acknowledged.push({ key, at: Date.now(), where });
      } catch {
        if (this.running) this.refused();
        where = (where + 1) % targets.length;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
}

describeWith(['redis-server', 'redis-cli', 'haproxy'])('follow', () => {
  let stack: Stack | undefined;
  let outsides: Outside[] = [];
  let writers: Writers | undefined;
  afterEach(async () => {
    await writers?.stop();
    await stack?.stop();
    await Promise.all(outsides.map(async (one) => one.stop()));
    for (const one of outsides) one.remove();
    stack = writers = undefined;
    outsides = [];
  });

  const outside = async (program = Object.values(REDIS)[0], more: readonly string[] = [], ca?: string) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'outside-'));
    const one = new Outside(folder, program, more, ca === undefined ? undefined : { ca, servername: 'redis' });
    outsides.push(one);
    await one.start();
    return one;
  };
  const propsOf = (host: string, options: ExternalMasterOptions = {}): RedisHaProps => ({
    persistence: Persistence.volume(Size.gibibytes(1)),
    proxy: { replicas: 1 },
    server: { agent: { bootTimeout: Duration.seconds(5) } },
    follow: ExternalMaster.at(host, PORT, { passwordSecret: 'old', ...options }),
  });
  const create = async (props: RedisHaProps, options: StackOptions = {}) => {
    stack = await Stack.create({ props, secrets: { old: { password: PASSWORD } }, restartMs: 300, programs: { ...REDIS, ...VALKEY }, ...options });
    return stack;
  };
  const members = (one: Stack) => JSON.parse(fs.readFileSync(path.join(one.agents[0].file('/etc/redis-ha'), 'members.json'), 'utf8'));
  const tell = (one: Stack, change: object | undefined) => {
    const { follow, ...rest } = members(one);
    one.writeConfig('members.json', JSON.stringify({ ...rest, ...change && { follow: { ...follow, ...change } } }));
  };
  const values = async (one: Stack, key: string) => Promise.all(one.servers.map(async (server) => one.ask(server, 'GET', key).catch(() => undefined)));
  const logs = (one: Stack) => one.agents.map((each) => each.log()).join('');
  const roles = async (one: Stack) => (await one.look()).servers.map(({ role }) => role);
  const inSync = async (one: Stack, key: string, value: string) => (
    until('all servers have it', async () => (await values(one, key)).every((each) => each === value), 60_000));
  const hostsOf = async (one: Stack) => Promise.all(one.servers.map(async (server) => /master_host:(\S+)/.exec(await one.ask(server, 'INFO', 'replication'))?.[1]));
  const kill = async (containers: readonly Container[]) => Promise.all(containers.map(async (each) => each.destroy()));
  const killAll = async (one: Stack) => kill([...one.servers, ...one.agents, ...one.sentinels]);
  const lose = (one: Stack, ordinal: number) => {
    for (const entry of fs.readdirSync(one.servers[ordinal].file('/data'))) fs.rmSync(path.join(one.servers[ordinal].file('/data'), entry), { recursive: true });
  };
  const missing = async (one: Stack, master: number, keys: readonly string[]) => {
    const found = new Set<string>();
    for (let at = 0; at < keys.length; at += 500) {
      const some = keys.slice(at, at + 500);
      (await one.ask(one.servers[master], 'MGET', ...some)).forEach((value: unknown, index: number) => { if (value !== null) found.add(some[index]); });
    }
    return keys.filter((key) => !found.has(key));
  };
  const following = async (one: Stack, old: Outside) => {
    await old.call('SET', 'key', 'old');
    one.start();
    await inSync(one, 'key', 'old');
  };
  /** Clients write there, and here once this installation has taken over. */
  const cutsOver = async (one: Stack, old: Outside) => {
    const moved = new Writers([() => old.client(), () => one.client({ timeoutMs: 5_000 })]);
    writers = moved;
    await until('they write', () => moved.acknowledged.length > 500);
    tell(one, { cutOver: true });
    await until('they write here', () => moved.where(1) > 500, 60_000);
    await moved.stop();
    return { master: await one.converged(60_000), moved };
  };

  const ENGINES: readonly [string, Engine, typeof REDIS][] = [['Redis', Engine.redis(), REDIS], ['Valkey', Engine.valkey(), VALKEY]];

  test.each(ENGINES.filter(([, , programs]) => withPrograms(programs)))('it follows %s as a standby, and cuts over under writers: none of their writes is lost, and no restart', async (_, engine, programs) => {
    const [program] = Object.values(programs);
    const old = await outside(program);
    const replica = await outside(program, ['--replicaof', old.host, String(PORT)]);
    const one = await create({ ...propsOf(old.host), engine });
    await following(one, old);
    // one copies the master outside, the others copy that one; nobody is master, and clients may read
    expect((await hostsOf(one)).filter((host) => host === old.host).length).toBe(1);
    expect(await roles(one)).toEqual(['replica', 'replica', 'replica']);
    await expect(one.client().call('SET', 'key', 'x')).rejects.toThrow();
    await until('clients may read', async () => one.client({ read: true }).call('GET', 'key').then((value) => value === 'old', () => false));
    // Sentinels over there must not reach it
    expect(await old.call('INFO', 'replication')).toMatch(/,port=1,state=online/);
    const pids = one.servers.map(({ pid }) => pid);
    const { master, moved } = await cutsOver(one, old);
    expect(one.servers.map(({ pid }) => pid)).toEqual(pids);
    const { gapMs, acknowledged } = moved;
    console.info(`${path.basename(program)}: gap ${gapMs} ms, ${moved.where(0)} and ${moved.where(1)} writes acknowledged`);
    expect(await missing(one, master, acknowledged.map(({ key }) => key))).toEqual([]);
    // nobody writes there any more, nor where a failover there might lead to
    for (const each of [old, replica]) await expect(each.call('SET', 'key', 'x')).rejects.toThrow(/NOREPLICAS|READONLY/);
    await replica.call('REPLICAOF', 'NO', 'ONE');
    await expect(replica.call('SET', 'key', 'x')).rejects.toThrow('NOREPLICAS');
    // all is as if the installation had begun by itself
    for (const server of one.servers) {
      expect(await one.ask(server, 'CONFIG', 'GET', 'masterauth')).toEqual(['masterauth', one.password]);
      expect(await one.ask(server, 'CONFIG', 'GET', 'replica-announce-port')).toEqual(['replica-announce-port', '6379']);
    }
  });

  test('a standby is told as one, and the way back: the former master follows this one without a full copy, and takes over again', async () => {
    const old = await outside();
    const one = await create(propsOf(old.host));
    await following(one, old);
    const kubectl = await StackKubectl.start(one);
    try {
      const status = async () => runCli(['status'], { kubectl: kubectl.program });
      let told = await status();
      await until('all is well with the standby', async () => { told = await status(); return told.status === 0; }, 20_000);
      expect(told.out).toMatch(new RegExp(`standby: It is a standby of ${old.host}:${PORT}, and takes no writes: server \\d copies it \\(\\d+ bytes and \\d+ s behind\\)`));
      tell(one, { cutOver: true });
      const master = await one.converged(60_000);
      await until('it is no standby any more', async () => !(await status()).out.includes('standby'), 20_000);
      await until('clients write here', async () => one.client().call('SET', 'key', 'new').then((reply) => reply === 'OK', () => false), 20_000);

      const info = async (ask: Promise<any>, field: string) => new RegExp(`^${field}:(\\S+)`, 'm').exec(await ask)?.[1];
      const ofMaster = async (field: string) => info(one.ask(one.servers[master], 'INFO'), field);
      const fullCopies = await ofMaster('sync_full');
      const [begin, end] = wayBack({ 'NEW-PASSWORD': one.password!, 'NAME.NAMESPACE': one.serviceAddress(one.redis.host!) });
      for (const command of begin) await old.call(...command);
      await until('it follows', async () => await info(old.call('INFO', 'replication'), 'master_link_status') === 'up', 20_000);
      expect(await ofMaster('sync_full')).toBe(fullCopies);
      // Sentinels here must not take it for a replica, at the address of HAProxy
      expect(await one.ask(one.servers[master], 'INFO', 'replication')).toMatch(/,port=1,state=online/);
      expect(await one.client().call('SET', 'key', 'newer')).toBe('OK');
      await until('it has all', async () => await info(old.call('INFO', 'replication'), 'slave_repl_offset') === await ofMaster('master_repl_offset'), 20_000);
      for (const command of end) await old.call(...command);
      expect(await old.call('GET', 'key')).toBe('newer');
      expect(await old.call('SET', 'key', 'back')).toBe('OK');
    } finally {
      kubectl.stop();
    }
  });

  test.each([true, false])('everybody here speaks TLS, and the master outside too: %s', async (secure) => {
    const ca = new TestCa();
    try {
      const files = ca.leaf();
      const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'outside-tls-'));
      for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(dir, name), text);
      const words = ['--tls-cert-file', 'tls.crt', '--tls-key-file', 'tls.key', '--tls-ca-cert-file', 'ca.crt'].map((word) => (word.startsWith('--') ? word : path.join(dir, word))).concat('--tls-auth-clients', 'optional');
      const old = await outside(undefined, secure ? words : [], secure ? ca.cert : undefined);
      fs.rmSync(dir, { recursive: true });
      const one = await create(
        { ...propsOf(old.host, { tls: secure }), tls: Tls.everywhere(TlsCertificate.secret('tls')) }, { secrets: { old: { password: PASSWORD }, tls: { ...ca.leaf() } } },
      );
      await following(one, old);
      tell(one, { cutOver: true });
      await one.converged(60_000);
      expect(await values(one, 'key')).toEqual(['old', 'old', 'old']);
      for (const server of one.servers) expect(await one.ask(server, 'CONFIG', 'GET', 'tls-replication')).toEqual(['tls-replication', 'yes']);
    } finally {
      ca.remove();
    }
  });

  test('it happens once: with the prop left in, after a restart of all and with a blank volume, nothing of the former master comes back', async () => {
    const old = await outside();
    const one = await create(propsOf(old.host, { cutOver: true }));
    await following(one, old);
    await one.converged(60_000);
    await until('clients may write', async () => one.client().call('SET', 'key', 'new').then(() => true, () => false));
    await inSync(one, 'key', 'new');
    // somebody lets clients write there again
    await old.call('CONFIG', 'SET', 'min-replicas-to-write', '0');
    await old.call('SET', 'key', 'old again');
    await until('all have a record', () => one.servers.every((server) => /"term":[1-9]/.test(fs.readFileSync(path.join(server.file('/data'), 'redis-ha-record.json'), 'utf8'))));
    await killAll(one);
    lose(one, 0);
    // the one without data comes first
    for (const each of [one.servers[0], one.agents[0], ...one.sentinels]) each.start();
    await until('it waits for the others', () => /waits for the others before it follows/.test(one.agents[0].log()));
    one.start();
    await one.converged(60_000);
    expect(await values(one, 'key')).toEqual(['new', 'new', 'new']);
    expect(await old.call('INFO', 'replication')).toContain('connected_slaves:0');
    expect(logs(one)).toContain('has data of its own');
    // and without it nothing changes
    tell(one, undefined);
    await until('they know', () => one.agents.every((agent) => agent.log().split(' members ').length > 1));
    await one.converged(60_000);
    expect(await values(one, 'key')).toEqual(['new', 'new', 'new']);
  });

  test.each([['', []], [', and takes no orders', ['--rename-command', 'CONFIG', '']]])('a master that has more databases%s: it is not followed', async (_, more) => {
    const old = await outside(undefined, ['--databases', '64', ...more]);
    const client = old.client();
    await client.batch([['SELECT', '20'], ['SET', 'key', 'of 20']]);
    const one = await create(propsOf(old.host));
    one.start();
    await until('it says why', () => logs(one).includes(`has ${more.length > 0 ? 21 : 64} databases, and this installation 16`), 60_000);
    await client.batch([['SELECT', '20'], ['SET', 'other', 'of 20']]);
    expect(await values(one, 'other')).toEqual([null, null, null]);
    expect(await old.call('INFO', 'replication')).toContain('connected_slaves:0');
  });

  test('an installation that lives follows nobody', async () => {
    const old = await outside();
    const { follow, ...props } = propsOf(old.host);
    const one = await create(props);
    one.start();
    await one.converged();
    await until('clients may write', async () => one.client().call('SET', 'key', 'mine').then(() => true, () => false));
    await inSync(one, 'key', 'mine');
    one.writeSecret('password', PASSWORD, 'old');
    one.writeConfig('members.json', JSON.stringify({ ...members(one), follow: { host: old.host, port: PORT, passwordFile: one.secretFile('password', 'old'), cutOver: true } }));
    await until('an agent says so', () => logs(one).includes('has data of its own'));
    await killAll(one);
    one.start();
    await one.converged(60_000);
    expect(await values(one, 'key')).toEqual(['mine', 'mine', 'mine']);
    expect(follow).toBeDefined();
  });

  test('a cut-over that fails after writes were stopped: they go on where they were, without an error, and it cuts over later', async () => {
    const old = await outside();
    const props = propsOf(old.host);
    const one = await create({ ...props, server: { ...props.server, minReplicasToWrite: 2 } });
    await following(one, old);
    const errors = jest.fn();
    writers = new Writers([() => old.client()], 4, errors);
    await until('they write', () => writers!.acknowledged.length > 100);
    const leader = (await hostsOf(one)).indexOf(old.host);
    const silent = one.servers[(leader + 1) % 3];
    silent.stall();
    tell(one, { cutOver: true });
    await until('it gives up', () => /given up, writes go on at .*: only 1 replicas have every write/.test(one.agents[leader].log()), 30_000);
    const before = writers.acknowledged.length;
    await until('they write on', () => writers!.acknowledged.length > before + 200, 30_000);
    expect(errors).not.toHaveBeenCalled();
    expect(await old.call('CONFIG', 'GET', 'min-replicas-to-write')).toEqual(['min-replicas-to-write', '0']);
    expect((await roles(one)).includes('master')).toBe(false);
    silent.resume();
    const master = await one.converged(90_000);
    await writers.stop();
    expect(await missing(one, master, writers.acknowledged.map(({ key }) => key))).toEqual([]);
  });

  test('a pause that ends before writes are refused: what was written since comes along', async () => {
    const old = await outside();
    const way = await slowWay(old.host);
    try {
      const one = await create(propsOf(way.host));
      await following(one, old);
      const { master, moved } = await cutsOver(one, old);
      expect(await missing(one, master, moved.acknowledged.map(({ key }) => key))).toEqual([]);
    } finally {
      way.close();
    }
  });

  test('without a majority of the Sentinels it does not touch the former master', async () => {
    const old = await outside();
    const one = await create(propsOf(old.host));
    await following(one, old);
    for (const sentinel of one.sentinels.slice(1)) sentinel.stall();
    tell(one, { cutOver: true });
    await until('all say why', () => one.agents.every((agent) => agent.log().split('too few Sentinels answer').length > 1), 30_000);
    await old.call('SET', 'key', 'later');
    await inSync(one, 'key', 'later');
    expect(await old.call('CONFIG', 'GET', 'min-replicas-to-write')).toEqual(['min-replicas-to-write', '0']);
    expect(await roles(one)).toEqual(['replica', 'replica', 'replica']);
  });

  test('the master outside is away for a while, as is the server that copies it: it goes on, and is not promoted meanwhile', async () => {
    const old = await outside();
    const one = await create(propsOf(old.host));
    await following(one, old);
    const leader = (await hostsOf(one)).indexOf(old.host);
    await kill([one.servers[leader], one.agents[leader], one.sentinels[leader]]);
    await old.call('SET', 'key', 'later');
    await until('the others have it', async () => (await values(one, 'key')).filter((value) => value === 'later').length === 2, 60_000);
    old.signal('SIGSTOP');
    for (const each of [one.servers[leader], one.agents[leader], one.sentinels[leader]]) each.start();
    tell(one, { cutOver: true });
    await until('an agent says that it does not answer', () => /does not answer|link to .* is down/.test(logs(one)), 60_000);
    expect((await roles(one)).includes('master')).toBe(false);
    tell(one, { cutOver: false });
    old.signal('SIGCONT');
    await old.call('SET', 'key', 'latest');
    await inSync(one, 'key', 'latest');
    expect((await roles(one)).includes('master')).toBe(false);
  });

  test('the former master is gone for good: without the prop, the installation begins with what it has copied', async () => {
    const old = await outside();
    const one = await create(propsOf(old.host));
    await following(one, old);
    await old.stop();
    tell(one, undefined);
    await one.converged(60_000);
    expect(await values(one, 'key')).toEqual(['old', 'old', 'old']);
    for (const server of one.servers) expect(await one.ask(server, 'CONFIG', 'GET', 'masterauth')).toEqual(['masterauth', one.password]);
  });

  test('a master that takes no orders: it cuts over once nobody writes there', async () => {
    const old = await outside(undefined, ['--rename-command', 'CONFIG', '', '--rename-command', 'CLIENT', '']);
    const one = await create(propsOf(old.host, { cutOver: true }));
    writers = new Writers([() => old.client()]);
    await following(one, old);
    await until('it says what to do', () => /clients still write there, and have to be stopped by hand/.test(logs(one)), 60_000);
    expect((await roles(one)).includes('master')).toBe(false);
    await writers.stop();
    const master = await one.converged(60_000);
    expect(await missing(one, master, writers.acknowledged.map(({ key }) => key))).toEqual([]);
  });
});

