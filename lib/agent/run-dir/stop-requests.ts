import * as fs from 'node:fs';
import * as path from 'node:path';
import { Log, messageOf } from '../../log/log';
import { replaceFile } from '../base/files';

const REQUESTED = 'stop-requested';
const ANSWERED = 'stop-answered';
/** In case the file system reports no changes. */
const POLL_MS = 250;

/** The files through which the container of the server asks for a hand-over before it stops. */
export class StopRequests {
  private readonly requested: string;
  private readonly answered: string;
  private watcher?: fs.FSWatcher;
  private timer?: NodeJS.Timeout;
  private seen = false;

  constructor(runDir: string, private readonly log: Log) {
    this.requested = path.join(runDir, REQUESTED);
    this.answered = path.join(runDir, ANSWERED);
  }

  /** Calls back once for each request. */
  public watch(onRequest: () => void): void {
    const look = (): void => {
      if (this.seen || !fs.existsSync(this.requested)) return;
      this.seen = true;
      onRequest();
    };
    try {
      this.watcher = fs.watch(path.dirname(this.requested), look);
      this.watcher.on('error', (error) => this.log.warn('stop', `cannot watch: ${messageOf(error)}`));
    } catch (error) {
      this.log.warn('stop', `cannot watch: ${messageOf(error)}`);
    }
    this.timer = setInterval(look, POLL_MS);
    look();
  }

  /** Tells the container of the server that it may stop. Where that can't be written, it stops after the time that it waits at most. */
  public answer(line: string): void {
    try {
      replaceFile(this.answered, `${line}\n`);
    } catch (error) {
      this.log.error('stop', `the server cannot be told "${line}": ${messageOf(error)}`);
    }
  }

  /** Forgets the request of a server that stopped since. Its files went when the next one started. */
  public reset(): void {
    this.seen = false;
  }

  public close(): void {
    this.watcher?.close();
    clearInterval(this.timer);
  }
}
