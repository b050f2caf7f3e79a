import * as fs from 'node:fs';
import * as path from 'node:path';
import { REDIS, TestCluster, until } from '../../agent/support/cluster';
import { describeWith } from '../../support/binaries';

jest.setTimeout(180_000);

const FIRST = [0, 1, 2];
const LAST = [3, 4];
const ALL = [...FIRST, ...LAST];

describeWith(REDIS)('scaling', () => {
  let cluster: TestCluster;

  beforeEach(async () => {
    cluster = new TestCluster({}, 5);
    await cluster.choosePorts();
  });
  afterEach(async () => cluster.stop());

  const among = (size: number) => ({ servers: cluster.servers.slice(0, size), sentinels: cluster.sentinels.slice(0, size) });

  /** As Kubernetes tells them: agents that run find another file. */
  function tell(members: readonly number[], size: number): void {
    for (const i of members) cluster.writeMembers(i, among(size));
  }

  /** Stops servers that take their time to end once their agents are done. */
  async function stop(servers: readonly number[]): Promise<void> {
    for (const i of servers) fs.writeFileSync(path.join(cluster.runDir(i), 'stop-requested'), '');
    await until('the agents answer', () => servers.every((i) => fs.existsSync(path.join(cluster.runDir(i), 'stop-answered'))));
    for (const i of servers) {
      await cluster.kill(`redis-${i}`, 'SIGTERM');
      await cluster.kill(`agent-${i}`);
    }
  }

  test('servers that run follow the replicas that a write needs, also a master that refuses writes', async () => {
    FIRST.forEach((j) => cluster.startSentinel(j));
    FIRST.forEach((i) => cluster.startServer(i));
    FIRST.forEach((i) => cluster.startAgent(i, { ...among(3), minReplicasToWrite: 0 }));
    const master = await cluster.converged({ servers: FIRST, sentinels: FIRST });
    const minReplicas = async () => Promise.all(FIRST.map(async (i) => (await cluster.ask(i, 'CONFIG', 'GET', 'min-replicas-to-write') as string[])[1]));
    for (const i of FIRST) cluster.writeMembers(i, { ...among(3), minReplicasToWrite: 2 });
    // the others do once they are the master, and have them
    await until('the master follows', async () => (await minReplicas()).join() === FIRST.map((i) => (i === master ? '2' : '0')).join());

    await cluster.ask(master, 'CONFIG', 'SET', 'min-replicas-to-write', '1000000002');
    for (const i of FIRST) cluster.writeMembers(i, { ...among(3), minReplicasToWrite: 1 });
    await until('it follows', async () => (await minReplicas()).join() === FIRST.map((i) => (i === master ? '1000000001' : '0')).join());
  });

  test('servers and Sentinels from 3 to 5 and back leaves no stale entry, and keys stay', async () => {
    FIRST.forEach((j) => cluster.startSentinel(j));
    FIRST.forEach((i) => cluster.startServer(i));
    FIRST.forEach((i) => cluster.startAgent(i, among(3)));
    await cluster.fill(await cluster.converged({ servers: FIRST, sentinels: FIRST }), 100);

    LAST.forEach((j) => cluster.startSentinel(j));
    LAST.forEach((i) => cluster.startServer(i));
    LAST.forEach((i) => cluster.startAgent(i, among(5)));
    tell(FIRST, 5);
    const master = await cluster.converged({ servers: ALL, sentinels: ALL });
    expect((await cluster.keys(4)).size).toBe(100);

    // The new ones may become masters, too.
    await cluster.kill(`redis-${master}`);
    await until('another master', async () => (await cluster.masters()).some((each) => each !== master));
    cluster.startServer(master);
    await cluster.converged({ servers: ALL, sentinels: ALL });

    await stop(LAST);
    for (const j of LAST) await cluster.kill(`sentinel-${j}`);
    tell(FIRST, 3);
    const left = await cluster.converged({ servers: FIRST, sentinels: FIRST });
    await until('no Sentinel remembers more than there are', async () => {
      const views = await Promise.all(FIRST.map(async (j) => cluster.sentinelMaster(j)));
      return views.every((view) => view['num-other-sentinels'] === '2' && view['num-slaves'] === '2' && view.quorum === '2' && view.flags === 'master');
    }, 120_000);

    // With the staleEntries, three of five would be needed.
    await cluster.kill(`sentinel-${(left + 1) % 3}`);
    await cluster.kill(`agent-${left}`);
    await cluster.kill(`redis-${left}`);
    await until('two Sentinels elect another master', async () => (await cluster.masters()).length === 1);
    expect((await cluster.keys((await cluster.masters())[0])).size).toBe(100);
  });

  test('one server and its Sentinel become three without a lost key, and fail over then', async () => {
    cluster.startSentinel(0);
    cluster.startServer(0);
    cluster.startAgent(0, among(1));
    await cluster.fill(await cluster.converged({ servers: [0], sentinels: [0] }), 100);

    for (const i of [1, 2]) {
      cluster.startSentinel(i);
      cluster.startServer(i);
      cluster.startAgent(i, among(3));
    }
    tell([0], 3);
    expect(await cluster.converged({ servers: FIRST, sentinels: FIRST })).toBe(0);
    for (const i of FIRST) expect((await cluster.keys(i)).size).toBe(100);

    await cluster.kill('agent-0');
    await cluster.kill('redis-0');
    await until('another master', async () => (await cluster.masters()).some((each) => each !== 0));
    const [master] = (await cluster.masters()).filter((each) => each !== 0);
    expect((await cluster.keys(master)).size).toBe(100);
  });

  test('a master of the older configuration hands over to a server that only the newer one has', async () => {
    FIRST.forEach((j) => cluster.startSentinel(j));
    FIRST.forEach((i) => cluster.startServer(i));
    FIRST.forEach((i) => cluster.startAgent(i, among(3)));
    const old = await cluster.converged({ servers: FIRST, sentinels: FIRST });
    cluster.startServer(3);
    cluster.startAgent(3, { servers: cluster.servers.slice(0, 4), sentinels: cluster.sentinels.slice(0, 3), replicaPriority: 1 });
    await until('the newer one is preferred', async () => {
      const replicas = await Promise.all(FIRST.map(async (j) => cluster.askSentinel(j, 'SENTINEL', 'REPLICAS', 'cache-redis')));
      return replicas.every((list) => JSON.stringify(list).includes(`"slave-priority","1"`));
    });

    await stop([old]);

    expect(fs.readFileSync(path.join(cluster.runDir(old), 'stop-answered'), 'utf8')).toMatch(new RegExp(`^to server 3 at ${cluster.servers[3]}: `));
    expect(await cluster.masters()).toEqual([3]);
  });

  test('servers that stop together do not hand the role to each other', async () => {
    cluster = new TestCluster();
    await cluster.start();
    const master = await cluster.converged();
    const [stays, goes] = FIRST.filter((i) => i !== master);
    // Sentinel would rather elect the one that goes.
    await cluster.kill(`agent-${stays}`);
    cluster.startAgent(stays, { replicaPriority: 200 });
    await until('the other one is preferred', async () => (await cluster.info(stays)).slave_priority === '200');

    await stop([master, goes]);

    expect(await cluster.named(0)).toBe(stays);
    expect(await cluster.masters()).toEqual([stays]);
  });
});
