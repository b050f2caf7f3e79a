import * as fs from 'node:fs';
import * as path from 'node:path';
import { Clock } from '../base/clock';

/** What is kept on the volume about the data beside it. */
export interface DataRecord {
  readonly term: number;
  readonly epoch: number;
  readonly master: boolean;
  readonly offset: number;
  readonly hasKeys: boolean;
  /** The process that held the data. */
  readonly runId: string;
  /** The replication stream that the data is of. */
  readonly streamId: string;
  /** Snapshots tell the stream. */
  readonly backlog?: boolean;
}

const FILE = 'redis-ha-record.json';

/** Between records of an offset and their being on the disk, of this server and of others: agents record it each second, ext4 writes back within 5 s. */
const SETTLED_MS = 6_000;

/**
 * Keeps a {@link DataRecord} in a file of the data directory, and beside it what scripts judge the data by at the next start. The offset that had been
 * reached some seconds before, `settled`: replicas in sync have recorded at least that, too. It is what a log is worth whose end is lost after a power loss.
 * The last file of the log and its size, `ending`: it may have grown since, and does not shrink. Where no log is kept, the snapshot with size and time.
 */
export class RecordFile {
  private readonly file: string;
  private written = '';
  private identity = '';
  /** Offsets of the same data, the oldest first. */
  private offsets: { readonly at: number; readonly offset: number }[] = [];

  /** Why it could not be written the last time. */
  private failed?: string;
  /** What could be seen of the data the last time, and whether that is now. */
  private ending = '';
  private blind = false;

  constructor(dataDir: string, private readonly clock: Clock, private readonly warn: (message: string) => void) {
    this.file = path.join(dataDir, FILE);
  }

  /** The record, or undefined when there is none that can be read. */
  public read(): DataRecord | undefined {
    try {
      const value = JSON.parse(fs.readFileSync(this.file, 'utf8')) as Partial<DataRecord>;
      const { term, epoch, master, offset, hasKeys, runId, streamId } = value;
      if (![term, epoch, offset].every(Number.isSafeInteger) || typeof runId !== 'string' || typeof streamId !== 'string') return undefined;
      return { term: term!, epoch: epoch!, master: master === true, offset: offset!, hasKeys: hasKeys === true, runId, streamId };
    } catch {
      return undefined;
    }
  }

  /** Forgets the data that the record is of. */
  public remove(): void {
    fs.rmSync(this.file, { force: true });
    this.written = '';
    this.identity = '';
  }

  /**
   * Replaces the record. Forced to the disk, except for a mere progress of the offset. Where it can't be written, as the volume is full, the former one stays, which claims less;
   * the data beside it can't be written either.
   */
  public write(record: DataRecord): void {
    const identity = JSON.stringify({ ...record, offset: 0 });
    const lasting = identity !== this.identity;
    if (lasting) this.offsets = [];
    const text = JSON.stringify({ ...record, settled: this.settle(record.offset), ending: this.look() });
    if (text === this.written) return;
    try {
      this.replace(text, lasting);
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.failed) this.warn(`cannot be written, the former one stays: ${message}`);
      this.failed = message;
      return;
    }
    if (this.failed !== undefined) this.warn('can be written again');
    this.failed = undefined;
    this.identity = identity;
    this.written = text;
  }

  /** The temporary name of what follows on the base of a log that replaces the present one: a rewrite without a copy lists it at once. */
  public behind(): boolean {
    return fs.existsSync(path.join(path.dirname(this.file), 'appendonlydir', 'temp-appendonly.aof.incr'));
  }

  /** What can't be looked at holds up nothing: what was seen before stays. */
  private look(): string {
    try {
      this.ending = this.endingNow();
      this.blind = false;
    } catch (error) {
      if (!this.blind) this.warn(`does not tell which data lies beside it now: ${(error as Error).message}`);
      this.blind = true;
    }
    return this.ending;
  }

  private endingNow(): string {
    const dir = path.dirname(this.file);
    const folder = path.join(dir, 'appendonlydir');
    try {
      const name = /(\S+) seq \d+ type i.*\n$/.exec(fs.readFileSync(path.join(folder, 'appendonly.aof.manifest'), 'utf8'))![1];
      return `${name} ${fs.statSync(path.join(folder, name)).size}`;
    } catch {
      // none is kept
      const dump = fs.statSync(path.join(dir, 'dump.rdb'), { throwIfNoEntry: false });
      return dump ? `dump.rdb ${dump.size} ${Math.floor(dump.mtimeMs / 1000)}` : 'none';
    }
  }

  private replace(text: string, lasting: boolean): void {
    const temporary = `${this.file}.new`;
    const descriptor = fs.openSync(temporary, 'w', 0o600);
    try {
      fs.writeSync(descriptor, text);
      if (lasting) {
        fs.fsyncSync(descriptor);
      }
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, this.file);
  }

  /** The newest offset that is old enough; 0 if there is none. */
  private settle(offset: number): number {
    const now = this.clock.now();
    this.offsets.push({ at: now, offset });
    const settled = this.offsets.filter(({ at }) => at <= now - SETTLED_MS).pop();
    if (settled) this.offsets.splice(0, this.offsets.indexOf(settled));
    return settled?.offset ?? 0;
  }
}
