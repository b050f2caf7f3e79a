import { api, construct, flag, list, made, number, oneOf, required, secret, Shape, struct, text } from './kinds';
import { restore } from './shapes-add-ons';
import { duration, size, texts, resources, overrides, probes, probeTiming, disruptionBudget, pod, kubeTemplateImage, trustedCas } from './shapes-common';
import { autoscaling, extraPorts, haproxyLines, memberServices, network, proxyService, reads, rollout, tcpRoute } from './shapes-network';
import { AclUser, ApplicationUserOptions, CustomUserOptions } from '../options/acl-user';
import { Auth, SecretAuthOptions } from '../options/auth';
import { ClaimSource } from '../options/claim-source';
import { ConnectOptions, EnvironmentOptions, MetricsOptions } from '../options/connect-options';
import { Engine, EngineOptions, RedisOptions } from '../options/engine';
import { ExternalMaster, ExternalMasterOptions } from '../options/external-master';
import { HelmChart, HelmValuesOptions } from '../options/helm-values';
import { KubeTemplateProps, TemplateFile } from '../options/kube-template-props';
import { KubernetesOptions } from '../options/kubernetes-options';
import { LogFormat } from '../options/log-format';
import { ExporterOptions, Metrics } from '../options/metrics';
import { AccessMode, DurabilityMode, EmptyDirPersistenceOptions, ExistingClaimOptions, Fsync, HostPathOptions, Persistence, VolumePersistenceOptions } from '../options/persistence';
import { Consensus, ProxyCheckOptions, ProxyOptions, ProxyTimeoutOptions } from '../options/proxy-options';
import { RedisHaAttributes } from '../options/redis-ha-attributes';
import { IpStack, RedisHaProps } from '../options/redis-ha-props';
import { ConsulRoutingOptions, DirectRoutingOptions, PodIpRoutingOptions, Routing } from '../options/routing';
import { Sentinel, SentinelDeploymentsOptions, SentinelOptions, SentinelProbeOptions } from '../options/sentinel';
import { AgentOptions, MaxmemoryPolicy, ServerOptions } from '../options/server-options';
import { ClientCertificates, Tls, TlsEdgeOptions, TlsEverywhereOptions, TlsFront, TlsVersion } from '../options/tls';
import { CertificateIssuer, CertManagerOptions, SecretCertificateOptions, TlsCertificate } from '../options/tls-certificate';
import { RollingUpdateOptions, UpdateStrategy } from '../options/update-strategy';
import { Workload } from '../options/workload';

// What each public prop may be, an entry each. The types see to it that none is forgotten.

const ENGINE: Shape<EngineOptions> = { version: text, image: text };
const engine = made<Engine, typeof Engine>(Engine, 'Engine', 'Engine.redis()', {
  redis: [['', struct<RedisOptions>({ ...ENGINE, modules: flag })]],
  valkey: [['', struct<EngineOptions>(ENGINE)]],
});

const routing = made<Routing, typeof Routing>(Routing, 'Routing', 'Routing.service()', {
  service: [],
  podIp: [['', struct<PodIpRoutingOptions>({ image: kubeTemplateImage, resources })]],
  consul: [['', struct<ConsulRoutingOptions>({
    address: text, service: text, tokenSecret: text, tokenKey: text, ca: trustedCas, image: text, resources,
  })]],
  direct: [['', struct<DirectRoutingOptions>({ port: number, readPort: number })]],
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
  unreachableAfter: duration,
  port: number,
  directives: secret(list(text)),
  resources,
  probes: struct<SentinelProbeOptions>({ readiness: probeTiming, liveness: probeTiming }),
};

const sentinel = made<Sentinel, typeof Sentinel>(Sentinel, 'Sentinel', 'Sentinel.sidecar()', {
  sidecar: [['', struct<SentinelOptions>(SENTINEL)]],
  deployments: [['.count', number], ['', struct<SentinelDeploymentsOptions>({ ...SENTINEL, pod, zones: list(text), revisionHistoryLimit: number, disruptionBudget })]],
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
  revisionHistoryLimit: number,
  memberServices,
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
  checks: struct<ProxyCheckOptions>({
    sentinelInterval: duration, roleInterval: duration, consensusInterval: duration, sentinelFall: number, sentinelRise: number, timeout: duration,
  }),
  timeouts: struct<ProxyTimeoutOptions>({ connect: duration, client: duration, server: duration }),
  service: proxyService,
  extraPorts,
  reads,
  autoscaling,
  rollout,
  tcpRoute,
  lines: haproxyLines,
  customSections: secret(text),
  drain: duration,
  resources,
  probes,
  pod,
  disruptionBudget,
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
  kubernetes: struct<KubernetesOptions>({ events: flag, roleLabel: flag }),
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
  network,
  hibernate: flag,
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
  persistence,
  serverPort: number,
  port: number,
  readPort: number,
  statsPort: number,
  imageRegistry: text,
  imagePullSecrets: list(text),
  fixedIds: flag,
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

/** What Overrides.merge changes, and what with. */
export const object = construct('a construct: an ApiObject, or what cdk8s-plus makes');
export const fields = api<{ [field: string]: any }>('an object with fields of the manifest');

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
