import { Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { api, construct, dictionary, flag, Kind, like, list, made, number, oneOf, required, secret, Shape, struct, text } from './kinds';
import { AclUser, ApplicationUserOptions, CustomUserOptions } from '../options/acl-user';
import { Alert } from '../options/alert';
import { Auth, SecretAuthOptions } from '../options/auth';
import {
  BackupConnectionOptions, BackupJobOptions, BackupRetention, BackupRetentionOptions, BackupSource, BackupVerification, BackupVerificationOptions,
  RedisBackupProps,
} from '../options/backup';
import {
  AzureTargetOptions, BackupTarget, BackupTargetOptions, GcsTargetOptions, HttpsTargetOptions, S3TargetOptions, SftpTargetOptions,
  VolumeTargetOptions,
} from '../options/backup-target';
import { ClaimSource } from '../options/claim-source';
import { ConnectOptions, EnvironmentOptions, MetricsOptions } from '../options/connect-options';
import { ContainerResources, Cpu, CpuResources, SizeResources } from '../options/container-resources';
import { Engine, EngineOptions, RedisOptions } from '../options/engine';
import { ExternalMaster, ExternalMasterOptions } from '../options/external-master';
import { HelmChart, HelmValuesOptions } from '../options/helm-values';
import { IRedisHa } from '../options/i-redis-ha';
import { RedisKeyRestoreProps } from '../options/key-restore';
import { KubeTemplateImage } from '../options/kube-template-image';
import { KubeTemplateProps, TemplateFile } from '../options/kube-template-props';
import { LogFormat } from '../options/log-format';
import { ExporterOptions, Metrics } from '../options/metrics';
import {
  Alerts, AlertsOptions, AlertThresholds, AnnotatedServicesOptions, Dashboards, DashboardsOptions, RedisMonitoringProps, Scraping, ScrapingOptions,
} from '../options/monitoring';
import { Peer, PeerCidrOptions, PeerPodsOptions } from '../options/peer';
import {
  AccessMode, DurabilityMode, EmptyDirPersistenceOptions, ExistingClaimOptions, Fsync, HostPathOptions, Persistence, VolumePersistenceOptions,
} from '../options/persistence';
import { DisruptionBudget, PodOptions, ProbeOptions, ProbeTiming, Spread } from '../options/pod-options';
import { Consensus, ExternalTrafficPolicy, ProxyCheckOptions, ProxyOptions, ProxyServiceOptions, ProxyServiceType, ProxyTimeoutOptions } from '../options/proxy-options';
import { RedisHaAttributes } from '../options/redis-ha-attributes';
import { IpStack, RedisHaProps } from '../options/redis-ha-props';
import { BackupRestoreOptions, Restore, RestoreOptions, VolumeRestoreOptions } from '../options/restore';
import { ConsulRoutingOptions, PodIpRoutingOptions, Routing } from '../options/routing';
import { Sentinel, SentinelDeploymentsOptions, SentinelOptions } from '../options/sentinel';
import { AgentOptions, MaxmemoryPolicy, ServerOptions } from '../options/server-options';
import { ClientCertificates, Tls, TlsEdgeOptions, TlsEverywhereOptions, TlsFront, TlsVersion } from '../options/tls';
import { CertificateIssuer, CertManagerOptions, SecretCertificateOptions, TlsCertificate, TrustedCas } from '../options/tls-certificate';
import { RollingUpdateOptions, UpdateStrategy } from '../options/update-strategy';
import { Workload } from '../options/workload';

// What each public prop may be, an entry each. The types see to it that none is forgotten.

const duration = like<Duration>('a Duration, like Duration.seconds(5)', ({ toMilliseconds }) => typeof toMilliseconds === 'function');
const size = like<Size>('a Size, like Size.mebibytes(512)', ({ toKibibytes }) => typeof toKibibytes === 'function');
const quantity = like<k8s.Quantity>('a quantity, like k8s.Quantity.fromString("512Mi")', ({ value }) => ['string', 'number'].includes(typeof value));
const texts = dictionary(text);

const cpu = like<Cpu>('a Cpu, like Cpu.millis(500)', ({ amount }) => typeof amount === 'string');
const sizeResources = struct<SizeResources>({ request: size, limit: size });
const resources = struct<ContainerResources>({
  cpu: struct<CpuResources>({ request: cpu, limit: cpu }),
  memory: sizeResources,
  ephemeralStorage: sizeResources,
  requests: dictionary(quantity),
  limits: dictionary(quantity),
  claims: list(api<k8s.ResourceClaim>('a resource claim')),
});
const overrides = (what: string) => secret(api<{ [field: string]: any }>(`an object with fields of the ${what}'s spec`));
const env = list(api<k8s.EnvVar>('an EnvVar, like { name: "TZ", value: "UTC" }', { name: required(text) }));
const container = (named: typeof text | ReturnType<typeof required<string>>) => api<k8s.Container>('a container', { name: named, env });
const containers = list(container(required(text)));

const probeTiming = struct<ProbeTiming>({ period: duration, timeout: duration, failureThreshold: number });
const probes = struct<ProbeOptions>({ readiness: probeTiming, liveness: probeTiming, startup: probeTiming });
const disruptionBudget = struct<DisruptionBudget>({ minAvailable: number, maxUnavailable: number });

const pod = struct<PodOptions>({
  spread: oneOf('Spread', Spread),
  labels: texts,
  annotations: texts,
  nodeSelector: texts,
  tolerations: list(api<k8s.Toleration>('a toleration')),
  affinity: api<k8s.Affinity>('an affinity'),
  topologySpreadConstraints: list(api<k8s.TopologySpreadConstraint>('a topology spread constraint')),
  priorityClassName: text,
  terminationGracePeriod: duration,
  env: secret(env),
  volumes: secret(list(api<k8s.Volume>('a volume', { name: required(text) }))),
  volumeMounts: secret(list(api<k8s.VolumeMount>('a volume mount', { name: required(text) }))),
  containers: secret(containers),
  initContainers: secret(containers),
  podSpecOverrides: secret(api('an object with fields of the pod\'s spec', { containers: list(container(text)), initContainers: list(container(text)) })),
});

const kubeTemplateImage = made<KubeTemplateImage, typeof KubeTemplateImage>(KubeTemplateImage, 'KubeTemplateImage', 'KubeTemplateImage.node()', {
  node: [['', text]],
  of: [['', required(text)]],
});

const ENGINE: Shape<EngineOptions> = { version: text, image: text };
const engine = made<Engine, typeof Engine>(Engine, 'Engine', 'Engine.redis()', {
  redis: [['', struct<RedisOptions>({ ...ENGINE, modules: flag })]],
  valkey: [['', struct<EngineOptions>(ENGINE)]],
});

const trustedCas = made<TrustedCas, typeof TrustedCas>(TrustedCas, 'TrustedCas', 'TrustedCas.configMap("NAME")', {
  secret: [['', required(text)], ['.key', text]],
  configMap: [['', required(text)], ['.key', text]],
});

const routing = made<Routing, typeof Routing>(Routing, 'Routing', 'Routing.service()', {
  service: [],
  podIp: [['', struct<PodIpRoutingOptions>({ image: kubeTemplateImage, resources })]],
  consul: [['', struct<ConsulRoutingOptions>({
    address: text, service: text, tokenSecret: text, tokenKey: text, ca: trustedCas, image: text, resources,
  })]],
  none: [],
});

const claimSource = made<ClaimSource, typeof ClaimSource>(ClaimSource, 'ClaimSource', 'ClaimSource.snapshot("NAME")', {
  snapshot: [['', required(text)]],
  claim: [['', required(text)]],
});
const mode = oneOf('DurabilityMode', DurabilityMode);
const fsync = oneOf('Fsync', Fsync);
const persistence = made<Persistence, typeof Persistence>(Persistence, 'Persistence', 'Persistence.volume(Size.gibibytes(10))', {
  volume: [
    ['', required(size)],
    ['', struct<VolumePersistenceOptions>({
      storageClass: text,
      mode,
      fsync,
      annotations: texts,
      labels: texts,
      accessMode: oneOf('AccessMode', AccessMode),
      selector: texts,
      dataSource: claimSource,
      subPath: text,
      specOverrides: overrides('claim'),
      deleteWithCluster: flag,
      deleteWhenScaled: flag,
    })],
  ],
  emptyDir: [['', struct<EmptyDirPersistenceOptions>({ sizeLimit: size, inMemory: flag, mode })]],
  existingClaim: [['', required(text)], ['', struct<ExistingClaimOptions>({ mode, fsync, subPath: text })]],
  hostPath: [['.path', required(text)], ['', struct<HostPathOptions>({ mode, fsync })]],
});

const USER: Shape<ApplicationUserOptions> = {
  keys: list(text), channels: list(text), allow: list(text), deny: list(text), allowFlush: flag, passwordKey: text,
};
const user = made<AclUser, typeof AclUser>(AclUser, 'AclUser', 'AclUser.application("NAME")', {
  application: [['', required(text)], ['', struct<ApplicationUserOptions>(USER)]],
  reader: [['', required(text)], ['', struct<ApplicationUserOptions>(USER)]],
  custom: [['', required(text)], ['.rules', required(list(text))], ['', struct<CustomUserOptions>({ passwordKey: text })]],
  backup: [['', text], ['', struct<CustomUserOptions>({ passwordKey: text })]],
});
const secretOptions = struct<SecretAuthOptions>({ key: text, users: list(user), componentUsers: flag });
const secretObject = construct('a Secret, or Auth.secret(name)', (value) => {
  const { kind, name } = value as { readonly kind?: unknown; readonly name?: unknown };
  return kind === 'Secret' && typeof name === 'string';
});
const auth = made<Auth, typeof Auth>(Auth, 'Auth', 'Auth.secret("NAME") or Auth.none()', {
  secret: [['.secret', required(text)], ['', secretOptions]],
  fromSecret: [['', required(secretObject)], ['', secretOptions]],
  none: [],
});

const metrics = made<Metrics, typeof Metrics>(Metrics, 'Metrics', 'Metrics.exporter()', {
  exporter: [['', struct<ExporterOptions>({ image: text, resources, scripts: secret(texts), keys: list(text), keyPatterns: list(text), countedPatterns: list(text) })]],
});

const issuer = made<CertificateIssuer, typeof CertificateIssuer>(CertificateIssuer, 'CertificateIssuer', 'CertificateIssuer.own()', {
  own: [],
  issuer: [['', required(text)]],
  clusterIssuer: [['', required(text)]],
  external: [['.group', required(text)], ['.kind', required(text)], ['.name', required(text)]],
});
const CERT_MANAGER: Shape<CertManagerOptions> = {
  duration, renewBefore: duration, extraNames: list(text), clusterDomain: text, secretName: text, ca: trustedCas,
};
const certificate = made<TlsCertificate, typeof TlsCertificate>(TlsCertificate, 'TlsCertificate', 'TlsCertificate.secret("NAME")', {
  secret: [['', required(text)], ['', struct<SecretCertificateOptions>({ ca: trustedCas })]],
  certManager: [['.issuer', required(issuer)], ['', struct<CertManagerOptions>(CERT_MANAGER)]],
});
const EDGE: Shape<TlsEdgeOptions> = {
  clients: oneOf('ClientCertificates', ClientCertificates),
  plainPort: number,
  plainReadPort: number,
  serverName: text,
  minVersion: oneOf('TlsVersion', TlsVersion),
};
const tls = made<Tls, typeof Tls>(Tls, 'Tls', 'Tls.everywhere(TlsCertificate.secret("NAME"))', {
  everywhere: [['.certificate', required(certificate)], ['', struct<TlsEverywhereOptions>({ ...EDGE, front: oneOf('TlsFront', TlsFront) })]],
  edge: [['.certificate', required(certificate)], ['', struct<TlsEdgeOptions>(EDGE)]],
});

const SENTINEL: Shape<SentinelOptions> = {
  quorum: number,
  downAfter: duration,
  failoverTimeout: duration,
  parallelSyncs: number,
  masterRebootDownAfter: duration,
  port: number,
  directives: secret(list(text)),
  resources,
};
const sentinel = made<Sentinel, typeof Sentinel>(Sentinel, 'Sentinel', 'Sentinel.sidecar()', {
  sidecar: [['', struct<SentinelOptions>(SENTINEL)]],
  deployments: [['.count', number], ['', struct<SentinelDeploymentsOptions>({ ...SENTINEL, pod, disruptionBudget })]],
});

const updateStrategy = made<UpdateStrategy, typeof UpdateStrategy>(UpdateStrategy, 'UpdateStrategy', 'UpdateStrategy.rolling()', {
  rolling: [['', struct<RollingUpdateOptions>({ partition: number })]],
  onDelete: [],
});
const server = struct<ServerOptions>({
  port: number,
  maxmemory: size,
  maxmemoryPolicy: oneOf('MaxmemoryPolicy', MaxmemoryPolicy),
  minReplicasToWrite: number,
  minReplicasMaxLag: duration,
  replBacklogSize: size,
  allowFlush: flag,
  directives: secret(list(text)),
  resources,
  probes,
  agent: struct<AgentOptions>({ image: text, resources, bootTimeout: duration, handOverBudget: duration }),
  pod,
  updateStrategy,
  minReady: duration,
  disruptionBudget,
});

const proxy = struct<ProxyOptions>({
  replicas: number,
  image: text,
  port: number,
  readPort: number,
  readFromMasterAsFallback: flag,
  statsPort: number,
  maxconn: number,
  consensus: oneOf('Consensus', Consensus),
  checks: struct<ProxyCheckOptions>({ sentinelInterval: duration, roleInterval: duration, consensusInterval: duration, timeout: duration }),
  timeouts: struct<ProxyTimeoutOptions>({ connect: duration, client: duration, server: duration }),
  service: struct<ProxyServiceOptions>({
    type: oneOf('ProxyServiceType', ProxyServiceType),
    annotations: texts,
    nodePort: number,
    readNodePort: number,
    loadBalancerClass: text,
    loadBalancerSourceRanges: list(text),
    externalTrafficPolicy: oneOf('ExternalTrafficPolicy', ExternalTrafficPolicy),
    specOverrides: overrides('Service'),
  }),
  customSections: secret(text),
  drain: duration,
  resources,
  probes,
  pod,
  disruptionBudget,
});

const TARGET: Shape<BackupTargetOptions> = { passwordSecret: required(text), passwordKey: text, resticOptions: texts };
const HTTPS_TARGET: Shape<HttpsTargetOptions> = { ...TARGET, path: text, ca: trustedCas };
const s3Target = struct<S3TargetOptions>({
  ...HTTPS_TARGET,
  bucket: required(text),
  endpoint: text,
  region: text,
  credentialsSecret: text,
  accessKeyIdKey: text,
  secretAccessKeyKey: text,
  sessionTokenKey: text,
});
const azureTarget = struct<AzureTargetOptions>({
  ...HTTPS_TARGET,
  account: required(text),
  container: required(text),
  endpointSuffix: text,
  credentialsSecret: text,
  accountKeyKey: text,
  sasTokenKey: text,
});
const sftpTarget = struct<SftpTargetOptions>({
  ...TARGET,
  host: required(text),
  port: number,
  user: required(text),
  path: required(text),
  credentialsSecret: required(text),
  privateKeyKey: text,
  knownHostsKey: text,
});
/** Where backups are kept. */
export const backupTarget = made<BackupTarget, typeof BackupTarget>(BackupTarget, 'BackupTarget', 'BackupTarget.s3({ … })', {
  s3: [['', required(s3Target)]],
  gcs: [['', required(struct<GcsTargetOptions>({ ...HTTPS_TARGET, bucket: required(text), credentialsSecret: text, credentialsKey: text }))]],
  azure: [['', required(azureTarget)]],
  sftp: [['', required(sftpTarget)]],
  volume: [['', required(text)], ['', required(struct<VolumeTargetOptions>({ ...TARGET, subPath: text }))]],
});

const RESTORE: Shape<RestoreOptions> = { resources, pod };
/** Where restored data comes from. */
const restore = made<Restore, typeof Restore>(Restore, 'Restore', 'Restore.fromBackup(target, { snapshot: "latest" })', {
  fromBackup: [['.target', required(backupTarget)], ['', struct<BackupRestoreOptions>({ ...RESTORE, snapshot: text, installation: text, namespace: text, image: text })]],
  fromVolume: [['', required(text)], ['.path', required(text)], ['', struct<VolumeRestoreOptions>({ ...RESTORE, until: text })]],
});

/** A master outside. */
const externalMaster = made<ExternalMaster, typeof ExternalMaster>(ExternalMaster, 'ExternalMaster', 'ExternalMaster.at("old-redis", 6379)', {
  at: [['.host', required(text)], ['.port', number], ['', struct<ExternalMasterOptions>({ passwordSecret: text, passwordKey: text, user: text, tls: flag, cutOver: flag })]],
});

/** Props of RedisHa. */
export const redisHaProps = struct<RedisHaProps>({
  engine,
  replicas: number,
  sentinel,
  routing,
  workload: oneOf('Workload', Workload),
  persistence,
  restore,
  follow: externalMaster,
  auth: secret(auth),
  metrics,
  tls,
  server,
  proxy,
  name: text,
  masterName: text,
  labels: texts,
  annotations: texts,
  imageRegistry: text,
  imagePullSecrets: list(text),
  ipStack: oneOf('IpStack', IpStack),
  logFormat: oneOf('LogFormat', LogFormat),
  fixedIds: flag,
  nativeSidecars: flag,
  networkPolicies: flag,
});

/** Attributes of an installation that is made elsewhere. */
export const redisHaAttributes = struct<RedisHaAttributes>({
  name: required(text),
  namespace: text,
  masterName: text,
  engine,
  replicas: number,
  sentinel,
  routing,
  auth: secret(auth),
  metrics,
  tls,
  serverPort: number,
  port: number,
  readPort: number,
  statsPort: number,
  networkPolicies: flag,
});

const CONNECT: Shape<ConnectOptions> = { prefix: text, sentinel: flag, secretName: text, user: text, ca: trustedCas, clientCertificate: text };
/** Options of connectFrom. */
export const connectOptions = struct<ConnectOptions>(CONNECT);
/** Options of connectionEnvironment, connectionEnvValues and connectionVolume. */
export const environmentOptions = struct<EnvironmentOptions>({ ...CONNECT, namespace: text });
/** Options of allowMetricsFrom. */
export const metricsOptions = struct<MetricsOptions>({ serverPorts: list(number), sentinelPorts: list(number), proxyPorts: list(number) });

/** Options of fromHelmValues, and its values. */
export const helmValuesOptions = struct<HelmValuesOptions>({ chart: oneOf('HelmChart', HelmChart), strict: flag });
export const helmValues = api<{ [key: string]: any }>('an object, as a values file holds');

/** What connectFrom and its like may be given. */
export const workload = construct('a construct: a workload of any cdk8s-plus, an L1 object, or what holds some');
/** What allowFrom and its like may be given. */
export const client = construct('a construct: a workload, pods, a namespace or addresses of any cdk8s-plus, an L1 object, or a Peer');
/** What Overrides.merge changes, and what with. */
export const object = construct('a construct: an ApiObject, or what cdk8s-plus makes');
export const fields = api<{ [field: string]: any }>('an object with fields of the manifest');

/** A peer of ours, as it was made. */
export const peer = made<Peer, typeof Peer>(Peer, 'Peer', 'Peer.namespace("NAME")', {
  pods: [['', required(struct<PeerPodsOptions>({ labels: required(texts), namespace: text, namespaceLabels: texts }))]],
  namespace: [['.namespace', required(text)]],
  namespaces: [['.namespaceLabels', required(texts)]],
  cidr: [['', required(text)], ['', struct<PeerCidrOptions>({ except: list(text) })]],
});

/** Props of KubeTemplate.attachTo. */
export const kubeTemplateProps = struct<KubeTemplateProps>({
  templates: required(list(struct<TemplateFile>({ template: required(text), file: required(text) }))),
  directory: text,
  labels: texts,
  annotations: texts,
  image: kubeTemplateImage,
  resources,
  fixedIds: flag,
  logFormat: oneOf('LogFormat', LogFormat),
});

const scraping = made<Scraping, typeof Scraping>(Scraping, 'Scraping', 'Scraping.podMonitors()', {
  podMonitors: [['', struct<ScrapingOptions>({ interval: duration, labels: texts })]],
  annotatedServices: [['', struct<AnnotatedServicesOptions>({ labels: texts })]],
  none: [],
});
const alertsOptions = struct<AlertsOptions>({
  disabled: list(oneOf('Alert', Alert)),
  thresholds: struct<AlertThresholds>({
    memoryPercent: number,
    replicaLag: size,
    clientsPercent: number,
    certificateExpiry: duration,
    backupAge: duration,
    verificationAge: duration,
  }),
  backups: list(text),
  alertLabels: texts,
  labels: texts,
  runbooks: text,
});
const alerts = made<Alerts, typeof Alerts>(Alerts, 'Alerts', 'Alerts.prometheusRule()', {
  prometheusRule: [['', alertsOptions]],
  configMap: [['', alertsOptions]],
  none: [],
});
const dashboards = made<Dashboards, typeof Dashboards>(Dashboards, 'Dashboards', 'Dashboards.configMap()', {
  configMap: [['', struct<DashboardsOptions>({ labels: texts, annotations: texts })]],
  none: [],
});

const installation = construct(
  'an installation: a RedisHa, or what RedisHa.fromAttributes returns', (value) => 'metricsEndpoints' in value) as Kind<unknown> as Kind<IRedisHa>;

/** Props of RedisMonitoring. */
export const redisMonitoringProps = struct<RedisMonitoringProps>({
  redis: required(installation),
  scraper: client,
  scraping,
  alerts,
  dashboards,
});

const retention = made<BackupRetention, typeof BackupRetention>(BackupRetention, 'BackupRetention', 'BackupRetention.keep({ daily: 7 })', {
  keep: [['', required(struct<BackupRetentionOptions>({
    last: number, hourly: number, daily: number, weekly: number, monthly: number, yearly: number, within: duration,
  }))]],
  forever: [],
});
const verification = made<BackupVerification, typeof BackupVerification>(BackupVerification, 'BackupVerification', 'BackupVerification.schedule()', {
  schedule: [['', struct<BackupVerificationOptions>({ schedule: text, resources })]],
  none: [],
});

/** Props of RedisBackup. */
export const redisBackupProps = struct<RedisBackupProps>({
  redis: required(installation),
  target: required(backupTarget),
  schedule: text,
  timeZone: text,
  retention,
  verification,
  source: oneOf('BackupSource', BackupSource),
  connection: struct<BackupConnectionOptions>({ user: text, secretName: text, ca: trustedCas, clientCertificate: text }),
  pushgateway: secret(text),
  name: text,
  image: text,
  engineImage: text,
  imagePullSecrets: list(text),
  resources,
  pod,
  serviceAccountName: text,
  job: struct<BackupJobOptions>({
    deadline: duration,
    retries: number,
    startingDeadline: duration,
    successfulHistory: number,
    failedHistory: number,
    lockTimeout: duration,
    suspend: flag,
  }),
  fixedIds: flag,
});

/** Props of RedisKeyRestore. */
export const keyRestoreProps = struct<RedisKeyRestoreProps>({
  redis: required(installation),
  from: required(restore),
  pattern: required(text),
  replace: flag,
  databases: list(number),
  name: text,
  engineImage: text,
  imagePullSecrets: list(text),
  fixedIds: flag,
});
