import { Duration, Lazy, Size, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import {
  Auth, BackupTarget, DurabilityMode, Engine, Persistence, PodOptions, RedisBackup, RedisHa, RedisHaProps, Routing, Sentinel, Spread,
} from '../../lib';
import { defaultImage, IMAGES } from '../../lib/options/images';
import { install } from '../support/manifests';

const set = (props: RedisHaProps = {}) => install(props).get('StatefulSet', 'redis-server').spec;
const conf = (props: RedisHaProps = {}): string => install(props).get('ConfigMap', 'redis-server').data['redis.conf'];

test('the programs are applied before the pods that mount them', () => {
  const order = install({ routing: Routing.podIp() }).all.map((one) => `${one.kind} ${one.metadata.name.replace(/-[0-9a-f]{16}$/, '')}`);
  for (const [program, workload] of [['test-agent', 'StatefulSet redis-server'], ['test-kube-template', 'Deployment redis-proxy']]) {
    expect(order).toContain(`ConfigMap ${program}`);
    expect(order.indexOf(`ConfigMap ${program}`)).toBeLessThan(order.indexOf(workload));
  }
});

// The API server does not store an empty value, and tools that compare manifests with a cluster would always find it missing.
test.each<[string, RedisHaProps]>([
  ['Services', {}],
  ['pod IPs, no password and separate Sentinels', { auth: Auth.none(), routing: Routing.podIp(), sentinel: Sentinel.deployments(3) }],
])('no container has an empty variable: %s', (_, props) => {
  expect(JSON.stringify(install(props).all)).not.toContain('"value":""');
});

describe('the servers', () => {
  test('start all at once, as many as there are replicas', () => {
    expect(set()).toMatchObject({ replicas: 3, podManagementPolicy: 'Parallel', serviceName: 'redis-server' });
    expect(set({ replicas: 1 }).replicas).toBe(1);
  });

  test('have a Service each that publishes addresses that are not ready, and selects the one pod', () => {
    const manifests = install();
    for (const ordinal of [0, 1, 2]) {
      expect(manifests.get('Service', `redis-announce-${ordinal}`).spec).toMatchObject({ publishNotReadyAddresses: true, selector: { 'statefulset.kubernetes.io/pod-name': `redis-server-${ordinal}` } });
    }
    expect(manifests.find('Service', 'redis-announce-3')).toBeUndefined();
    expect(manifests.get('Service', 'redis-server').spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  });

  test('are probed by scripts, with the numbers of the props', () => {
    const probes = { startup: { period: Duration.seconds(7), failureThreshold: 9 } };
    const container = install({ server: { probes } }).container('StatefulSet', 'redis-server', 'server');
    expect(container.startupProbe).toEqual({ exec: { command: ['sh', '/etc/redis-ha/probe-server.sh', 'alive'] }, periodSeconds: 7, timeoutSeconds: 3, failureThreshold: 9 });
    expect(container.livenessProbe).toMatchObject({ periodSeconds: 5, failureThreshold: 5 });
    expect(container.readinessProbe.exec.command.at(-1)).toBe('ready');
  });

  test('run as Pod Security "restricted" asks', () => {
    const { spec } = set().template;
    expect(spec).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } });
    for (const container of spec.containers) {
      expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    }
  });

  test('have the password as a file only', () => {
    const { spec } = set().template;
    expect(spec.volumes).toContainEqual({ name: 'auth', secret: { secretName: 'redis-auth', defaultMode: 0o440 } });
    expect(JSON.stringify(spec)).not.toContain('secretKeyRef');
  });

  test('roll when their configuration changes, and only then', () => {
    const sum = (props: RedisHaProps = {}) => set(props).template.metadata.annotations['redis-ha.cdk8s.io/config-checksum'];
    expect(sum()).toBe(sum({ proxy: { replicas: 5 } }));
    expect(sum()).not.toBe(sum({ server: { directives: ['hz 20'] } }));
  });
});

describe('memberServices', () => {
  test('select one server each, once it is ready, and change nothing of what is announced', () => {
    const manifests = install({ server: { memberServices: { nodePorts: [30001, 30002, 30003] } } });
    expect(manifests.get('Service', 'redis-member-1').spec).toEqual({
      type: 'LoadBalancer',
      selector: expect.objectContaining({ 'statefulset.kubernetes.io/pod-name': 'redis-server-1' }),
      ports: [{ name: 'redis', port: 6379, protocol: 'TCP', targetPort: 'redis', nodePort: 30002 }],
    });
    const others = manifests.all.filter(({ metadata }) => !metadata.name.startsWith('redis-member-'));
    expect(others).toEqual(install().all);
  });
});

describe('native sidecars', () => {
  test('are init containers that are kept running, in the written manifest too', () => {
    const { spec } = set({ nativeSidecars: true }).template;
    expect(spec.initContainers.map((one: any) => [one.name, one.restartPolicy])).toEqual([['sentinel', 'Always'], ['agent', 'Always']]);
    expect(spec.containers.map((one: any) => one.name)).toEqual(['server']);
  });

  test('do not wait for the server by a hook: Kubernetes stops them after it', () => {
    expect(install().container('StatefulSet', 'redis-server', 'sentinel').lifecycle).toBeDefined();
    expect(install({ nativeSidecars: true }).container('StatefulSet', 'redis-server', 'sentinel').lifecycle).toBeUndefined();
  });

  test('leave init containers of the user as they are, and first', () => {
    const { spec } = set({ nativeSidecars: true, server: { pod: { initContainers: [{ name: 'first', image: 'first:1' }] } } }).template;
    expect(spec.initContainers.map((one: any) => [one.name, one.restartPolicy])).toEqual([['first', undefined], ['sentinel', 'Always'], ['agent', 'Always']]);
  });
});

describe('persistence', () => {
  const data = (props: RedisHaProps) => set(props).template.spec.volumes.find((one: any) => one.name === 'data');

  test('is a directory of the pod by default, and nothing is written', () => {
    expect(data({})).toEqual({ name: 'data', emptyDir: {} });
    expect(conf()).toMatch(/^appendonly no\nsave ""$/m);
  });

  test('in memory has a limit', () => {
    expect(data({ persistence: Persistence.emptyDir({ inMemory: true, sizeLimit: Size.mebibytes(64) }), server: { maxmemory: Size.mebibytes(64) } }).emptyDir).toEqual({ medium: 'Memory', sizeLimit: '64Mi' });
  });

  test.each(Object.values(DurabilityMode))('keeps a snapshot that a replica has copied only where data is kept: %s', (mode) => {
    const inMemory = Persistence.emptyDir({ inMemory: true, mode });
    for (const persistence of [Persistence.emptyDir({ mode }), inMemory, Persistence.volume(Size.gibibytes(1), { mode })]) {
      expect(/^rdb-del-sync-files yes$/m.test(conf({ persistence }))).toBe(mode === DurabilityMode.NONE);
    }
  });

  test('by volume may be of no class', () => {
    expect(set({ persistence: Persistence.volume(Size.gibibytes(1), { storageClass: '' }) }).volumeClaimTemplates[0].spec.storageClassName).toBe('');
  });

  test('by volume is a claim for each server, that stays', () => {
    const spec = set({ persistence: Persistence.volume(Size.gibibytes(10), { storageClass: 'fast' }) });
    expect(spec.volumeClaimTemplates[0]).toMatchObject({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { volumeMode: 'Filesystem', accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '10Gi' } } } });
    expect(spec).not.toHaveProperty('persistentVolumeClaimRetentionPolicy');
    expect(conf({ persistence: Persistence.volume(Size.gibibytes(10)) })).toMatch(/^appendonly yes$/m);
  });

  test('goes with the cluster if that is wanted', () => {
    expect(set({ persistence: Persistence.volume(Size.gibibytes(1), { deleteWithCluster: true }) }).persistentVolumeClaimRetentionPolicy)
      .toEqual({ whenDeleted: 'Delete', whenScaled: 'Retain' });
  });

  test('in an existing claim gives each server a folder', () => {
    const props = { persistence: Persistence.existingClaim('shared', { mode: DurabilityMode.SNAPSHOT }) };
    expect(data(props)).toEqual({ name: 'data', persistentVolumeClaim: { claimName: 'shared' } });
    for (const name of ['server', 'agent']) {
      expect(install(props).container('StatefulSet', 'redis-server', name).volumeMounts)
        .toContainEqual({ name: 'data', mountPath: '/data', subPathExpr: '$(POD_NAME)' });
    }
    expect(conf(props)).not.toMatch(/^save/m);
  });

  test('of the nodes is told whose it is; other volumes may be given to another namespace', () => {
    const told = (persistence: Persistence) => install({ persistence }).container('StatefulSet', 'redis-server', 'server').env.find(({ name }: { name: string }) => name === 'OWNER_NAMESPACE');
    expect(told(Persistence.hostPath('/mnt/redis'))).toEqual({ name: 'OWNER_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } });
    for (const other of [Persistence.volume(Size.gibibytes(1)), Persistence.existingClaim('shared'), Persistence.emptyDir()]) expect(told(other)).toBeUndefined();
  });
});

describe('redis.conf', () => {
  test('never lets a server boot as master, or be elected before it knows better', () => {
    expect(conf()).toMatch(/^replicaof 127\.0\.0\.1 1$/m);
    expect(conf()).toMatch(/^replica-priority 0$/m);
  });

  test('ends with free directives, so that they win', () => {
    expect(conf({ server: { directives: ['hz 20', 'timeout 300'] } })).toMatch(/\nhz 20\ntimeout 300\n$/);
  });
});

describe('snapshots', () => {
  test('are not made beside an append-only file', () => {
    expect(conf({ persistence: Persistence.volume(Size.gibibytes(1)) })).toMatch(/^appendonly yes\n(.*\n)+save ""$/m);
  });

  test('are made when the engine likes, or when a directive says', () => {
    const persistence = Persistence.volume(Size.gibibytes(1), { mode: DurabilityMode.SNAPSHOT });
    expect(conf({ persistence })).not.toMatch(/^save/m);
    expect(conf({ persistence, server: { directives: ['save 60 1000'] } })).toMatch(/\nsave 60 1000\n$/);
  });
});

describe('engines', () => {
  test('Valkey runs its own programs', () => {
    const env = install({ engine: Engine.valkey() }).env('StatefulSet', 'redis-server', 'server');
    expect(env).toMatchObject({ SERVER_BIN: 'valkey-server', CLI_BIN: 'valkey-cli' });
    expect(install({ engine: Engine.valkey() }).container('StatefulSet', 'redis-server', 'server').image).toBe(defaultImage(IMAGES.valkey));
  });
});

describe('spread', () => {
  const terms = (spread: Spread) => {
    const { affinity, topologySpreadConstraints } = set({ server: { pod: { spread } } }).template.spec;
    return [Object.keys(affinity?.podAntiAffinity ?? {}), topologySpreadConstraints?.map((one: any) => one.whenUnsatisfiable)];
  };

  test.each([
    [Spread.NONE, [], undefined],
    [Spread.PREFERRED, ['preferredDuringSchedulingIgnoredDuringExecution'], ['ScheduleAnyway', 'ScheduleAnyway']],
    [Spread.REQUIRED, ['preferredDuringSchedulingIgnoredDuringExecution'], ['DoNotSchedule', 'ScheduleAnyway']],
    [Spread.ONE_PER_NODE, ['requiredDuringSchedulingIgnoredDuringExecution'], ['ScheduleAnyway', 'ScheduleAnyway']],
  ])('%s is said to the scheduler', (spread, affinity, constraints) => {
    expect(terms(spread)).toEqual([affinity, constraints]);
  });
});

describe('affinity', () => {
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'Exists' }] }] } };
  const affinity = (pod: PodOptions) => set({ server: { pod } }).template.spec.affinity;
  const spread = affinity({ spread: Spread.ONE_PER_NODE });

  test('for nodes leaves the servers apart that a spread keeps apart', () => {
    expect(affinity({ spread: Spread.ONE_PER_NODE, affinity: { nodeAffinity } })).toEqual({ ...spread, nodeAffinity });
    expect(affinity({ spread: Spread.ONE_PER_NODE, affinity: { nodeAffinity, podAntiAffinity: undefined } })).toEqual({ ...spread, nodeAffinity });
  });

  test('of a kind that the spread makes takes its place', () => {
    expect(affinity({ spread: Spread.ONE_PER_NODE, affinity: { podAntiAffinity: {} } })).toEqual({ podAntiAffinity: {} });
  });

  test('is all where nobody asked for a spread', () => {
    expect(affinity({ affinity: { nodeAffinity } })).toEqual({ nodeAffinity });
    expect(affinity({ spread: Spread.NONE, affinity: { nodeAffinity } })).toEqual({ nodeAffinity });
  });
});

describe('what the user gives and the classes of cdk8s-plus-27 drop', () => {
  const young: PodOptions = {
    initContainers: [{ name: 'first', image: 'first:1', restartPolicy: 'Always' } as k8s.Container],
    containers: [{
      name: 'logs',
      image: Lazy.any({ produce: () => 'logs:1' }),
      ports: [{ containerPort: 80, hostIp: '10.0.0.1' }],
      resources: { limits: { memory: k8s.Quantity.fromString('64Mi') } },
      lifecycle: { preStop: { sleep: { seconds: 5 }, httpGet: { path: '/', port: k8s.IntOrString.fromNumber(80) } } },
      young: { amount: k8s.Quantity.fromString('1Gi'), ports: [k8s.IntOrString.fromNumber(80)] },
    } as k8s.Container],
    volumes: [{ name: 'model', image: { reference: 'model:1', pullPolicy: 'IfNotPresent' } } as k8s.Volume],
    volumeMounts: [{ name: 'model', mountPath: '/model', readOnly: true, recursiveReadOnly: 'Enabled' } as k8s.VolumeMount],
  };
  const { spec } = set({ server: { pod: { ...young, podSpecOverrides: { containers: [{ name: 'logs', young: { ports: null } }] } } } }).template;

  test('is there', () => {
    expect(spec.initContainers).toEqual([{ name: 'first', image: 'first:1', restartPolicy: 'Always' }]);
    expect(spec.volumes).toContainEqual({ name: 'model', image: { reference: 'model:1', pullPolicy: 'IfNotPresent' } });
    expect(spec.containers[0].volumeMounts).toContainEqual({ name: 'model', mountPath: '/model', readOnly: true, recursiveReadOnly: 'Enabled' });
  });

  test('stands beside what they know, as the API spells it, and below the overrides', () => {
    expect(spec.containers.at(-1)).toEqual({
      name: 'logs',
      image: 'logs:1',
      ports: [{ containerPort: 80, hostIP: '10.0.0.1' }],
      resources: { limits: { memory: '64Mi' } },
      lifecycle: { preStop: { sleep: { seconds: 5 }, httpGet: { path: '/', port: 80 } } },
      young: { amount: '1Gi' },
    });
  });

  test('is in pods of Jobs and CronJobs, too', () => {
    const chart = Testing.chart();
    const redis = RedisHa.fromAttributes(chart, 'redis', { name: 'cache' });
    new RedisBackup(chart, 'backup', { redis, target: BackupTarget.volume('backups', { passwordSecret: 'key' }), pod: { volumes: young.volumes } });
    expect(JSON.stringify(Testing.synth(chart))).toContain('"reference":"model:1"');
  });
});

describe('start-up', () => {
  test.each([[1, 600], [2, 300], [7, 86], [300, 2]])('has ten minutes, also with a probe every %i s', (period, failures) => {
    const { startupProbe } = install({ server: { probes: { startup: { period: Duration.seconds(period) } } } }).container('StatefulSet', 'redis-server', 'server');
    expect(startupProbe).toMatchObject({ periodSeconds: period, failureThreshold: failures });
  });
});

describe('Sentinels with pods of their own', () => {
  const manifests = install({ replicas: 2, sentinel: Sentinel.deployments(5) });

  test('are Deployments of one, never two of the same identity at once', () => {
    for (const ordinal of [0, 1, 2, 3, 4]) {
      const { spec } = manifests.get('Deployment', `redis-sentinel-${ordinal}`);
      expect(spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
      expect(manifests.get('Service', `redis-sentinel-${ordinal}`).spec.selector).toEqual(spec.selector.matchLabels);
    }
  });

  test('are kept to zones, in order and again from the start', () => {
    const zones = (count: number, names: string[]) => {
      const zoned = install({ sentinel: Sentinel.deployments(count, { zones: names, pod: { nodeSelector: { disk: 'ssd' } } }) });
      return Array.from({ length: count }, (_, n) => zoned.podSpec('Deployment', `redis-sentinel-${n}`).nodeSelector);
    };
    const selectors = (...names: string[]) => names.map((name) => ({ 'disk': 'ssd', 'topology.kubernetes.io/zone': name }));
    expect(zones(3, ['a', 'b', 'c'])).toEqual(selectors('a', 'b', 'c'));
    expect(zones(5, ['a', 'b'])).toEqual(selectors('a', 'b', 'a', 'b', 'a'));
  });

  test('leave the servers without Sentinels', () => {
    expect(manifests.podSpec('StatefulSet', 'redis-server').containers.map((one: any) => one.name)).toEqual(['server', 'agent']);
    expect(manifests.get('ConfigMap', 'redis-server').data).not.toHaveProperty('sentinel.conf');
  });
});
