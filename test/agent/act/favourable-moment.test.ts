import { electableReplicas, favourableMoment, firstChoice } from '../../../lib/agent/act/favourable-moment';
import { Endpoint, Reply, ReplyError } from '../../../lib/agent/redis/resp';
import { Scheduler } from '../support/scheduler';

const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];

function replica(ip: string, infoAgeMs: number, change: { flags?: string; priority?: number } = {}): string[] {
  return ['ip', ip, 'flags', change.flags ?? 'slave', 'slave-priority', String(change.priority ?? 100), 'info-refresh', String(infoAgeMs)];
}

/** How often a Sentinel looks whom to ask. */
const TICK_MS = 50;

/** A Sentinel that asks its replicas for INFO at times of their own, until its INFO period is short. */
class AskingSentinel implements Endpoint {
  public readonly periods: string[] = [];
  private readonly ages = [900, 7_000];

  constructor(clock: Scheduler, private readonly refuses = false) {
    clock.every(TICK_MS, () => this.tick());
  }

  public async call(...command: string[]): Promise<Reply> {
    if (command[1] === 'REPLICAS') return this.ages.map((age, i) => replica(ADDRESSES[i + 1], age));
    if (this.refuses) throw new ReplyError('ERR unknown subcommand');
    this.periods.push(command[3]);
    return 'OK';
  }

  public async batch(): Promise<Reply[]> {
    return [];
  }

  private tick(): void {
    const period = Number(this.periods.at(-1) ?? 10_000);
    this.ages.forEach((age, i) => this.ages[i] = age + TICK_MS > period ? 0 : age + TICK_MS);
  }
}

describe('the moment for a failover', () => {
  async function waitFor(sentinel: AskingSentinel, clock: Scheduler): Promise<number> {
    let waited: number | undefined;
    clock.in(0, () => void favourableMoment(sentinel, 'm', { addresses: ADDRESSES, clock }, 30_000).then(() => waited = clock.now()));
    await clock.runUntil(() => waited !== undefined, 60_000);
    return waited!;
  }

  test('comes when the last INFO of all replicas is half a second old, and leaves the Sentinel as it was', async () => {
    const clock = new Scheduler();
    const sentinel = new AskingSentinel(clock);

    expect(await waitFor(sentinel, clock)).toBeLessThan(1_500);

    const ages = (await electableReplicas(sentinel, 'm', ADDRESSES)).map((each) => each.infoAgeMs);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(540);
    expect(Math.max(...ages)).toBeLessThanOrEqual(640);
    expect(sentinel.periods).toEqual(['100', '700']);
  });

  test('is now when the Sentinel cannot be told to ask more often', async () => {
    const clock = new Scheduler();

    expect(await waitFor(new AskingSentinel(clock, true), clock)).toBeLessThan(100);
  });
});

test('a replica that is down, unknown or of priority 0 is not electable', async () => {
  const replies = [
    replica('10.0.0.1', 1), replica('10.0.0.2', 2, { flags: 'slave,s_down' }), replica('10.0.0.3', 3, { priority: 0 }), replica('10.0.0.9', 4),
  ];
  const sentinel: Endpoint = { call: async () => replies, batch: async () => [] };

  expect(await electableReplicas(sentinel, 'm', ADDRESSES)).toEqual([{ ordinal: 0, priority: 100, infoAgeMs: 1 }]);
});

test('those with the lowest priority would be elected, unless they can\'t be', async () => {
  const sentinelOf = (...replies: string[][]): Endpoint => ({ call: async () => replies, batch: async () => [] });
  const other = replica('10.0.0.3', 3);
  const choice = async (...replies: string[][]) => firstChoice(sentinelOf(...replies), 'm', ADDRESSES);

  expect(await choice(replica('10.0.0.1', 1, { priority: 1 }), replica('10.0.0.2', 2), other)).toEqual([0]);
  expect(await choice(replica('10.0.0.1', 1, { priority: 1, flags: 'slave,s_down' }), replica('10.0.0.2', 2, { priority: 0 }), other)).toEqual([2]);
  expect(await choice(replica('10.0.0.2', 2), other)).toEqual([1, 2]);
  expect(await choice()).toEqual([]);
});
