import { ChildProcess, spawn } from 'node:child_process';
import { CliError, EXIT } from '../base/command';

/** Longest wait for a command of kubectl. In milliseconds. */
export const CALL_MS = 10_000;

/** An object as the API server has it, of any kind. */
export type KubeObject = any;

/** Of the user's kubectl: which one it is, and where it looks. */
export interface KubectlOptions {
  /** Default: that of the context. */
  readonly namespace?: string;
  /** Default: kubectl's current one. */
  readonly context?: string;
  /** Program: `$KUBECTL`. Default: `kubectl` from PATH. */
  readonly program?: string;
}

/** What a run of kubectl may be given. */
interface RunOptions {
  /** Standard input. Default: none. */
  readonly input?: string;
  /** Longest wait. Default: {@link CALL_MS}. */
  readonly timeoutMs?: number;
  /** It may not be left half done: neither {@link Kubectl.close} nor Ctrl-C ends it. */
  readonly wholly?: boolean;
}

/** How a run of kubectl ended. */
interface Result {
  /** Exit status; null if it took too long. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The user's kubectl, with the user's rights. It ends every process that it started. */
export class Kubectl {
  constructor(private readonly options: KubectlOptions, private readonly children = new Set<ChildProcess>()) {}

  /** This kubectl in another namespace. The processes of both end with either. */
  public in(namespace: string): Kubectl {
    return new Kubectl({ ...this.options, namespace }, this.children);
  }

  /** Options by which another kubectl looks where this one does. */
  public get where(): readonly string[] {
    const { namespace, context } = this.options;
    return [...context === undefined ? [] : ['--context', context], ...namespace === undefined ? [] : ['--namespace', namespace]];
  }

  /** Starts a kubectl that is left running, until it ends or {@link close} ends it. */
  public start(args: readonly string[]): ChildProcess {
    const child = this.spawned(args);
    this.children.add(child);
    for (const event of ['close', 'error']) child.once(event, () => this.children.delete(child));
    return child;
  }

  /** Runs kubectl to its end. @returns what it printed @throws CliError with what it said */
  public async run(...args: readonly string[]): Promise<string> {
    return this.runWith(args, {});
  }

  /** One object, by its kind and name. @throws CliError also if it is not there */
  public async get(kind: string, name: string): Promise<KubeObject> {
    return JSON.parse(await this.run('get', `${kind}/${name}`, '--output', 'json'));
  }

  /** All objects of some kinds with these labels. @param kinds as kubectl takes them, with commas @throws CliError */
  public async list(kinds: string, selector: string): Promise<KubeObject[]> {
    return JSON.parse(await this.run('get', kinds, '--selector', selector, '--output', 'json')).items;
  }

  /** As {@link run}, with an input or with more time. */
  public async runWith(args: readonly string[], options: RunOptions): Promise<string> {
    const { timeoutMs = CALL_MS } = options;
    const { code, out, err } = await this.result(args, options);
    if (code === 0) return out;
    throw failure(code === null ? `no answer to \`kubectl ${args[0]}\` within ${timeoutMs / 1000} s` : err);
  }

  /** Runs kubectl to its end, however it ends. */
  public async result(args: readonly string[], { input = '', timeoutMs = CALL_MS, wholly = false }: RunOptions): Promise<Result> {
    const child = wholly ? this.spawned(args, true) : this.start(args);
    child.stdin!.end(input);
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const [out, err] = [child.stdout!, child.stderr!].map(collect);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('close', resolve);
      child.once('error', (error: NodeJS.ErrnoException) => reject(this.notStarted(error)));
    }).finally(() => clearTimeout(timer));
    return { code, out: out.text(), err: err.text() };
  }

  /** Ends all that was started. */
  public async close(): Promise<void> {
    await Promise.all([...this.children].map(async (child) => {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await ended;
    }));
  }

  /** @param detached in a process group of its own, which a terminal's Ctrl-C does not reach */
  private spawned(args: readonly string[], detached = false): ChildProcess {
    const { program = 'kubectl' } = this.options;
    const child = spawn(program, [...this.where, ...args], { stdio: ['pipe', 'pipe', 'pipe'], detached });
    child.stdin!.on('error', () => undefined); // it may end before it has read
    return child;
  }

  private notStarted(error: NodeJS.ErrnoException): CliError {
    const { program = 'kubectl' } = this.options;
    const why = error.code === 'ENOENT' ? 'it is not there: install it, or name it by the variable KUBECTL' : error.message;
    return new CliError(`${program} can't be started: ${why}`, EXIT.unavailable);
  }
}

/** What kubectl wrote to standard error, as an error of one line. */
export function failure(stderr: string): CliError {
  const lines = stderr.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  // client-go logs before it says what is wrong
  const line = lines.filter((each) => !/^[EWI]\d{4} /.test(each)).at(-1) ?? lines.at(-1) ?? 'it said nothing';
  return new CliError(`kubectl: ${line.replace(/^error: /i, '')}`, /forbidden/i.test(stderr) ? EXIT.notPermitted : EXIT.unavailable);
}

/** Collects what a stream brings. */
export function collect(stream: NodeJS.ReadableStream): { text(): string } {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
  return { text: () => text };
}
