import { Look, majorityOf, namedMaster, SentinelView, sentinelsWhere } from './observation';
import { WATCH_MS } from './silence-watch';
import { Clock, lateAfter } from '../base/clock';
import { untilEnough } from '../base/until-enough';

/** From one look that finds the server unheard to the next, which has to find it too: a Sentinel that stalled has not read its answers yet. In milliseconds. */
const AGAIN_MS = 100;

/** How the watch asks, and whom it tells. Times are in milliseconds. */
export interface HearingWatchOptions {
  readonly clock: Clock;
  /** Ordinal of the local server. */
  readonly self: number;
  /** From which age on a ping without an answer counts. */
  readonly unansweredAfterMs: number;
  /** For how long the server is told to be unheard at most: who does not replace it by then does not replace it. */
  readonly atMostMs: number;
  /** Whether the local server answers. */
  readonly runs: () => Promise<boolean>;
  /** What each Sentinel says; who answers after `late` counts as absent. */
  readonly ask: (late: Promise<undefined>) => Promise<SentinelView | undefined>[];
  /** Called again and again: nothing speaks against the server, or nobody knows. */
  readonly heard: () => Promise<void>;
  /** Called again and again while it lasts: the server runs, but a majority of the Sentinels does not hear it, and may replace it. */
  readonly unheard: () => void;
  /** Called again and again while it lasts: a majority of the Sentinels names another server, after one has named this. */
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
    const { clock, self, atMostMs, runs, ask, heard, unheard, replaced } = this.options;
    let runsSince = clock.now();
    let unheardSince: number | undefined;
    let wasNamed = false;
    while (this.watched === watched) {
      const began = clock.now();
      const late = lateAfter(clock, WATCH_MS);
      const [runsNow, views] = await Promise.all([Promise.race([runs(), late]), untilEnough(ask(late), () => false)]);
      const now = clock.now();
      // A pause of its own explains it too.
      if (!runsNow || now - began > 2 * WATCH_MS) runsSince = now;
      const named = namedMaster(views);
      wasNamed ||= named === self;
      if (wasNamed && named !== self && typeof named === 'number') {replaced();} else if (!wasNamed || !this.isUnheard(views, now - runsSince)) {
        unheardSince = undefined;
        await heard();
      } else if (unheardSince === undefined) {unheardSince = now;} else if (now - unheardSince > atMostMs) {await heard();} else {unheard();}
      await clock.sleep(unheardSince === now ? AGAIN_MS : Math.max(0, WATCH_MS - (clock.now() - began)));
    }
  }

  /** Whether a majority of all Sentinels leaves no doubt that it does not hear the server, though this has run for so long. */
  private isUnheard(views: Look['sentinels'], ranForMs: number): boolean {
    const { self, unansweredAfterMs } = this.options;
    // whoever asks at a former address is told the new one instead
    const deaf = sentinelsWhere(views, (view) => view.names !== self ? typeof view.names === 'number'
      : !view.namesFormer && Math.min(view.pingUnansweredMs, ranForMs) >= unansweredAfterMs);
    return deaf.length >= majorityOf(views.length);
  }
}
