import { Clock } from '../base/clock';

/** Between two questions whether the master is there. In milliseconds. */
export const WATCH_MS = 250;
/** Whoever woke up so much too late did not run for a while, and can't tell whether the other was silent. In milliseconds. */
const LATE_MS = 250;

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
    const { clock, unreachableAfterMs, lost } = this.options;
    let heard = clock.now();
    let doubts = false;
    while (this.watched === watched) {
      const began = clock.now();
      const [sign]: [boolean, void] = await Promise.all([this.hears(watched.master, doubts), clock.sleep(WATCH_MS)]);
      const now = clock.now();
      const awake = now - began <= WATCH_MS + LATE_MS;
      doubts = !sign;
      if (sign || !awake) heard = now;
      else if (now - heard >= unreachableAfterMs && this.watched === watched) lost(watched.master, now - heard);
    }
  }

  /** The server's answer costs least; only one that does not answer is asked for anything else. */
  private async hears(master: number, doubts: boolean): Promise<boolean> {
    const { clock, answers, signOfLife } = this.options;
    const answered = Promise.race([answers(master), clock.sleep(WATCH_MS).then(() => false)]);
    const signs = await Promise.all(doubts ? [answered, signOfLife(master, WATCH_MS)] : [answered]);
    return signs.includes(true);
  }
}
