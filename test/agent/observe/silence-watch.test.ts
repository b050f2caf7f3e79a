import { SilenceWatch, WATCH_MS } from '../../../lib/agent/observe/silence-watch';

/** A watch whose time is made up, and what happens to the master at which time. */
class Watched {
  public readonly end: () => void;
  public readonly lost: [at: number, silentMs: number][] = [];
  public readonly probes: number[] = [];
  public now = 0;
  private readonly sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  /** @param latencyMs after which the server's answers come */
  constructor(answers: (at: number) => boolean, sign: (at: number) => boolean, latencyMs = 0) {
    const never = new Promise<boolean>(() => undefined);
    const watch = new SilenceWatch({
      clock: { now: () => this.now, sleep: async (ms) => new Promise((wake) => this.sleepers.push({ at: this.now + ms, wake })) },
      silentAfterMs: 1_500,
      answers: async () => {
        if (!answers(this.now)) return never;
        return new Promise((resolve) => this.sleepers.push({ at: this.now + latencyMs, wake: () => resolve(true) }));
      },
      signOfLife: async (_, withinMs) => {
        this.probes.push(this.now);
        if (sign(this.now)) return true;
        return new Promise((resolve) => this.sleepers.push({ at: this.now + withinMs, wake: () => resolve(false) }));
      },
      silent: (master, silentMs) => {
        expect(master).toBe(1);
        this.lost.push([this.now, silentMs]);
      },
    });
    watch.watch(1);
    this.end = () => watch.watch(undefined);
  }

  /** @param late by how much those who sleep are woken too late */
  public async until(ms: number, late: (at: number) => number = () => 0): Promise<void> {
    while (this.now < ms) {
      await new Promise((resolve) => setImmediate(resolve));
      const at = Math.min(...this.sleepers.map((each) => each.at));
      this.now = Math.max(this.now, at + late(at));
      for (const each of this.sleepers.splice(0).filter((one) => one.at <= this.now ? (one.wake(), false) : true)) this.sleepers.push(each);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('whether the master is lost', () => {
  test('while its server answers, nothing else is asked', async () => {
    const watched = new Watched(() => true, () => true);
    await watched.until(10_000);
    expect(watched).toMatchObject({ lost: [], probes: [] });
    watched.end();
  });

  test('a silent server whose pod takes or refuses connections is not lost, however long', async () => {
    const watched = new Watched((at) => at < 1_000, () => true);
    await watched.until(60_000);
    expect(watched.lost).toEqual([]);
    expect(watched.probes.length).toBeGreaterThan(100);
    watched.end();
  });

  test('one of whose pod there is no sign either is, after the time for that, and it is told until somebody acts', async () => {
    const watched = new Watched((at) => at < 1_000, (at) => at < 1_000);
    await watched.until(3_000);
    const [[first, silentMs]] = watched.lost;
    expect(first).toBeGreaterThanOrEqual(2_250);
    expect(first).toBeLessThanOrEqual(2_500);
    expect(silentMs).toBe(1_500);
    expect(watched.lost.length).toBeGreaterThan(1);
    watched.end();
  });

  test('one whose answers take longer than a round is not lost, though no connection is made in time', async () => {
    const watched = new Watched(() => true, () => false, 2.2 * WATCH_MS);
    await watched.until(20_000);
    expect(watched.lost).toEqual([]);
    watched.end();
  });

  test('one packet that comes through begins it anew', async () => {
    const watched = new Watched((at) => at < 1_000, (at) => at < 1_000 || (at >= 2_000 && at < 2_250));
    await watched.until(3_250);
    expect(watched.lost).toEqual([]);
    watched.end();
  });

  test('an agent that was frozen itself can\'t tell', async () => {
    const watched = new Watched((at) => at < 1_000, (at) => at < 1_000);
    // each time that it would have been sure soon, it did not run for a while
    await watched.until(12_000, (at) => at % 1_000 < WATCH_MS ? 600 : 0);
    expect(watched.lost).toEqual([]);
    watched.end();
  });

  test('nobody is told any more once another one is watched', async () => {
    const watched = new Watched(() => false, () => false);
    await watched.until(1_000);
    watched.end();
    await watched.until(1_250);
    expect(watched.lost).toEqual([]);
  });
});
