import { Duration, Size, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import {
  AccessMode, AclUser, AgentOptions, ApplicationUserOptions, Auth, BackupRestoreOptions, BackupTarget, CertificateIssuer, CertManagerOptions,
  ClaimSource, ClientCertificates, ConnectOptions, Consensus, ConsulRoutingOptions, ContainerResources, Cpu, CpuResources, CustomUserOptions,
  DirectRoutingOptions, DisruptionBudget, DurabilityMode, Egress, EgressRule, EmptyDirPersistenceOptions, Engine, EngineOptions, EnvironmentOptions,
  ExistingClaimOptions, ExporterOptions, ExternalMaster, ExternalMasterOptions, ExternalTrafficPolicy, Fsync, HaproxyLines, HostPathOptions,
  ImagePullPolicy, IpStack, KubeTemplateImage, KubeTemplateProps, LogFormat, MaxmemoryPolicy, MemberServiceOptions, Metrics, MetricsOptions,
  NetworkOptions, Peer, PeerPodsOptions, Persistence, PodIpRoutingOptions, PodOptions, ProbeOptions, ProbeTiming, ProxyAutoscaling,
  ProxyCheckOptions, ProxyOptions, ProxyPort, ProxyReadOptions, ProxyRollout, ProxyServiceOptions, ProxyServiceType, ProxyTimeoutOptions,
  ReadBalance, RedisHaAttributes, RedisHaProps, RedisOptions, Restore, RestrictedEgressOptions, Routing, SecretAuthOptions,
  SecretCertificateOptions, Sentinel, SentinelDeploymentsOptions, SentinelOptions, SentinelProbeOptions, ServerOptions, SizeResources, Spread,
  TcpRouteOptions, TemplateFile, Tls, TlsCertificate, TlsEdgeOptions, TlsEverywhereOptions, TlsFront, TlsVersion, TrafficDistribution, TrustedCas,
  UpdateStrategy, VolumePersistenceOptions, VolumeRestoreOptions, VolumeTargetOptions, Workload,
} from '../../lib/index';

/** A call of a static function, whose arguments can be exchanged; how errors call each of them, after the prop; and how many must be given. */
export class Call {
  constructor(
    public readonly make: (...args: any[]) => unknown,
    public readonly args: readonly unknown[],
    public readonly suffixes: readonly string[] = [],
    public readonly required = 0,
  ) {}
}

/** Every field with a right value; the compiler sees that none is missing. Objects of our classes are calls. */
type Full<T> = { readonly [K in keyof Required<T>]: unknown };

const duration = Duration.seconds(20);
const dictionary = { team: 'shop' };
const cpu: Full<CpuResources> = { request: Cpu.millis(500), limit: Cpu.units(2) };
const space: Full<SizeResources> = { request: Size.mebibytes(256), limit: Size.mebibytes(512) };
const resources: Full<ContainerResources> = {
  cpu,
  memory: space,
  ephemeralStorage: space,
  limits: { memory: k8s.Quantity.fromString('512Mi') },
  requests: { cpu: k8s.Quantity.fromString('1') },
  claims: [{}],
};
const env = [{ name: 'TZ' }];
const container = { name: 'more', image: 'more:1', env: [{ name: 'TZ' }] };

const pod: Full<PodOptions> = {
  spread: Spread.NONE,
  labels: dictionary,
  annotations: dictionary,
  nodeSelector: dictionary,
  tolerations: [{}],
  affinity: {},
  topologySpreadConstraints: [{}],
  priorityClassName: 'high',
  terminationGracePeriod: Duration.seconds(100),
  env,
  envFrom: [{}],
  imagePullPolicy: ImagePullPolicy.ALWAYS,
  volumes: [{ name: 'more' }],
  volumeMounts: [{ name: 'more' }],
  containers: [container],
  initContainers: [{ ...container, name: 'first' }],
  podSpecOverrides: { containers: [container], initContainers: [{ ...container, name: 'first' }] },
};
const timing: Full<ProbeTiming> = { period: duration, timeout: duration, failureThreshold: 3 };
const probes: Full<ProbeOptions> = { readiness: timing, liveness: timing, startup: timing };
// one of the two may be given
const budget: Partial<Full<DisruptionBudget>> = { maxUnavailable: 1 };
const otherBudget: Partial<Full<DisruptionBudget>> = { minAvailable: 1 };
const agent: Full<AgentOptions> = { image: 'node:24', resources, bootTimeout: duration, handOverBudget: duration };

const memberServices: Full<MemberServiceOptions> = {
  type: ProxyServiceType.LOAD_BALANCER,
  annotations: dictionary,
  nodePorts: [30010, 30011, 30012],
  loadBalancerClass: 'inner',
  loadBalancerSourceRanges: ['10.0.0.0/8'],
  externalTrafficPolicy: ExternalTrafficPolicy.LOCAL,
  hostname: 'redis-{ordinal}.example.com',
};
const server: Full<ServerOptions> = {
  port: 7000,
  maxmemory: Size.mebibytes(100),
  maxmemoryPolicy: MaxmemoryPolicy.NOEVICTION,
  minReplicasToWrite: 1,
  minReplicasMaxLag: duration,
  replBacklogSize: Size.mebibytes(16),
  allowFlush: true,
  directives: ['hz 20'],
  resources,
  probes,
  agent,
  pod,
  updateStrategy: new Call(UpdateStrategy.rolling, [{ partition: 1 }]),
  minReady: duration,
  revisionHistoryLimit: 3,
  memberServices,
  disruptionBudget: budget,
};
const checks: Full<ProxyCheckOptions> = {
  sentinelInterval: Duration.seconds(1),
  roleInterval: Duration.seconds(1),
  consensusInterval: Duration.seconds(1),
  sentinelFall: 3,
  sentinelRise: 2,
  timeout: Duration.seconds(1),
};
const timeouts: Full<ProxyTimeoutOptions> = { connect: duration, client: duration, server: duration };
const service: Full<ProxyServiceOptions> = {
  type: ProxyServiceType.LOAD_BALANCER,
  annotations: dictionary,
  nodePort: 30001,
  readNodePort: 30002,
  loadBalancerClass: 'inner',
  loadBalancerSourceRanges: ['10.0.0.0/8'],
  externalTrafficPolicy: ExternalTrafficPolicy.LOCAL,
  hostname: 'redis.example.com',
  sessionAffinity: duration,
  trafficDistribution: TrafficDistribution.PREFER_CLOSE,
  specOverrides: {},
};
const port: Full<ProxyPort> = { name: 'more', port: 7010, nodePort: 30003 };
const reads: Full<ProxyReadOptions> = { balance: ReadBalance.SOURCE, maxLag: Size.mebibytes(1), otherZoneWeight: 10 };
const autoscaling: Full<ProxyAutoscaling> = { minReplicas: 3, maxReplicas: 5, cpuPercent: 50, memoryPercent: 60 };
const rollout: Full<ProxyRollout> = { maxSurge: 1, maxUnavailable: 1, minReady: duration, revisionHistoryLimit: 3 };
const tcpRoute: Full<TcpRouteOptions> = { gateway: 'outside', namespace: 'gateways', listener: 'redis', readListener: 'redis-read' };
const lines: Full<HaproxyLines> = {
  global: ['tune.bufsize 32768'],
  defaults: ['backlog 1000'],
  write: ['option tcplog'],
  read: ['option tcplog'],
  master: ['fullconn 100'],
  replicas: ['fullconn 100'],
};
const proxy: Full<ProxyOptions> = {
  replicas: 3,
  image: 'haproxy:3.2',
  port: 7000,
  readPort: 7001,
  readFromMasterAsFallback: false,
  statsPort: 7002,
  maxconn: 100,
  consensus: Consensus.LENIENT,
  checks,
  timeouts,
  service,
  extraPorts: [port],
  reads,
  autoscaling,
  rollout,
  tcpRoute,
  lines,
  customSections: 'cache mine',
  drain: duration,
  resources,
  probes,
  pod,
  disruptionBudget: otherBudget,
};
const sentinelProbes: Full<SentinelProbeOptions> = { readiness: timing, liveness: timing };
const sentinel: Full<SentinelOptions> = {
  quorum: 2,
  downAfter: duration,
  failoverTimeout: duration,
  parallelSyncs: 1,
  masterRebootDownAfter: duration,
  unreachableAfter: duration,
  port: 27000,
  directives: ['maxclients 100'],
  resources,
  probes: sentinelProbes,
};
const deployments: Full<SentinelDeploymentsOptions> = { ...sentinel, pod, zones: ['a'], revisionHistoryLimit: 3, disruptionBudget: budget };
const engine: Full<EngineOptions> = { version: '8.0.2', image: 'redis:8.0.2' };
const redis: Full<RedisOptions> = { ...engine, modules: true };
const user: Full<ApplicationUserOptions> = { keys: ['a'], channels: ['a'], allow: ['keys'], deny: ['eval'], allowFlush: true, passwordKey: 'a' };
const custom: Full<CustomUserOptions> = { passwordKey: 'c' };
const users = [
  new Call(AclUser.application, ['a', user], [], 1), new Call(AclUser.reader, ['b', { ...user, passwordKey: 'b' }], [], 1), new Call(AclUser.custom, ['c', ['+get'], custom], ['', '.rules'], 2),
];
const secret: Full<SecretAuthOptions> = { key: 'pass', users, componentUsers: true };
const everywhere: Full<TlsEverywhereOptions> = {
  clients: ClientCertificates.REQUIRED, plainPort: 7003, plainReadPort: 7004, serverName: 'cache', minVersion: TlsVersion.TLS_1_3, front: TlsFront.REENCRYPT,
};
const edge: Full<TlsEdgeOptions> = { clients: ClientCertificates.REQUIRED, plainPort: 7003, plainReadPort: 7004, serverName: 'cache', minVersion: TlsVersion.TLS_1_3 };
const secretCertificate: Full<SecretCertificateOptions> = { ca: new Call(TrustedCas.secret, ['cas', 'both.pem'], ['', '.key'], 1) };
const certManager: Full<CertManagerOptions> = {
  duration: Duration.days(30),
  renewBefore: Duration.days(10),
  extraNames: ['cache.example.com'],
  clusterDomain: 'cluster.local',
  secretName: 'mine-tls',
  ca: new Call(TrustedCas.configMap, ['cas', 'both.pem'], ['', '.key'], 1),
};
const certificate = new Call(TlsCertificate.certManager, [new Call(CertificateIssuer.external, ['example.com', 'Kind', 'name'], ['.group', '.kind', '.name'], 3), certManager], ['.issuer'], 1);
const exporter: Full<ExporterOptions> = {
  image: 'exporter:1', resources, scripts: dictionary, keys: ['queue'], keyPatterns: ['queue:*'], countedPatterns: ['session:*'],
};
const podIp: Full<PodIpRoutingOptions> = { image: new Call(KubeTemplateImage.node, ['node:24']), resources };
const direct: Full<DirectRoutingOptions> = { port: 6400, readPort: 6401 };
const consul: Full<ConsulRoutingOptions> = {
  address: 'https://consul.example.com:8501',
  service: 'cache',
  tokenSecret: 'consul',
  tokenKey: 'acl',
  ca: new Call(TrustedCas.configMap, ['cas', 'both.pem'], ['', '.key'], 1),
  image: 'consul-template:1',
  resources,
};
const volume: Full<VolumePersistenceOptions> = {
  storageClass: 'fast',
  mode: DurabilityMode.APPEND_ONLY,
  fsync: Fsync.ALWAYS,
  annotations: dictionary,
  labels: dictionary,
  accessMode: AccessMode.READ_WRITE_ONCE_POD,
  selector: dictionary,
  dataSource: new Call(ClaimSource.snapshot, ['before'], [], 1),
  subPath: 'redis/data',
  specOverrides: {},
  deleteWithCluster: true,
  deleteWhenScaled: true,
};
const emptyDir: Full<EmptyDirPersistenceOptions> = { sizeLimit: Size.mebibytes(256), inMemory: true, mode: DurabilityMode.SNAPSHOT };
const claim: Full<ExistingClaimOptions> = { mode: DurabilityMode.APPEND_ONLY, fsync: Fsync.NEVER, subPath: 'redis' };
const hostPath: Full<HostPathOptions> = { mode: DurabilityMode.APPEND_ONLY, fsync: Fsync.NEVER };

const volumeRestore: Full<VolumeRestoreOptions> = { resources, pod, until: '2026-11-28T10:30:00Z' };
const volumeTarget: Omit<Full<VolumeTargetOptions>, 'resticOptions'> = { passwordSecret: 'restic', passwordKey: 'key', subPath: 'redis' };
const backupRestore: Full<BackupRestoreOptions> = { resources, pod, snapshot: 'latest', installation: 'other', namespace: 'shop', image: 'restic:1' };

const externalMaster: Full<ExternalMasterOptions> = { passwordSecret: 'old', passwordKey: 'key', user: 'replica', tls: true, cutOver: true };

const egressRule: Full<EgressRule> = { to: new Call(Peer.cidr, ['10.0.0.0/8'], [], 1), ports: [53] };
const egress: Full<RestrictedEgressOptions> = { dns: egressRule, apiServer: egressRule, more: [egressRule] };
const network: Full<NetworkOptions> = { egress: new Call(Egress.restricted, [egress]), appProtocol: 'tcp' };

/** Props of an installation, all that go together: `follow` does not go with `restore`. */
export const FULL: Full<Omit<RedisHaProps, 'follow'>> = {
  engine: new Call(Engine.redis, [redis]),
  replicas: 3,
  sentinel: new Call(Sentinel.deployments, [3, deployments], ['.count']),
  routing: new Call(Routing.podIp, [podIp]),
  workload: Workload.STORE,
  persistence: new Call(Persistence.volume, [Size.gibibytes(1), volume], [], 1),
  restore: new Call(Restore.fromVolume, ['mine', '.', volumeRestore], ['', '.path'], 2),
  auth: new Call(Auth.secret, ['mine', secret], ['.secret'], 1),
  metrics: new Call(Metrics.exporter, [exporter]),
  kubernetes: { events: true, roleLabel: true },
  tls: new Call(Tls.everywhere, [certificate, everywhere], ['.certificate'], 1),
  server,
  proxy,
  name: 'cache',
  masterName: 'main',
  labels: dictionary,
  annotations: dictionary,
  imageRegistry: 'registry.example.com',
  imagePullSecrets: ['pull'],
  ipStack: IpStack.IPV4,
  logFormat: LogFormat.JSON,
  fixedIds: false,
  nativeSidecars: true,
  networkPolicies: true,
  network,
  hibernate: false,
};

/** Props whose objects come from other static functions. */
export const OTHERS: readonly Partial<Full<RedisHaProps>>[] = [
  { engine: new Call(Engine.valkey, [{ ...engine, version: '8.1.1' }]) },
  { sentinel: new Call(Sentinel.sidecar, [sentinel]) },
  { routing: new Call(Routing.podIp, [{ image: new Call(KubeTemplateImage.of, ['kube-template:1'], [], 1) }]) },
  { routing: new Call(Routing.consul, [consul]) },
  { routing: new Call(Routing.direct, [direct]) },
  { auth: new Call(Auth.fromSecret, [new k8s.KubeSecret(Testing.chart(), 'mine', {}), secret], [], 1) },
  { persistence: new Call(Persistence.volume, [Size.gibibytes(1)], [], 1), restore: new Call(Restore.fromBackup, [new Call(BackupTarget.volume, ['backups', volumeTarget], [], 2), backupRestore], ['.target'], 1) },
  {
    persistence: new Call(Persistence.volume, [Size.gibibytes(1)], [], 1),
    tls: new Call(Tls.everywhere, [new Call(TlsCertificate.secret, ['mine'], [], 1)], ['.certificate'], 1),
    follow: new Call(ExternalMaster.at, ['old-redis', 6379, externalMaster], ['.host', '.port'], 1),
  },
  { persistence: new Call(Persistence.emptyDir, [emptyDir]) },
  { persistence: new Call(Persistence.existingClaim, ['mine', claim], [], 1) },
  { persistence: new Call(Persistence.hostPath, ['/mnt/redis', hostPath], ['.path'], 1) },
  { persistence: new Call(Persistence.volume, [Size.gibibytes(1), { dataSource: new Call(ClaimSource.claim, ['before'], [], 1) }], [], 1) },
  { server: { updateStrategy: new Call(UpdateStrategy.onDelete, []) } },
  { network: { egress: new Call(Egress.any, []) } },
  { tls: new Call(Tls.edge, [new Call(TlsCertificate.secret, ['mine', secretCertificate], [], 1), edge], ['.certificate'], 1) },
  { tls: new Call(Tls.everywhere, [new Call(TlsCertificate.certManager, [new Call(CertificateIssuer.issuer, ['mine'], [], 1)], ['.issuer'], 1)], ['.certificate'], 1) },
  { tls: new Call(Tls.everywhere, [new Call(TlsCertificate.certManager, [new Call(CertificateIssuer.clusterIssuer, ['mine'], [], 1)], ['.issuer'], 1)], ['.certificate'], 1) },
];

const template: Full<TemplateFile> = { template: 'text', file: 'a' };
/** Props of KubeTemplate.attachTo, all of them. */
export const FULL_KUBE_TEMPLATE: Full<KubeTemplateProps> = {
  templates: [template],
  directory: '/files',
  labels: dictionary,
  annotations: dictionary,
  image: new Call(KubeTemplateImage.node, ['node:24']),
  resources,
  fixedIds: false,
  logFormat: LogFormat.JSON,
};
/** Options of connectFrom, all of them. */
export const FULL_CONNECT: Full<ConnectOptions> = {
  prefix: 'CACHE',
  sentinel: true,
  secretName: 'mine',
  user: 'shop',
  ca: new Call(TrustedCas.configMap, ['cas', 'both.pem'], ['', '.key'], 1),
  clientCertificate: 'shop-tls',
};
/** Options of connectionEnvironment, all of them. */
export const FULL_ENVIRONMENT: Full<EnvironmentOptions> = { ...FULL_CONNECT, namespace: 'shop' };
/** Options of allowMetricsFrom, all of them. */
export const FULL_METRICS: Full<MetricsOptions> = { serverPorts: [9121], sentinelPorts: [9122], proxyPorts: [9123] };

const peerPods: Full<PeerPodsOptions> = { labels: dictionary, namespace: 'shop', namespaceLabels: dictionary };
/** Peers, made in all ways, with everything that each may be given. */
export const PEERS: readonly Call[] = [
  new Call(Peer.pods, [{ ...peerPods, namespaceLabels: undefined }], [], 1),
  new Call(Peer.pods, [{ ...peerPods, namespace: undefined }], [], 1),
  new Call(Peer.namespace, ['shop'], ['.namespace'], 1),
  new Call(Peer.namespaces, [dictionary], ['.namespaceLabels'], 1),
  new Call(Peer.cidr, ['10.0.0.0/8', { except: ['10.1.0.0/16'] }], [], 1),
];

/** What is told of an installation that is made elsewhere, all of it. */
export const FULL_ATTRIBUTES: Full<RedisHaAttributes> = {
  name: 'cache',
  namespace: 'shop',
  masterName: 'main',
  engine: new Call(Engine.redis, [redis]),
  replicas: 3,
  sentinel: new Call(Sentinel.deployments, [3, deployments], ['.count']),
  routing: new Call(Routing.podIp, [podIp]),
  auth: new Call(Auth.secret, ['mine', secret], ['.secret'], 1),
  metrics: new Call(Metrics.exporter, [exporter]),
  tls: new Call(Tls.everywhere, [certificate, everywhere], ['.certificate'], 1),
  persistence: new Call(Persistence.existingClaim, ['data', { mode: DurabilityMode.SNAPSHOT, subPath: 'redis' }], ['']),
  serverPort: 7000,
  port: 7000,
  readPort: 7001,
  statsPort: 7002,
  imageRegistry: 'mirror.example.com',
  imagePullSecrets: ['pull'],
  fixedIds: false,
  networkPolicies: true,
};

/** A place in props: the keys that lead to it, how errors call it, and what stands there. */
export interface Place {
  readonly keys: readonly (string | number)[];
  readonly path: string;
  readonly value: unknown;
  readonly required: boolean;
}

const isPlain = (value: unknown): value is object => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Fields that must be given, and items of lists. */
const REQUIRED = /^(?!.*Overrides).*\.name$|\[\d+\]$|^templates$|^templates.*(file|template)$/;

/** All places in props. */
export function places(value: unknown, path = '', keys: readonly (string | number)[] = []): Place[] {
  const inside = (key: string | number, one: unknown, at: string, required = REQUIRED.test(at)): Place[] => {
    const place = { keys: [...keys, key], path: at, value: one, required };
    return [place, ...places(one, at, place.keys)];
  };
  if (value instanceof Call) return value.args.flatMap((one, index) => inside(index, one, path + (value.suffixes[index] ?? ''), index < value.required));
  if (Array.isArray(value)) return value.flatMap((one, index) => inside(index, one, `${path}[${index}]`));
  if (!isPlain(value)) return [];
  const dictionaries = /([lL]abels|annotations|[sS]elector|scripts|limits|requests)$/;
  const at = (name: string) => (dictionaries.test(path) ? `${path}["${name}"]` : path && `${path}.${name}` || name);
  return Object.entries(value).filter(([, one]) => one !== undefined).flatMap(([name, one]) => inside(name, one, at(name)));
}

/** The same with another value at a place. */
export function exchanged(value: any, [key, ...rest]: readonly (string | number)[], other: unknown): any {
  const change = (one: unknown) => (rest.length === 0 ? other : exchanged(one, rest, other));
  const items = (list: readonly unknown[]) => list.map((one, index) => (index === key ? change(one) : one));
  if (value instanceof Call) return new Call(value.make, items(value.args), value.suffixes, value.required);
  if (Array.isArray(value)) return items(value);
  return { ...value, [key]: change(value[key]) };
}

/** The props as a user gives them, with all calls made. */
export function build(value: any): any {
  if (value instanceof Call) return value.make(...value.args.map(build));
  if (Array.isArray(value)) return value.map(build);
  return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, build(one)])) : value;
}
