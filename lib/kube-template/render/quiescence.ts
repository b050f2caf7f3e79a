import { Wait } from '../config/duration';

/** Fires when nothing changed for a while, and at the latest some time after the first change. */
export class Quiescence {
  private timer?: NodeJS.Timeout;
  private deadline = 0;

  constructor(private readonly wait: Wait, private readonly fire: () => void) {}

  /** Tells of a change. */
  public poke(): void {
    const now = Date.now();
    if (this.timer === undefined) this.deadline = now + this.wait.max;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.fire();
    }, Math.max(0, Math.min(this.wait.min, this.deadline - now)));
  }

  /** Forgets the changes so far. */
  public cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
