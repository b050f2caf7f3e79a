import { REDIS, sleep, TestCluster, until } from '../../agent/support/cluster';
import { describeWith } from '../../support/binaries';

jest.setTimeout(90_000);

describeWith(REDIS)('a master that its own agent does not replace', () => {
  let cluster: TestCluster;
  let old: number;

  afterEach(async () => cluster.stop());

  async function started(settings = {}): Promise<void> {
    cluster = new TestCluster({ downAfterMs: 60_000, ...settings });
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

  /** The Sentinels give their votes to somebody, and begin nothing by themselves for twice the failover timeout. */
  const voted = async (): Promise<void> => {
    const address = [cluster.servers[old], String(cluster.serverPort)];
    for (const j of [0, 1, 2]) await cluster.askSentinel(j, 'SENTINEL', 'IS-MASTER-DOWN-BY-ADDR', ...address, '1', 'f'.repeat(40));
  };

  test('is gone, and whoever promoted another one too, before the Sentinels knew: the agent of that one tells them', async () => {
    await started();
    const successor = (old + 1) % 3;
    await until('all have a record', async () => {
      await sleep(100);
      return [0, 1, 2].every((i) => cluster.log(`agent-${i}`).includes('info steady'));
    });
    await voted();
    await cluster.ask(successor, 'REPLICAOF', 'NO', 'ONE');
    await Promise.all([cluster.kill(`agent-${old}`), cluster.kill(`redis-${old}`)]);

    await replaced();

    expect(await cluster.named(0)).toBe(successor);
    expect(cluster.log(`agent-${successor}`)).toMatch(/failover to server \d, which is promoted already: the server of the master has refused connections for \d+ ms/);
    expect((await cluster.keys(successor, 'key')).size).toBe(100);
  });

  test('hangs, and the Sentinels voted for somebody who came no further: another one replaces it, long before they would', async () => {
    await started({ downAfterMs: 2_000, failoverTimeoutMs: 60_000 });
    await voted();
    cluster.signal(`redis-${old}`, 'SIGSTOP');

    await replaced();

    expect(said()).toMatch(/failover to server \d: the Sentinels find the master down, and none of them replaces it/);
  });
});
