import { Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { KubeTemplate, Peer, Persistence, RedisHaProps, Routing, Sentinel } from '../../lib';
import { install, Manifests } from '../support/manifests';

/** An installation with every kind of pod of ours, and a workload of the user with kube-template beside it. */
const ALL: RedisHaProps = { sentinel: Sentinel.deployments(), routing: Routing.podIp() };
const everything = (props: RedisHaProps = {}, fixedIds?: boolean) => install({ ...ALL, ...props, fixedIds }, (_, chart) => {
  const web = new kplus.Deployment(chart, 'web', { metadata: { name: 'web' }, containers: [{ image: 'web:1' }] });
  KubeTemplate.attachTo(web, { templates: [{ file: 'a', template: 'a' }], fixedIds });
});

/** Pods of ours, and containers of ours in pods of others. */
function pods(manifests: Manifests): { readonly title: string; readonly spec: any }[] {
  return manifests.all.filter(({ spec }) => spec?.template).map(({ kind, metadata, spec: { template: { spec } } }) => {
    const title = `${kind} ${metadata.name}`;
    if (metadata.name !== 'web') return { title, spec };
    return { title, spec: { volumes: spec.volumes, containers: spec.containers.filter(({ name }: any) => name === 'kube-template') } };
  });
}

describe('OpenShift', () => {
  const RANGE = [1000680000, 1000689999];
  const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];

  /** What the SCC restricted-v2 says against a pod, in a namespace with the ids of RANGE. */
  function refused({ title, spec }: { readonly title: string; readonly spec: any }): string[] {
    const { securityContext: pod = {}, volumes, containers, initContainers = [] } = spec;
    const id = (field: string, value?: number) => (value !== undefined && (value < RANGE[0] || value > RANGE[1]) ? [`${title}: ${field} ${value}`] : []);
    const profile = (value?: string) => (value !== undefined && value !== 'RuntimeDefault' ? [`${title}: seccomp profile ${value}`] : []);
    return [
      ...id('runAsUser', pod.runAsUser), ...id('fsGroup', pod.fsGroup), ...(pod.supplementalGroups ?? []).flatMap((group: number) => id('group', group)),
      ...profile(pod.seccompProfile?.type),
      ...['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field]).map((field) => `${title}: ${field}`),
      ...volumes.flatMap(({ name, ...source }: any) => Object.keys(source).filter((kind) => !VOLUMES.includes(kind)).map((kind) => `${title}: volume ${kind}`)),
      ...[...containers, ...initContainers].flatMap(({ name, securityContext: own, ports = [] }: any) => [
        ...id(`${name} runAsUser`, own.runAsUser), ...profile(own.seccompProfile?.type),
        ...own.allowPrivilegeEscalation === false && own.privileged !== true && !own.capabilities.add ? [] : [`${title}: ${name} has privileges`],
        ...ports.filter((port: any) => port.hostPort !== undefined).map(() => `${title}: ${name} has a host port`),
      ]),
    ];
  }

  test('refuses the ids that pods have by default', () => {
    const all = pods(everything()).flatMap(refused);
    expect(all).toContain('StatefulSet redis-server: runAsUser 999');
    expect(all).toContain('Deployment web: kube-template runAsUser 65532');
  });

  test.each<[string, RedisHaProps]>([
    ['by default', {}], ['with native sidecars', { nativeSidecars: true }], ['with volumes', { persistence: Persistence.volume(Size.gibibytes(1)) }],
    ['with an existing claim', { persistence: Persistence.existingClaim('shared') }],
  ])('takes all pods with fixedIds: false, %s', (_, props) => {
    const all = pods(everything(props, false));
    expect(all.flatMap(refused)).toEqual([]);
    expect(all.map(({ title }) => title)).toEqual(expect.arrayContaining(['StatefulSet redis-server', 'Deployment redis-sentinel-0', 'Deployment redis-proxy', 'Deployment web']));
    // what Pod Security `restricted` asks for stays
    for (const { title, spec } of all) {
      const context = spec.securityContext ?? spec.containers[0].securityContext;
      expect([title, context.runAsNonRoot, context.seccompProfile]).toEqual([title, true, { type: 'RuntimeDefault' }]);
    }
    expect(JSON.stringify(all)).not.toMatch(/runAsUser|runAsGroup|"fsGroup"/);
  });
});

describe('the cluster autoscaler', () => {
  const ANNOTATION = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';
  /** Local volumes for which it keeps a node: versions before 1.25 count those in memory too. */
  const blocking = ({ spec: { template: { metadata, spec } } }: any): string[] => {
    const safe = (metadata.annotations?.[ANNOTATION] ?? '').split(',');
    const local = spec.volumes.filter(({ emptyDir, hostPath }: any) => (emptyDir ?? hostPath) !== undefined).map(({ name }: any) => name);
    return local.filter((name: string) => !safe.includes(name));
  };
  const server = (props: RedisHaProps) => install(props).get('StatefulSet', 'redis-server');

  test('may remove the node of any of our pods, and of one with kube-template', () => {
    const workloads = everything().all.filter(({ spec }) => spec?.template);
    expect(workloads.length).toBe(6);
    expect(workloads.flatMap(blocking)).toEqual([]);
    for (const persistence of [Persistence.volume(Size.gibibytes(1)), Persistence.existingClaim('x'), Persistence.emptyDir({ inMemory: true })]) {
      expect(blocking(server({ persistence }))).toEqual([]);
    }
  });

  test('keeps no node of a server, however many there are: what `replicas` alone changed in their pods would restart them', () => {
    for (const replicas of [1, 2, 3]) expect(blocking(server({ replicas, sentinel: Sentinel.deployments() }))).toEqual([]);
  });

  test('keeps a node for volumes of the user, who may say otherwise', () => {
    const volumes = [{ name: 'scratch', emptyDir: {} }];
    expect(blocking(server({ server: { pod: { volumes } } }))).toEqual(['scratch']);
    const annotations = { [ANNOTATION]: 'run,data,scratch' };
    expect(blocking(server({ server: { pod: { volumes, annotations } } }))).toEqual([]);
    const attached = (given: { [name: string]: string }) => install({}, (_, chart) => {
      const web = new kplus.Deployment(chart, 'web', { metadata: { name: 'web' }, podMetadata: { annotations: given }, containers: [{ image: 'web:1' }] });
      web.addVolume(kplus.Volume.fromEmptyDir(chart, 'scratch', 'scratch'));
      for (const directory of ['/a', '/b']) KubeTemplate.attachTo(web, { directory, templates: [{ file: 'a', template: 'a' }] });
    }).get('Deployment', 'web');
    expect(blocking(attached({}))).toEqual(['scratch']);
    expect(blocking(attached({ [ANNOTATION]: 'scratch' }))).toEqual([]);
  });
});

test('an exporter beside a server reaches it, and Prometheus reaches the exporter', () => {
  const exporter = { name: 'exporter', image: 'exporter:1', ports: [{ name: 'metrics', containerPort: 9121 }] };
  const manifests = install({ server: { pod: { containers: [exporter] } } }, (redis) => redis.allowMetricsFrom(Peer.namespace('monitoring'), { serverPorts: [9121] }));
  const { spec } = manifests.get('NetworkPolicy', 'redis-server');
  expect(spec.ingress.filter(({ ports }: any) => ports.some(({ port }: any) => port === 9121)).map(({ from }: any) => from))
    .toEqual([[{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }]]);
  // containers of a pod meet at its own address, where no policy stands; what leaves a pod is free
  expect(spec.policyTypes).toEqual(['Ingress']);
});
