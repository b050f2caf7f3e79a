import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { connect } from 'node:net';
import * as path from 'node:path';
import { ask } from '../../../lib/kube-template/haproxy/socket';
import { HAPROXY } from '../../support/binaries';
import { freePort } from '../../support/free-port';
import { TempDir } from '../support/temp-dir';

/** Waits until the condition holds, looking every 5 ms. */
export async function eventually(condition: () => Promise<boolean> | boolean, what: string, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!await Promise.resolve(condition()).catch(() => false)) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exited;
}

/** A Redis server. */
export class RedisProcess {
  /** @param masterPort makes it a replica, which need not be in sync */
  public static async start(dir: string, masterPort?: number): Promise<RedisProcess> {
    const port = await freePort();
    const replica = masterPort === undefined ? [] : ['--replicaof', '127.0.0.1', String(masterPort)];
    const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir, ...replica], { stdio: 'ignore' });
    const redis = new RedisProcess(port, child);
    await eventually(async () => await roleAt(port) !== 'refused', `redis-server on ${port}`);
    return redis;
  }

  private constructor(public readonly port: number, private readonly child: ChildProcess) {}

  public stop(): Promise<void> {
    return end(this.child, 'SIGKILL');
  }
}

/** HAProxy in master-worker mode, with its files in a directory of its own. */
export class HaproxyProcess {
  public readonly dir = new TempDir();
  public readonly file = path.join(this.dir.path, 'haproxy.cfg');
  public readonly master = path.join(this.dir.path, 'master.sock');
  public readonly stats = path.join(this.dir.path, 'stats.sock');
  public readonly stateFile = path.join(this.dir.path, 'server-state');
  private child?: ChildProcess;

  /** A configuration with the global section and the defaults that the tests need. */
  public config(lines: string): string {
    return `global
    stats socket ${this.stats} mode 660 level admin
    server-state-file ${this.stateFile}
    hard-stop-after 10s
defaults
    mode tcp
    load-server-state-from-file global
    timeout connect 1s
    timeout client 1m
    timeout server 1m
    timeout check 1s
${lines}
`;
  }

  public write(config: string): void {
    fs.writeFileSync(this.file, config);
  }

  /** Starts it, without waiting. */
  public launch(): void {
    this.child = spawn(HAPROXY, ['-W', '-db', '-S', `${this.master},mode,660`, '-f', this.file], { stdio: 'ignore' });
  }

  public async start(): Promise<void> {
    this.launch();
    await eventually(async () => (await ask(this.stats, 'show version')).length > 0, 'HAProxy starts');
  }

  public async stop(): Promise<void> {
    if (this.child) await end(this.child, 'SIGINT');
    this.child = undefined;
  }

  public async remove(): Promise<void> {
    await this.stop();
    this.dir.remove();
  }
}

/** Asks for the role at a port; `refused` when the connection ends without an answer. */
function roleAt(port: number): Promise<'master' | 'replica' | 'refused'> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => resolve('refused'));
    socket.on('data', (data) => {
      const text = data.toString();
      resolve(text.includes('master') ? 'master' : text.includes('slave') ? 'replica' : 'refused');
      socket.destroy();
    });
    socket.write('ROLE\r\n');
  });
}

/** A client that connects again and again and counts whom it reaches. */
export class RoleCounter {
  public readonly count = { master: 0, replica: 0, refused: 0 };
  private stopped = false;
  private readonly loop: Promise<void>;

  constructor(port: number) {
    this.loop = this.run(port);
  }

  /** Waits until it was answered by a master this many times from now on. */
  public async reachMaster(times: number): Promise<void> {
    const before = this.count.master;
    await eventually(() => this.count.master >= before + times, 'connections reach the master');
  }

  public async stop(): Promise<RoleCounter['count']> {
    this.stopped = true;
    await this.loop;
    return this.count;
  }

  private async run(port: number): Promise<void> {
    while (!this.stopped) {
      this.count[await roleAt(port)]++;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}
