import Redis from 'ioredis';
import type { Stack } from '../../playground/stack';

const VALUE = 'x'.repeat(200);
const PAUSE_MS = 5;

/** What clients saw. Times in milliseconds. */
export interface Seen {
  readonly writes: number;
  readonly p50: number;
  readonly p99: number;
  /** Longest time in which none of them got a reply. */
  readonly gap: number;
}

/** Clients that write through HAProxy over connections that they keep, from now on. */
export class Clients {
  private readonly latencies: number[] = [];
  private gap = 0;
  private last = performance.now();
  private running = true;
  private readonly done: Promise<unknown>;

  constructor(stack: Stack, writers: number) {
    this.done = Promise.all(Array.from({ length: writers }, async (_, writer) => this.write(connect(stack), writer)));
  }

  public async stop(): Promise<Seen> {
    this.replied();
    this.running = false;
    await this.done;
    const sorted = [...this.latencies].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
    return { writes: sorted.length, p50: at(0.5), p99: at(0.99), gap: this.gap };
  }

  private async write(client: Redis, writer: number): Promise<void> {
    for (let n = 0; this.running; n++) {
      const start = performance.now();
      await client.set(`client:${writer}:${n % 100}`, VALUE);
      this.latencies.push(performance.now() - start);
      this.replied();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    client.disconnect();
  }

  private replied(): void {
    const now = performance.now();
    this.gap = Math.max(this.gap, now - this.last);
    this.last = now;
  }
}

/** A client of the installation's front door. */
export function connect(stack: Stack): Redis {
  return new Redis({ host: stack.serviceAddress(stack.redis.host!.split('.')[0]!), port: stack.redis.port!, password: stack.password });
}
