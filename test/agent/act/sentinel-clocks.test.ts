import { SentinelClocks } from '../../../lib/agent/act/sentinel-clocks';
import { SentinelRestarts } from '../../../lib/agent/act/sentinel-restarts';
import { Config } from '../../../lib/agent/config/config';
import { Observation, SentinelView } from '../../../lib/agent/observe/observation';
import { sentinelView } from '../../../lib/agent/observe/sentinel-view';
import { Peers } from '../../../lib/agent/redis/peers';
import { ConnectionError, Endpoint, Reply } from '../../../lib/agent/redis/resp';
import { Log } from '../../../lib/log/log';
import { names } from '../support/views';

const SELF = 1;
const HOUR_MS = 3_600_000;

/** A Sentinel as far as its clock goes: it forgets what it noted when it ends. */
class Noting implements Endpoint {
  public clockBackMs = 0;

  constructor(private readonly ended: () => void) {}

  public async call(...command: string[]): Promise<Reply> {
    expect(command).toEqual(['SHUTDOWN']);
    this.ended();
    this.clockBackMs = 0;
    throw new ConnectionError('closed');
  }

  public async batch(): Promise<Reply[]> { return []; }
}

describe('Sentinels whose clock was set back start again', () => {
  let now = 0;
  let lines: string[];
  let ended: [number, number][];
  let sentinels: Noting[];
  let clocks: SentinelClocks;
  let view: (index: number) => Partial<SentinelView> | undefined;

  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      now += 1_000;
      const views = sentinels.map(({ clockBackMs }, index) => {
        const seen = view(index);
        return seen && names(SELF, { clockBackMs, ...seen });
      });
      await clocks.keep({ sentinels: views } as unknown as Observation);
    }
  };

  beforeEach(() => {
    now = 0;
    ended = [];
    lines = [];
    view = () => ({});
    sentinels = [0, 1, 2].map((index) => new Noting(() => ended.push([index, now / 1_000])));
    const peers = { sentinels, clock: { now: () => now } } as unknown as Peers;
    clocks = new SentinelClocks(peers.clock, new SentinelRestarts(peers, SELF, new Log({ write: (line: string) => lines.push(line) })));
  });

  test('one after the other, at once and ten seconds apart', async () => {
    for (const sentinel of sentinels) sentinel.clockBackMs = HOUR_MS;
    await pass(60);
    expect(ended).toEqual([[0, 1], [1, 11], [2, 21]]);
    expect(lines[0]).toContain('sentinel 0 starts again: its clock was set back, and it would watch nobody for 3600 s');
  });

  test('only those', async () => {
    sentinels[2].clockBackMs = HOUR_MS;
    await pass(60);
    expect(ended).toEqual([[2, 1]]);
  });

  test('none for a step that is over before a restart would be', async () => {
    sentinels[0].clockBackMs = 4_000;
    await pass(60);
    expect(ended).toEqual([]);
  });

  test.each<[string, Partial<SentinelView>]>([
    ['holds the master for down', { masterDown: true }],
    ['has a failover under way', { failoverInProgress: true }],
    ['names another master', { names: 0 }],
  ])('none while another one %s', async (_, seen) => {
    for (const sentinel of sentinels) sentinel.clockBackMs = HOUR_MS;
    view = (index) => (index === 2 ? seen : {});
    await pass(120);
    expect(ended).toEqual([]);
  });

  test('whatever those say that are to start again: a reset has them forget all others for as long', async () => {
    sentinels[0].clockBackMs = HOUR_MS;
    sentinels[1].clockBackMs = HOUR_MS;
    view = (index) => (sentinels[index].clockBackMs > 0 ? { otherSentinels: 0, replicas: 0, masterDown: index === 0 } : {});
    await pass(60);
    expect(ended).toEqual([[0, 1], [1, 11]]);
  });

  test('a minority that does not answer is waited for, but not for ever; a majority is never at stake', async () => {
    sentinels[0].clockBackMs = HOUR_MS;
    view = (index) => (index === 2 ? undefined : {});
    await pass(60);
    expect(ended).toEqual([]);
    await pass(5);
    expect(ended).toEqual([[0, 61]]);
    sentinels[0].clockBackMs = HOUR_MS;
    view = (index) => (index > 0 ? undefined : {});
    await pass(300);
    expect(ended).toHaveLength(1);
  });
});

test.each([
  ['of answers', { 'last-ok-ping-reply': '-3595764', 'info-refresh': '140' }, 3_595_764],
  ['of INFO, after a failover', { 'last-ok-ping-reply': '103', 'info-refresh': '-3595957' }, 3_595_957],
  ['of both, as usual', { 'last-ok-ping-reply': '103', 'info-refresh': '477' }, 0],
  ['that are missing', {}, 0],
])('what a Sentinel says of times %s tells how far its clock went back', async (_, fields, clockBackMs) => {
  const reply = Object.entries({ flags: 'master', ...fields }).flat();
  const sentinel = { batch: async () => [['10.0.0.1', '6379'], reply] } as unknown as Endpoint;
  const peers = { addresses: ['10.0.0.1', '10.0.0.2'], sentinelAddresses: ['10.0.0.1', '10.0.0.2'], local: sentinel, servers: [] };
  expect(await sentinelView(sentinel, peers, { masterName: 'redis', serverPort: 6379 } as Config)).toMatchObject({ clockBackMs });
});
