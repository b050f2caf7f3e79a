import { spawnSync } from 'node:child_process';
import { k8s } from 'cdk8s-plus-27';
import { TestCluster, until } from '../agent/support/cluster';
import { ClusterProxy } from '../agent/support/proxy';
import { describeWith, HAPROXY } from '../support/binaries';
import { install } from '../support/manifests';

jest.setTimeout(60_000);

const limitedTo = (cpu: string) => ({ limits: { cpu: k8s.Quantity.fromString(cpu) } });

test.each<[string, k8s.ResourceRequirements | undefined, number]>([
  ['the default resources', undefined, 2],
  ['no limit', {}, 2],
  ['a limit of none', limitedTo('0'), 2],
  ['half a CPU', limitedTo('500m'), 1],
  ['one CPU', limitedTo('1'), 1],
  ['three and a half', limitedTo('3500m'), 4],
])('with %s the number of threads is limited', (_, resources, threads) => {
  expect(install({ proxy: { resources } }).get('ConfigMap', 'redis-proxy').data['haproxy.cfg']).toContain(`\n    thread-hard-limit ${threads}\n`);
});

/** Whether it knows the line. */
const limited = spawnSync(HAPROXY, ['-cc', 'version_atleast(2.8)']).status === 0;

(limited ? describeWith : () => describe.skip)([HAPROXY, 'redis-server'])('HAProxy', () => {
  let cluster: TestCluster;
  let proxy: ClusterProxy;

  afterEach(async () => {
    await proxy.stop();
    await cluster.stop();
  });

  test.each<[string, object, number]>([
    ['has no more threads than its CPU limit', { resources: limitedTo('500m') }, 1],
    ['has as many as `lines` say', { lines: { global: ['thread-hard-limit 8', 'nbthread 3'] } }, 3],
  ])('%s', async (_, props, threads) => {
    cluster = new TestCluster();
    await cluster.choosePorts();
    proxy = new ClusterProxy(cluster, { proxy: props });
    await proxy.start();
    await until('HAProxy answers', async () => await proxy.status('/alive') === 200);
    const metrics = await (await fetch(`http://${proxy.host}:${proxy.statsPort}/metrics`)).text();
    expect(/^haproxy_process_nbthread (\d+)$/m.exec(metrics)![1]).toBe(String(threads));
  });
});
