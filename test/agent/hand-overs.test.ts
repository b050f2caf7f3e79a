import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Actor } from '../../lib/agent/act/actor';
import { handOver, HandOverOrder } from '../../lib/agent/act/hand-over';
import { noteMinReplicas } from '../../lib/agent/act/left-over';
import { HandOvers } from '../../lib/agent/hand-overs';
import { Log } from '../../lib/log/log';

jest.mock('../../lib/agent/act/hand-over');
const begun = jest.mocked(handOver);

/** A server, and the hand-overs of its agent: each ends when it is told to. */
class World {
  public minReplicas = '1';
  public reachable = true;
  public readonly ends: ((line: string) => void)[] = [];
  public readonly handOvers: HandOvers;
  public readonly runDir = fs.mkdtempSync(path.join(os.tmpdir(), 'hand-overs-'));
  public configured = 1;
  private readonly actor: Actor;
  public cutOver: Promise<unknown> = Promise.resolve();

  constructor() {
    const call = async (_: string, verb: string, name: string, value?: string) => {
      if (!this.reachable) throw new Error('no answer');
      if (verb === 'SET') this.minReplicas = value!;
      return verb === 'GET' ? [name, this.minReplicas] : 'OK';
    };
    const log = new Log({ write: () => undefined });
    const configured = (): number => this.configured;
    const config = { runDir: this.runDir, get minReplicasToWrite() { return configured(); } };
    this.actor = { peers: { local: { call } }, config, log } as unknown as Actor;
    this.handOvers = new HandOvers(() => this.actor, log, async () => this.cutOver);
    begun.mockReset().mockImplementation(() => new Promise((resolve) => this.ends.push(resolve)));
  }

  /** As a hand-over does before the replicas leave the server. */
  public takeAway(): void {
    noteMinReplicas(this.actor, Number(this.minReplicas));
    this.minReplicas = '0';
  }

  public get orders(): HandOverOrder[] {
    return begun.mock.calls.map(([, order]) => order!);
  }
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('hand-overs of a server', () => {
  test('a server that is about to stop while one is under way that was ordered tries for itself afterwards', async () => {
    const world = new World();
    const ordered = world.handOvers.once({ stops: false, to: 2 });
    await soon();
    const stop = world.handOvers.once({ stops: true });
    const signal = world.handOvers.once({ stops: true });
    await soon();
    expect(world.orders).toEqual([{ stops: false, to: 2 }]);

    world.ends[0]!('given up');
    expect(await ordered).toBe('given up');
    await soon();
    expect(world.orders.slice(1)).toEqual([{ stops: true }]);
    expect(world.handOvers.underWay).toBeDefined();

    world.ends[1]!('to server 1');
    expect(await Promise.all([stop, signal])).toEqual(['to server 1', 'to server 1']);
    await soon();
    expect(world.handOvers.underWay).toBeUndefined();
  });

  test('a server that is about to stop during a cut-over, by which it may become the master, hands over after that', async () => {
    const world = new World();
    let over = () => undefined as void;
    world.cutOver = new Promise<void>((resolve) => { over = resolve; });
    const stop = world.handOvers.once({ stops: true });
    await soon();
    expect(world.orders).toEqual([]);
    expect(world.handOvers.underWay).toBeDefined();
    over();
    await soon();
    expect(world.orders).toEqual([{ stops: true }]);
    world.ends[0]!('to server 1');
    expect(await stop).toBe('to server 1');
  });

  test('an order during another one gets its answer', async () => {
    const world = new World();
    const lines = [world.handOvers.once({ stops: true }), world.handOvers.once({ stops: false, to: 1 })];
    await soon();
    world.ends[0]!('to server 2');
    expect(await Promise.all(lines)).toEqual(['to server 2', 'to server 2']);
    expect(world.orders).toHaveLength(1);
  });

  test('the number of replicas that a write needs is put back when the server answers again, if it did not at the end', async () => {
    const world = new World();
    const line = world.handOvers.once({ stops: false });
    await soon();
    await world.handOvers.serverAnswers();
    world.takeAway();
    await world.handOvers.serverAnswers();
    expect(world.minReplicas).toBe('0');

    world.reachable = false;
    world.ends[0]!('given up');
    await line;
    await soon();
    world.reachable = true;
    expect(world.minReplicas).toBe('0');
    await world.handOvers.serverAnswers();
    expect(world.minReplicas).toBe('1');
  });

  test('it is put back at the end of one that left it behind', async () => {
    const world = new World();
    const line = world.handOvers.once({ stops: false });
    await soon();
    world.takeAway();
    world.ends[0]!('given up');
    await line;
    expect(world.minReplicas).toBe('1');
  });

  test('a 0 that no hand-over left stays: the server waits for its first replica, or somebody set it by hand', async () => {
    const world = new World();
    world.minReplicas = '0';
    await world.handOvers.serverAnswers();
    expect(world.minReplicas).toBe('0');
    const line = world.handOvers.once({ stops: false });
    await soon();
    world.ends[0]!('given up');
    await line;
    expect(world.minReplicas).toBe('0');
  });

  test('what is put back is what was there, not what is configured by then, and once', async () => {
    const world = new World();
    world.takeAway();
    world.configured = 2;
    await world.handOvers.serverAnswers();
    expect(world.minReplicas).toBe('1');
    world.minReplicas = '0';
    await world.handOvers.serverAnswers();
    expect(world.minReplicas).toBe('0');
  });
});
