import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as path from 'node:path';
import { FakeApi } from './fake-api';
import { fileIn, temporaryFolder } from './files';
import { until } from './until';
import { NODE_FLAGS } from '../../../lib/kube-template-sidecar/node-flags';

/** The project's folder. */
const ROOT = path.resolve(__dirname, '..', '..', '..');

/** Bundles the program as it is shipped, from the sources as they are. @returns the bundle's path */
export function bundle(): string {
  const folder = temporaryFolder();
  execFileSync(process.execPath, ['tools/bundle.mjs', folder], { cwd: ROOT });
  return path.join(folder, 'kube-template.js');
}

/** A kubeconfig for a fake API server, in a new folder. @returns its path */
export function kubeconfigFor(api: FakeApi): string {
  return fileIn(temporaryFolder(), 'kubeconfig', JSON.stringify({
    'current-context': 'test',
    'contexts': [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'clusters': [{ name: 'test', cluster: { 'server': api.url, 'certificate-authority-data': Buffer.from(api.certificate.cert).toString('base64') } }],
    'users': [{ name: 'test', user: { token: api.token } }],
  }));
}

const running: ChildProgram[] = [];
afterEach(async () => {
  for (const program of running.splice(0)) await program.kill();
});

/** How a {@link ChildProgram} runs. */
export interface ChildOptions {
  /** Working directory. Default: a new folder. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** kube-template as a process of its own, killed after the test. */
export class ChildProgram {
  public stdout = '';
  public stderr = '';
  /** The exit status; undefined while it runs. */
  public status?: number | NodeJS.Signals;
  private readonly child: ChildProcess;

  constructor(script: string, args: readonly string[], { cwd = temporaryFolder(), env = {} }: ChildOptions = {}) {
    const { KUBERNETES_SERVICE_HOST, KUBECONFIG, ...rest } = process.env;
    this.child = spawn(process.execPath, [...NODE_FLAGS, script, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...rest, HOME: cwd, ...env } });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => { this.stdout += text; });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => { this.stderr += text; });
    this.child.on('close', (code, signal) => { this.status = signal ?? code!; });
    running.push(this);
  }

  /** The lines of the log, without their times. */
  public get log(): string[] { return this.stderr.split('\n').filter(Boolean).map((line) => line.replace(/^\S+Z /, '')); }

  public signal(signal: NodeJS.Signals): void { this.child.kill(signal); }

  /** Resolves with the exit status. */
  public async ended(): Promise<number | NodeJS.Signals> {
    await this.until(() => this.status !== undefined, 'the program has ended');
    return this.status!;
  }

  /** Waits for a condition. @throws Error with what the program printed, at once when it has ended without */
  public async until(condition: () => boolean, what: string): Promise<void> {
    try {
      await until(() => condition() || this.status !== undefined, what);
      if (!condition()) throw new Error(`${what}: not before the program ended`);
    } catch (error) {
      throw new Error(`${(error as Error).message}\nstatus ${this.status}, printed:\n${this.stdout}\nlogged:\n${this.stderr}`);
    }
  }

  public async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await until(() => this.status !== undefined, 'the program has ended');
  }
}
