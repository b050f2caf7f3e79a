import { Clock } from '../../../lib/agent/base/clock';

/** Random numbers that a seed repeats: the minimal standard generator of Park and Miller. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed * 7_919 + 1;
    for (let n = 0; n < 10; n++) this.next();
  }

  /** From 0 up to 1. */
  public next(): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state / 2_147_483_647;
  }

  /** A whole number from min to max. */
  public between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  public chance(probability: number): boolean {
    return this.next() < probability;
  }

  public pick<T>(items: readonly T[]): T {
    return items[this.between(0, items.length - 1)];
  }
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  /** Nobody waits for it. */
  readonly quiet: boolean;
}

/** Simulated time: events run one after the other, each with all that follows from it at once. */
export class Scheduler implements Clock {
  private readonly events: Event[] = [];
  private time = 0;
  private count = 0;

  public now(): number {
    return this.time;
  }

  public async sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.in(ms, resolve));
  }

  /** Runs something later. */
  public in(ms: number, run: () => void, quiet = false): void {
    const event = { at: this.time + ms, order: this.count++, run, quiet };
    let index = this.events.length;
    while (index > 0 && isBefore(this.events[index - 1], event)) index--;
    this.events.splice(index, 0, event);
  }

  /** Runs again and again something that settles no promise. */
  public every(ms: number, run: () => void): void {
    this.in(ms, () => {
      run();
      this.every(ms, run);
    }, true);
  }

  /** Lets time pass until the condition holds. Returns whether it does. */
  public async runUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
    const limit = this.time + limitMs;
    for (;;) {
      const event = this.events.at(-1);
      if (!event || event.at > limit) {
        this.time = limit;
        return condition();
      }
      this.events.pop();
      this.time = event.at;
      event.run();
      // Everything that waits only for promises comes before the next event.
      if (!event.quiet) await new Promise(setImmediate);
      if (condition()) return true;
    }
  }
}

/** The next event is the last of the list. */
function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
