import { Consensus } from '../../lib';
import { RespClient } from '../../lib/agent/redis/resp-client';
import { TestCluster, until } from '../agent/support/cluster';
import { ClusterProxy } from '../agent/support/proxy';
import { describeWith, HAPROXY } from '../support/binaries';

jest.setTimeout(60_000);

describeWith([HAPROXY, 'redis-server', 'redis-sentinel'])('/ready of HAProxy', () => {
  let cluster: TestCluster;
  let proxy: ClusterProxy;

  beforeEach(async () => {
    cluster = new TestCluster();
    await cluster.choosePorts();
  });
  afterEach(async () => {
    await proxy.stop();
    await cluster.stop();
  });

  /** Servers that nobody made a master, and Sentinels that know none: a new installation, before its first master. */
  function startBlank(servers: readonly number[], sentinels: readonly number[]): void {
    for (const j of sentinels) cluster.startSentinel(j);
    for (const i of servers) cluster.startServer(i);
  }

  /** Makes Sentinels name server 0. */
  async function nameServer(...sentinels: readonly number[]): Promise<void> {
    const monitor = ['SENTINEL', 'MONITOR', 'cache-redis', cluster.servers[0], String(cluster.serverPort), '2'];
    for (const j of sentinels) await until(`Sentinel ${j} names server 0`, async () => await cluster.askSentinel(j, ...monitor) === 'OK');
  }

  async function start(...told: [ConstructorParameters<typeof ClusterProxy>[2]?, ConstructorParameters<typeof ClusterProxy>[1]?]): Promise<void> {
    proxy = new ClusterProxy(cluster, told[1], told[0]);
    await proxy.start();
    await until('HAProxy answers', async () => await proxy.status('/alive') === 200);
  }

  async function found(state: 'UP' | 'DOWN', servers: readonly string[]): Promise<void> {
    await until(`${servers.join(', ')} are ${state}`, async () => {
      const those = await proxy.serversIn(state);
      return servers.every((server) => those.includes(server));
    });
  }

  /** Waits until each of these servers was checked, and is found down. */
  const down = (...servers: string[]) => found('DOWN', servers);
  const up = (...servers: string[]) => found('UP', servers);

  const SENTINELS = ['sentinel_0/S0', 'sentinel_1/S1', 'sentinel_2/S2'];
  const ROLES = ['role_0/R0', 'role_1/R1', 'role_2/R2'];

  test.each(Object.values(Consensus))('comes before the first master, consensus: %s', async (consensus) => {
    startBlank([0, 1, 2], [0, 1, 2]);
    await start({}, { proxy: { consensus } });
    await until('it is ready', async () => await proxy.status('/ready') === 200);
  });

  test('comes with a majority of the Sentinels and one server', async () => {
    startBlank([2], [0, 2]);
    await start();
    await until('it is ready', async () => await proxy.status('/ready') === 200);
  });

  test('comes with one of three Sentinels where that is enough to be led to a master', async () => {
    startBlank([0, 1, 2], [1]);
    await start({}, { proxy: { consensus: Consensus.LENIENT } });
    await until('it is ready', async () => await proxy.status('/ready') === 200, 10_000);
  });

  test('does not come with the wrong password', async () => {
    startBlank([0, 1, 2], [0, 1, 2]);
    await start({ password: 'old' });
    await down(...SENTINELS, ...ROLES);
    expect(await proxy.status('/ready')).toBe(503);
  });

  test('does not come where nobody can be reached', async () => {
    await start();
    await down(...SENTINELS, ...ROLES);
    expect(await proxy.status('/ready')).toBe(503);
  });

  test('does not come with fewer Sentinels than a majority', async () => {
    startBlank([0, 1, 2], [1]);
    await nameServer(1);
    await start();
    await down(SENTINELS[0], SENTINELS[2], ...ROLES);
    await up(SENTINELS[1]);
    expect(await proxy.status('/ready')).toBe(503);
  });

  test('does not come without a server', async () => {
    startBlank([], [0, 1, 2]);
    await nameServer(0, 1, 2);
    await start();
    await down(...ROLES);
    await up(...SENTINELS);
    expect(await proxy.status('/ready')).toBe(503);
  });

  test.each(Object.values(Consensus))('does not come before a majority names the master that one Sentinel of former ones names, consensus: %s', async (consensus) => {
    startBlank([0, 1, 2], [0, 1, 2]);
    await until('server 0 is a master', async () => await cluster.ask(0, 'REPLICAOF', 'NO', 'ONE') === 'OK');
    await nameServer(1);
    await start({}, { proxy: { consensus } });
    await up(SENTINELS[1], 'role_0/R0');
    await down(SENTINELS[0], SENTINELS[2]);
    expect(await proxy.status('/ready')).toBe(503);
    await nameServer(2);
    await until('it is ready', async () => await proxy.status('/ready') === 200);
    await proxy.leads();
  });

  test('does not come while the master refuses its password, which others know', async () => {
    for (const j of [0, 1, 2]) cluster.startSentinel(j);
    for (const i of [1, 2]) cluster.startServer(i);
    cluster.startServer(0, { config: 'requirepass former' });
    await nameServer(0, 1, 2);
    for (const i of [1, 2]) await until(`server ${i} answers`, async () => await cluster.ask(i, 'PING') === 'PONG');
    await start();
    await up(...SENTINELS);
    await down(...ROLES);
    expect(await proxy.status('/ready')).toBe(503);
    const { servers: [host], serverPort } = cluster;
    const client = new RespClient({ host, port: serverPort, password: () => 'former', timeoutMs: 2_000 });
    await client.call('CONFIG', 'SET', 'requirepass', cluster.password);
    client.close();
    await until('it is ready', async () => await proxy.status('/ready') === 200);
  });

  test('stays when everything is lost that it came with', async () => {
    startBlank([0, 1, 2], [0, 1, 2]);
    await start();
    await until('it is ready', async () => await proxy.status('/ready') === 200);
    for (const name of ['redis-0', 'redis-1', 'redis-2', 'sentinel-0', 'sentinel-1', 'sentinel-2']) await cluster.kill(name);
    await down(...ROLES, 'sen_0/S0', 'sen_0/S1', 'sen_0/S2');
    expect(await proxy.status('/ready')).toBe(200);
  });
});
