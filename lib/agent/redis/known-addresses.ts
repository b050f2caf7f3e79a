import * as fs from 'node:fs';
import * as path from 'node:path';
import { replaceFile } from '../base/files';

/** The addresses that names of members had last, for an agent that starts again while no name resolves. They live as long as the pod. */
export class KnownAddresses {
  private readonly file: string;

  constructor(runDir: string) {
    this.file = path.join(runDir, 'known-addresses');
  }

  public of(host: string): string | undefined {
    try {
      return fs.readFileSync(this.file, 'utf8').split('\n').map((line) => line.split(' ')).find(([name]) => name === host)?.[1];
    } catch {
      return undefined;
    }
  }

  /** In place of all former ones. Where they can't be written, nothing but a start without DNS has to wait. */
  public keep(hosts: readonly string[], addresses: readonly string[]): void {
    try {
      replaceFile(this.file, hosts.map((host, index) => `${host} ${addresses[index]}\n`).join(''));
    } catch {
      // the heartbeat and the status, which are files of the same folder, say so
    }
  }
}
