import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Actor } from '../../../lib/agent/act/actor';
import { MinReplicasKeeper } from '../../../lib/agent/act/min-replicas-keeper';
import { acceptWrites, refuseWrites } from '../../../lib/agent/act/own-fence';
import { Endpoint } from '../../../lib/agent/redis/resp';

/** A server and the configuration of its agent. */
class World {
  public now = '1';
  public configured = 1;
  public info = 'role:slave\r\n';
  public handingOver = false;
  public lost = 0;
  public readonly runDir = fs.mkdtempSync(path.join(os.tmpdir(), 'min-replicas-'));
  public readonly lines: string[] = [];
  public readonly local = {
    call: async (command: string, what: string, name: string, value: string) => {
      await new Promise(setImmediate);
      if (command === 'INFO') return this.info;
      if (what === 'GET') return [name, this.now];
      if (this.lost-- > 0) throw new Error('no answer within 1000 ms');
      this.now = value;
      return 'OK';
    },
    batch: async (commands: string[][]) => Promise.all(commands.map(async () => this.info)),
  } as unknown as Endpoint;

  /** As the agent that comes next. */
  public keeper(): MinReplicasKeeper {
    const say = (_: string, line: string) => this.lines.push(line);
    const actor = () => ({
      peers: { local: this.local, addresses: ['a', 'b', 'c'] },
      config: { runDir: this.runDir, serverPort: 6379, minReplicasToWrite: this.configured },
      log: { info: say, warn: say },
    }) as unknown as Actor;
    return new MinReplicasKeeper(actor, () => this.handingOver);
  }

  /** What the start script wrote. */
  public started(value: string): void {
    fs.writeFileSync(path.join(this.runDir, 'min-replicas'), `${value}\n`);
  }
}

describe('the replicas that a write needs', () => {
  let world: World;
  let keeper: MinReplicasKeeper;
  beforeEach(() => { world = new World(); keeper = world.keeper(); });
  afterEach(() => fs.rmSync(world.runDir, { recursive: true }));

  const change = async (configured: number) => {
    world.configured = configured;
    await keeper.keep();
    return world.now;
  };

  test('follow the list of members, and what was set by hand stays until that changes', async () => {
    world.started('1');
    world.now = '0';
    expect(await change(1)).toBe('0');
    // not a replica, which could become a master of fewer
    expect(await change(2)).toBe('0');
    world.info = 'role:master\r\nslave0:ip=b,port=6379,state=online,offset=0,lag=0\r\nslave1:ip=c,port=6379,state=online,offset=0,lag=0\r\n';
    expect(await change(2)).toBe('2');
    world.now = '1';
    expect(await change(2)).toBe('1');
    expect(world.lines).toEqual(['a write needs 2 replicas (min-replicas-to-write), before: 1']);
  });

  test.each([['its own agent', '100000002', '100000001'], ['a cut-over', '1000000002', '1000000001'], ['both', '1100000002', '1100000001']])('under a fence of %s it stays a fence, over the new value', async (_, now, then) => {
    world.started('2');
    world.now = now;
    expect(await change(1)).toBe(then);
  });

  test('are given back as they are configured by then when a fence ends', async () => {
    world.started('1');
    await refuseWrites(world.local);
    await change(0);
    await acceptWrites(world.local);
    expect(world.now).toBe('0');
  });

  test('no fence is lost that is raised in the same moment', async () => {
    world.started('2');
    world.now = '2';
    await Promise.all([change(1), refuseWrites(world.local), change(1)]);
    expect(world.now).toBe('100000001');
  });

  test('those of a hand-over stay while it is under way', async () => {
    world.started('2');
    world.now = '0';
    world.handingOver = true;
    expect(await change(1)).toBe('0');
    world.handingOver = false;
    expect(await change(1)).toBe('1');
  });

  test('are more at a master once it has them, as it would refuse writes until then', async () => {
    world.started('0');
    world.now = '0';
    world.info = 'role:master\r\nslave0:ip=b,port=6379,state=wait_bgsave,offset=0,lag=0\r\n';
    expect(await change(1)).toBe('0');
    world.info = 'role:master\r\nslave0:ip=b,port=6379,state=online,offset=0,lag=9\r\n';
    expect(await change(1)).toBe('0');
    world.info = 'role:master\r\nslave0:ip=b,port=6379,state=online,offset=0,lag=1\r\n';
    expect(await change(1)).toBe('1');
  });

  test('are followed again by the next agent, and where the server did not answer', async () => {
    world.started('2');
    world.now = '2';
    world.lost = 1;
    expect(await change(1)).toBe('2');
    expect(world.lines).toEqual(['no answer within 1000 ms']);
    keeper = world.keeper();
    expect(await change(1)).toBe('1');
  });

  test('an agent that does not know what its server was given takes it for what is configured', async () => {
    world.now = '0';
    expect(await change(2)).toBe('0');
    expect(await change(1)).toBe('1');
  });
});
