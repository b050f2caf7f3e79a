import { Look, majorityOf, namedMaster, SentinelView } from './observation';
import { WATCH_MS } from './silence-watch';
import { Clock, lateAfter } from '../base/clock';

/** From one look that finds the server unheard to the next, which has to find it too: an answer may be on its way, or a pause have ended. In milliseconds. */
const AGAIN_MS = 100;

/** How the watch asks, and whom it tells. Times are in milliseconds. */
export interface HearingWatchOptions {
  readonly clock: Clock;
  /** Ordinal of the local server. */
  readonly self: number;
  /** From which age on a ping without an answer counts. */
  readonly unansweredAfterMs: number;
  /** That of the configuration. Sentinels that wait longer, as during a pause of failovers, replace nobody now. */
  readonly downAfterMs: number;
  /** For how long the server is told to be unheard at most: who does not replace it by then does not replace it. */
  readonly atMostMs: number;
  /** Whether the local server answers. */
  readonly runs: () => Promise<boolean>;
  /** Whether a pause of writes keeps it from answering Sentinels. */
  readonly paused: () => Promise<boolean>;
  /** What each Sentinel says; who answers after `late` counts as absent. */
  readonly ask: (late: Promise<undefined>) => Promise<Look['sentinels']>;
  /** Whether a former agent knew that this server was the one named before another one was, which is named now. */
  readonly knownAsNamed: (named: number, views: Look['sentinels']) => Promise<boolean>;
  /** Called again and again: a majority of the Sentinels names the server, and none is deaf to it, or they have been for so long that they won't replace it. */
  readonly heard: () => Promise<void>;
  /** Called again and again while it lasts: the server runs, but a majority of the Sentinels does not hear it, and may replace it. */
  readonly unheard: () => void;
  /** Called again and again while it lasts: a majority of the Sentinels names another server, after one has named this, also before the watch began. */
  readonly replaced: () => void;
}

/**
 * Watches for a deafness that no stall explains: the local server answers its agent, and the Sentinels answer it too, but say that the server does not answer them.
 * So it is where packets are lost in one direction alone.
 */
export class HearingWatch {
  /** Another object for each time that the server is watched. */
  private watched?: object;

  constructor(private readonly options: HearingWatchOptions) {}

  /** @param watched whether the local server is watched from now on */
  public watch(watched: boolean): void {
    if (watched === (this.watched !== undefined)) return;
    this.watched = watched ? {} : undefined;
    if (this.watched) void this.run(this.watched);
  }

  private async run(watched: object): Promise<void> {
    const { clock, self, atMostMs, runs, paused, ask, knownAsNamed, heard, unheard, replaced } = this.options;
    let runsSince = clock.now();
    let unheardSince: number | undefined;
    let wasNamed = false;
    const answeredSince: number[] = [];
    for (;;) {
      const began = clock.now();
      const late = lateAfter(clock, WATCH_MS);
      const [runsNow, views] = await Promise.all([Promise.race([runs(), late]), ask(late)]);
      const now = clock.now();
      const named = namedMaster(views);
      wasNamed ||= named === self || (typeof named === 'number' && await knownAsNamed(named, views));
      if (this.watched !== watched) return;
      // A pause of its own explains it too.
      if (!runsNow || now - began > 2 * WATCH_MS) runsSince = now;
      views.forEach((view, index) => { if (!view) answeredSince[index] = now; });
      if (wasNamed && typeof named === 'number' && named !== self) {
        if (runsNow) replaced();
      } else if (!wasNamed || !this.areDeaf(views, (index) => now - Math.max(runsSince, answeredSince[index] ?? 0))) {
        unheardSince = undefined;
        if (named === self) await heard();
      } else if (unheardSince === undefined) {
        unheardSince = now;
      } else if (now - unheardSince > atMostMs) {
        await heard();
      } else if (await paused()) {
        unheardSince = undefined;
      } else {
        unheard();
      }
      await clock.sleep(unheardSince === now ? AGAIN_MS : Math.max(0, WATCH_MS - (clock.now() - began)));
    }
  }

  /**
   * Whether a majority of all Sentinels leaves no doubt that it does not hear the server.
   *
   * @param surelyMs for how long this agent has had answers of the server and of that Sentinel without a gap
   */
  private areDeaf(views: Look['sentinels'], surelyMs: (sentinel: number) => number): boolean {
    const { self, unansweredAfterMs, downAfterMs } = this.options;
    const isDeaf = (view: SentinelView, index: number): boolean => {
      if (view.names !== self) return typeof view.names === 'number';
      // Whoever asks at a former address is told the new one instead; and one that never heard the server knows no replica of it either.
      if (view.namesFormer || view.masterRunId === '' || !(view.settings && view.settings.downAfterMs <= downAfterMs)) return false;
      return Math.min(view.pingUnansweredMs, surelyMs(index)) >= unansweredAfterMs;
    };
    return views.filter((view, index) => view && isDeaf(view, index)).length >= majorityOf(views.length);
  }
}
