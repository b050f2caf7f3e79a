import { requestFailover } from '../../../lib/agent/act/failover';
import { electableReplicas } from '../../../lib/agent/act/favourable-moment';
import { describeWith } from '../../support/binaries';
import { REDIS, until } from '../support/cluster';
import { Stage } from '../support/stage';

jest.setTimeout(60_000);

describeWith(REDIS)('a failover that the agent of server 0 asks for', () => {
  const stage = new Stage();
  const { cluster } = stage;
  let before: number[] = [];

  beforeAll(async () => stage.start());
  beforeEach(async () => {
    await stage.clear();
    await stage.converged();
    before = [0, 1, 2].map((j) => cluster.sentinelLog(j).length);
  });
  afterAll(async () => stage.stop());

  const asked = (): number[] => [0, 1, 2].filter((j) => cluster.sentinelLog(j).slice(before[j]).includes('+try-failover'));
  const rename = async (sentinels: readonly number[]): Promise<void> => {
    for (const j of sentinels) await cluster.askSentinel(j, 'SENTINEL', 'REMOVE', 'cache-redis');
    await stage.name(1, sentinels);
  };

  test('is asked of one Sentinel, though a server that is back at once has two reasons', async () => {
    const actor = stage.actor();

    await Promise.all([requestFailover([0, 1], 'the server died', actor), requestFailover([1, 0], 'a replica kept the data', actor)]);

    expect(asked()).toEqual([0]);
  });

  test('is not asked of a Sentinel that names another master meanwhile', async () => {
    await stage.master(1);
    await stage.replica(2, 1);
    await rename([0]);
    const electable = async (): Promise<unknown[]> => electableReplicas(stage.actor().peers.sentinels[0], 'cache-redis', cluster.servers);
    await until('it knows a replica that it could elect', async () => (await electable()).length === 1);

    await requestFailover([0, 1], 'test', stage.actor());

    expect(asked()).toEqual([1]);
  });

  test('is not asked for once a majority names another master, whatever was decided before', async () => {
    await rename([1, 2]);

    await stage.act({ kind: 'fail-over', ask: [0, 1, 2], why: 'test' });

    expect(asked()).toEqual([]);
  });
});
