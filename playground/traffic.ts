import type { Clients } from './screen';
import { Stack, WriteProbe } from './stack';

/** A probe writes for so long, and is read back while the next one writes. In milliseconds. */
const ROUND_MS = 15_000;
/** Gaps below this are the pace of the writers. */
const GAP_MS = 250;
const SECOND = 1000;

/** Clients that write without end, and what they saw. Whatever was acknowledged is read back, and deleted, round by round. */
export class Traffic {
  public lost = 0;
  private probe: WriteProbe;
  private since = Date.now();
  private seen = 0;
  private counted = 0;
  private lastAt = Date.now();
  private lastGapMs = 0;
  private longestGapMs = 0;
  private lastError?: string;
  private readonly errors = new Map<string, number>();
  private readonly history: number[] = [];
  private historyAt = Date.now();
  private inSecond = 0;
  private readonly checks = new Set<Promise<void>>();

  constructor(private readonly stack: Stack) {
    this.probe = new WriteProbe(stack);
  }

  /** What was seen until now. */
  public look(now = Date.now()): Clients {
    this.count();
    while (now - this.historyAt >= SECOND) {
      this.history.push(this.inSecond);
      this.inSecond = 0;
      this.historyAt += SECOND;
    }
    this.history.splice(0, this.history.length - 60);
    if (now - this.since > ROUND_MS) this.nextRound(now);
    const { redis } = this.stack;
    const address = this.stack.serviceAddress(redis.host!.split('.')[0]);
    return {
      write: `${address}:${redis.port}`,
      read: `${address}:${redis.readPort}`,
      writesPerSecond: this.history.at(-1) ?? 0,
      history: [...this.history],
      acknowledged: this.counted,
      lost: this.lost,
      silentMs: now - this.lastAt,
      lastGapMs: this.lastGapMs,
      longestGapMs: this.longestGapMs,
      lastError: this.lastError,
    };
  }

  /** Ends the writing and reads back what was not yet. */
  public async stop(): Promise<void> {
    this.check(this.probe);
    await Promise.all(this.checks);
  }

  private count(): void {
    const { acknowledged, errors } = this.probe;
    for (; this.seen < acknowledged.length; this.seen++) {
      const [at] = acknowledged[this.seen];
      const gap = at - this.lastAt;
      if (gap > GAP_MS) this.lastGapMs = gap;
      this.longestGapMs = Math.max(this.longestGapMs, gap);
      this.lastAt = Math.max(this.lastAt, at);
      this.counted++;
      this.inSecond++;
    }
    for (const [text, times] of errors) {
      if (this.errors.get(text) !== times) this.lastError = /max retries/.test(text) ? 'the connection ended before the answer' : text;
      this.errors.set(text, times);
    }
  }

  private nextRound(now: number): void {
    const former = this.probe;
    this.probe = new WriteProbe(this.stack);
    this.seen = 0;
    this.since = now;
    this.errors.clear();
    this.check(former);
  }

  private check(probe: WriteProbe): void {
    const check = probe.stop().then(({ lost }) => {
      this.lost += lost;
      this.checks.delete(check);
    });
    this.checks.add(check);
  }
}
