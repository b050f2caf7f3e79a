import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Actor } from '../../../lib/agent/act/actor';
import { handOver } from '../../../lib/agent/act/hand-over';
import { Endpoint, Reply } from '../../../lib/agent/redis/resp';
import { Scheduler } from '../support/scheduler';

/** Another installation's cut-over from this one: it adds 1,000,000,000 at least. */
const CUT_OVER = 1_123_456_001;

/** A master `a` and its replica `b` with three Sentinels. */
class Surroundings {
  public readonly clock = new Scheduler();
  public readonly minReplicas = { a: '1', b: '1' };
  /** 0 where the master is alone. */
  public replicas = 1;
  /** What `b` had when it was promoted. */
  public promotedWith?: string;
  /** Whether the replica gets what is written once writes are paused. */
  public lags = false;
  /** How long a majority of the Sentinels is away. In milliseconds. */
  public majorityAwayMs = 0;
  public readonly runDir = fs.mkdtempSync(path.join(os.tmpdir(), 'hand-over-'));
  /** What was noted when 0 was set. */
  public noted?: string;
  private named = 'a';
  private paused = false;
  /** What happens once they are. */
  public onPause = (): void => undefined;

  public async handOver(stops: boolean = false): Promise<string> {
    const [local, replica] = [this.server('a'), this.server('b')];
    const log = { info: () => undefined, warn: () => undefined };
    const actor = {
      log,
      peers: {
        clock: this.clock,
        local,
        servers: [local, replica].slice(0, 1 + this.replicas),
        sentinels: [0, 1, 2].map((i) => this.sentinel(i)),
        addresses: ['a', 'b'].slice(0, 1 + this.replicas),
        sentinelAddresses: ['x', 'y', 'z'],
        former: new Map(),
        serverAt: () => endpoint(() => 'OK'),
      },
      config: { self: 0, serverPort: 6379, sentinelPort: 26379, masterName: 'm', downAfterMs: 3_500, lingerMs: 100, handOverBudgetMs: 20_000, minReplicasToWrite: 1, runDir: this.runDir },
      registration: { password: () => '' },
    };
    let line: string | undefined;
    void handOver(actor as unknown as Actor, { stops }).then((said) => { line = said; });
    this.clock.in(0, () => undefined);
    await this.clock.runUntil(() => line !== undefined, 60_000);
    return line!;
  }

  private server(name: 'a' | 'b'): Endpoint {
    return endpoint((...command) => {
      const [word, what, , value] = command;
      if (word === 'INFO' && what === 'replication') return this.replication(name);
      if (word === 'CONFIG' && what === 'GET') return [command[2], this.minReplicas[name]];
      const note = path.join(this.runDir, 'handing-over');
      if (value === '0' && command[2] === 'min-replicas-to-write') this.noted = fs.existsSync(note) ? fs.readFileSync(note, 'utf8') : 'nothing';
      if (word === 'CONFIG' && command[2] === 'min-replicas-to-write') this.minReplicas[name] = value;
      if (word === 'CLIENT' && what === 'PAUSE' && !this.paused) {
        this.paused = true;
        this.onPause();
      }
      if (word === 'REPLICAOF' && what === 'NO') this.promotedWith = this.minReplicas[name];
      return 'OK';
    });
  }

  private replication(name: 'a' | 'b'): string {
    if (name === 'a' || this.promotedWith !== undefined) return 'role:master\r\nmaster_repl_offset:100';
    const offset = this.paused && this.lags ? 50 : 100;
    return `role:slave\r\nmaster_host:a\r\nmaster_port:6379\r\nmaster_link_status:up\r\nmaster_last_io_seconds_ago:0\r\nslave_repl_offset:${offset}\r\nslave_priority:100`;
  }

  private sentinel(i: number): Endpoint {
    let vote = { leader: '*', epoch: 0 };
    return endpoint((...command) => {
      if (i > 0 && this.clock.now() < this.majorityAwayMs) throw new Error('no connection');
      if (command[0] === 'PUBLISH') {
        this.named = 'b';
        return 1;
      }
      switch (command[1]) {
        case 'GET-MASTER-ADDR-BY-NAME': return [this.named, '6379'];
        case 'MASTER': return ['flags', 'master', 'config-epoch', '1', 'num-other-sentinels', '2', 'num-slaves', '1'];
        case 'CKQUORUM': return 'OK';
        case 'REPLICAS': return [['ip', 'b', 'flags', 'slave', 'last-ok-ping-reply', '10']].slice(1 - this.replicas);
        case 'SENTINELS': return [['ip', 'y', 'port', '26379', 'runid', 'r']];
        case 'IS-MASTER-DOWN-BY-ADDR':
          if (Number(command[4]) > vote.epoch) vote = { leader: command[5], epoch: Number(command[4]) };
          return [0, vote.leader, vote.epoch];
        default: return [];
      }
    });
  }
}

function endpoint(answer: (...command: string[]) => Reply): Endpoint {
  const call = async (...command: string[]): Promise<Reply> => answer(...command);
  return { call, batch: async (commands) => Promise.all(commands.map(async (each) => call(...each))) };
}

test('a server that is alone says so at once', async () => {
  const world = new Surroundings();
  world.replicas = 0;
  expect(await world.handOver()).toBe('given up, writes go on: there is no other server');
  expect(world.clock.now()).toBe(0);
});

describe('while a majority of the Sentinels is away', () => {
  test.each<readonly [string, number, boolean, number, RegExp]>([
    ['a server that is to stop waits for them', 9_000, true, 1, /^to server 1 at b: agreed/],
    ['no longer than its time', 60_000, true, 1, /^given up, writes go on: no majority of the Sentinels names a master$/],
    ['one that is alone does not wait', 9_000, true, 0, /^given up, writes go on: no majority of the Sentinels names a master$/],
    ['an order is not carried out later', 9_000, false, 1, /^given up, writes go on: no majority of the Sentinels names a master$/],
  ])('%s', async (_, awayMs, stops, replicas, line) => {
    const world = new Surroundings();
    world.majorityAwayMs = awayMs;
    world.replicas = replicas;
    expect(await world.handOver(stops)).toMatch(line);
    expect(world.clock.now()).toBeLessThan(stops && replicas > 0 ? 20_000 : 2_000);
  });
});

describe('min-replicas-to-write and a hand-over', () => {
  let world: Surroundings;
  const setTo = (value: number): void => { world.minReplicas.a = String(value); };

  beforeEach(() => { world = new Surroundings(); });
  afterEach(() => fs.rmSync(world.runDir, { recursive: true }));

  test('what a hand-over takes away is noted before', async () => {
    setTo(100_000_002);
    await world.handOver();
    expect(world.noted).toBe('2');
  });

  test('a hand-over that is done leaves what was there', async () => {
    expect(await world.handOver()).toMatch(/^to server 1 /);
    expect(world).toMatchObject({ minReplicas: { a: '1', b: '1' }, promotedWith: '1' });
  });

  test.each([1, 100_000_001, CUT_OVER])('one that is given up too: %s', async (value) => {
    setTo(value);
    world.lags = true;
    expect(await world.handOver()).toMatch(/^given up/);
    expect(world.minReplicas.a).toBe(String(value));
  });

  test('what its own agent has set against writes does not outlive the role', async () => {
    setTo(100_000_001);
    expect(await world.handOver()).toMatch(/^to server 1 /);
    expect(world).toMatchObject({ minReplicas: { a: '1', b: '1' }, promotedWith: '1' });
  });

  test('a master that another installation has cut over from: its successor takes no writes either', async () => {
    setTo(CUT_OVER);
    expect(await world.handOver()).toMatch(/^to server 1 /);
    expect(world).toMatchObject({ minReplicas: { a: String(CUT_OVER), b: String(CUT_OVER) }, promotedWith: String(CUT_OVER) });
  });

  test.each([false, true])('a cut-over that is called off once writes are paused, and the hand-over is given up: %s', async (lags) => {
    setTo(CUT_OVER);
    world.lags = lags;
    world.onPause = () => setTo(1);
    await world.handOver();
    expect(world).toMatchObject({ minReplicas: { a: '1', b: '1' }, promotedWith: lags ? undefined : '1' });
  });

  test.each([false, true])('a cut-over that comes once writes are paused, and the hand-over is given up: %s', async (lags) => {
    world.lags = lags;
    world.onPause = () => setTo(CUT_OVER);
    await world.handOver();
    expect(world).toMatchObject({ minReplicas: { a: String(CUT_OVER), b: lags ? '1' : String(CUT_OVER) }, promotedWith: lags ? undefined : String(CUT_OVER) });
  });
});
