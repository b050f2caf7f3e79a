import { ChildProcess } from 'node:child_process';
import { CALL_MS, collect, failure, Kubectl } from './kubectl';

/** Ends each answer. */
const END = '\n--- end\n';

/** What runs where. */
interface ExecOptions {
  readonly pod: string;
  readonly container: string;
  /**
   * A shell script that prints `--- end` after each answer. It is an argument, which the API server logs: it must hold no secret. On standard input it
   * could not be, as dash reads ahead.
   */
  readonly script: string;
  /** What the script is called, and its argument. */
  readonly command: readonly [string, string];
}

/** A shell script that runs in a container by `kubectl exec`, and answers each line on its standard input: one connection, however often it is asked. */
export class ExecSession {
  private child?: ChildProcess;
  private errors?: { text(): string };
  private heard = '';
  private notify?: () => void;

  constructor(private readonly kubectl: Kubectl, private readonly options: ExecOptions, private readonly timeoutMs = CALL_MS) {}

  /** Asks once; starts the script if it does not run. @throws CliError with the reason why there is no answer */
  public async ask(): Promise<string> {
    const child = this.running();
    this.heard = '';
    child.stdin!.write('\n');
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => {
        this.close();
        reject(failure(`no answer within ${this.timeoutMs / 1000} s`));
      }), this.timeoutMs);
      const settle = (how: () => void): void => {
        clearTimeout(timer);
        this.notify = undefined;
        child.off('close', ended);
        child.off('error', ended);
        how();
      };
      const ended = (): void => settle(() => {
        this.child = undefined;
        reject(failure(this.errors!.text()));
      });
      this.notify = () => {
        if (this.heard.endsWith(END)) settle(() => resolve(this.heard.slice(0, -END.length)));
      };
      child.once('close', ended);
      child.once('error', ended);
    });
  }

  /** Ends kubectl; the container then sees the end of its input, and the script ends. */
  public close(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  private running(): ChildProcess {
    if (this.child && this.child.exitCode === null && this.child.signalCode === null) return this.child;
    const { pod, container, script, command } = this.options;
    const child = this.kubectl.start(['exec', '-i', pod, '-c', container, '--', 'sh', '-c', script, ...command]);
    this.child = child;
    this.errors = collect(child.stderr!);
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      this.heard += chunk;
      this.notify?.();
    });
    return child;
  }
}
