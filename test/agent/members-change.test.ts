import { Scheduler } from './support/scheduler';
import { requestFailover } from '../../lib/agent/act/failover';
import { Agent } from '../../lib/agent/agent';
import { AgentState } from '../../lib/agent/agent-state';
import { parseConfig } from '../../lib/agent/config/config';
import { User } from '../../lib/agent/config/users-file';
import { Peers } from '../../lib/agent/redis/peers';
import { Endpoint, Reply, ReplyError } from '../../lib/agent/redis/resp';
import { Log } from '../../lib/log/log';

const SERVERS = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
const SENTINELS = ['10.0.1.1', '10.0.1.2', '10.0.1.3'];

/** A Sentinel that names server 0 and accepts every failover. */
class AcceptingSentinel implements Endpoint {
  public readonly removed: string[] = [];

  constructor(private readonly index: number, private readonly failovers: number[]) {}

  public async call(...command: string[]): Promise<Reply> {
    if (command[1] === 'FAILOVER') this.failovers.push(this.index);
    if (command[1] === 'DELUSER') this.removed.push(command[2]);
    if (command[1] === 'GETUSER') return null;
    return 'OK';
  }

  public async batch(): Promise<Reply[]> {
    return [[SERVERS[0], '6379'], ['flags', 'master', 'config-epoch', '1']];
  }
}

describe('a change of the members', () => {
  let clock: Scheduler;
  let failovers: number[];
  let sentinels: AcceptingSentinel[];
  let users: User[];
  let state: AgentState;
  let before: Agent;

  const configOf = (servers: readonly string[]) => parseConfig(JSON.stringify({ masterName: 'm', servers, sentinels: SENTINELS, self: 0 }), '');
  const peersOf = (servers: readonly string[]): Peers => {
    const nobody: Endpoint = { call: async () => new ReplyError('ERR'), batch: async () => { throw new Error('nobody'); } };
    return {
      local: nobody,
      servers: servers.map(() => nobody),
      sentinels,
      serverAt: () => nobody,
      addresses: servers,
      sentinelAddresses: SENTINELS,
      clock,
    };
  };

  beforeEach(() => {
    clock = new Scheduler();
    failovers = [];
    sentinels = SENTINELS.map((_, index) => new AcceptingSentinel(index, failovers));
    users = [{ name: 'shop', rules: ['+@read'], passwords: () => ({ accepted: ['secret'], alternates: [], current: 'secret', logins: ['secret'], count: 1, alone: false }) }];
    state = new AgentState({ read: () => undefined, remove: () => undefined, write: () => undefined }, { publish: async () => undefined });
    before = new Agent({
      config: configOf(SERVERS.slice(0, 3)),
      peers: peersOf(SERVERS.slice(0, 3)),
      state,
      passwords: () => undefined,
      sentinelUsers: () => users,
      log: new Log({ write: () => undefined }),
    });
  });

  test('with which a user left: it is removed', async () => {
    let ended = false;
    state.serverSeen(true);

    clock.in(0, () => void before.tick());
    clock.in(5_000, () => {
      users = [];
      void before.among(configOf(SERVERS), peersOf(SERVERS)).tick().then(() => { ended = true; });
    });
    await clock.runUntil(() => ended, 60_000);

    expect(sentinels.map(({ removed }) => removed)).toEqual([['shop'], ['shop'], ['shop']]);
  });

  test('while a failover is asked for: no second one is', async () => {
    const done: boolean[] = [];

    clock.in(0, () => void requestFailover([0, 1], 'the server died as the master', before.actor).then((asked) => done.push(asked)));
    clock.in(100, () => {
      const after = before.among(configOf(SERVERS), peersOf(SERVERS));
      void requestFailover([1, 2], 'a replica kept the data', after.actor).then((asked) => done.push(asked));
    });
    await clock.runUntil(() => done.length === 2, 60_000);

    expect(failovers).toEqual([0]);
  });
});
