import { Scheduler } from './support/scheduler';
import { failOver } from '../../lib/agent/act/failover';
import { Agent } from '../../lib/agent/agent';
import { AgentState } from '../../lib/agent/agent-state';
import { Clock } from '../../lib/agent/base/clock';
import { parseConfig } from '../../lib/agent/config/parse-config';
import { User } from '../../lib/agent/config/users-file';
import { Peers } from '../../lib/agent/redis/peers';
import { Endpoint, Reply, ReplyError } from '../../lib/agent/redis/resp';
import { Log } from '../../lib/log/log';

const SERVERS = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
const SENTINELS = ['10.0.1.1', '10.0.1.2', '10.0.1.3'];

/** How long a Sentinel takes for its vote. In milliseconds. */
const VOTE_MS = 500;

/** A Sentinel that names server 0, and another one once that is published; it gives its vote to everybody. */
class AcceptingSentinel implements Endpoint {
  public readonly removed: string[] = [];
  private names = SERVERS[0];

  constructor(private readonly index: number, private readonly asked: number[], private readonly clock: Clock) {}

  public async call(...command: string[]): Promise<Reply> {
    if (command[1] === 'IS-MASTER-DOWN-BY-ADDR') {
      this.asked.push(this.index);
      await this.clock.sleep(VOTE_MS);
      return [0, command[5], Number(command[4])];
    }
    if (command[1] === 'SENTINELS') return [['ip', '10.0.1.9', 'port', '26379', 'runid', 'other']];
    if (command[0] === 'PUBLISH') this.names = command[2].split(',')[5];
    if (command[1] === 'DELUSER') this.removed.push(command[2]);
    if (command[1] === 'GETUSER') return null;
    return 'OK';
  }

  public async batch(): Promise<Reply[]> {
    return [[this.names, '6379'], ['flags', 'master', 'config-epoch', '1']];
  }
}

/** A replica of server 0, until it is promoted. */
class Replica implements Endpoint {
  private role = 'slave';

  public async call(...command: string[]): Promise<Reply> {
    if (command[0] === 'REPLICAOF') this.role = 'master';
    return 'OK';
  }

  public async batch(): Promise<Reply[]> {
    const link = `master_host:${SERVERS[0]}\r\nmaster_port:6379\r\nmaster_link_status:down\r\nslave_priority:100`;
    return ['run_id:1', `role:${this.role}\r\n${link}`, '', ''];
  }
}

describe('a change of the members', () => {
  let clock: Scheduler;
  let asked: number[];
  let sentinels: AcceptingSentinel[];
  let users: User[];
  let state: AgentState;
  let before: Agent;

  const configOf = (servers: readonly string[]) => parseConfig(JSON.stringify({ masterName: 'm', servers, sentinels: SENTINELS, self: 0 }), '');
  const peersOf = (servers: readonly string[]): Peers => {
    const nobody: Endpoint = { call: async () => new ReplyError('ERR'), batch: async () => { throw new Error('nobody'); } };
    return {
      local: nobody,
      servers: servers.map((_, ordinal) => ordinal === 1 ? new Replica() : nobody),
      sentinels,
      serverAt: () => nobody,
      addresses: servers,
      sentinelAddresses: SENTINELS,
      clock,
    };
  };

  beforeEach(() => {
    clock = new Scheduler();
    asked = [];
    sentinels = SENTINELS.map((_, index) => new AcceptingSentinel(index, asked, clock));
    users = [{ name: 'shop', rules: ['+@read'], passwords: () => ({ accepted: ['secret'], alternates: [], current: 'secret', logins: ['secret'], count: 1, alone: false }) }];
    state = new AgentState(
      { read: () => undefined, remove: () => undefined, write: () => undefined, behind: () => false }, { publish: async () => undefined });
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

  test('while a failover is under way: no second one begins', async () => {
    const done: boolean[] = [];
    const replace = async (agent: Agent, why: string): Promise<void> => {
      const { actor } = agent;
      done.push(await failOver(0, why, actor));
    };

    clock.in(0, () => void replace(before, 'the server died as the master'));
    clock.in(100, () => void replace(before.among(configOf(SERVERS), peersOf(SERVERS)), 'a replica kept the data'));
    await clock.runUntil(() => done.length === 2, 60_000);

    expect(done).toEqual([true, true]);
    expect(asked).toEqual([0, 1, 2]);
  });
});
