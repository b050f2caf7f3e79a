import { REDIS, until } from './support/cluster';
import { Stage } from './support/stage';
import { describeWith } from '../support/binaries';

jest.setTimeout(60_000);

describeWith(REDIS)('a Sentinel that is reset because it spins', () => {
  const stage = new Stage();
  const { cluster } = stage;

  beforeAll(async () => {
    await stage.start();
    await stage.converged();
  });
  afterAll(async () => stage.stop());

  /** The connections of Sentinel 1 to all servers and to the other Sentinels. */
  async function connections(): Promise<Set<string>> {
    const lists = await Promise.all([
      ...[0, 1, 2].map(async (i) => cluster.ask(i, 'CLIENT', 'LIST')), ...[0, 2].map(async (j) => cluster.askSentinel(j, 'CLIENT', 'LIST')),
    ]);
    return new Set(lists.flatMap((list) => String(list).match(/ addr=\S+/g)!).filter((each) => each.includes(`=${cluster.sentinels[1]}:`)));
  }

  test('opens every connection anew, knows all again, and keeps master and epoch', async () => {
    // to each server one for commands and one for messages, which it may still be opening
    await until('it is connected to all', async () => (await connections()).size >= 8);
    const [before, former] = [await connections(), await cluster.sentinelMaster(1)];
    expect(before.size).toBeGreaterThanOrEqual(8);

    await stage.act({ kind: 'reset-sentinel', sentinel: 1, why: 'it spins on a broken connection' });

    await until('all are others', async () => {
      const now = await connections();
      return now.size >= before.size && ![...now].some((each) => before.has(each));
    });
    await until('it knows all again', async () => stage.sentinelsKnowAll());
    const { ip, 'config-epoch': epoch } = await cluster.sentinelMaster(1);
    expect({ ip, epoch }).toEqual({ ip: former.ip, epoch: former['config-epoch'] });
  });
});
