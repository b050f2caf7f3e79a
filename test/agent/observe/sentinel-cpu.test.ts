import { SentinelCpu } from '../../../lib/agent/observe/sentinel-cpu';
import { Endpoint } from '../../../lib/agent/redis/resp';

/** Sentinels that use these shares of a core. */
class World {
  public readonly shares: number[];
  public runId = 'a';
  private now = 0;
  private readonly used: number[];
  private readonly cpu = new SentinelCpu();

  constructor(...shares: number[]) {
    this.shares = shares;
    this.used = shares.map(() => 5_000);
  }

  /** Lets a time pass, with a look each second. Returns which spin. */
  public async pass(ms: number): Promise<number[]> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      this.now += 1_000;
      this.shares.forEach((share, i) => { this.used[i] += share * 1_000; });
      await this.cpu.look(this.shares.map((_, i) => this.sentinel(i)), () => this.now);
    }
    return this.cpu.spinning;
  }

  public reset(index: number): void {
    this.cpu.wasReset(index);
  }

  private sentinel(i: number): Endpoint {
    const seconds = (this.used[i] / 2_000).toFixed(6);
    return {
      call: async () => null,
      batch: async () => [`# CPU\r\nused_cpu_sys:${seconds}\r\nused_cpu_user:${seconds}\r\nused_cpu_sys_children:0\r\n`, `run_id:${this.runId}\r\n`],
    };
  }
}

describe('a Sentinel that spins', () => {
  test('is found within 12 s, and no longer once it is at rest again', async () => {
    const world = new World(0.01, 0.01, 0.012);
    expect(await world.pass(30_000)).toEqual([]);
    world.shares[1] = 0.35;
    expect(await world.pass(12_000)).toEqual([1]);
    world.reset(1);
    world.shares[1] = 0.01;
    expect(await world.pass(12_000)).toEqual([]);
  });

  test('is found by an agent that sees it spin from the start', async () => {
    expect(await new World(0.01, 0.4, 0.01).pass(13_000)).toEqual([1]);
  });

  test('is not one that does as much work as the others', async () => {
    const world = new World(0.02, 0.02, 0.02);
    await world.pass(20_000);
    world.shares.fill(0.05);
    expect(await world.pass(30_000)).toEqual([]);
  });

  test('is not one that was busy for a moment', async () => {
    const world = new World(0.01, 0.01, 0.01);
    await world.pass(20_000);
    world.shares[0] = 0.9;
    await world.pass(3_000);
    world.shares[0] = 0.01;
    expect(await world.pass(20_000)).toEqual([]);
  });

  test('is not reset again and again when that does not help', async () => {
    const world = new World(0.01, 0.01, 0.01);
    await world.pass(20_000);
    world.shares[2] = 0.3;
    expect(await world.pass(12_000)).toEqual([2]);
    world.reset(2);
    expect(await world.pass(120_000)).toEqual([]);
  });

  test('is not one that was started anew', async () => {
    const world = new World(0.01, 0.01, 0.01);
    await world.pass(20_000);
    world.runId = 'b';
    expect(await world.pass(20_000)).toEqual([]);
  });
});
