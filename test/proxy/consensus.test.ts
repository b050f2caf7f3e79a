import { Consensus } from '../../lib';
import { TestCluster, until } from '../agent/support/cluster';
import { ClusterProxy } from '../agent/support/proxy';
import { describeWith, HAPROXY } from '../support/binaries';

jest.setTimeout(90_000);

describeWith([HAPROXY, 'redis-server', 'redis-sentinel'])('HAProxy before a cluster whose Sentinels go', () => {
  let cluster: TestCluster;
  let proxies: { [name: string]: ClusterProxy };

  beforeEach(async () => {
    cluster = new TestCluster();
    await cluster.start();
    proxies = {
      strict: new ClusterProxy(cluster),
      lenient: new ClusterProxy(cluster, { proxy: { consensus: Consensus.LENIENT } }),
    };
    for (const proxy of Object.values(proxies)) await proxy.start();
  });
  afterEach(async () => {
    for (const proxy of Object.values(proxies)) await proxy.stop();
    await cluster.stop();
  });

  const leads = async (proxy: ClusterProxy): Promise<boolean> => proxy.ask('SET', 'key', 'x').then((reply) => reply === 'OK', () => false);

  test('strict stops without a majority, lenient when one that answers names nobody or no replica follows', async () => {
    const master = await cluster.converged();
    for (const proxy of Object.values(proxies)) await proxy.leads();

    await cluster.kill('sentinel-0');
    await cluster.kill('sentinel-1');
    await until('strict refuses', async () => !await leads(proxies.strict));
    await until('lenient goes on', async () => leads(proxies.lenient));

    // Its agent would tell the Sentinel at once.
    await cluster.kill(`agent-${master}`);
    await cluster.askSentinel(2, 'SENTINEL', 'REMOVE', 'cache-redis');
    await until('lenient refuses when the one that answers names nobody', async () => !await leads(proxies.lenient));
    await cluster.askSentinel(2, 'SENTINEL', 'MONITOR', 'cache-redis', cluster.servers[master], String(cluster.serverPort), '2');
    await until('lenient routes again', async () => leads(proxies.lenient));

    for (const i of [0, 1, 2].filter((each) => each !== master)) await cluster.kill(`redis-${i}`);
    await until('lenient refuses a master without replicas', async () => !await leads(proxies.lenient));
    expect(await leads(proxies.strict)).toBe(false);
  });

  test('lenient stays so behind rules of the user which accept clients', async () => {
    proxies.accepting = new ClusterProxy(cluster, { proxy: { consensus: Consensus.LENIENT, lines: { write: ['tcp-request content accept if { src 127.0.0.0/8 }'] } } });
    await proxies.accepting.start();
    await cluster.converged();
    await proxies.accepting.leads();
    for (const j of [0, 1]) await cluster.kill(`sentinel-${j}`);
    await until('strict refuses', async () => !await leads(proxies.strict));
    await until('lenient goes on', async () => leads(proxies.accepting));
  });

  test('lenient stops too when no Sentinel answers', async () => {
    await cluster.converged();
    await proxies.lenient.leads();

    for (const j of [0, 1, 2]) await cluster.kill(`sentinel-${j}`);

    await until('lenient refuses', async () => !await leads(proxies.lenient));
  });
});
