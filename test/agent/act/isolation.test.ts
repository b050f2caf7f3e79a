import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Actor } from '../../../lib/agent/act/actor';
import { Isolation } from '../../../lib/agent/act/isolation';
import { DataRecord } from '../../../lib/agent/observe/record-file';
import { CALL_MS } from '../../../lib/agent/redis/connections';
import { Endpoint, Reply, ReplyError } from '../../../lib/agent/redis/resp';
import { Scheduler } from '../support/scheduler';

const UNREACHABLE_AFTER_MS = 1_500;

/** What a master and its surroundings are. */
class Surroundings {
  public readonly clock = new Scheduler();
  public minReplicas = '1';
  public configured = 1;
  /** Which of the other servers and of the Sentinels answer, and which pods of servers give a sign. */
  public answering = new Set<string>(['server 1', 'server 2', 'sentinel 0', 'sentinel 1', 'sentinel 2']);
  public signs = new Set<string>();
  /** Whom each Sentinel names, and since when it waits for an answer to its ping. */
  public readonly views = [0, 1, 2].map((): { names: string; deafSince?: number } => ({ names: 'server 0' }));
  public epoch = 4;
  /** Which process of the server the Sentinels have heard, and how long they would wait for it. */
  public masterRunId = 'a run';
  public sentinelsWaitMs = 3_500;
  /** The server itself answers, with this. */
  public runs: string | undefined = 'PONG';
  public readonly runDir = fs.mkdtempSync(path.join(os.tmpdir(), 'isolation-'));
  public readonly lines: string[] = [];
  public handingOver = false;
  public unreachableAfterMs = UNREACHABLE_AFTER_MS;
  public downAfterMs = 3_500;
  /** How many times the server does not answer to CONFIG SET. */
  public lost = 0;
  /** Connections of the server. */
  public clients = '';
  /** Its replica, and how old the last word of it is. */
  public replica = 'server 1';

  /** What the agent before this one has recorded of the server. */
  public record?: DataRecord;

  public lagSeconds = (): number => Math.floor(this.clock.now() / 1000);

  /** As the agent that comes next. */
  public isolation(configured = this.configured): Isolation {
    this.configured = configured;
    const replicas = (): number => this.configured;
    const peer = (name: string, says: (command: string) => Reply = () => 'PONG') => endpoint(async (_, what) => {
      if (this.answering.has(name)) return says(what);
      await this.clock.sleep(CALL_MS);
      throw new Error('no answer');
    });
    const sentinel = (index: number) => peer(`sentinel ${index}`, (what) => {
      const { names, deafSince } = this.views[index];
      if (what === 'GET-MASTER-ADDR-BY-NAME') return [names, '6379'];
      if (what !== 'MASTER') return 'PONG';
      return ['config-epoch', String(this.epoch), 'runid', this.masterRunId, 'down-after-milliseconds', String(this.sentinelsWaitMs), 'last-ping-sent', String(this.clock.now() - (deafSince ?? this.clock.now()))];
    });
    const actor = {
      peers: {
        clock: this.clock,
        local: endpoint(async (command, what, name, value) => {
          if (command === 'PING') return this.pong();
          if (command === 'INFO') return `role:master\r\nrun_id:r\r\nmaster_replid:s\r\nslave0:ip=${this.replica},port=6379,state=online,offset=1404,lag=${this.lagSeconds()}`;
          if (command === 'CLIENT') return this.clients;
          if (what === 'GET') return [name, name === 'min-replicas-to-write' ? this.minReplicas : '10'];
          if (this.lost-- > 0) throw new Error('no answer within 1000 ms');
          this.minReplicas = value;
          return 'OK';
        }),
        servers: [0, 1, 2].map((ordinal) => peer(`server ${ordinal}`)),
        sentinels: [0, 1, 2].map(sentinel),
        addresses: ['server 0', 'server 1', 'server 2'],
        sentinelAddresses: ['sentinel 0', 'sentinel 1', 'sentinel 2'],
        former: new Map([['former 0', 0]]),
      },
      config: {
        runDir: this.runDir,
        self: 0,
        serverPort: 6379,
        unreachableAfterMs: this.unreachableAfterMs,
        downAfterMs: this.downAfterMs,
        get minReplicasToWrite() { return replicas(); },
      },
      record: () => this.record,
      log: { info: (_: string, line: string) => this.lines.push(line), warn: (_: string, line: string) => this.lines.push(line) },
    };
    return new Isolation(() => actor as unknown as Actor, () => this.handingOver, async (host) => this.signs.has(host));
  }

  /** What these Sentinels send to the server from now on gets no answer. */
  public deafen(...sentinels: number[]): void {
    for (const index of sentinels) this.views[index].deafSince = this.clock.now();
  }

  /** They name another server, which answers them. */
  public name(server: string, ...sentinels: number[]): void {
    for (const index of sentinels) this.views[index] = { names: server };
  }

  public get refusesWrites(): boolean {
    return Number(this.minReplicas) > 1_000_000;
  }

  public async refuses(is: boolean): Promise<void> {
    await this.clock.runUntil(() => this.refusesWrites === is, 10_000);
    expect(this.refusesWrites).toBe(is);
  }

  /** For much longer than anything here takes. */
  public async remains(is: boolean): Promise<void> {
    await this.pass(60_000);
    expect(this.refusesWrites).toBe(is);
  }

  public async pass(ms: number): Promise<void> {
    await this.clock.runUntil(() => false, ms);
  }

  private async pong(): Promise<string> {
    if (this.runs !== undefined) return this.runs;
    await this.clock.sleep(CALL_MS);
    throw new Error('no answer');
  }

  /** For longer than it takes to refuse. */
  public async stays(): Promise<void> {
    await this.clock.runUntil(() => this.refusesWrites, 2.5 * UNREACHABLE_AFTER_MS);
    expect(this.minReplicas).toBe('1');
    expect(this.lines).toEqual([]);
  }
}

function endpoint(call: (...command: string[]) => Promise<Reply>): Endpoint {
  return { call, batch: async (commands: string[][]) => Promise.all(commands.map(async (one) => call(...one))) };
}

describe('a master that is cut off', () => {
  let world: Surroundings;
  let isolation: Isolation;

  beforeEach(async () => {
    world = new Surroundings();
    isolation = world.isolation();
    await isolation.watch(true);
  });
  afterEach(async () => {
    world.answering = new Set(['server 1']);
    await isolation.watch(false);
    fs.rmSync(world.runDir, { recursive: true });
  });

  test('from all others refuses writes until one of them answers', async () => {
    world.answering = new Set(['sentinel 0']);
    await world.refuses(true);
    world.answering.add('server 2');
    await world.refuses(false);
    expect(world.minReplicas).toBe('1');
    expect(world.lines.map((line) => line.split(':')[0])).toEqual([
      'this master reaches no other server and no majority of the Sentinels', 'others are reached again, or it is no master any more',
    ]);
  });

  test('takes writes again once they need no replica by a change of the members', async () => {
    world.answering = new Set();
    await world.refuses(true);
    world.configured = 0;
    await isolation.watch(true);
    await world.refuses(false);
  });

  test.each<[string, (world: Surroundings) => void]>([
    ['another server answers', ({ answering }) => answering.add('server 1')],
    ['a majority of the Sentinels answers', ({ answering }) => answering.add('sentinel 0').add('sentinel 1')],
    ['the kernel of another pod does: its programs stall', ({ signs }) => signs.add('server 2')],
  ])('is not, while %s', async (_, change) => {
    world.answering = new Set();
    change(world);
    await world.stays();
  });

  test('in one direction alone, so that it is not replaced, takes writes again: its replica still acknowledges what it is sent', async () => {
    world.lagSeconds = () => 1;
    world.answering = new Set();
    await world.refuses(true);
    await world.refuses(false);
    await world.remains(false);
  });

  test('in both directions goes on to refuse them: its replica was heard before that alone', async () => {
    world.answering = new Set();
    await world.refuses(true);
    await world.remains(true);
  });

  test('whose server did not confirm that is told again', async () => {
    world.lost = 1;
    world.answering = new Set();
    await world.refuses(true);
    expect(world.lines[0]).toBe('no answer within 1000 ms');
    world.answering = new Set(['server 1']);
    await world.refuses(false);
  });

  test('goes on to refuse writes while it is asked to hand over: nobody is there who could take the role', async () => {
    world.answering = new Set();
    await world.refuses(true);
    world.handingOver = true;
    await world.pass(UNREACHABLE_AFTER_MS);
    expect(world.refusesWrites).toBe(true);
    world.answering = new Set(['server 1']);
    await world.pass(UNREACHABLE_AFTER_MS);
    // what the hand-over has set for its time stays, too
    expect(world.refusesWrites).toBe(true);
    world.handingOver = false;
    await world.refuses(false);
  });

  test('while it hands over does not begin to: the hand-over pauses writes', async () => {
    world.handingOver = true;
    world.answering = new Set();
    await world.stays();
    world.handingOver = false;
    await world.refuses(true);
  });

  test('no more once it is a replica', async () => {
    world.answering = new Set();
    await world.refuses(true);
    await isolation.watch(false);
    await world.refuses(false);
  });

  test('and whose agent began anew takes writes again all the same', async () => {
    world.answering = new Set();
    await world.refuses(true);
    const next = world.isolation();
    await next.watch(true);
    await world.pass(5_000);
    expect(world.refusesWrites).toBe(true);
    world.answering = new Set(['server 1']);
    await world.refuses(false);
    await next.watch(false);
  });

  test('whose data another installation copies goes on to refuse writes: that one is on its side of the cut', async () => {
    world.replica = 'elsewhere';
    world.lagSeconds = () => 1;
    world.answering = new Set();
    await world.refuses(true);
    await world.remains(true);
  });

  test('from which somebody cuts over leaves it as that one left it', async () => {
    world.answering = new Set();
    await world.refuses(true);
    world.minReplicas = String(1_000_000_001);
    world.answering = new Set(['server 1']);
    await world.pass(5_000);
    expect(world.minReplicas).toBe(String(1_000_000_001));
  });
});

describe('a master that is not heard', () => {
  let world: Surroundings;
  let isolation: Isolation;

  beforeEach(async () => {
    world = new Surroundings();
    isolation = world.isolation();
    await isolation.watch(true);
    await world.pass(1_000);
  });
  afterEach(async () => {
    world.name('server 0', 0, 1, 2);
    await isolation.watch(false);
    fs.rmSync(world.runDir, { recursive: true });
  });

  test('by a majority of the Sentinels refuses writes before they replace it, though it reaches everybody, and until it is heard', async () => {
    const cut = world.clock.now();
    world.deafen(1, 2);
    await world.refuses(true);
    // they replace it a second after they heard it last
    expect(world.clock.now() - cut).toBeLessThan(900);
    world.name('server 0', 1);
    await world.refuses(false);
    expect(world.lines[0]).toBe('a majority of the Sentinels does not hear this master any more: it refuses writes');
  });

  test('refuses writes all the same where a client has the name of a Sentinel whose command is paused', async () => {
    world.clients = 'id=7 addr=10.0.1.2:4711 name=sentinel-x-cmd age=9 idle=1 flags=b db=0 cmd=blpop user=shop redir=-1 resp=2\n';
    world.deafen(1, 2);
    await world.refuses(true);
  });

  test('refuses writes on when it was replaced: who names another one hears that one', async () => {
    world.deafen(1, 2);
    await world.refuses(true);
    world.name('server 1', 0, 1, 2);
    await world.remains(true);
    // nobody knows: it may be cut off in the other direction too by now
    world.answering = new Set(['server 1']);
    await world.remains(true);
    // nor does the next agent
    const mark = path.join(world.runDir, 'isolated');
    const left = [fs.readFileSync(mark, 'utf8'), world.minReplicas];
    await isolation.watch(false);
    await world.refuses(false);
    fs.writeFileSync(mark, left[0]);
    world.minReplicas = left[1];
    const next = world.isolation();
    await next.watch(true);
    await world.remains(true);
    await next.watch(false);
    await world.refuses(false);
  });

  test('is not told to be replaced while its server is gone', async () => {
    world.name('server 1', 0, 1, 2);
    world.runs = undefined;
    await world.pass(60_000);
    expect(world.lines).toEqual([]);
  });

  test('and is not replaced all the same takes writes again after a while, and until it is heard and not heard once more', async () => {
    world.deafen(0, 1, 2);
    await world.refuses(true);
    await world.refuses(false);
    await world.remains(false);
    world.name('server 0', 0, 1, 2);
    await world.pass(1_000);
    world.deafen(0, 1, 2);
    await world.refuses(true);
  });

  test.each<[string, () => void]>([
    ['by one Sentinel alone', () => world.deafen(2)],
    ['by one, beside another that does not answer', () => {
      world.deafen(1);
      world.answering.delete('sentinel 2');
    }],
    ['while it hands over', () => {
      world.handingOver = true;
      world.deafen(0, 1, 2);
    }],
    ['whose writes are paused, which stops what the Sentinels publish and their pings behind it', () => {
      world.clients = 'id=7 addr=10.0.1.2:4711 name=sentinel-9a3f2b1c-cmd age=9 idle=1 flags=b db=0 cmd=publish user=default redir=-1 resp=2\n';
      world.deafen(0, 1, 2);
    }],
    ['by Sentinels that have not heard it since they began', () => {
      world.masterRunId = '';
      world.deafen(0, 1, 2);
    }],
    ['by Sentinels that wait longer, as failovers are paused', () => {
      world.sentinelsWaitMs = 600_000;
      world.deafen(0, 1, 2);
    }],
    ['for one look', () => {
      world.deafen(0, 1, 2);
      void world.clock.sleep(550).then(() => world.name('server 0', 0, 1, 2));
    }],
    ['at its former address', () => {
      world.name('former 0', 0, 1, 2);
      world.deafen(0, 1, 2);
    }],
  ])('%s takes writes', async (_, change) => {
    change();
    await world.stays();
  });

  test.each([['does not answer', undefined], ['says that a script runs', 'BUSY']])('as it stalls, and %s, takes writes when it goes on', async (_, says) => {
    world.runs = says;
    world.deafen(0, 1, 2);
    await world.stays();
    // a look that begins now sees Sentinels that have not read the answer yet
    world.runs = 'PONG';
    await world.pass(200);
    world.name('server 0', 0, 1, 2);
    await world.stays();
  });

  test('as the Sentinels stall takes writes when they go on', async () => {
    world.answering = new Set(['server 1']);
    world.deafen(0, 1, 2);
    await world.pass(2_000);
    world.answering.add('sentinel 0').add('sentinel 1').add('sentinel 2');
    // looks come before they have asked the server again
    await world.pass(380);
    world.name('server 0', 0, 1, 2);
    await world.stays();
  });
});

test('a master that was promoted takes writes while the Sentinels name the former one', async () => {
  const world = new Surroundings();
  world.name('server 1', 0, 1, 2);
  const isolation = world.isolation();
  await isolation.watch(true);
  await world.stays();
  await isolation.watch(false);
  fs.rmSync(world.runDir, { recursive: true });
});

test.each([
  ['that was replaced while no agent ran refuses writes', { epoch: 3 }, true],
  ['that was named in the same epoch takes writes', { epoch: 4 }, false],
  ['that was promoted since it was recorded takes writes', { epoch: 3, streamId: 'former' }, false],
])('a master %s', async (_, recorded, refuses) => {
  const world = new Surroundings();
  world.record = { term: 1, master: true, offset: 0, hasKeys: true, runId: 'r', streamId: 's', ...recorded };
  world.name('server 1', 0, 1, 2);
  const isolation = world.isolation();
  await isolation.watch(true);
  await world.remains(refuses);
  await isolation.watch(false);
  await world.refuses(false);
  fs.rmSync(world.runDir, { recursive: true });
});

test('a master that takes writes without replicas takes them where nobody is reached, too', async () => {
  const world = new Surroundings();
  world.answering = new Set();
  const isolation = world.isolation(0);
  await isolation.watch(true);
  await world.stays();
  await isolation.watch(false);
  fs.rmSync(world.runDir, { recursive: true });
});

test('a master that was given no limit yet, as it has none of the replicas that it is to have, takes writes where nobody is reached, too', async () => {
  const world = new Surroundings();
  world.answering = new Set();
  fs.writeFileSync(path.join(world.runDir, 'min-replicas'), '0\n');
  const isolation = world.isolation(1);
  await isolation.watch(true);
  await world.stays();
  fs.writeFileSync(path.join(world.runDir, 'min-replicas'), '1\n');
  await isolation.watch(true);
  await world.refuses(true);
  await isolation.watch(false);
  await world.refuses(false);
  fs.rmSync(world.runDir, { recursive: true });
});

test('a master that the Sentinels find down before agents miss it refuses writes before that, too', async () => {
  const world = new Surroundings();
  world.unreachableAfterMs = 600_000;
  world.downAfterMs = UNREACHABLE_AFTER_MS;
  world.answering = new Set();
  const isolation = world.isolation();
  await isolation.watch(true);
  await world.refuses(true);
  await isolation.watch(false);
  await world.refuses(false);
  fs.rmSync(world.runDir, { recursive: true });
});

test('an error is an answer: somebody is there', async () => {
  const world = new Surroundings();
  world.answering = new Set(['server 1']);
  const isolation = world.isolation();
  jest.spyOn(world.answering, 'has').mockImplementation((name) => {
    if (name === 'server 1') throw new ReplyError('LOADING');
    return false;
  });
  await isolation.watch(true);
  await world.stays();
  await isolation.watch(false);
  fs.rmSync(world.runDir, { recursive: true });
});
