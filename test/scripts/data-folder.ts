import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Sandbox } from './sandbox';
import { until } from '../agent/support/cluster';

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

  private async start(appendonly: boolean) {
    const socket = path.join(this.sandbox.root, 'socket');
    const args = ['--port', '0', '--unixsocket', socket, '--dir', this.data, '--save', '', '--appendonly', appendonly ? 'yes' : 'no', '--databases', '64'];
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
