import * as fs from 'node:fs';
import * as path from 'node:path';

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
}

const FILE = 'redis-ha-record.json';

/** Keeps a {@link DataRecord} in a file of the data directory. */
export class RecordFile {
  private readonly file: string;
  private written = '';

  constructor(dataDir: string) {
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
  }

  /** Replaces the record. Forced to the disk, except for a mere progress of the offset. */
  public write(record: DataRecord): void {
    const text = JSON.stringify(record);
    if (text === this.written) return;
    const identity = JSON.stringify({ ...record, offset: 0 });
    const lasting = this.written === '' || identity !== JSON.stringify({ ...JSON.parse(this.written), offset: 0 });
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
    this.written = text;
  }
}
