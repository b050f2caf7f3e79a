import * as fs from 'node:fs';
import * as path from 'node:path';
import { handOver } from '../../../lib/agent/act/hand-over';
import { nextInRoll, only } from '../../../lib/agent/act/successor';
import { REDIS, TestCluster, until } from '../../agent/support/cluster';
import { Stage } from '../../agent/support/stage';
import { describeWith } from '../../support/binaries';

jest.setTimeout(120_000);

describe('who follows a server that stops', () => {
  test.each<[string, number, number[], number | undefined]>([
    ['the next one above it: it was rolled before, and is not the first of the next roll', 0, [1, 2, 3], 1],
    ['one above it', 2, [0, 1, 3], 3],
    ['the lowest if there is none above: it is rolled last', 3, [0, 1, 2], 0],
    ['the lowest that is in sync', 3, [1, 2], 1],
    ['nobody', 1, [], undefined],
  ])('%s', (_, self, ready, successor) => {
    expect(nextInRoll(self).choose(ready)).toBe(successor);
  });

  test('is the one that was asked for, or nobody', () => {
    expect(only(2).choose([0, 2])).toBe(2);
    expect(only(2).choose([0, 1])).toBeUndefined();
  });
});

describeWith(REDIS)('servers that are rolled from the highest ordinal down', () => {
  let cluster: TestCluster;

  afterEach(async () => cluster.stop());

  /** What happens to the pod of a server: the hook, SIGTERM, another one. */
  async function replace(i: number): Promise<void> {
    const file = (name: string) => path.join(cluster.runDir(i), name);
    fs.writeFileSync(file('stop-requested'), '');
    await until('the agent answers the request to stop', () => fs.existsSync(file('stop-answered')));
    await cluster.kill(`redis-${i}`, 'SIGTERM');
    for (const name of ['stop-requested', 'stop-answered']) fs.rmSync(file(name));
    cluster.startServer(i, { empty: true });
    await cluster.converged();
    const heard = async (j: number) => String(await cluster.askSentinel(j, 'SENTINEL', 'REPLICAS', 'cache-redis')).split('slave-priority,100').length === 3;
    await until('all Sentinels may elect both replicas', async () => (await Promise.all([0, 1, 2].map(heard))).every(Boolean));
  }

  /** Servers that are the master during a roll, in turn. */
  async function roll(): Promise<number[]> {
    const masters = [await cluster.converged()];
    for (const i of [2, 1, 0]) {
      await replace(i);
      const [master] = await cluster.masters();
      if (master !== masters.at(-1)) masters.push(master);
    }
    return masters;
  }

  test('change the master once, or twice if it is the first to go', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const first = await cluster.converged();
    const rolls = { 0: [0, 1], 1: [1, 2], 2: [2, 0, 1] } as { readonly [first: number]: number[] };

    for (let at = first, n = 0; n < 3; n++) {
      const masters = await roll();
      expect(masters).toEqual(rolls[at]);
      at = masters.at(-1)!;
    }
  });
});

describeWith(REDIS)('a hand-over to a server that was asked for', () => {
  const stage = new Stage();
  const { cluster } = stage;
  const priority = async (i: number) => (await cluster.ask(i, 'CONFIG', 'GET', 'replica-priority') as string[])[1];
  const hand = async (to: number) => handOver(stage.actor({ ...stage.config, handOverBudgetMs: 8_000 }), { stops: false, to });

  beforeAll(async () => stage.start());
  beforeEach(async () => {
    await stage.clear();
    await stage.converged();
  });
  afterAll(async () => stage.stop());

  test.each([1, 2])('makes it the master: server %i', async (to) => {
    expect(await hand(to)).toMatch(new RegExp(`^to server ${to} at `));
    expect((await cluster.info(to)).role).toBe('master');
    expect(await priority(3 - to)).toBe('100');
    expect(await priority(to)).toBe('100');
  });

  test('is given up if that one can\'t be elected, though another one could be', async () => {
    await cluster.ask(2, 'CONFIG', 'SET', 'replica-priority', '0');
    await until('the Sentinel that is asked heard of it', async () => (
      String(await cluster.askSentinel(0, 'SENTINEL', 'REPLICAS', 'cache-redis')).includes('slave-priority,0')));
    expect(await hand(2)).toBe('given up, writes go on: the server that was asked for can\'t be elected');
    expect((await cluster.info(0)).role).toBe('master');
    expect(await priority(1)).toBe('100');
  });

  test('is given up if that one has not every write', async () => {
    await cluster.ask(2, 'REPLICAOF', '127.0.0.1', '1');
    await cluster.ask(0, 'SET', 'late', 'write');
    expect(await hand(2)).toMatch(/^given up, writes go on: (server 2 did not receive every write in time|the server that was asked for can't be elected)$/);
    expect((await cluster.info(0)).role).toBe('master');
  });
});
