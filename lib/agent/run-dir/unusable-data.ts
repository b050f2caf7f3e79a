import * as fs from 'node:fs';
import * as path from 'node:path';
import { Log, messageOf } from '../../log/log';

/** Written by the start script, with the reason, while it waits; and our answer. */
const UNUSABLE = 'unusable-data';
const START_OVER = 'start-over';

/** The start script of a server whose data can't be loaded asks here whether it may start without. */
export class UnusableData {
  constructor(private readonly runDir: string, private readonly log: Log) {}

  /** Why the data can't be loaded; undefined when nobody asks. */
  public get reason(): string | undefined {
    try {
      const reason = fs.readFileSync(path.join(this.runDir, UNUSABLE), 'utf8').trim();
      return fs.existsSync(path.join(this.runDir, START_OVER)) ? undefined : reason;
    } catch {
      return undefined;
    }
  }

  /** The server has started, as its data was mended: what it once asked counts no more. */
  public forget(): void {
    fs.rm(path.join(this.runDir, UNUSABLE), () => undefined); // there mostly is none
  }

  /** Lets the server start without its data. */
  public startOver(why: string): void {
    try {
      fs.writeFileSync(path.join(this.runDir, START_OVER), '');
      this.log.warn('data', `the server starts over: ${why}`);
    } catch (error) {
      this.log.error('data', `cannot let the server start over: ${messageOf(error)}`);
    }
  }
}
