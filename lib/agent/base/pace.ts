import { Clock } from './clock';

/** Lets work be done once in a while, and not while it is still under way. */
export class Pace {
  private begunAt = -Infinity;
  private busy = false;

  constructor(private readonly clock: Pick<Clock, 'now'>, private readonly everyMs: number) {}

  /** Does it, or nothing while it is too early. */
  public async run(work: () => Promise<void>): Promise<void> {
    const now = this.clock.now();
    if (this.busy || now < this.begunAt + this.everyMs) return;
    this.begunAt = now;
    this.busy = true;
    try {
      await work();
    } finally {
      this.busy = false;
    }
  }
}
