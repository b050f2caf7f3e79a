import { ChildProcess } from 'node:child_process';
import { CALL_MS, collect, failure, Kubectl } from './kubectl';

/** A port of a pod, through `kubectl port-forward`: it enters the pod's own network, which no NetworkPolicy keeps from it. */
export class PortForward {
  private child?: ChildProcess;
  private local?: Promise<number>;

  constructor(private readonly kubectl: Kubectl, private readonly pod: string, private readonly port: number) {}

  /** Text of a page, by HTTP. @throws Error with the reason why there is none */
  public async get(path: string): Promise<string> {
    this.local ??= this.open();
    try {
      const response = await fetch(`http://127.0.0.1:${await this.local}${path}`, { signal: AbortSignal.timeout(CALL_MS) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return await response.text();
    } catch (error) {
      this.close();
      throw (error as Error).cause instanceof Error ? (error as Error).cause : error;
    }
  }

  public close(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
    this.local = undefined;
  }

  private async open(): Promise<number> {
    const child = this.kubectl.start(['port-forward', '--address', '127.0.0.1', `pod/${this.pod}`, `:${this.port}`]);
    this.child = child;
    const [out, err] = [child.stdout!, child.stderr!].map(collect);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(failure(`no port was forwarded within ${CALL_MS / 1000} s`));
      }, CALL_MS);
      child.stdout!.on('data', () => {
        const port = /^Forwarding from 127\.0\.0\.1:(\d+) /m.exec(out.text())?.[1];
        if (port !== undefined) settle(() => resolve(Number(port)));
      });
      const ended = (): void => settle(() => reject(failure(err.text())));
      const settle = (how: () => void): void => {
        clearTimeout(timer);
        child.off('close', ended);
        how();
      };
      child.once('close', ended);
      child.once('error', ended);
    });
  }
}
