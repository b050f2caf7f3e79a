import { Size } from 'cdk8s';
import { Persistence, RedisHaProps, Routing, Sentinel } from '../../../lib';
import { installationOf } from '../../../lib/cli/read/installation';
import { install } from '../../support/manifests';

const RUNNING = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [{ name: 'server', restartCount: 2, state: { running: {} } }] };

/** Objects of an installation as the API server has them, with a pod for each replica. */
function objects(props: RedisHaProps, statuses: { readonly [pod: string]: object } = {}): any[] {
  const { all: manifests } = install(props);
  const kept = manifests.filter(({ kind }: any) => ['StatefulSet', 'Deployment', 'Service'].includes(kind));
  const pods = kept.filter(({ kind }: any) => kind !== 'Service').flatMap(({ metadata, spec }: any) => Array.from({ length: spec.replicas }, (_, index) => {
    const name = `${metadata.name}-${index}`;
    const { labels } = spec.template.metadata;
    return { kind: 'Pod', metadata: { name, labels, uid: name }, spec: { ...spec.template.spec, nodeName: `node-${index}` }, status: statuses[name] ?? RUNNING };
  }));
  let address = 0;
  const services = kept.map((one: any) => {
    if (one.kind !== 'Service' || one.spec.clusterIP === 'None') return one;
    address += 1;
    return { ...one, spec: { ...one.spec, clusterIPs: [`10.0.0.${address}`, `fd00::${address}`] } };
  });
  return [...services, ...pods].map((one) => ({ ...one, metadata: { namespace: 'shop', ...one.metadata } }));
}

const EVICTED = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
const evicted = (pod: any) => ({ ...pod, metadata: { ...pod.metadata, name: `${pod.metadata.name}-0`, uid: `${pod.metadata.uid}-0` }, status: EVICTED });

const names = (members: readonly { readonly pod?: { readonly reading: { readonly name: string } } }[]) => members.map(({ pod }) => pod?.reading.name);

test('Sentinels beside servers are in their pods', () => {
  const items = objects({});
  const found = installationOf('redis', items);
  expect(found).toMatchObject({ name: 'redis', namespace: 'shop', sentinelsBesideServers: true });
  expect(names(found.servers)).toEqual(['redis-server-0', 'redis-server-1', 'redis-server-2']);
  expect(names(found.sentinels)).toEqual(names(found.servers));
  expect(names(found.proxies)).toEqual(['redis-proxy-0', 'redis-proxy-1', 'redis-proxy-2']);
  expect(found.proxies[0].pod).toMatchObject({ statsPort: 8404, hasCertificate: false });
  expect(found.servers[1].pod!.reading).toEqual({ name: 'redis-server-1', node: 'node-1', ready: true, stopping: false, restarts: 2, problem: undefined });
  const clusterIps = (name: string) => items.find(({ kind, metadata }) => kind === 'Service' && metadata.name === name).spec.clusterIPs;
  expect(found.addresses).toEqual([0, 1, 2].map((ordinal) => clusterIps(`redis-announce-${ordinal}`)));
});

test('Sentinels with pods of their own; no HAProxy', () => {
  const found = installationOf('redis', objects({ sentinel: Sentinel.deployments(5), routing: Routing.none() }));
  expect(found.sentinelsBesideServers).toBe(false);
  expect(names(found.sentinels)).toEqual([0, 1, 2, 3, 4].map((ordinal) => `redis-sentinel-${ordinal}-0`));
  expect(found.proxies).toEqual([]);
});

const KEPT = { persistence: Persistence.volume(Size.gibibytes(1)) };

test.each<RedisHaProps>([{}, { sentinel: Sentinel.deployments(3) }, { routing: Routing.direct() }])('one that hibernates, with %j', (props) => {
  const asleep = objects({ ...KEPT, ...props, hibernate: true });
  expect(installationOf('redis', asleep)).toMatchObject({ servers: [], proxies: [], hibernation: { stopping: [] } });
  // pods are there until they have stopped; those of a backup go on
  const awake = objects({ ...KEPT, ...props });
  const pods = awake.filter(({ kind }) => kind === 'Pod');
  const [{ metadata, ...rest }] = pods;
  const backup = { ...rest, metadata: { ...metadata, name: 'backup', labels: { ...metadata.labels, 'redis-ha.cdk8s.io/component': 'backup' } } };
  expect(installationOf('redis', [...asleep, ...pods, backup, evicted(pods[0])]).hibernation).toEqual({ stopping: names(pods.map((pod) => ({ pod: { reading: pod.metadata } }))).sort() });
  expect(installationOf('redis', awake).hibernation).toBeUndefined();
});

test('servers alone that somebody scaled to nothing do not hibernate', () => {
  const scaled = objects({}).map((one) => (one.kind === 'StatefulSet' ? { ...one, spec: { ...one.spec, replicas: 0 } } : one));
  expect(installationOf('redis', scaled)).toMatchObject({ servers: [], hibernation: undefined });
});

test.each([Routing.none(), Routing.direct()])('nor do they where there is nothing else', (routing) => {
  const scaled = objects({ routing }).map((one) => (one.kind === 'StatefulSet' ? { ...one, spec: { ...one.spec, replicas: 0 } } : one));
  expect(installationOf('redis', scaled)).toMatchObject({ servers: [], sentinels: [], proxies: [], hibernation: undefined });
});

test('members whose pods are missing are there', () => {
  const items = objects({ sentinel: Sentinel.deployments(3) }).filter(({ kind, metadata }) => kind !== 'Pod' || !/server-2|sentinel-1|proxy-0/.test(metadata.name));
  const found = installationOf('redis', items);
  expect(names(found.servers)).toEqual(['redis-server-0', 'redis-server-1', undefined]);
  expect(names(found.sentinels)).toEqual(['redis-sentinel-0-0', undefined, 'redis-sentinel-2-0']);
  expect(names(found.proxies)).toEqual(['redis-proxy-1', 'redis-proxy-2', undefined]);
});

test('of two pods of a Sentinel, the one that stays counts; a HAProxy that goes does not', () => {
  const items = objects({ sentinel: Sentinel.deployments(3) });
  const going = items.filter(({ metadata }) => /sentinel-1-0|proxy-0/.test(metadata.name)).map((pod) => ({ ...pod, metadata: { ...pod.metadata, name: `${pod.metadata.name}-old`, deletionTimestamp: 'now' } }));
  const found = installationOf('redis', [...going, ...items]);
  expect(names(found.sentinels)[1]).toBe('redis-sentinel-1-0');
  expect(names(found.proxies)).not.toContain('redis-proxy-0-old');
});

test('evicted pods, which the cluster keeps, are no members once others have taken their places', () => {
  const items = objects({ sentinel: Sentinel.deployments(3) });
  const former = items.filter(({ kind, metadata }) => kind === 'Pod' && /sentinel-1|proxy-0/.test(metadata.name)).map(evicted);
  const found = installationOf('redis', [...former, ...items]);
  expect(names(found.sentinels)).toEqual(['redis-sentinel-0-0', 'redis-sentinel-1-0', 'redis-sentinel-2-0']);
  expect(names(found.proxies)).toEqual(['redis-proxy-0', 'redis-proxy-1', 'redis-proxy-2']);
});

test('one that was evicted tells why where nobody has taken its place', () => {
  const found = installationOf('redis', objects({}).map((one) => (one.metadata.name === 'redis-proxy-0' ? { ...one, status: EVICTED } : one)));
  expect(names(found.proxies)).toEqual(['redis-proxy-1', 'redis-proxy-2', 'redis-proxy-0']);
  expect(found.proxies[2].pod!.reading).toMatchObject({ ready: false, problem: 'Failed: Evicted' });
});

test('HAProxy that somebody scaled to nothing is missing, not left out', () => {
  const items = objects({}).filter(({ kind, metadata }) => kind !== 'Pod' || !/proxy/.test(metadata.name));
  const scaled = items.map((one) => (one.kind === 'Deployment' ? { ...one, spec: { ...one.spec, replicas: 0 } } : one));
  expect(installationOf('redis', scaled)).toMatchObject({ proxies: [{ ordinal: 0, pod: undefined }], hibernation: undefined });
});

test.each([
  [{ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }] }, 'Unschedulable: 0/3 nodes are available'],
  [{ phase: 'Pending', containerStatuses: [{ name: 'server', state: { waiting: { reason: 'ImagePullBackOff' } } }] }, 'container server: ImagePullBackOff'],
  [{ phase: 'Running', containerStatuses: [{ name: 'server', state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 65 } } }] }, 'container server: CrashLoopBackOff (exit code 65)'],
  [{ phase: 'Running', containerStatuses: [{ name: 'agent', state: { terminated: { reason: 'Error', exitCode: 1 } } }] }, 'container agent: Error (exit code 1)'],
  [{ phase: 'Pending', containerStatuses: [{ name: 'server', state: { waiting: { reason: 'ContainerCreating' } } }] }, 'Pending'],
  [{ phase: 'Failed' }, 'Failed'],
])('a pod with %j', (status, problem) => {
  const [server] = installationOf('redis', objects({}, { 'redis-server-0': status })).servers;
  expect(server.pod!.reading).toMatchObject({ ready: false, problem });
});
