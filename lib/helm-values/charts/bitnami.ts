import { composeBitnami } from './bitnami-compose';
import { METRICS_ENTRIES } from './bitnami-metrics';
import { frontService } from './redis-ha-haproxy';
import { any, dictionary, flag, int, isObject, object, objects, quantity, text, texts } from '../base/readers';
import { at, ChartRules, Entry, IDLE, mapped, noted, refused, Table } from '../base/table';
import { duration, resourcesEntry } from '../parts/amounts';
import { additions, budgetEntries, containerList, containerSecurityEntry, labels, names, podSecurity, probeEntries } from '../parts/pods';
import { PASSWORD } from '../parts/secrets';

/** What the two charts call the same things. */
export interface Words {
  /** Name of the chart, and of the engine. */
  readonly engine: 'redis' | 'valkey';
  readonly master: 'master' | 'primary';
  readonly Master: 'Master' | 'Primary';
}

const SCRIPTS = 'the start scripts are the library\'s: what a server becomes depends on them';
const ACCOUNT = 'pods need no ServiceAccount: nothing in them asks the Kubernetes API';
const NO_CONTAINER = 'there is no such container here';
const FIXED_NUMBER = 'the number of servers is fixed: each is a voter, or a copy that is counted on';
const NO_PRESET = 'presets of the chart are not known here: give the amounts by `resources`';

/** A kind of servers. All servers are alike here, as each may become the master: what is said of the replicas takes the place of what is said of the master. */
function servers(part: string, words: Words): Table {
  const { engine } = words;
  const direct: Table = {
    'kind': noted('servers are a StatefulSet', text, IDLE('StatefulSet')),
    'revisionHistoryLimit': mapped('Overrides.merge(redis.serverStatefulSet)', int, (build, value: number, key) => build.override('serverStatefulSet', { spec: { revisionHistoryLimit: value } }, key), IDLE(10)),
    'configuration': mapped('server.directives', text, undefined, { verbatim: true }),
    'disableCommands': mapped('server.allowFlush', texts, undefined, { meansEmpty: true }),
    'command': refused(SCRIPTS),
    'args': refused(SCRIPTS),
    'preExecCmds': refused(SCRIPTS),
    'extraFlags': refused("give them as lines of redis.conf: 'server.directives'"),
    'enableServiceLinks': noted('no variables of other Services are set', flag),
    'extraEnvVars': containerList('server', 'server', 'env'),
    'extraEnvVarsCM': mapped('server.pod.podSpecOverrides.containers', text, (build, name: string, key) => build.container('server', 'server', { envFrom: [{ configMapRef: { name } }] }, key)),
    'extraEnvVarsSecret': mapped('server.pod.podSpecOverrides.containers', text, (build, name: string, key) => build.container('server', 'server', { envFrom: [{ secretRef: { name } }] }, key)),
    [`containerPorts.${engine}`]: mapped('server.port', int, at(['server', 'port'])),
    'customStartupProbe': refused('what probes ask is fixed'),
    'customLivenessProbe': refused('what probes ask is fixed'),
    'customReadinessProbe': refused('what probes ask is fixed'),
    'resourcesPreset': mapped('server.resources', text),
    'resources': resourcesEntry(['server', 'resources']),
    'podSecurityContext': podSecurity('server'),
    'containerSecurityContext': containerSecurityEntry(),
    'schedulerName': mapped('server.pod.podSpecOverrides.schedulerName', text, (build, value: string, key) => build.podSpec('server', { schedulerName: value }, key)),
    'updateStrategy': mapped('Overrides.merge(redis.serverStatefulSet)', object, (build, value: any, key) => build.override('serverStatefulSet', { spec: { updateStrategy: value } }, key), IDLE({ type: 'RollingUpdate' })),
    'minReadySeconds': mapped('Overrides.merge(redis.serverStatefulSet)', int, (build, value: number, key) => build.override('serverStatefulSet', { spec: { minReadySeconds: value } }, key), IDLE(0)),
    'podManagementPolicy': noted('servers start in parallel, and find out by themselves who is master', text),
    'priorityClassName': mapped('server.pod.priorityClassName', text, at(['server', 'pod', 'priorityClassName'])),
    'automountServiceAccountToken': mapped('server.pod.podSpecOverrides.automountServiceAccountToken', flag,
      (build, value: boolean, key) => build.podSpec('server', { automountServiceAccountToken: value }, key), IDLE(false)),
    'hostAliases': mapped('server.pod.podSpecOverrides.hostAliases', objects, (build, value: any, key) => build.podSpec('server', { hostAliases: value }, key)),
    'podLabels': labels('server', 'pod', 'labels'),
    'podAnnotations': labels('server', 'pod', 'annotations'),
    'shareProcessNamespace': mapped('server.pod.podSpecOverrides.shareProcessNamespace', flag, (build, value: boolean, key) => build.podSpec('server', { shareProcessNamespace: value }, key), IDLE(false)),
    'podAffinityPreset': refused('presets of the chart select its own pods, which need not be together'),
    'podAntiAffinityPreset': mapped('server.pod.spread', text),
    'nodeAffinityPreset.type': mapped('server.pod.podSpecOverrides.affinity', text),
    'nodeAffinityPreset.key': mapped('server.pod.podSpecOverrides.affinity', text),
    'nodeAffinityPreset.values': mapped('server.pod.podSpecOverrides.affinity', texts),
    'affinity': mapped('server.pod.spread, server.pod.podSpecOverrides.affinity', any, undefined, { verbatim: true }),
    'nodeSelector': labels('server', 'pod', 'nodeSelector'),
    'tolerations': mapped('server.pod.podSpecOverrides.tolerations', objects, (build, value: any, key) => build.podSpec('server', { tolerations: value }, key)),
    'topologySpreadConstraints': mapped('server.pod.topologySpreadConstraints', objects),
    'dnsPolicy': mapped('server.pod.podSpecOverrides.dnsPolicy', text, (build, value: string, key) => build.podSpec('server', { dnsPolicy: value }, key)),
    'dnsConfig': mapped('server.pod.podSpecOverrides.dnsConfig', object, (build, value: any, key) => build.podSpec('server', { dnsConfig: value }, key)),
    'lifecycleHooks': noted('a stopping master hands over by the hooks of the library, and no write is lost', object),
    'extraVolumes': additions('server', 'volumes'),
    'extraVolumeMounts': containerList('server', 'server', 'volumeMounts'),
    'sidecars': additions('server', 'containers'),
    'initContainers': additions('server', 'initContainers'),
    'extraPodSpec': mapped('server.pod.podSpecOverrides', object, (build, value: any, key) => {
      for (const [field, one] of Object.entries(value)) {
        if (['containers', 'initContainers', 'volumes'].includes(field)) build.refuse(`${key}.${field}`, 'give it by sidecars, initContainers or extraVolumes');
        else build.podSpec('server', { [field]: one as any }, `${key}.${field}`);
      }
    }),
    'annotations': mapped('Overrides.merge(redis.serverStatefulSet)', dictionary, (build, value, key) => build.override('serverStatefulSet', { metadata: { annotations: value } }, key)),
    ...persistence(),
    'terminationGracePeriodSeconds': mapped('server.pod.terminationGracePeriod', int, at(['server', 'pod', 'terminationGracePeriod'], (value: number) => duration(value * 1000)), IDLE(30)),
    'serviceAccount.create': noted(ACCOUNT, flag),
    'serviceAccount.name': mapped('server.pod.podSpecOverrides.serviceAccountName', text, (build, value: string, key) => build.podSpec('server', { serviceAccountName: value }, key), { note: 'it has to exist' }),
    'serviceAccount.automountServiceAccountToken': noted(ACCOUNT, flag),
    'serviceAccount.annotations': refused('no ServiceAccount is made: make it beside, and name it by `serviceAccount.name`'),
    'pdb.create': noted('there is one for each kind of pods', flag),
    'externalMaster.*': refused('servers follow no server elsewhere: docs/migrating-from-bitnami.md says how to bring data along', false, 6379),
    'externalPrimary.*': refused('servers follow no server elsewhere: docs/migrating-from-bitnami.md says how to bring data along', false, 6379),
    ...Object.fromEntries(['autoscaling', 'autoscaling.hpa', 'autoscaling.vpa'].map((path): [string, Entry] => [`${path}.enabled`, refused(FIXED_NUMBER, false)])),
    'autoscaling.*': noted(FIXED_NUMBER),
  };
  return {
    ...prefixed(part, direct),
    ...probeEntries(part, 'server'),
    ...budgetEntries(`${part}.pdb`, 'server'),
  };
}

function persistence(): Table {
  return {
    'persistence.enabled': mapped('persistence', flag),
    'persistence.medium': mapped('persistence: emptyDir', text),
    'persistence.sizeLimit': mapped('persistence: emptyDir', quantity),
    'persistence.path': noted('data is at /data of the container', text, IDLE('/data')),
    'persistence.subPath': refused('data is at the root of the volume: move it there'),
    'persistence.subPathExpr': refused('data is at the root of the volume: move it there'),
    'persistence.storageClass': mapped('persistence: storageClass', text),
    'persistence.accessModes': mapped('persistence: specOverrides', texts, at(['persistence', 'specOverrides', 'accessModes']), IDLE(['ReadWriteOnce'])),
    'persistence.size': mapped('persistence', quantity),
    'persistence.annotations': mapped('persistence: annotations', dictionary, names('persistence', 'annotations')),
    'persistence.labels': refused('claims bear only the labels that select pods, as a StatefulSet can never change them'),
    'persistence.selector': mapped('persistence: specOverrides', object, at(['persistence', 'specOverrides', 'selector'])),
    'persistence.dataSource': mapped('persistence: specOverrides', object, at(['persistence', 'specOverrides', 'dataSource'])),
    'persistence.existingClaim': mapped('persistence: existingClaim', text),
    'persistentVolumeClaimRetentionPolicy.enabled': mapped('persistence: deleteWithCluster', flag),
    'persistentVolumeClaimRetentionPolicy.whenScaled': refused('claims of servers that are gone stay: their data may be needed', 'Retain'),
    'persistentVolumeClaimRetentionPolicy.whenDeleted': mapped('persistence: deleteWithCluster', text),
  };
}

/** Services of the chart lead to servers; the one here leads through HAProxy to the master. */
function service(prefix: string, engine: string): Table {
  const { [`${prefix}.nodePort`]: nodePort, ...fields } = frontService(prefix, 'nodePort');
  return {
    ...fields,
    [`${prefix}.ports.${engine}`]: mapped('proxy.port', int, at(['proxy', 'port'])),
    [`${prefix}.nodePorts.${engine}`]: nodePort,
    [`${prefix}.portNames.*`]: noted('the ports of the Service have names of the library'),
    [`${prefix}.extraPorts`]: refused('further ports have no prop: `Overrides.merge(redis.proxyService, …)` adds them'),
    [`${prefix}.internalTrafficPolicy`]: mapped('proxy.service.specOverrides', text, at(['proxy', 'service', 'specOverrides', 'internalTrafficPolicy']), IDLE('Cluster')),
    [`${prefix}.sessionAffinity`]: mapped('proxy.service.specOverrides', text, at(['proxy', 'service', 'specOverrides', 'sessionAffinity']), IDLE('None')),
    [`${prefix}.sessionAffinityConfig`]: mapped('proxy.service.specOverrides', object, at(['proxy', 'service', 'specOverrides', 'sessionAffinityConfig'])),
  };
}

function prefixed(part: string, table: Table): Table {
  return Object.fromEntries(Object.entries(table).map(([path, entry]) => [`${part}.${path}`, entry]));
}

/** The Service of the replicas: HAProxy has a port for reads, at the Service of the master. */
function readService(engine: string): Table {
  return {
    [`replica.service.ports.${engine}`]: mapped('proxy.readPort', int, (build, port: number, key) => { if (port !== 6379) build.put(['proxy', 'readPort'], port, key); }, { note: 'reads have a port of their own, 6380 unless told, at the Service of the master' }),
    [`replica.service.nodePorts.${engine}`]: mapped('proxy.service.readNodePort', int, at(['proxy', 'service', 'readNodePort'])),
    'replica.service.*': noted('reads have a port of their own at the Service of the master, whose options count'),
  };
}

function sentinel({ engine, master, Master }: Words): Table {
  const fixed: Entry = noted('probes of Sentinels are fixed');
  const table: Table = {
    'enabled': mapped('sentinel', flag, undefined, { note: 'Sentinels are always there: without them nobody would replace a master that is gone' }),
    'image.*': noted('Sentinel is a program of the same image as the server'),
    'annotations': noted('Sentinels are beside the servers', dictionary),
    [`${master}Set`]: mapped('masterName', text, at(['masterName'])),
    'quorum': mapped('sentinel.quorum', int, at(['sentinel', 'quorum'])),
    [`get${Master}Timeout`]: noted("how long a cold start waits for all servers is 'server.agent.bootTimeout'", int),
    'automateClusterRecovery': noted('agents find a master again after a restart of everything', flag),
    [`${engine}ShutdownWaitFailover`]: noted('a stopping master hands over, and no write is lost', flag),
    'downAfterMilliseconds': mapped('sentinel.downAfter', int, at(['sentinel', 'downAfter'], duration)),
    'failoverTimeout': mapped('sentinel.failoverTimeout', int, at(['sentinel', 'failoverTimeout'], duration)),
    'parallelSyncs': mapped('sentinel.parallelSyncs', int, at(['sentinel', 'parallelSyncs'])),
    'replicaSyncCheck': noted('replicas are ready once they are in sync', flag),
    'configuration': refused("give lines of it as 'sentinel.directives'"),
    'command': refused(SCRIPTS),
    'args': refused(SCRIPTS),
    'preExecCmds': refused(SCRIPTS),
    'enableServiceLinks': noted('no variables of other Services are set', flag),
    'extraEnvVars': containerList('server', 'sentinel', 'env'),
    'extraEnvVarsCM': mapped('server.pod.podSpecOverrides.containers', text, (build, name: string, key) => build.container('server', 'sentinel', { envFrom: [{ configMapRef: { name } }] }, key)),
    'extraEnvVarsSecret': mapped('server.pod.podSpecOverrides.containers', text, (build, name: string, key) => build.container('server', 'sentinel', { envFrom: [{ secretRef: { name } }] }, key)),
    'externalMaster.*': refused('servers follow no server elsewhere: docs/migrating-from-bitnami.md says how to bring data along', false, 6379),
    'externalPrimary.*': refused('servers follow no server elsewhere: docs/migrating-from-bitnami.md says how to bring data along', false, 6379),
    'containerPorts.sentinel': mapped('sentinel.port', int, at(['sentinel', 'port'])),
    'startupProbe.*': fixed,
    'livenessProbe.*': fixed,
    'readinessProbe.*': fixed,
    'customStartupProbe': refused('what probes ask is fixed'),
    'customLivenessProbe': refused('what probes ask is fixed'),
    'customReadinessProbe': refused('what probes ask is fixed'),
    'persistence.*': noted('what a Sentinel has to remember is kept with the data of its server, or learnt anew'),
    'persistentVolumeClaimRetentionPolicy.*': noted('Sentinels have no claims'),
    'resourcesPreset': refused(NO_PRESET, 'none'),
    'resources': resourcesEntry(['sentinel', 'resources']),
    'containerSecurityContext': containerSecurityEntry(),
    'lifecycleHooks': noted('a stopping Sentinel needs nothing', object),
    'extraVolumes': additions('server', 'volumes'),
    'extraVolumeMounts': containerList('server', 'sentinel', 'volumeMounts'),
    'service.ports.sentinel': mapped('sentinel.port', int),
    'service.nodePorts.sentinel': refused('Sentinels are not reached from outside: they name addresses of the cluster', false),
    'service.headless.annotations': mapped('Overrides.merge(redis.serverService)', dictionary, (build, value, key) => build.override('serverService', { metadata: { annotations: value } }, key)),
    'service.headless.extraPorts': refused('further ports have no prop: `Overrides.merge(redis.serverService, …)` adds them'),
    [`service.create${Master}`]: noted('the Service of HAProxy leads to the master', flag),
    [`${master}Service.*`]: noted('the Service of HAProxy leads to the master'),
    'terminationGracePeriodSeconds': noted('Sentinels are in the pods of the servers', int),
    'extraPodSpec': refused('Sentinels are in the pods of the servers: give it for those'),
    'externalAccess.*': refused('servers are not reached from outside one by one: `proxy.service` leads to the master', false, 'LoadBalancer', 6379, 26379),
  };
  return { ...prefixed('sentinel', table), ...service('sentinel.service', engine) };
}

function general(words: Words): Table {
  const { engine } = words;
  return {
    'global.imageRegistry': mapped('imageRegistry', text, at(['imageRegistry'])),
    'global.imagePullSecrets': mapped('imagePullSecrets', any),
    'global.defaultStorageClass': mapped('persistence: storageClass', text),
    'global.storageClass': mapped('persistence: storageClass', text),
    'global.security.allowInsecureImages': noted('any image may be given', flag),
    [`global.${engine}.password`]: PASSWORD,
    'global.compatibility.openshift.adaptSecurityContext': mapped('fixedIds', text, at(['fixedIds'], () => false), IDLE('auto', 'disabled')),
    'kubeVersion': noted('manifests are the same for all versions from 1.27 on', text),
    'apiVersions': noted('nothing is asked of the cluster when manifests are made'),
    'nameOverride': noted('names come from `name`, or from the construct', text),
    'fullnameOverride': mapped('name', text, at(['name'])),
    'namespaceOverride': refused("the namespace is that of the Chart: new Chart(app, 'redis', { namespace })"),
    'commonLabels': labels('labels'),
    'commonAnnotations': labels('annotations'),
    'configmapChecksumAnnotations': noted('pods are rolled when their configuration changes', flag),
    'secretChecksumAnnotations': noted('a changed password is followed without a restart', flag),
    'secretAnnotations': refused('no Secret is made: annotate the one that you make'),
    'clusterDomain': noted('names of Services are used without the domain of the cluster', text),
    'extraDeploy': refused('objects of your own belong in the program: `new ApiObject(chart, …)`, or `new Include(chart, …)` for a file'),
    'useHostnames': noted('addresses are announced, not names: a failover must not wait for DNS', flag),
    'nameResolutionThreshold': noted('addresses are announced, not names', int),
    'nameResolutionTimeout': noted('addresses are announced, not names', int),
    'diagnosticMode.enabled': refused('there is no such mode: `npx cdk8s-redis-ha doctor` says what is wrong', false),
    'diagnosticMode.*': noted('there is no such mode'),
    'image.registry': mapped('engine', text),
    'image.repository': mapped('engine', text),
    'image.tag': mapped('engine', text),
    'image.digest': mapped('engine', text),
    'image.pullPolicy': mapped('server.pod.podSpecOverrides.containers', text, (build, policy: string, key) => build.container('server', 'server', { imagePullPolicy: policy }, key), IDLE('IfNotPresent')),
    'image.pullSecrets': mapped('imagePullSecrets', any),
    'image.debug': noted('the engine logs what it logs by default', flag, IDLE(false)),
    'architecture': mapped('replicas', text),
    'auth.enabled': mapped('auth', flag),
    'auth.sentinel': noted('Sentinels ask for the same password as servers, if there is one', flag),
    'auth.password': PASSWORD,
    'auth.existingSecret': mapped('auth', text),
    'auth.existingSecretPasswordKey': mapped('auth', text),
    'auth.usePasswordFiles': noted('the password is a file of the Secret, and never a variable', flag),
    'auth.usePasswordFileFromSecret': noted('the password is a file of the Secret', flag),
    'auth.acl.enabled': mapped('auth: users', flag, undefined, IDLE(false)),
    'auth.acl.sentinel': noted('Sentinels have users of their own', flag),
    'auth.acl.users': mapped('auth: users', objects),
    'auth.acl.userSecret': refused('passwords of users are in the Secret of `auth`, each under the key USER-password'),
    'commonConfiguration': mapped('server.directives, server.maxmemory and their like, persistence', text, undefined, { verbatim: true }),
    'existingConfigmap': refused("configuration is made here: give lines of it as 'server.directives'"),
    'serviceBindings.enabled': refused('no Secret with the connection is made: `redis.connectFrom(app)` gives applications variables', false),
    'networkPolicy.enabled': mapped('networkPolicies', flag),
    'networkPolicy.allowExternal': mapped('networkPolicies', flag),
    'networkPolicy.allowExternalEgress': noted('what pods may reach is not restricted', flag),
    'networkPolicy.extraIngress': mapped('allowFrom', objects),
    'networkPolicy.extraEgress': noted('what pods may reach is not restricted'),
    'networkPolicy.ingressNSMatchLabels': mapped('allowFrom: Peer.namespaces', dictionary),
    'networkPolicy.ingressNSPodMatchLabels': mapped('allowFrom: Peer.pods', dictionary),
    'networkPolicy.metrics.*': noted('who scrapes is let in by the `scraper` of RedisMonitoring'),
    'podSecurityPolicy.*': noted('PodSecurityPolicies are gone from Kubernetes: all pods run under Pod Security "restricted"'),
    'rbac.create': noted(ACCOUNT, flag),
    'rbac.rules': refused(ACCOUNT),
    'rbac.role.rules': refused(ACCOUNT),
    'serviceAccount.create': noted(ACCOUNT, flag),
    'serviceAccount.name': mapped('server.pod.podSpecOverrides.serviceAccountName', text, (build, value: string, key) => build.podSpec('server', { serviceAccountName: value }, key), { note: 'it has to exist' }),
    'serviceAccount.automountServiceAccountToken': noted(ACCOUNT, flag),
    'serviceAccount.annotations': refused('no ServiceAccount is made: make it beside, and name it by `serviceAccount.name`'),
    'pdb.create': noted('there is one for each kind of pods', flag),
    ...budgetEntries('pdb', 'server'),
    'tls.enabled': mapped('tls', flag, undefined, IDLE(false)),
    'tls.authClients': mapped('tls: ClientCertificates', flag),
    'tls.autoGenerated': mapped('tls', any),
    'tls.existingSecret': mapped('tls: TlsCertificate.secret', text),
    'tls.certificatesSecret': mapped('tls: TlsCertificate.secret', text),
    'tls.certFilename': mapped('tls', text),
    'tls.certKeyFilename': mapped('tls', text),
    'tls.certCAFilename': mapped('tls: TrustedCas.secret', text),
    'tls.dhParamsFilename': refused('parameters for Diffie-Hellman have no option; modern clients use curves'),
    'volumePermissions.enabled': refused('volumes get their group by fsGroup: no container of root changes owners', false),
    'volumePermissions.*': noted(NO_CONTAINER),
    'kubectl.*': noted('no container labels the master: HAProxy knows it'),
    'sysctl.enabled': refused('a privileged container that changes kernel settings: use `podSecurityContext.sysctls`, or set them on the nodes', false),
    'sysctl.*': noted(NO_CONTAINER),
    'sysctlImage.enabled': refused('a privileged container that changes kernel settings: use `podSecurityContext.sysctls`, or set them on the nodes', false),
    'sysctlImage.*': noted(NO_CONTAINER),
    'useExternalDNS.enabled': refused("give the annotation of external-dns to the Service: 'proxy.service.annotations'", false),
    'useExternalDNS.*': noted('external-dns is not known here'),
    'cluster.*': refused('this is from a former version of the chart: say it by architecture and replicas'),
    'usePassword': mapped('auth', flag),
    'password': PASSWORD,
    'securityContext': podSecurity('server'),
    'containerSecurityContext': containerSecurityEntry(),
  };
}

function rules(words: Words): ChartRules {
  const { engine, master } = words;
  const former: { [name: string]: string } = master === 'primary' ? { master: 'primary' } : {};
  return {
    name: engine,
    table: {
      ...general(words),
      ...servers(master, words),
      [`${master}.count`]: noted('there is one master: each other server is a replica', int, IDLE(1)),
      [`${master}.replicaCount`]: noted('there is one master: each other server is a replica', int, IDLE(1)),
      ...service(`${master}.service`, engine),
      ...servers('replica', words),
      ...readService(engine),
      'replica.replicaCount': mapped('replicas', int),
      ...sentinel(words),
      ...METRICS_ENTRIES(engine),
    },
    gates: {
      'sentinel': ['sentinel.enabled', false],
      'metrics': ['metrics.enabled', false],
      'metrics.serviceMonitor': ['metrics.serviceMonitor.enabled', false],
      'metrics.podMonitor': ['metrics.podMonitor.enabled', false],
      'metrics.prometheusRule': ['metrics.prometheusRule.enabled', false],
      'networkPolicy': ['networkPolicy.enabled', true],
      'tls': ['tls.enabled', false],
      'volumePermissions': ['volumePermissions.enabled', false],
      'sysctl': ['sysctl.enabled', false],
      'useExternalDNS': ['useExternalDNS.enabled', false],
      'auth.acl': ['auth.acl.enabled', false],
      'replica.livenessProbe': ['replica.livenessProbe.enabled', true],
      'replica.readinessProbe': ['replica.readinessProbe.enabled', true],
      'replica.startupProbe': ['replica.startupProbe.enabled', true],
    },
    off: (values) => unused(values, master),
    first: master,
    renamed: { 'slave': 'replica', ...former, 'sentinel.port': 'sentinel.containerPorts.sentinel' },
    compose: (build) => composeBitnami(build, words),
  };
}

/** Parts that the chart does not make. */
function unused(values: { readonly [key: string]: unknown }, master: string): { [below: string]: string } {
  const sentinels = isObject(values.sentinel) && values.sentinel.enabled === true;
  if (values.architecture === 'standalone') return { replica: 'architecture is standalone', sentinel: 'architecture is standalone' };
  return sentinels ? { [`${master}.service`]: 'sentinel.enabled is on' } : {};
}

/** The chart redis of Bitnami, 23 and before. */
export const BITNAMI_REDIS = rules({ engine: 'redis', master: 'master', Master: 'Master' });

/** The chart valkey of Bitnami, 4 and before. */
export const BITNAMI_VALKEY = rules({ engine: 'valkey', master: 'primary', Master: 'Primary' });
