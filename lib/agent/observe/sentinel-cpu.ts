import { Endpoint } from '../redis/resp';

/** Length of a sample. */
const SAMPLE_MS = 4_000;
/** Samples in a row that say the same before it counts. */
const SAMPLES = 2;
/** A Sentinel spins when it uses more than so many times what it used at rest, and more than this share of a core. */
const TIMES_REST = 3;
const LEAST_SHARE = 0.08;
/** A share that is as high so soon after a reset is not that of a spin. */
const AGAIN_MS = 60_000;

interface Usage {
  readonly at: number;
  readonly cpuMs: number;
  readonly runId: string;
}

/** One Sentinel. */
interface Known {
  readonly usage: Usage;
  /** Share of a core in the last sample, and the least in any. */
  readonly share: number;
  readonly rest: number;
  /** How many samples in a row were high. */
  readonly high: number;
  /** A share that a reset did not lower: it has other reasons. */
  readonly accepted: number;
  readonly resetAt: number;
}

/**
 * Finds Sentinels that spin: after a partition, a connection may be left with an error that Sentinel never reads, so that each `epoll_wait` returns
 * at once and the process takes a whole core (https://github.com/redis/redis/issues/9956). Sentinel itself does not notice, but for the time of
 * CPU that it tells.
 */
export class SentinelCpu {
  private readonly known = new Map<number, Known>();

  /** Which of them spin. */
  public get spinning(): number[] {
    return [...this.known].flatMap(([index, { high }]) => high >= SAMPLES ? [index] : []);
  }

  /** Takes a sample of each, unless it is too early for one. */
  public async look(sentinels: readonly Endpoint[], now: () => number): Promise<void> {
    await Promise.all(sentinels.map(async (sentinel, index) => {
      const before = this.known.get(index);
      if (before && now() < before.usage.at + SAMPLE_MS) return;
      const usage = await usageOf(sentinel, now);
      if (usage) this.known.set(index, this.next(before, usage));
      else this.known.delete(index);
    }));
  }

  /** Nobody looks for a while. */
  public forget(): void {
    this.known.clear();
  }

  /** The Sentinel opens its connections anew, which ends a spin. */
  public wasReset(index: number): void {
    const before = this.known.get(index);
    if (before) this.known.set(index, { ...before, high: 0, resetAt: before.usage.at });
  }

  private next(before: Known | undefined, usage: Usage): Known {
    if (before?.usage.runId !== usage.runId) return { usage, share: 0, rest: Infinity, high: 0, accepted: 0, resetAt: -Infinity };
    const share = (usage.cpuMs - before.usage.cpuMs) / (usage.at - before.usage.at);
    // All do the same work, and one may spin already when it is first looked at.
    const rest = Math.min(share, ...[...this.known.values()].map((each) => each.rest));
    const isHigh = share > Math.max(LEAST_SHARE, TIMES_REST * rest, TIMES_REST / 2 * before.accepted);
    const high = isHigh ? before.high + 1 : 0;
    const again = high >= SAMPLES && usage.at < before.resetAt + AGAIN_MS;
    return { ...before, usage, share, rest: Math.min(before.rest, share), high: again ? 0 : high, accepted: again ? share : before.accepted };
  }
}

async function usageOf(sentinel: Endpoint, now: () => number): Promise<Usage | undefined> {
  const reply = await sentinel.batch([['INFO', 'cpu'], ['INFO', 'server']]).catch(() => []);
  const text = reply.join('\n');
  const field = (name: string): string => new RegExp(`^${name}:(\\S+)`, 'm').exec(text)?.[1] ?? '';
  const cpuMs = 1_000 * (Number(field('used_cpu_sys')) + Number(field('used_cpu_user')));
  return field('used_cpu_sys') === '' ? undefined : { at: now(), cpuMs, runId: field('run_id') };
}
