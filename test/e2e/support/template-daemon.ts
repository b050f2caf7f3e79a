import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { NODE_FLAGS } from '../../../lib/kube-template-sidecar/node-flags';

/** The program as it is shipped. */
export const BUNDLE = path.resolve(__dirname, '..', '..', '..', 'lib', 'assets', 'bundles', 'kube-template.js');

/** A kube-template of this host, started as in its container. */
export class TemplateDaemon {
  /** What it logged. */
  public log = '';
  private readonly child: ChildProcess;

  constructor(flags: readonly string[]) {
    this.child = spawn(process.execPath, [...NODE_FLAGS, BUNDLE, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr!.setEncoding('utf8').on('data', (text) => { this.log += text; });
  }

  /** Resident memory in bytes. */
  public memory(): number {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))![1]) * 1024;
  }

  /** What it serves at /metrics of the port that it chose. */
  public async metrics(): Promise<string> {
    const address = /listening on (\S+)/.exec(this.log)?.[1];
    if (address === undefined) throw new Error('it does not listen yet');
    return (await fetch(`http://${address}/metrics`)).text();
  }

  public signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it. */
  public async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill();
    await exit;
  }
}
