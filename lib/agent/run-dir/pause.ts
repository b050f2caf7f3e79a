import * as fs from 'node:fs';
import * as path from 'node:path';
import { Log, messageOf } from '../../log/log';
import { replaceFile } from '../base/files';

/** A time without failovers. */
interface Paused {
  /** Epoch, in milliseconds: it outlives the agent. */
  readonly until: number;
  /** How long the Sentinels bear a silent master meanwhile. */
  readonly downAfterMs: number;
}

/** Longest time after the end in which Sentinels that do not answer are looked for. */
const RESTORE_MS = 60_000;

/**
 * Maintenance: no failover for a time that ends by itself. It is kept beside the server, so that an agent that starts again knows of it; a pod that starts
 * again does not.
 */
export class Pause {
  private readonly file: string;
  private paused?: Paused;

  constructor(runDir: string, private readonly log: Log, private readonly now: () => number = Date.now) {
    this.file = path.join(runDir, 'failover-paused');
    this.paused = this.read();
  }

  /** Whether it lasts. */
  public get lasts(): boolean {
    return this.paused !== undefined && this.now() < this.paused.until;
  }

  /** When it ends; undefined if it does not last. */
  public get until(): Date | undefined {
    return this.lasts ? new Date(this.paused!.until) : undefined;
  }

  /** How long Sentinels are to bear a silent master, if that is not what is configured. */
  public get downAfterMs(): number | undefined {
    return this.lasts ? this.paused!.downAfterMs : undefined;
  }

  /** What Sentinels may still have of a pause that is over. */
  public get leftOverMs(): number | undefined {
    return this.lasts ? undefined : this.paused?.downAfterMs;
  }

  public begin(ms: number): Date {
    const until = this.now() + ms;
    this.keep({ until, downAfterMs: ms });
    const end = new Date(until);
    this.log.info('pause', `no failover until ${end.toISOString()}`);
    return end;
  }

  /** @returns whether it lasted */
  public end(): boolean {
    if (!this.lasts) return false;
    this.keep({ ...this.paused!, until: this.now() });
    return true;
  }

  /** Nothing is left over, or it is not to be found. */
  public restored(all: boolean): void {
    if (this.paused === undefined || (!all && this.now() < this.paused.until + RESTORE_MS)) return;
    this.paused = undefined;
    fs.rmSync(this.file, { force: true });
    this.log.info('pause', 'over: failovers as usual');
  }

  private keep(paused: Paused): void {
    this.paused = paused;
    try {
      replaceFile(this.file, JSON.stringify(paused));
    } catch (error) {
      this.log.warn('pause', `is forgotten if the agent ends: ${messageOf(error)}`);
    }
  }

  private read(): Paused | undefined {
    try {
      const { until, downAfterMs } = JSON.parse(fs.readFileSync(this.file, 'utf8'));
      return { until: Number(until), downAfterMs: Number(downAfterMs) };
    } catch {
      return undefined; // there is none
    }
  }
}
