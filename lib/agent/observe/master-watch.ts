import { Clock } from '../base/clock';

/** Between two questions whether the master is there. In milliseconds. */
export const WATCH_MS = 250;
/** Whoever woke up so much too late did not run for a while, and can't tell whether the other was silent. In milliseconds. */
const LATE_MS = 250;
/** For how long a connection that was asked for is waited for. In milliseconds. */
const SIGN_MS = 1_000;

/** How the watch asks, and whom it tells. */
export interface MasterWatchOptions {
  readonly clock: Clock;
  /** From which silence the master counts as lost. In milliseconds. */
  readonly unreachableAfterMs: number;
  /** Whether the server answers at all; true for an error too. */
  readonly answers: (master: number) => Promise<boolean>;
  /** Whether its pod takes or refuses connections within so many milliseconds. */
  readonly signOfLife: (master: number, withinMs: number) => Promise<boolean>;
  /** Called again and again while it lasts, with the silence in milliseconds. */
  readonly lost: (master: number, silentMs: number) => void;
}

/**
 * Watches for a master that is lost with its node, or cut off: not only does its server answer nothing, but nobody answers for its pod. A server that hangs,
 * stalls or died is no such case: the kernel of its node goes on taking or refusing connections.
 */
export class MasterWatch {
  /** What is watched; another object for each time that one is. */
  private watched?: { readonly master: number };

  constructor(private readonly options: MasterWatchOptions) {}

  /** From now on watches this server alone, or nobody. */
  public watch(master: number | undefined): void {
    if (master === this.watched?.master) return;
    this.watched = master === undefined ? undefined : { master };
    if (this.watched) void this.run(this.watched);
  }

  private async run(watched: { readonly master: number }): Promise<void> {
    const { clock, unreachableAfterMs, answers, signOfLife, lost } = this.options;
    const { master } = watched;
    let heard = clock.now();
    let asked = heard;
    // An answer that comes late is a sign too: latency is no loss, nor is a packet that had to be sent again.
    const listen = (sign: Promise<boolean>): void => void sign.then((came) => { if (came) heard = clock.now(); });
    while (this.watched === watched) {
      const began = clock.now();
      listen(answers(master));
      // The server's answer costs least; only one that does not answer is asked for anything else.
      if (heard < asked) listen(signOfLife(master, SIGN_MS));
      asked = began;
      await clock.sleep(WATCH_MS);
      const now = clock.now();
      if (now - began > WATCH_MS + LATE_MS) heard = now;
      else if (now - heard >= unreachableAfterMs && this.watched === watched) lost(master, now - heard);
    }
  }
}
