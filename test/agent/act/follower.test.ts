import { Actor } from '../../../lib/agent/act/actor';
import { CutOvers, cutOver } from '../../../lib/agent/act/cut-over';
import { Follower } from '../../../lib/agent/act/follower';
import { OldMaster } from '../../../lib/agent/act/old-master';
import { Observation, ServerView } from '../../../lib/agent/observe/observation';
import { Endpoint, Reply, ReplyError } from '../../../lib/agent/redis/resp';
import { Scheduler } from '../support/scheduler';
import { BLANK, claim, names, standby } from '../support/views';

function endpoint(answer: (...command: string[]) => Reply): Endpoint {
  const call = async (...command: string[]): Promise<Reply> => answer(...command);
  return { call, batch: async (commands) => Promise.all(commands.map(async (each) => call(...each))) };
}

/** A master outside. */
class Outside {
  public readonly values: { [name: string]: string } = { 'min-replicas-to-write': '1', 'min-replicas-max-lag': '10' };
  public readonly endpoint = endpoint((word, what, name, value) => {
    if (word === 'INFO') return `role:master\r\nmaster_repl_offset:100\r\nmaster_replid:s\r\n${this.replicas}`;
    if (what === 'GET') return [name, this.values[name]];
    if (what === 'SET' && this.forbidden) return new ReplyError('NOPERM');
    if (what === 'SET' && this.failing && name === 'min-replicas-to-write') throw new Error('no answer');
    if (what === 'SET') this.values[name] = value;
    if (what === 'PAUSE') this.pausedMs = Number(name);
    if (what === 'UNPAUSE') this.pausedMs = 0;
    return 'OK';
  });
  /** Their lines in its INFO. */
  public replicas = '';
  /** Whether it takes no orders from this user, or answers none to refuse or accept writes. */
  public forbidden = false;
  public failing = false;
  public pausedMs = 0;

  public get minReplicas(): number { return Number(this.values['min-replicas-to-write']); }
}

const ONE = { masterName: 'mymaster', servers: ['one-0'] };
const OTHER = { masterName: 'mymaster', servers: ['other-0'] };
const log = { info: () => undefined, warn: () => undefined };

/** What an installation does that follows it, and does not cut over. */
async function follows(
  old: Outside, config: typeof ONE, { replica = new Outside(), sentinels = [BLANK], cutOver: wanted = false } = {},
): Promise<void> {
  const ask = async (_: string, __: number, ...command: string[]) => replica.endpoint.call(...command);
  const peers = { local: endpoint(() => 'OK'), external: { endpoint: old.endpoint, ask }, clock: new Scheduler() };
  const actor = { log, peers, config: { ...config, self: 0, follow: { host: 'old', port: 6379, cutOver: wanted } }, record: () => undefined };
  await new Follower(actor as unknown as Actor).keep({ follows: 'external', linkUp: true, runId: 'r' } as ServerView, sentinels);
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

  test('so do its replicas, which refuse them too, should one be promoted', async () => {
    const replica = new Outside();
    old.replicas = 'slave0:ip=10.0.0.2,port=6379,state=online\r\nslave1:ip=10.9.0.1,port=1,state=online\r\n';
    const ask = async (_: string, port: number, ...command: string[]) => (port === 1 ? Promise.reject(new Error('nobody')) : replica.endpoint.call(...command));
    expect(await (await OldMaster.at(old.endpoint, ONE))!.refuseAtReplicas({ endpoint: old.endpoint, ask, password: () => undefined })).toEqual([]);
    expect(replica.minReplicas).toBe(old.minReplicas);
    await follows(old, ONE, { replica });
    expect(replica.minReplicas).toBe(1);
  });

  test('accepts them again where an attempt failed to take it back, though it is to cut over', async () => {
    await follows(old, ONE, { cutOver: true });
    expect(old.minReplicas).toBe(1);
  });

  test.each([['a Sentinel names this server', [names(0), BLANK, BLANK]], ['too few Sentinels answer', [BLANK, undefined, undefined]]])('goes on refusing them while %s', async (_, sentinels) => {
    const { minReplicas } = old;
    await follows(old, ONE, { sentinels: sentinels as (typeof BLANK)[] });
    expect(old.minReplicas).toBe(minReplicas);
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

describe('a master outside whose writes are stopped', () => {
  test('they wait for less than any Sentinel does, and not when it could not be told that it may accept them', async () => {
    const old = new Outside();
    const master = (await OldMaster.at(old.endpoint, ONE))!;
    await master.stopWrites();
    // the shortest down-after
    expect(old.pausedMs).toBeLessThan(1_001);
    expect(old.pausedMs).toBeGreaterThan(0);
    old.failing = true;
    await expect(master.release()).rejects.toThrow('no answer');
    expect(old.pausedMs).toBe(0);
  });

  test('one that may only be asked takes no orders', async () => {
    const old = new Outside();
    old.forbidden = true;
    expect(await OldMaster.at(old.endpoint, ONE)).toBeUndefined();
    expect(old.pausedMs).toBe(0);
  });
});

/** An installation of one server and one Sentinel, in sync with a master outside. */
class Installation {
  public role = 'slave';
  public voted = false;
  public readonly lines: string[] = [];
  private at = 0;

  constructor(private readonly outside: () => Endpoint) {}

  /** What happens when it ends the copy, and when it is promoted. */
  public onEnd = (): void => undefined;
  public onPromotion = (): void => undefined;
  public stopping = (): boolean => false;

  public async cutOver(): Promise<void> {
    const local = endpoint((word, what, name) => {
      if (word === 'REPLICAOF' && name === 'ONE') {
        this.role = 'master';
        this.onPromotion();
      } else if (word === 'REPLICAOF') {
        this.onEnd();
      }
      if (word === 'INFO' && what === 'replication') {
        const link = 'master_host:old\r\nmaster_port:6379\r\nmaster_link_status:up\r\nmaster_last_io_seconds_ago:0\r\nslave_repl_offset:1000\r\n';
        return `role:${this.role}\r\n${link}master_repl_offset:1000\r\nmaster_replid:s`;
      }
      return 'OK';
    });
    const sentinel = endpoint((_, what) => {
      if (what === 'MONITOR') this.voted = true;
      if (what === 'GET-MASTER-ADDR-BY-NAME') return ['here', '6379'];
      return what === 'MASTER' ? ['flags', 'master', 'config-epoch', '0'] : 'OK';
    });
    const outside: Endpoint = {
      call: async (...command) => this.outside().call(...command),
      batch: async (commands) => this.outside().batch(commands),
    };
    const say = (_: string, line: string): void => { this.lines.push(line); };
    const config = { ...ONE, self: 0, serverPort: 6379, minReplicasToWrite: 0, follow: { host: 'old', port: 6379, cutOver: true } };
    const actor = {
      log: { info: say, warn: say },
      config,
      peers: {
        local,
        servers: [local],
        sentinels: [sentinel],
        addresses: ['here'],
        sentinelAddresses: ['there'],
        former: new Map(),
        clock: { now: () => this.at, sleep: async (ms: number) => this.sleep(ms) },
        external: { endpoint: outside, ask: async () => undefined },
      },
      registration: { config, address: 'here', downAfterMs: () => 3_500, password: () => undefined, log },
      stopping: () => this.stopping(),
      record: () => undefined,
      remember: async () => undefined,
    };
    await cutOver({ at: 0, servers: [standby({ follows: 'external' })], sentinels: [] } as Observation, actor as unknown as Actor, new CutOvers());
  }

  /** Shorter than it says, and longer than an answer takes. */
  private async sleep(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.at += ms;
  }
}

test('another master that was promoted there while writes were stopped takes none either', async () => {
  const [former, promoted] = [new Outside(), new Outside()];
  let current = former;
  const here = new Installation(() => current.endpoint);
  here.onPromotion = () => { current = promoted; };
  await here.cutOver();
  expect(here.role).toBe('master');
  expect(former.minReplicas).toBeGreaterThan(1_000_000_000);
  expect(promoted.minReplicas).toBeGreaterThan(1_000_000_000);
});

describe('a server that is about to stop', () => {
  test.each(['before', 'while writes are stopped', 'when it has ended the copy'])('%s gives up', async (when) => {
    const old = new Outside();
    const here = new Installation(() => old.endpoint);
    let stopping = when === 'before';
    here.stopping = () => stopping || (when === 'while writes are stopped' && old.minReplicas > 1_000);
    here.onEnd = () => { stopping = true; };
    await here.cutOver();
    expect(here).toMatchObject({ role: 'slave', voted: false, lines: [expect.stringContaining('this server is about to stop')] });
    expect(old).toMatchObject({ minReplicas: 1, pausedMs: 0 });
  });
});

describe('a master that takes no orders', () => {
  test.each([
    ['nobody writes, and Sentinels there publish, or keys end', false, 'rdb_changes_since_last_save:7\r\nrdb_last_save_time:1\r\n', 'master'],
    ['somebody writes', true, 'rdb_changes_since_last_save:7\r\nrdb_last_save_time:1\r\n', 'slave'],
    ['it does not tell of writes, and its stream goes on', false, '', 'slave'],
  ])('%s', async (_, writes, persistence, role) => {
    let looks = 0;
    const here = new Installation(() => endpoint((word, what) => {
      if (word !== 'INFO') return new ReplyError('ERR unknown command');
      looks++;
      if (what === 'persistence') return writes ? persistence.replace(':7', `:${looks}`) : persistence;
      return `role:master\r\nmaster_repl_offset:${500 + 30 * looks}\r\nmaster_replid:s`;
    }));
    await here.cutOver();
    expect(here.role).toBe(role);
    if (role === 'slave') expect(here.lines).toContain('nothing was changed: clients still write there, and have to be stopped by hand');
  });
});

test.each([[0, true], [1, false]])('nobody waits for it where a server has data of the installation: term %s', async (term, asks) => {
  const asked = jest.fn(() => 'OK');
  const peers = { local: endpoint(() => 'OK'), external: { endpoint: endpoint(asked) }, clock: new Scheduler() };
  const config = { ...ONE, self: 0, follow: { host: 'old', port: 6379, cutOver: false } };
  const servers = [standby({ claim: claim({ term: 0 }) }), standby({ claim: claim({ term }) })];
  await new Follower({ log, peers, config, record: () => undefined } as unknown as Actor).look({ at: 0, servers, sentinels: [] });
  expect(asked.mock.calls.length > 0).toBe(asks);
});
