import { Actor } from '../../../lib/agent/act/actor';
import { CutOvers, cutOver } from '../../../lib/agent/act/cut-over';
import { Follower } from '../../../lib/agent/act/follower';
import { OldMaster } from '../../../lib/agent/act/old-master';
import { CLOCK } from '../../../lib/agent/base/clock';
import { Observation, ServerView } from '../../../lib/agent/observe/observation';
import { Endpoint, Reply } from '../../../lib/agent/redis/resp';
import { Scheduler } from '../support/scheduler';
import { claim, standby } from '../support/views';

function endpoint(answer: (...command: string[]) => Reply): Endpoint {
  const call = async (...command: string[]): Promise<Reply> => answer(...command);
  return { call, batch: async (commands) => Promise.all(commands.map(async (each) => call(...each))) };
}

/** A master outside. */
class Outside {
  public readonly values: { [name: string]: string } = { 'min-replicas-to-write': '1', 'min-replicas-max-lag': '10' };
  public readonly endpoint = endpoint((word, what, name, value) => {
    if (word === 'INFO') return 'role:master\r\nmaster_repl_offset:100\r\nmaster_replid:s';
    if (what === 'GET') return [name, this.values[name]];
    if (what === 'SET') this.values[name] = value;
    return 'OK';
  });

  public get minReplicas(): number { return Number(this.values['min-replicas-to-write']); }
}

const ONE = { masterName: 'mymaster', servers: ['one-0'] };
const OTHER = { masterName: 'mymaster', servers: ['other-0'] };
const log = { info: () => undefined, warn: () => undefined };

/** What an installation does that follows it, and does not cut over. */
async function follows(old: Outside, config: typeof ONE): Promise<void> {
  const peers = { local: endpoint(() => 'OK'), external: { endpoint: old.endpoint }, clock: new Scheduler() };
  const actor = { log, peers, config: { ...config, self: 0, follow: { host: 'old', port: 6379, cutOver: false } }, record: () => undefined };
  await new Follower(actor as unknown as Actor).keep({ follows: 'external', linkUp: true, runId: 'r' } as ServerView);
}

describe('a master outside that refuses writes, as an installation cut over from it', () => {
  let old: Outside;
  beforeEach(async () => {
    old = new Outside();
    await (await OldMaster.at(old.endpoint, ONE))!.refuseWrites();
  });

  test('is a number that Redis takes, and holds the former one', () => {
    expect(old.minReplicas).toBeGreaterThanOrEqual(1_000_000_000);
    expect(old.minReplicas).toBeLessThan(2 ** 31);
    expect(old.minReplicas % 1_000).toBe(1);
  });

  test('accepts them again once that installation only follows', async () => {
    await follows(old, ONE);
    expect(old.minReplicas).toBe(1);
  });

  test('goes on refusing them whatever another one does that follows it', async () => {
    const { minReplicas } = old;
    await follows(old, OTHER);
    expect(old.minReplicas).toBe(minReplicas);
    const master = (await OldMaster.at(old.endpoint, OTHER))!;
    await master.stopWrites();
    await master.refuseWrites();
    await master.release();
    expect(old.minReplicas).toBe(minReplicas);
  });

  test('an attempt of the same one that comes to nothing takes it back', async () => {
    await (await OldMaster.at(old.endpoint, ONE))!.release();
    expect(old.minReplicas).toBe(1);
  });
});

test('another master that was promoted there while writes were stopped takes none either', async () => {
  const [former, promoted] = [new Outside(), new Outside()];
  let current = former;
  let role = 'slave';
  const local = endpoint((word, what, name) => {
    if (word === 'REPLICAOF' && name === 'ONE') [role, current] = ['master', promoted];
    if (word === 'INFO' && what === 'replication') {
      const link = 'master_host:old\r\nmaster_port:6379\r\nmaster_link_status:up\r\nmaster_last_io_seconds_ago:0\r\nslave_repl_offset:100\r\n';
      return `role:${role}\r\n${link}master_repl_offset:100\r\nmaster_replid:s`;
    }
    return 'OK';
  });
  const sentinel = endpoint((_, what) => {
    if (what === 'GET-MASTER-ADDR-BY-NAME') return ['here', '6379'];
    return what === 'MASTER' ? ['flags', 'master', 'config-epoch', '0'] : 'OK';
  });
  const outside: Endpoint = {
    call: async (...command) => current.endpoint.call(...command),
    batch: async (commands) => current.endpoint.batch(commands),
  };
  const config = { ...ONE, self: 0, serverPort: 6379, minReplicasToWrite: 0, follow: { host: 'old', port: 6379, cutOver: true } };
  const actor = {
    log,
    config,
    peers: {
      local,
      servers: [local],
      sentinels: [sentinel],
      addresses: ['here'],
      sentinelAddresses: ['there'],
      former: new Map(),
      clock: CLOCK,
      external: { endpoint: outside, ask: async () => undefined },
    },
    registration: { config, address: 'here', downAfterMs: () => 3_500, password: () => undefined, log },
    record: () => undefined,
    remember: async () => undefined,
  };
  await cutOver({ at: 0, servers: [standby({ follows: 'external' })], sentinels: [] } as Observation, actor as unknown as Actor, new CutOvers());
  expect(role).toBe('master');
  expect(former.minReplicas).toBeGreaterThan(1_000_000_000);
  expect(promoted.minReplicas).toBeGreaterThan(1_000_000_000);
});

test.each([[0, true], [1, false]])('nobody waits for it where a server has data of the installation: term %s', async (term, asks) => {
  const asked = jest.fn(() => 'OK');
  const peers = { local: endpoint(() => 'OK'), external: { endpoint: endpoint(asked) }, clock: new Scheduler() };
  const config = { ...ONE, self: 0, follow: { host: 'old', port: 6379, cutOver: false } };
  const servers = [standby({ claim: claim({ term: 0 }) }), standby({ claim: claim({ term }) })];
  await new Follower({ log, peers, config, record: () => undefined } as unknown as Actor).look({ at: 0, servers, sentinels: [] });
  expect(asked.mock.calls.length > 0).toBe(asks);
});
