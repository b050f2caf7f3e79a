import { Actor } from '../../../lib/agent/act/actor';
import { Standing } from '../../../lib/agent/direct/standing';
import { ConnectionError, Endpoint, Reply, ReplyError } from '../../../lib/agent/redis/resp';
import { Scheduler } from '../support/scheduler';

describe('what a master is while its server', () => {
  let clock: Scheduler;
  let standing: Standing;
  let says: () => Promise<Reply>;
  let sentinels: { names: string; flags: string }[];
  let running: boolean;

  beforeEach(async () => {
    clock = new Scheduler();
    running = true;
    says = async () => ['master', 0, []];
    sentinels = [0, 1, 2].map(() => ({ names: 'server 0', flags: 'master' }));
    const endpoint = (call: (...command: string[]) => Promise<Reply>): Endpoint => (
      { call, batch: async (commands) => Promise.all(commands.map(async (one) => call(...one))) });
    const actor = {
      peers: {
        clock,
        local: endpoint(async () => says()),
        sentinels: [0, 1, 2].map((index) => endpoint(async (_, what) => (
          what === 'MASTER' ? ['flags', sentinels[index].flags, 'config-epoch', '7'] : [sentinels[index].names, '6379']))),
        addresses: ['server 0', 'server 1', 'server 2'],
        sentinelAddresses: ['sentinel 0', 'sentinel 1', 'sentinel 2'],
      },
      config: { self: 0, serverPort: 6379, downAfterMs: 30_000, unreachableAfterMs: 30_000 },
      record: () => undefined,
    };
    standing = new Standing(() => actor as unknown as Actor);
    const follow = async (): Promise<void> => {
      while (running) {
        await standing.follow();
        await clock.sleep(100);
      }
    };
    void follow();
    await new Promise(setImmediate);
    await pass(1_000);
    expect(standing.certainSince).toBeDefined();
  });
  afterEach(() => { running = false; });

  const pass = async (ms: number): Promise<void> => void await clock.runUntil(() => false, ms);
  const silent = async (): Promise<Reply> => {
    await clock.sleep(1_000);
    throw new ConnectionError('no answer within 1000 ms', 'ETIMEDOUT');
  };
  const busy = async (): Promise<Reply> => { throw new ReplyError('BUSY Redis is busy running a script.'); };
  const gone = async (): Promise<Reply> => { throw new ConnectionError('connect ECONNREFUSED', 'ECONNREFUSED'); };

  test.each([['is silent', silent], ['runs a script', busy]])('%s: what it was, and not certain', async (_, nothing) => {
    says = nothing;
    await pass(20_000);
    expect([standing.doubtful, standing.role, standing.silent]).toEqual([false, undefined, true]);
    expect(await Promise.all([standing.look(), pass(500)])).toEqual([undefined, undefined]);
    says = async () => ['master', 0, []];
    await pass(500);
    expect([standing.doubtful, standing.role]).toEqual([false, 'master']);
  });

  test('is silent, and an agent is new: also what it was', async () => {
    says = silent;
    standing = new Standing((standing as any).actor);
    await pass(20_000);
    expect(standing.doubtful).toBe(false);
  });

  test.each<[string, () => void]>([
    ['another is named', () => sentinels.forEach((one) => { one.names = 'server 1'; })],
    ['the majority is lost', () => { sentinels[0].names = sentinels[1].names = 'elsewhere'; }],
    ['the Sentinels find it down', () => sentinels.forEach((one) => { one.flags = 'master,s_down'; })],
    ['somebody replaces it', () => { sentinels[0].flags = 'master,failover_in_progress'; }],
    ['its process is gone', () => { says = gone; }],
  ])('is silent, and %s: in doubt as soon as one that speaks', async (_, happens) => {
    says = busy;
    await pass(5_000);
    happens();
    await pass(1_000);
    expect(standing.doubtful).toBe(false);
    await pass(1_000);
    expect(standing.doubtful).toBe(true);
  });

  test('was silent until another was named: in doubt from its first word on', async () => {
    says = busy;
    await pass(5_000);
    for (const one of sentinels) one.names = 'server 1';
    await pass(5_000);
    says = async () => ['master', 0, []];
    await pass(100);
    expect([standing.role, standing.doubtful]).toEqual(['master', true]);
  });
});
