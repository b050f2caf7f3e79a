import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Sandbox } from './sandbox';
import { until } from '../agent/support/cluster';
import { freePort } from '../support/free-port';

/** A sandbox with a folder of data that real servers write and load. */
export class DataFolder {
  public readonly sandbox = new Sandbox();
  private readonly data = path.join(this.sandbox.root, 'data');

  constructor(private readonly server: string = 'redis-server') {
    fs.mkdirSync(this.data);
  }

  /** Path of the folder, or of something in it. */
  public at(...parts: string[]): string {
    return path.join(this.data, ...parts);
  }

  /** Writes the lines of redis.conf that say where data is, and how. Returns the file. */
  public config(appendonly: boolean): string {
    return this.sandbox.write('redis.conf', `dir ${this.data}\nappendonly ${appendonly ? 'yes' : 'no'}\nsave ""\n`);
  }

  /** Checksums of all files. */
  public hashes(): string {
    return execFileSync('sh', ['-c', 'find . -type f -exec sha256sum {} + | sort'], { cwd: this.data, encoding: 'utf8' });
  }

  /** Runs a server over the data. @returns what it answers */
  public async serve(appendonly: boolean, ...commands: string[][]): Promise<string[]> {
    const { cli, end } = await this.start(appendonly);
    const answers = commands.map((command) => cli(...command));
    await end('SIGTERM');
    return answers;
  }

  /** Runs a server that is killed so many milliseconds after it began to rewrite its log. @returns how many keys it had loaded */
  public async killed(command: string[], afterMs: number): Promise<number> {
    const { cli, end } = await this.start(true);
    const keys = Number(cli('DBSIZE'));
    cli(...command);
    cli('BGREWRITEAOF');
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await end('SIGKILL');
    return keys;
  }

  /** Runs a server that copies 1000 keys and is killed while it writes them to its log. @returns how many it had then */
  public async killedAfterCopy(): Promise<number> {
    const port = await freePort();
    const master = fs.mkdtempSync(path.join(this.sandbox.root, 'master-'));
    const { cli: fill, end: endMaster } = await this.start(false, ['--port', String(port), '--repl-diskless-sync-delay', '0'], master);
    fill('EVAL', "for i = 1, 1000 do redis.call('SET', i, i) end", '0');
    const { cli, end } = await this.start(true, ['--rdb-key-save-delay', '20000', '--dbfilename', 'temp-0.rdb']);
    try {
      cli('REPLICAOF', '127.0.0.1', String(port));
      await until('all is copied', () => cli('INFO', 'replication').includes('master_link_status:up'));
      return Number(cli('DBSIZE'));
    } finally {
      await end('SIGKILL');
      await endMaster('SIGKILL');
    }
  }

  private async start(appendonly: boolean, more: readonly string[] = [], dir = this.data) {
    const socket = path.join(dir === this.data ? this.sandbox.root : dir, 'socket');
    const args = ['--port', '0', '--unixsocket', socket, '--dir', dir, '--save', '', '--appendonly', appendonly ? 'yes' : 'no', '--databases', '64', ...more];
    const child = spawn(this.server, args, { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const cli = (...command: string[]) => execFileSync('redis-cli', ['-s', socket, ...command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    await until('the server answers', () => cli('PING') === 'PONG' || child.exitCode !== null);
    return { cli, end: async (signal: NodeJS.Signals) => { child.kill(signal); await ended; } };
  }

  public remove(): void {
    this.sandbox.remove();
  }
}
