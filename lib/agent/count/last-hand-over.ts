import * as fs from 'node:fs';
import * as path from 'node:path';
import { Log, messageOf } from '../../log/log';
import { replaceFile } from '../base/files';

/** The last hand-over of a server. */
export interface HandOver {
  readonly outcome: string;
  /** When it ended, in seconds since 1970. */
  readonly at: number;
  readonly seconds: number;
}

/** Where the last hand-over is kept. */
export interface HandOverRecord {
  read(): HandOver | undefined;
  write(handOver: HandOver): void;
}

const FILE = 'redis-ha-hand-over.json';

/** Keeps the last hand-over on the volume: the pod ends with it, before anybody has asked how it went. */
export class LastHandOver implements HandOverRecord {
  private readonly file: string;

  constructor(dataDir: string, private readonly log: Log) {
    this.file = path.join(dataDir, FILE);
  }

  public read(): HandOver | undefined {
    try {
      const { outcome, at, seconds } = JSON.parse(fs.readFileSync(this.file, 'utf8')) as Partial<HandOver>;
      return typeof outcome === 'string' && Number.isFinite(at) && Number.isFinite(seconds) ? { outcome, at: at!, seconds: seconds! } : undefined;
    } catch {
      return undefined;
    }
  }

  public write(handOver: HandOver): void {
    try {
      replaceFile(this.file, JSON.stringify(handOver));
    } catch (error) {
      this.log.warn('hand-over', `its outcome cannot be kept: ${messageOf(error)}`);
    }
  }
}
