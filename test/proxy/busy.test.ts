import { RespClient } from '../../lib/agent/redis/resp-client';
import { TestCluster, until } from '../agent/support/cluster';
import { ClusterProxy } from '../agent/support/proxy';
import { describeWith, HAPROXY } from '../support/binaries';

jest.setTimeout(60_000);

/** Far beyond `busy-reply-threshold`, and shorter than the Sentinels wait. */
const SCRIPT_MS = 1_200;
const SCRIPT = `local function now() local t = redis.call('TIME') return t[1] * 1000 + t[2] / 1000 end local start = now() while now() - start < ${SCRIPT_MS} do end`;

describeWith([HAPROXY, 'redis-server', 'redis-sentinel'])('a server that is busy with a script', () => {
  let cluster: TestCluster;
  let proxy: ClusterProxy;
  let master: number;

  beforeAll(async () => {
    cluster = new TestCluster({}, 3, 'busy-reply-threshold 50');
    await cluster.start();
    proxy = new ClusterProxy(cluster);
    await proxy.start();
    master = await cluster.converged();
    await proxy.leads();
  });
  afterAll(async () => {
    await proxy.stop();
    await cluster.stop();
  });

  const reader = (): RespClient => cluster.client(proxy.host, proxy.readPort);
  /** The server that a client is led to. */
  const serverOf = async (client: RespClient): Promise<number> => cluster.servers.indexOf((await client.call('CONFIG', 'GET', 'bind') as string[])[1]);

  /** Waits until the server answers that it is busy, and for the end of the script. */
  async function busy(server: number, meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
    const ended = cluster.server(server, 10_000).call('EVAL', SCRIPT, '0');
    await until('it is busy', async () => cluster.ask(server, 'PING').then(() => false, (error: unknown) => String(error).includes('BUSY')));
    await meanwhile();
    await ended;
  }

  test('keeps its sessions as the master', async () => {
    const client = proxy.client();
    const session = await client.call('CLIENT', 'ID');
    await busy(master);
    expect(await client.call('CLIENT', 'ID')).toBe(session);
    expect(await cluster.masters()).toEqual([master]);
  });

  test('keeps its sessions as a replica, and gets no new ones', async () => {
    const client = reader();
    const session = await client.call('CLIENT', 'ID');
    const server = await serverOf(client);
    expect(server).not.toBe(master);
    await busy(server, async () => {
      await until('HAProxy knows', async () => !(await proxy.serversIn('UP')).includes(`replicas/R${server}`));
      for (let n = 0; n < 6; n++) expect(await serverOf(reader())).not.toBe(server);
    });
    expect(await client.call('CLIENT', 'ID')).toBe(session);
  });
});
