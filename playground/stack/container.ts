import { ChildProcess, ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Mounts } from './folders';
import type { Network } from './network';
import { Pod, portOf } from './pod';
import { withFolders } from './texts';

/** What a command in a container answered. */
export interface Answer {
  /** Exit status; -1 if it was ended for taking too long. */
  readonly status: number;
  /** All that it printed. */
  readonly output: string;
}

/** What a container is made of. */
export interface ContainerParts {
  readonly pod: Pod;
  readonly spec: any;
  readonly mounts: Mounts;
  /** Variables that every process of the stack has. */
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly network: Network;
  /** A key of a Secret; undefined if it is not there. */
  readonly secret: (name: string, key: string) => string | undefined;
  /** Pause after which a process that ended starts again, as the kubelet does it. In milliseconds; it stays ended if undefined. */
  readonly restartMs?: number;
}

/** A container of a pod: its command as a process of this machine, with its variables, files, probes and hooks. */
export class Container {
  public readonly name: string;
  private child?: ChildProcess;
  private wanted = false;
  private timer?: NodeJS.Timeout;
  private readonly whenEnded: ((code: number | null) => void)[] = [];

  constructor(private readonly parts: ContainerParts) {
    this.name = parts.spec.name;
  }

  public get pod(): Pod { return this.parts.pod; }

  /** @throws Error if it does not run */
  public get pid(): number {
    if (!this.running) throw new Error(`${this.pod.name}/${this.name} does not run`);
    return this.child!.pid!;
  }

  public get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Is called each time that the process has ended by itself or was killed. */
  public whenItEnds(run: (code: number | null) => void): void {
    this.whenEnded.push(run);
  }

  /** Starts the process that the manifest says. */
  public start(): void {
    if (this.running) return;
    const { spec, logFile, network } = this.parts;
    this.wanted = true;
    const log = fs.openSync(logFile, 'a');
    const [program, ...args] = this.placed([...spec.command, ...spec.args ?? []]);
    // a group of its own: signals reach its children too, and a terminal's Ctrl-C does not reach it
    const child = spawn(program, args, { stdio: ['ignore', log, log], env: this.env, cwd: path.dirname(logFile), detached: true });
    fs.closeSync(log);
    this.child = child;
    child.on('error', (error) => fs.appendFileSync(logFile, `${error}\n`));
    const { pid } = child;
    if (pid === undefined) return;
    void network.tell({ kind: 'started', group: pid }).catch(() => undefined);
    child.once('exit', (code, signal) => {
      fs.appendFileSync(logFile, `# ended: ${signal ?? code}\n`);
      this.signal('SIGKILL', pid); // children that it left
      void network.tell({ kind: 'ended', group: pid }).catch(() => undefined);
      for (const run of this.whenEnded) run(code);
      if (this.wanted && this.parts.restartMs !== undefined) this.timer = setTimeout(() => this.start(), this.parts.restartMs);
    });
  }

  /** Ends the process and its children at once. It stays ended unless the stack restarts containers. */
  public async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** The end of a container as the kubelet does it: hook, SIGTERM, and SIGKILL when the time is over. It stays ended. @returns what the hook answered */
  public async terminate(): Promise<Answer> {
    this.forget();
    if (!this.running) return { status: 0, output: '' };
    const { terminationGracePeriodSeconds = 30 } = this.pod.spec;
    const timer = setTimeout(() => this.signal('SIGKILL'), terminationGracePeriodSeconds * 1000);
    const answer = await this.preStop();
    await this.end('SIGTERM');
    clearTimeout(timer);
    return answer;
  }

  /** Ends the process for good, without asking. */
  public async destroy(): Promise<void> {
    this.forget();
    await this.end('SIGKILL');
  }

  /** Freezes the process and its children, until {@link resume}. */
  public stall(): void {
    this.signal('SIGSTOP', this.pid);
  }

  public resume(): void {
    this.signal('SIGCONT', this.pid);
  }

  /** Runs the hook of the manifest to its end; without one, answers at once. */
  public async preStop(): Promise<Answer> {
    const command = this.parts.spec.lifecycle?.preStop?.exec?.command;
    return command ? this.exec(command, 120_000) : { status: 0, output: '' };
  }

  /** Runs a probe of the manifest. @throws Error if the container has none of that kind */
  public async probe(kind: 'liveness' | 'readiness' | 'startup'): Promise<Answer> {
    const probe = this.parts.spec[`${kind}Probe`];
    if (!probe) throw new Error(`${this.pod.name}/${this.name} has no ${kind} probe`);
    const timeoutMs = 1000 * (probe.timeoutSeconds ?? 1);
    if (probe.exec) return this.exec(probe.exec.command, timeoutMs);
    const { path: page, port } = probe.httpGet;
    try {
      const response = await fetch(`http://${this.pod.inside}:${portOf(this.pod, port)}${page}`, { signal: AbortSignal.timeout(timeoutMs) });
      return { status: response.ok ? 0 : 1, output: await response.text() };
    } catch (error) {
      return { status: -1, output: String(error) };
    }
  }

  /** Runs a command with the container's variables and files, which may be named by their paths in the container. */
  public async exec(command: readonly string[], timeoutMs = 30_000): Promise<Answer> {
    const child = this.open(command);
    child.stdin.end();
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output += text; });
    const timer = setTimeout(() => this.signal('SIGKILL', child.pid!), timeoutMs);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        clearTimeout(timer);
        resolve({ status: code ?? -1, output });
      });
    });
  }

  /** Starts a command as {@link exec} does, and leaves it to the caller: the leader of a process group of its own. */
  public open(command: readonly string[]): ChildProcessWithoutNullStreams {
    const [program, ...args] = this.placed(command);
    const env = { ...this.env, PROXY_PID: String(this.child?.pid ?? '') };
    const child = spawn(program, args, { stdio: 'pipe', env, detached: true });
    child.stdin.on('error', () => undefined); // it may end before it has read
    return child;
  }

  /** The folder or file that stands for a path of the container. */
  public file(name: string): string {
    return withFolders(name, this.parts.mounts);
  }

  /** All that the process printed since the stack began. */
  public log(): string {
    return fs.existsSync(this.parts.logFile) ? fs.readFileSync(this.parts.logFile, 'utf8') : '';
  }

  private forget(): void {
    this.wanted = false;
    clearTimeout(this.timer);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || !this.running) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (signal === 'SIGTERM') child.kill(signal); // the container's first process alone
    else this.signal(signal);
    await ended;
  }

  /** To the process and all its children. */
  private signal(signal: NodeJS.Signals, group = this.child?.pid): void {
    try {
      if (group !== undefined) process.kill(-group, signal);
    } catch {
      // all of them have ended
    }
  }

  private placed(command: readonly string[]): string[] {
    return command.map((word) => withFolders(word, this.parts.mounts));
  }

  /** A pod that was replaced has another address. */
  private get env(): NodeJS.ProcessEnv {
    const { env, pod } = this.parts;
    return { ...env, STACK_ADDRESS: pod.inside, HOSTNAME: pod.name, ...this.variables() };
  }

  private variables(): NodeJS.ProcessEnv {
    const { spec, pod, mounts } = this.parts;
    return Object.fromEntries((spec.env ?? []).map(({ name, value, valueFrom }: any) => {
      if (valueFrom === undefined) return [name, withFolders(value ?? '', mounts)];
      const { secretKeyRef } = valueFrom;
      if (secretKeyRef) return [name, this.parts.secret(secretKeyRef.name, secretKeyRef.key)];
      const field = valueFrom.fieldRef?.fieldPath;
      const fields: { [path: string]: string } = { 'metadata.name': pod.name, 'metadata.uid': pod.name, 'metadata.namespace': 'default', 'status.podIPs': pod.address, 'status.hostIP': pod.address };
      if (!(field in fields)) throw new Error(`${pod.name}/${spec.name}: the stack does not know where ${name} comes from: ${JSON.stringify(valueFrom)}`);
      return [name, fields[field]];
    }));
  }
}
