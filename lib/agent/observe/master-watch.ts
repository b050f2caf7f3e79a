import { SilenceWatch, SilenceWatchOptions, WATCH_MS } from './silence-watch';

/** How a master can be absent. One that hangs or stalls is not: it may go on, and is left to the Sentinels. */
export type Absence = typeof ABSENCES[number];

export const ABSENCES = [
  /** There is no sign of life of its pod: it is lost with its node, or cut off. */
  'lost',
  /** Its server refuses connections: it is gone, and its agent does not replace it, as it is gone too. */
  'gone',
] as const;

/** What a server said when it was asked. An error is an answer too. */
export type Said = 'answer' | 'refusal' | 'nothing';

/** How the watch asks, and whom it tells. Times are in milliseconds. */
export interface MasterWatchOptions extends Pick<SilenceWatchOptions, 'clock' | 'signOfLife'> {
  /** From when on each absence is told. */
  readonly afterMs: Readonly<Record<Absence, number>>;
  readonly ask: (master: number) => Promise<Said>;
  /** Called again and again while it lasts. */
  readonly absent: (master: number, absence: Absence, ms: number) => void;
}

/** Watches a master for each way in which it can be absent. */
export class MasterWatch {
  private readonly silence: SilenceWatch;
  private master?: number;
  /** How many times in a row it refused. */
  private refusals = 0;

  constructor(private readonly options: MasterWatchOptions) {
    const { clock, signOfLife, afterMs, absent } = options;
    this.silence = new SilenceWatch({
      clock,
      signOfLife,
      silentAfterMs: afterMs.lost,
      answers: async (master) => this.answers(master),
      silent: (master, ms) => absent(master, 'lost', ms),
    });
  }

  /** From now on watches this server alone, or nobody. */
  public watch(master: number | undefined): void {
    if (master !== this.master) this.refusals = 0;
    this.master = master;
    this.silence.watch(master);
  }

  private async answers(master: number): Promise<boolean> {
    const { afterMs, ask, absent } = this.options;
    const said = await ask(master);
    if (master !== this.master) return false;
    this.refusals = said === 'refusal' ? this.refusals + 1 : 0;
    const refusedMs = (this.refusals - 1) * WATCH_MS;
    if (refusedMs >= afterMs.gone) absent(master, 'gone', refusedMs);
    return said === 'answer';
  }
}
