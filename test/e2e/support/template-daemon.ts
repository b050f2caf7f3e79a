import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { NODE_FLAGS } from '../../../lib/template-sidecar/sidecar';

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

  /** Ends it. */
  public async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill();
    await exit;
  }
}
