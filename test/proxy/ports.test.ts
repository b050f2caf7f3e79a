import { TestCluster, until } from '../agent/support/cluster';
import { ClusterProxy } from '../agent/support/proxy';
import { describeWith } from '../support/binaries';

jest.setTimeout(90_000);

describeWith(['haproxy', 'redis-server', 'redis-sentinel'])('the ports of HAProxy', () => {
  let cluster: TestCluster;
  let proxies: { fallback: ClusterProxy; replicasOnly: ClusterProxy };
  let master: number;

  beforeAll(async () => {
    cluster = new TestCluster();
    await cluster.start();
    proxies = { fallback: new ClusterProxy(cluster), replicasOnly: new ClusterProxy(cluster, { proxy: { readFromMasterAsFallback: false } }) };
    for (const proxy of Object.values(proxies)) await proxy.start();
    master = await cluster.converged();
    for (const proxy of Object.values(proxies)) await proxy.leads();
  });
  afterAll(async () => {
    for (const proxy of Object.values(proxies)) await proxy.stop();
    await cluster.stop();
  });

  /** Role of the server behind the read port; undefined when it refuses. */
  async function reader({ host, readPort }: ClusterProxy): Promise<unknown> {
    const client = cluster.client(host, readPort, 2_000);
    return client.call('ROLE').then((reply) => (reply as unknown[])[0], () => undefined).finally(() => client.close());
  }

  const get = (path: string) => fetch(`http://${proxies.fallback.host}:${proxies.fallback.statsPort}${path}`);

  test('for statistics serves probes, Prometheus and people', async () => {
    for (const path of ['/alive', '/ready']) expect((await get(path)).status).toBe(200);
    expect(await (await get('/metrics')).text()).toMatch(new RegExp(`^haproxy_server_status\\{proxy="master_${master}",server="R${master}",state="UP"\\} 1$`, 'm'));
    expect(await (await get('/stats')).text()).toContain('Statistics Report');
  });

  test('for reads routes to replicas, and without one in sync to the master or nowhere, as configured', async () => {
    for (const proxy of Object.values(proxies)) await until('a replica answers', async () => await reader(proxy) === 'slave');

    for (const index of [0, 1, 2].filter((each) => each !== master)) await cluster.kill(`redis-${index}`);

    await until('the master answers', async () => await reader(proxies.fallback) === 'master');
    await until('nobody answers', async () => await reader(proxies.replicasOnly) === undefined);
    expect(await reader(proxies.fallback)).toBe('master');
  });
});
