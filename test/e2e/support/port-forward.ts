import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { command } from './kubectl';

/** Ports of a Service, forwarded to ports of this host that the system chooses. */
export class PortForward {
  /**
   * Starts forwarding.
   *
   * @throws what kubectl said, when it gives up
   */
  public static async open(namespace: string, target: string, ports: readonly number[]): Promise<PortForward> {
    const [program, args] = command(['-n', namespace, 'port-forward', '--address', '127.0.0.1', target, ...ports.map((port) => `:${port}`)]);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk) => { errors += chunk; });
    // kubectl names the container's port, in the order of the arguments
    const local: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /^Forwarding from 127\.0\.0\.1:(\d+) /.exec(line)?.[1];
      if (port !== undefined) local.push(Number(port));
      if (local.length === ports.length) break;
    }
    if (local.length < ports.length) {
      child.kill();
      throw new Error(`no forwarding to ${target}: ${errors.trim()}`);
    }
    child.stdout.resume(); // it says a line for each connection
    return new PortForward(child, new Map(ports.map((port, index) => [port, local[index]!])));
  }

  private constructor(private readonly child: ChildProcess, private readonly local: ReadonlyMap<number, number>) {}

  /** Port of 127.0.0.1 that is forwarded to a port of the Service. */
  public port(remote: number): number {
    return this.local.get(remote)!;
  }

  /** Stops forwarding. */
  public async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill();
    await exit;
  }
}
