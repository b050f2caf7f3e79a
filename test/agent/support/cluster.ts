import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pairs } from '../../../lib/agent/redis/replies';
import { Reply } from '../../../lib/agent/redis/resp';
import { RespClient } from '../../../lib/agent/redis/resp-client';
import { freePort } from '../../support/free-port';

// Without spaces and quotes: Sentinel writes auth-pass unquoted into its file and cannot read it again.
const PASSWORD = 's3cret$x%!';

/** The programs that {@link TestCluster} runs. */
export const REDIS = ['redis-server', 'redis-sentinel'];

/** Waits until the condition holds; a condition that throws does not hold yet. */
export async function until(what: string, condition: () => Promise<boolean> | boolean, timeoutMs = 40_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      if (await condition()) return;
    } catch (error) {
      last = error;
    }
    await sleep(25);
  }
  throw new Error(`not within ${timeoutMs} ms: ${what}${last ? ` (${String(last)})` : ''}`);
}

export async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Real servers, Sentinels and agents on loopback addresses of their own. */
export class TestCluster {
  public readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'agent-'));
  public readonly servers: string[];
  public readonly sentinels: string[];
  public password = PASSWORD;
  /** What stands behind the password in its file, as editors leave it. */
  public afterPassword = '\n';
  /** Further lines of sentinel.conf. */
  public sentinelConfig = '';
  public serverPort = 0;
  public sentinelPort = 0;
  private readonly processes = new Map<string, ChildProcess>();
  private readonly clients: RespClient[] = [];
  private formerDirectories = 0;

  constructor(private readonly settings: Record<string, unknown> = {}, private readonly size = 3, private readonly redisConfig = '', sentinels = size) {
    const byte = (): number => 1 + Math.floor(Math.random() * 250);
    const network = `127.${byte()}.${byte()}`;
    this.servers = Array.from({ length: size }, (_, i) => `${network}.${i + 1}`);
    this.sentinels = Array.from({ length: sentinels }, (_, i) => `${network}.${i + 101}`);
  }

  /** Starts everything at once, as Kubernetes does. */
  public async start(): Promise<void> {
    await this.choosePorts();
    this.sentinels.forEach((_, j) => this.startSentinel(j));
    for (let i = 0; i < this.size; i++) {
      this.startServer(i);
      this.startAgent(i);
    }
  }

  public async choosePorts(): Promise<void> {
    this.serverPort = await freePort(this.servers[0]);
    this.sentinelPort = await freePort(this.sentinels[0]);
  }

  public startServer(i: number, options: { empty?: boolean; config?: string } = {}): void {
    const directory = this.dataDir(i);
    // A killed server may leave a child behind that still writes its first append-only file: it keeps the former directory.
    if (options.empty && fs.existsSync(directory)) fs.renameSync(directory, `${directory}-former-${this.formerDirectories++}`);
    fs.mkdirSync(directory, { recursive: true });
    const file = path.join(this.directory, `redis-${i}.conf`);
    fs.writeFileSync(file, `
bind ${this.servers[i]}
bind-source-addr ${this.servers[i]}
port ${this.serverPort}
dir ${directory}
logfile ${this.directory}/redis-${i}.log
save ""
appendonly yes
repl-diskless-sync yes
repl-diskless-sync-delay 0
replica-announce-ip ${this.servers[i]}
replica-announce-port ${this.serverPort}
requirepass "${this.password}"
masterauth "${this.password}"
replicaof 127.0.0.1 1
replica-priority 0
shutdown-timeout 2
${this.redisConfig}
${options.config ?? ''}
`);
    this.spawn(`redis-${i}`, 'redis-server', [file]);
  }

  public startSentinel(j: number, options: { blank?: boolean } = {}): void {
    const file = path.join(this.directory, `sentinel-${j}.conf`);
    if (options.blank || !fs.existsSync(file)) {
      fs.writeFileSync(file, `
bind ${this.sentinels[j]}
bind-source-addr ${this.sentinels[j]}
port ${this.sentinelPort}
dir ${this.directory}
logfile ${this.directory}/sentinel-${j}.log
requirepass "${this.password}"
sentinel announce-ip ${this.sentinels[j]}
sentinel announce-port ${this.sentinelPort}
sentinel myid ${(0xabc0 + j).toString(16).padStart(40, '0')}
${this.sentinelConfig}
`);
    }
    this.spawn(`sentinel-${j}`, 'redis-sentinel', [file]);
  }

  /** Edits the file of a Sentinel that does not run. */
  public editSentinelConfig(j: number, from: RegExp, to: string): void {
    const file = path.join(this.directory, `sentinel-${j}.conf`);
    const before = fs.readFileSync(file, 'utf8');
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${file} has no ${from}`);
    fs.writeFileSync(file, after);
  }

  /** Tells an agent who exists, be it running or not. */
  public writeMembers(i: number, members: Record<string, unknown>): void {
    fs.writeFileSync(`${this.membersFile(i)}.new`, JSON.stringify(members));
    fs.renameSync(`${this.membersFile(i)}.new`, this.membersFile(i));
  }

  /** @param settings of this agent alone, beside those of the cluster */
  public startAgent(i: number, settings: Record<string, unknown> = {}): void {
    fs.mkdirSync(this.runDir(i), { recursive: true });
    fs.mkdirSync(this.dataDir(i), { recursive: true });
    fs.writeFileSync(path.join(this.directory, 'password'), `${this.password}${this.afterPassword}`);
    const { servers, sentinels, quorum, ...fixed }: Record<string, unknown> = {
      masterName: 'cache-redis',
      servers: this.servers,
      serverPort: this.serverPort,
      sentinels: this.sentinels,
      sentinelPort: this.sentinelPort,
      self: i,
      selfAddress: this.servers[i],
      downAfterMs: 2_000,
      bootTimeoutMs: 3_000,
      dataDir: this.dataDir(i),
      runDir: this.runDir(i),
      passwordFile: path.join(this.directory, 'password'),
      membersFile: this.membersFile(i),
      ...this.settings,
      ...settings,
    };
    this.writeMembers(i, { servers, sentinels, quorum });
    const file = path.join(this.directory, `agent-${i}.json`);
    fs.writeFileSync(file, JSON.stringify(fixed));
    this.spawn(`agent-${i}`, process.execPath, [agentProgram(), file]);
  }

  /** Ends one process at once and waits for its end. */
  public async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.processes.get(name);
    if (!child) return;
    this.processes.delete(name);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await ended;
  }

  public signal(name: string, signal: NodeJS.Signals): void {
    this.processes.get(name)!.kill(signal);
  }

  /** Resolves with the exit code. */
  public async exited(name: string): Promise<number | null> {
    const child = this.processes.get(name)!;
    return child.exitCode ?? new Promise((resolve) => child.once('close', resolve));
  }

  public pid(name: string): number {
    return this.processes.get(name)!.pid!;
  }

  public async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    for (const child of this.processes.values()) child.kill('SIGCONT');
    await Promise.all([...this.processes.keys()].map(async (name) => this.kill(name)));
    await until('nobody writes any more', () => {
      fs.rmSync(this.directory, { recursive: true, force: true });
      return true;
    });
  }

  /** Keys with this prefix that a server holds. */
  public async keys(i: number, prefix = 'key'): Promise<Set<string>> {
    return new Set(await this.ask(i, 'KEYS', `${prefix}:*`) as string[]);
  }

  public client(host: string, port: number, timeoutMs = 2_000): RespClient {
    const client = new RespClient({ host, port, password: () => this.password, timeoutMs });
    this.clients.push(client);
    return client;
  }

  public server(i: number, timeoutMs?: number): RespClient {
    return this.client(this.servers[i], this.serverPort, timeoutMs);
  }

  public async ask(i: number, ...command: string[]): Promise<Reply> {
    const client = this.server(i);
    return client.call(...command).finally(() => client.close());
  }

  public sentinel(j: number): RespClient {
    return this.client(this.sentinels[j], this.sentinelPort);
  }

  public async askSentinel(j: number, ...command: string[]): Promise<Reply> {
    const client = this.sentinel(j);
    return client.call(...command).finally(() => client.close());
  }

  /** What a Sentinel says about the master. */
  public async sentinelMaster(j: number): Promise<Record<string, string>> {
    return Object.fromEntries(pairs(await this.askSentinel(j, 'SENTINEL', 'MASTER', 'cache-redis')));
  }

  /** A period of a Sentinel, by its name in `SENTINEL DEBUG`. In milliseconds. */
  public async period(j: number, name: string): Promise<number> {
    return Number(pairs(await this.askSentinel(j, 'SENTINEL', 'DEBUG')).get(name));
  }

  public sentinelLog(j: number): string {
    return fs.readFileSync(path.join(this.directory, `sentinel-${j}.log`), 'utf8');
  }

  public async info(i: number): Promise<Record<string, string>> {
    const text = String(await this.ask(i, 'INFO', 'replication'));
    return Object.fromEntries(text.split('\r\n').filter((line) => line.includes(':')).map((line) => line.split(/:(.*)/s).slice(0, 2)));
  }

  /** Ordinal that a Sentinel names, or undefined. */
  public async named(j: number): Promise<number | undefined> {
    const reply = await this.askSentinel(j, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'cache-redis');
    return Array.isArray(reply) ? this.servers.indexOf(String(reply[0])) : undefined;
  }

  public async masters(): Promise<number[]> {
    const roles = await Promise.all(this.servers.map(async (_, i) => this.info(i).then((info) => info.role, () => 'none')));
    return roles.flatMap((role, i) => role === 'master' ? [i] : []);
  }

  /** Waits until these servers are one master and linked, electable replicas, and all these Sentinels name it and know all. Returns it. */
  public async converged(options: { servers?: number[]; sentinels?: number[]; timeoutMs?: number } = {}): Promise<number> {
    const servers = options.servers ?? this.servers.map((_, i) => i);
    const sentinels = options.sentinels ?? this.sentinels.map((_, j) => j);
    let master = -1;
    await until('one master, named by all, with all replicas in sync', async () => {
      const [found, ...more] = await this.masters();
      if (found === undefined || more.length > 0) return false;
      for (const i of servers.filter((each) => each !== found)) {
        const info = await this.info(i);
        if (info.master_host !== this.servers[found] || info.master_link_status !== 'up' || info.slave_priority !== '100') return false;
      }
      for (const j of sentinels) {
        if (await this.named(j) !== found) return false;
        const details = await this.sentinelMaster(j);
        if (details.flags !== 'master' || Number(details['num-other-sentinels']) < sentinels.length - 1) return false;
        if (Number(details['num-slaves']) < servers.length - 1) return false;
      }
      master = found;
      return true;
    }, options.timeoutMs).catch((error: unknown) => { throw new Error(`${String(error)}\n${this.logs()}`); });
    return master;
  }

  /** Writes keys `PREFIX:0` to `PREFIX:N-1`. */
  public async fill(i: number, count: number, prefix = 'key'): Promise<void> {
    const client = this.server(i, 10_000);
    await client.batch(Array.from({ length: count }, (_, n) => ['SET', `${prefix}:${n}`, String(n)]));
    client.close();
  }

  public log(name: string): string {
    return fs.readFileSync(path.join(this.directory, `${name}.out`), 'utf8');
  }

  /** All that the programs said, for a failed test. */
  public logs(): string {
    return [...this.processes.keys()].map((name) => `--- ${name}\n${this.log(name)}`).join('\n');
  }

  public dataDir(i: number): string {
    return path.join(this.directory, `data-${i}`);
  }

  private membersFile(i: number): string {
    return path.join(this.directory, `members-${i}.json`);
  }

  public runDir(i: number): string {
    return path.join(this.directory, `run-${i}`);
  }

  protected spawn(name: string, program: string, args: string[]): void {
    const out = fs.openSync(path.join(this.directory, `${name}.out`), 'a');
    this.processes.set(name, spawn(program, args, { stdio: ['ignore', out, out], cwd: this.directory }));
    fs.closeSync(out);
  }
}

/** Writes one key after the other to whoever accepts it, and keeps what was acknowledged. */
export class Writer {
  public readonly acknowledged: string[] = [];
  /** Longest time without an acknowledgement. In milliseconds. */
  public longestGap = 0;
  private stopped = false;
  private readonly done: Promise<void>;

  constructor(private readonly cluster: TestCluster, private at: number, private readonly prefix = 'written') {
    this.done = this.write();
  }

  public async stop(): Promise<string[]> {
    this.stopped = true;
    await this.done;
    return this.acknowledged;
  }

  private async write(): Promise<void> {
    let last = Date.now();
    let client = this.cluster.server(this.at, 10_000);
    for (let n = 0; !this.stopped; n++) {
      const key = `${this.prefix}:${n}`;
      try {
        if (n % 50 === 0 || this.longestGap === 0) await sleep(1);
        await client.call('SET', key, 'x');
        this.acknowledged.push(key);
        this.longestGap = Math.max(this.longestGap, Date.now() - last);
        last = Date.now();
      } catch {
        client.close();
        await sleep(5);
        this.at = (this.at + 1) % this.cluster.servers.length;
        client = this.cluster.server(this.at, 10_000);
      }
    }
    client.close();
  }
}

let bundle: string | undefined;

/** The agent as one file, as it runs in a pod. */
export function agentProgram(): string {
  if (bundle === undefined) {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'agent-bundle-'));
    bundle = path.join(directory, 'agent.js');
    const root = path.join(__dirname, '../../..');
    const esbuild = path.join(root, 'node_modules/.bin/esbuild');
    const args = [path.join(root, 'lib/agent/main.ts'), '--bundle', '--platform=node', '--target=node20', `--outfile=${bundle}`, '--log-level=error'];
    const result = spawnSync(esbuild, args, { encoding: 'utf8' });
    if (result.status !== 0) throw new Error(result.stderr);
    process.once('exit', () => fs.rmSync(directory, { recursive: true, force: true }));
  }
  return bundle;
}
