import { REDIS, TestCluster, until } from '../../agent/support/cluster';
import { describeWith } from '../../support/binaries';

jest.setTimeout(90_000);

describeWith(REDIS)('a master that its own agent does not replace', () => {
  let cluster: TestCluster;
  let old: number;

  afterEach(async () => cluster.stop());

  async function started(): Promise<void> {
    cluster = new TestCluster({ downAfterMs: 60_000 });
    await cluster.start();
    old = await cluster.converged();
    await cluster.fill(old, 100);
  }

  const said = (): string => [0, 1, 2].filter((i) => i !== old).map((i) => cluster.log(`agent-${i}`)).join('');
  const replaced = async (): Promise<void> => {
    await until('all Sentinels name another one', async () => {
      const named = await Promise.all([0, 1, 2].map(async (j) => cluster.named(j)));
      return named.every((each) => each === named[0] && each !== undefined && each !== old);
    }, 15_000);
  };

  test('is gone with its agent: another one replaces it, long before the Sentinels find it down', async () => {
    await started();
    await cluster.kill(`agent-${old}`);
    await cluster.kill(`redis-${old}`);

    await replaced();

    expect(said()).toMatch(/failover to server \d: the server of the master has refused connections for \d+ ms/);
    const [master] = await cluster.masters();
    expect((await cluster.keys(master, 'key')).size).toBe(100);
  });
});
