import { Clock } from '../base/clock';

/** Between two questions whether somebody is there. In milliseconds. */
export const WATCH_MS = 250;
/** Whoever woke up so much too late did not run for a while, and can't tell whether the other was silent. In milliseconds. */
const LATE_MS = 250;
/** For how long a connection that was asked for is waited for. In milliseconds. */
const SIGN_MS = 1_000;

/** How the watch asks, and whom it tells. */
export interface SilenceWatchOptions {
  readonly clock: Clock;
  /** From which silence on it is told. In milliseconds. */
  readonly silentAfterMs: number;
  /** Whether the server answers at all; true for an error too. */
  readonly answers: (server: number) => Promise<boolean>;
  /** Whether its pod takes or refuses connections within so many milliseconds. */
  readonly signOfLife: (server: number, withinMs: number) => Promise<boolean>;
  /** Called again and again while it lasts, with the silence in milliseconds. */
  readonly silent: (server: number, silentMs: number) => void;
}

/**
 * Watches for a silence that no stall explains, as of a master that is lost with its node, or cut off: not only does its server answer nothing, but nobody
 * answers for its pod. A server that hangs, stalls or died is no such case: the kernel of its node goes on taking or refusing connections.
 */
export class SilenceWatch {
  /** What is watched; another object for each time that one is. */
  private watched?: { readonly server: number };

  constructor(private readonly options: SilenceWatchOptions) {}

  /** From now on watches this server alone, or nobody. */
  public watch(server: number | undefined): void {
    if (server === this.watched?.server) return;
    this.watched = server === undefined ? undefined : { server };
    if (this.watched) void this.run(this.watched);
  }

  private async run(watched: { readonly server: number }): Promise<void> {
    const { clock, silentAfterMs, answers, signOfLife, silent } = this.options;
    const { server } = watched;
    let heard = clock.now();
    let asked = heard;
    // An answer that comes late is a sign too: latency is no loss, nor is a packet that had to be sent again.
    const listen = (sign: Promise<boolean>): void => void sign.then((came) => { if (came) heard = clock.now(); });
    while (this.watched === watched) {
      const began = clock.now();
      listen(answers(server));
      // The server's answer costs least; only one that does not answer is asked for anything else.
      if (heard < asked) listen(signOfLife(server, SIGN_MS));
      asked = began;
      await clock.sleep(WATCH_MS);
      const now = clock.now();
      if (now - began > WATCH_MS + LATE_MS) heard = now;
      else if (now - heard >= silentAfterMs && this.watched === watched) silent(server, now - heard);
    }
  }
}
