import * as path from 'node:path';
import { Log, messageOf } from '../../log/log';
import { replaceFile } from '../base/files';

/** What the agent made of its last round, for people: `cat /run/redis-ha/status.json`. */
export class StatusFile {
  private readonly file: string;

  constructor(runDir: string, private readonly log: Log) {
    this.file = path.join(runDir, 'status.json');
  }

  public write(status: object): void {
    try {
      replaceFile(this.file, `${JSON.stringify(status)}\n`);
    } catch (error) {
      this.log.warn('status', `cannot be written: ${messageOf(error)}`);
    }
  }
}
