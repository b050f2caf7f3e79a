import { Failovers } from './act/failovers';
import { Action } from './decide/action';
import { BLANK_MEMORY, Memory } from './decide/memory';
import { formatClaim } from './observe/claim';
import { ServerView } from './observe/observation';
import { DataRecord } from './observe/record-file';

/** Where the record is kept. */
export interface RecordStore {
  read(): DataRecord | undefined;
  write(record: DataRecord): void;
  remove(): void;
  /** The server has copied all data, and writes it to a log that nothing on the disk names yet: what is there is that of before. */
  behind(): boolean;
}

/** Tells the other agents about the data. */
export interface Publisher {
  publish(name: string, runId: string): Promise<void>;
}

/** What the agent says in the status file. */
interface Status {
  readonly role: string;
  readonly phase: Action['kind'];
  readonly master: number | null;
  readonly why: string;
}

/**
 * What an agent knows beyond one round. There is one for the life of the process, which outlives changes of the members; all others tell it
 * what happened.
 */
export class AgentState {
  public readonly failovers = new Failovers();
  private knownMemory: Memory = BLANK_MEMORY;
  private knownStatus: Status = { role: 'unknown', phase: 'wait', master: null, why: 'starting' };
  private knownRecord: DataRecord | undefined;
  private knownProcess: string | undefined;
  /** The disk has the data of before a copy. */
  private behind = false;
  private knownMaster = false;
  private stopRequested = false;
  private ending = false;

  constructor(private readonly store: RecordStore, private readonly publisher: Publisher) {
    this.knownRecord = store.read();
  }

  public get memory(): Memory {
    return this.knownMemory;
  }

  public get status(): Status {
    return this.knownStatus;
  }

  public get record(): DataRecord | undefined {
    return this.knownRecord;
  }

  /** The record for the process of the server that answers: the script that started another one may have found less data, and says so in the record. */
  public recordFor(runId: string): DataRecord | undefined {
    if (runId !== this.knownProcess) {
      this.knownProcess = runId;
      this.knownRecord = this.store.read();
      this.behind = false;
    }
    return this.knownRecord;
  }

  /** The local server was the named master when last seen. */
  public get isMaster(): boolean {
    return this.knownMaster;
  }

  /** The local server is about to stop. */
  public get stopping(): boolean {
    return this.stopRequested || this.ending;
  }

  /** The server is asked to stop; the next one to start is not. */
  public requestStop(): void {
    this.stopRequested = true;
  }

  /** The agent is asked to end, and the server with it. */
  public end(): void {
    this.ending = true;
  }

  /** Another process of the server answers. */
  public serverRestarted(): void {
    this.stopRequested = false;
  }

  /** The process of the server is gone. @returns whether that was the named master; told once. */
  public serverDied(): boolean {
    const was = this.knownMaster;
    this.knownMaster = false;
    return was;
  }

  public serverSeen(isNamedMaster: boolean): void {
    this.knownMaster = isNamedMaster;
  }

  public decided(memory: Memory, status: Status): void {
    this.knownMemory = memory;
    this.knownStatus = status;
  }

  /** These Sentinels were asked for a vote. */
  public votesAsked(sentinels: readonly number[]): void {
    const { asked } = this.knownMemory;
    this.knownMemory = { ...this.knownMemory, asked: [...new Set([...asked, ...sentinels])] };
  }

  /**
   * Keeps a record of live data, and tells the others. Not on a disk that has the data of before a copy, as it would say too much of that when the process ends.
   *
   * @param self a first attempt to write the copy may fail: then the next one is due, and the store sees none
   */
  public async remember(record: DataRecord, self?: Pick<ServerView, 'rewriting' | 'rewriteDue'>): Promise<void> {
    this.behind = this.store.behind() || (self ? self.rewriteDue === true || (this.behind && self.rewriting === true) : this.behind);
    if (!this.behind) this.store.write(record);
    this.knownRecord = record;
    await this.tell(formatClaim({ ...record, offset: 0, live: true }), record.runId);
  }

  /** The data is set aside: what comes next knows nothing. */
  public forgetData(): void {
    this.store.remove();
    this.knownRecord = undefined;
  }

  /** Tells the others a claim about the data of a process. */
  public async tell(claim: string, runId: string): Promise<void> {
    await this.publisher.publish(claim, runId);
  }
}
