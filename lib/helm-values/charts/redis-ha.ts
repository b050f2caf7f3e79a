import { composeRedisHa } from './redis-ha-compose';
import { HAPROXY } from './redis-ha-haproxy';
import { anything, dictionary, flag, int, object, objects, quantity, text, texts } from '../base/readers';
import { at, ChartRules, IDLE, mapped, noted, refused, Table } from '../base/table';
import { duration, resourcesEntry } from '../parts/amounts';
import { monitorEntries, ruleEntries } from '../parts/monitors';
import { EGRESS_RULES, ingressEntry } from '../parts/network';
import { additions, budgetEntries, containerList, containerSecurityEntry, labels, names, podSecurity, probeEntries, putUpdateStrategy } from '../parts/pods';
import { clearText, PASSWORD } from '../parts/secrets';

const ACCOUNT = 'pods need no ServiceAccount: nothing in them asks the Kubernetes API, but kube-template with `Routing.podIp()`, which has its own';
const RESTORE = "the prop 'restore' brings data before the first start: Restore.fromBackup(…) of what RedisBackup stores, Restore.fromVolume(…) of a dump on a claim (docs/how-to/restore.md)";
const SPLIT_BRAIN = 'agents and the consensus of HAProxy keep two masters from taking writes';
const SENTINEL_PROBES = '`sentinel.probes` has the numbers; those of the chart are for other probes';
const FIXED_STRATEGY = 'servers start in parallel, and find out by themselves who is master';
const OTHER_CONTAINER = 'there is no such container here';

const IMAGE: Table = {
  'image.repository': mapped('engine', text),
  'image.tag': mapped('engine', text),
  'image.pullPolicy': mapped('server.pod.podSpecOverrides.containers', text, (build, policy: string, key) => {
    for (const container of ['server', ...build.value('replicas', 3) % 2 === 0 ? [] : ['sentinel']]) build.container('server', container, { imagePullPolicy: policy }, key);
  }, IDLE('IfNotPresent')),
  'imagePullSecrets': mapped('imagePullSecrets', anything),
};

const NAMES: Table = {
  'fullnameOverride': mapped('name', text, at(['name']), { note: 'the StatefulSet, the announce Services and the claims are then called as those of the chart' }),
  'nameOverride': noted('names come from `name`, or from the construct'),
  'replicas': mapped('replicas', int, at(['replicas'])),
  'podManagementPolicy': noted(FIXED_STRATEGY, text, IDLE('OrderedReady', 'Parallel')),
  'ro_replicas': refused('any server may become master, and all are alike'),
  'labels': labels('server', 'pod', 'labels'),
  'extraLabels': labels('labels'),
  'serviceLabels': mapped('Overrides.merge(redis.serverService)', dictionary, (build, value, key) => build.override('serverService', { metadata: { labels: value } }, key)),
  'serviceAnnotations': mapped('Overrides.merge(redis.serverService)', dictionary, (build, value, key) => build.override('serverService', { metadata: { annotations: value } }, key)),
  'configmap.labels': mapped('Overrides.merge(redis.serverConfig)', dictionary, (build, value, key) => build.override('serverConfig', { metadata: { labels: value } }, key)),
  'configmapTest.*': noted('it tests scripts of the chart, which are not here'),
};

const REDIS: Table = {
  'redis.port': mapped('server.port', int),
  'redis.masterGroupName': mapped('masterName', text, at(['masterName']), { note: 'Sentinels of two installations that share a name may merge: give a new installation another one while data is copied between the two' }),
  'redis.customCommand': refused('the start script of the library decides what a server becomes'),
  'redis.customArgs': refused('the start script of the library decides what a server becomes'),
  'redis.envFrom': containerList('server', 'server', 'envFrom'),
  'redis.minReadySeconds': mapped('Overrides.merge(redis.serverStatefulSet)', int, (build, value: number, key) => build.override('serverStatefulSet', { spec: { minReadySeconds: value } }, key), IDLE(0)),
  'redis.tlsPort': mapped('tls, server.port', int),
  'redis.tlsReplication': noted('with `Tls.everywhere` replication is always encrypted', flag),
  'redis.authClients': mapped('tls: ClientCertificates', text),
  'redis.terminationGracePeriodSeconds': mapped('server.pod.terminationGracePeriod', int, at(['server', 'pod', 'terminationGracePeriod'], (value: number) => duration(value * 1000))),
  ...probeEntries('redis', 'server'),
  'redis.disableCommands': mapped('server.allowFlush', texts, undefined, { meansEmpty: true, whenNull: [] }),
  'redis.config': mapped('server.directives, server.maxmemory, server.maxmemoryPolicy, server.minReplicasToWrite, server.minReplicasMaxLag, server.replBacklogSize, persistence', object, undefined, { verbatim: true, whenNull: { 'save': null, 'maxmemory-policy': null } }),
  'redis.customConfig': mapped('the same as redis.config, line by line', text, undefined, { verbatim: true }),
  'redis.resources': resourcesEntry(['server', 'resources']),
  'redis.lifecycle': noted('a stopping master hands over by the hooks of the library, and no write is lost', object),
  'redis.annotations': mapped('Overrides.merge(redis.serverStatefulSet)', dictionary, (build, value, key) => build.override('serverStatefulSet', { metadata: { annotations: value } }, key)),
  'redis.podAnnotations': labels('server', 'pod', 'annotations'),
  'redis.updateStrategy': mapped('server.updateStrategy', object, putUpdateStrategy, IDLE({ type: 'RollingUpdate' })),
  'redis.extraVolumeMounts': containerList('server', 'server', 'volumeMounts'),
};

const SENTINEL: Table = {
  'sentinel.port': mapped('sentinel.port', int),
  'sentinel.bind': noted('Sentinels listen on all addresses of their pods', text),
  'sentinel.tlsPort': mapped('sentinel.port', int),
  'sentinel.tlsReplication': noted('with `Tls.everywhere` all connections of Sentinels are encrypted', flag),
  'sentinel.authClients': mapped('tls: ClientCertificates', text),
  'sentinel.auth': noted('Sentinels ask for the same password as servers, of the same Secret', flag),
  'sentinel.password': clearText('a password'),
  'sentinel.resolveHostnames': noted('addresses are announced, not names: a failover must not wait for DNS', flag, IDLE(false)),
  'sentinel.announceHostnames': refused('addresses are announced, not names: a failover must not wait for DNS', false),
  'sentinel.existingSecret': refused("Sentinels ask for the same password as servers: there is one Secret ('auth')"),
  'sentinel.authKey': noted('Sentinels ask for the same password as servers, under the same key', text),
  'sentinel.customCommand': refused('the start script of the library starts the Sentinel'),
  'sentinel.customArgs': refused('the start script of the library starts the Sentinel'),
  'sentinel.livenessProbe.*': noted(SENTINEL_PROBES),
  'sentinel.readinessProbe.*': noted(SENTINEL_PROBES),
  'sentinel.startupProbe.*': noted(SENTINEL_PROBES),
  'sentinel.quorum': mapped('sentinel.quorum', int, at(['sentinel', 'quorum'])),
  'sentinel.config': mapped('sentinel.downAfter, sentinel.failoverTimeout, sentinel.parallelSyncs, sentinel.directives', object, undefined, { verbatim: true }),
  'sentinel.customConfig': refused("give lines of it as 'sentinel.downAfter' and its like, or as 'sentinel.directives'"),
  'sentinel.resources': resourcesEntry(['sentinel', 'resources']),
  'sentinel.lifecycle': noted('a stopping Sentinel needs nothing', object),
  'sentinel.extraVolumeMounts': containerList('server', 'sentinel', 'volumeMounts'),
};

const PODS: Table = {
  'global.priorityClassName': mapped('server.pod.priorityClassName, proxy.pod.priorityClassName', text),
  'global.compatibility.openshift.adaptSecurityContext': mapped('fixedIds', text, at(['fixedIds'], () => false), { idle: ['auto', 'disabled'] }),
  'priorityClassName': mapped('server.pod.priorityClassName', text, at(['server', 'pod', 'priorityClassName'])),
  'schedulerName': mapped('server.pod.podSpecOverrides.schedulerName', text, (build, value: string, key) => build.podSpec('server', { schedulerName: value }, key)),
  'securityContext': podSecurity('server'),
  'containerSecurityContext': containerSecurityEntry(),
  'nodeSelector': mapped('server.pod.nodeSelector, proxy.pod.nodeSelector', dictionary),
  'tolerations': mapped('server.pod.podSpecOverrides.tolerations, proxy.pod.podSpecOverrides.tolerations', objects),
  'hardAntiAffinity': mapped('server.pod.spread', flag, undefined, { whenNull: false }),
  'additionalAffinities': mapped('server.pod.podSpecOverrides.affinity', anything),
  'affinity': mapped('server.pod.spread, server.pod.podSpecOverrides.affinity', anything, undefined, { verbatim: true }),
  'topologySpreadConstraints.enabled': mapped('server.pod.topologySpreadConstraints', flag, undefined, IDLE(false)),
  'topologySpreadConstraints.maxSkew': mapped('server.pod.topologySpreadConstraints', int),
  'topologySpreadConstraints.topologyKey': mapped('server.pod.topologySpreadConstraints', text),
  'topologySpreadConstraints.whenUnsatisfiable': mapped('server.pod.topologySpreadConstraints', text),
  ...budgetEntries('podDisruptionBudget', 'server'),
  'serviceAccount.create': noted(ACCOUNT, flag),
  'serviceAccount.name': mapped('server.pod.podSpecOverrides.serviceAccountName', text, (build, value: string, key) => build.podSpec('server', { serviceAccountName: value }, key), { note: 'it has to exist' }),
  'serviceAccount.automountToken': mapped('server.pod.podSpecOverrides.automountServiceAccountToken', flag,
    (build, value: boolean, key) => build.podSpec('server', { automountServiceAccountToken: value }, key), IDLE(false)),
  'serviceAccount.annotations': refused('no ServiceAccount is made: make it beside, and name it by `serviceAccount.name`'),
  'rbac.create': noted(ACCOUNT, flag),
  'podSecurityPolicy.*': noted('PodSecurityPolicies are gone from Kubernetes: all pods run under Pod Security "restricted"'),
  'sysctlImage.enabled': refused('a privileged container that changes kernel settings: use `securityContext.sysctls`, or set them on the nodes', false),
  'sysctlImage.*': noted('belongs to the privileged container, which is not made'),
  'extraInitContainers': additions('server', 'initContainers'),
  'extraContainers': additions('server', 'containers'),
  'extraVolumes': additions('server', 'volumes'),
  'init.resources': refused(OTHER_CONTAINER),
  'splitBrainDetection.*': noted(SPLIT_BRAIN),
  'podAnnotations': labels('server', 'pod', 'annotations'),
};

const DATA: Table = {
  'auth': mapped('auth', flag),
  'redisPassword': PASSWORD,
  'authSecretAnnotations': refused('no Secret is made: annotate the one that you make'),
  'existingSecret': mapped('auth', text),
  'authKey': mapped('auth', text),
  'persistentVolume.enabled': mapped('persistence', flag, undefined, { whenNull: false }),
  'persistentVolume.storageClass': mapped('persistence: storageClass', text),
  'persistentVolume.accessModes': mapped('persistence: specOverrides', texts, at(['persistence', 'specOverrides', 'accessModes']), IDLE(['ReadWriteOnce'], 'ReadWriteOnce')),
  'persistentVolume.size': mapped('persistence', quantity),
  'persistentVolume.annotations': mapped('persistence: annotations', dictionary, names('persistence', 'annotations')),
  'persistentVolume.labels': mapped('persistence: labels', dictionary, names('persistence', 'labels')),
  'persistentVolume.reclaimPolicy': noted('the StorageClass decides it', text),
  'hostPath.path': mapped('persistence: hostPath', text, undefined, { note: 'each server has a folder of its own in it, named after its pod: move the data there' }),
  'hostPath.chown': noted('the folder has to be writable for group 999 beforehand: `install -d -g 999 -m 2775 PATH`', flag),
  'emptyDir': mapped('persistence: emptyDir', object),
  'tls.secretName': mapped('tls: TlsCertificate.secret', text),
  'tls.certFile': mapped('tls', text),
  'tls.keyFile': mapped('tls', text),
  'tls.caCertFile': mapped('tls: TrustedCas.secret', text),
  'tls.dhParamsFile': refused('parameters for Diffie-Hellman have no option; modern clients use curves'),
  'restore.s3.source': refused(RESTORE, false, 'false'),
  'restore.s3.access_key': clearText('an access key'),
  'restore.s3.secret_key': clearText('an access key'),
  'restore.s3.region': noted('belongs to a restore', text),
  'restore.ssh.source': refused(RESTORE, false, 'false'),
  'restore.ssh.key': clearText('a private key'),
  'restore.redis.source': refused('an address may hold a password, and is not taken over: how to bring data along is in docs/how-to/migrating-from-redis-ha.md', false, 'false'),
  'restore.timeout': noted('belongs to a restore', int),
  'restore.existingSecret': refused(RESTORE, false),
};

const METRICS: Table = {
  'exporter.enabled': mapped('metrics', flag, undefined, IDLE(false)),
  'exporter.image': mapped('metrics.image', text),
  'exporter.tag': mapped('metrics.image', text),
  'exporter.pullPolicy': mapped('server.pod.podSpecOverrides.containers', text, (build, policy: string, key) => build.container('server', 'exporter', { imagePullPolicy: policy }, key), IDLE('IfNotPresent')),
  'exporter.port': refused('the exporter of a server is at 9121, and that of a Sentinel at 9122', 9121),
  'exporter.portName': refused('the ports are called redis-stats and sentinel-stats', 'exporter-port', 'http-exporter-port'),
  'exporter.scrapePath': refused('metrics are at /metrics', '/metrics'),
  'exporter.address': noted('the exporter asks the server of its pod', text, IDLE('localhost')),
  'exporter.sslEnabled': noted('it speaks TLS where servers do', flag),
  'exporter.resources': resourcesEntry(['metrics', 'resources']),
  'exporter.extraArgs': mapped('metrics.keys, metrics.keyPatterns, metrics.countedPatterns', dictionary),
  'exporter.script': mapped('metrics.scripts', text, at(['metrics', 'scripts', 'script.lua']), { verbatim: true }),
  ...monitorEntries('exporter.serviceMonitor'),
  'exporter.livenessProbe.*': noted('probes of the exporter are fixed'),
  'exporter.readinessProbe.*': noted('probes of the exporter are fixed'),
  ...ruleEntries('prometheusRule'),
};

const POLICIES: Table = {
  'networkPolicy.enabled': mapped('networkPolicies', flag),
  'networkPolicy.annotations': refused('its policies have those of all objects: `annotations`'),
  'networkPolicy.labels': refused('its policies have those of all objects: `labels`'),
  'networkPolicy.ingressRules': ingressEntry((build) => (build.value('haproxy.enabled', false) ? 'allowSentinelFrom' : 'allowFrom')),
  'networkPolicy.egressRules': EGRESS_RULES,
};

/** The chart redis-ha of DandyDeveloper (formerly stable/redis-ha), 4.39 and before. */
export const REDIS_HA: ChartRules = {
  name: 'redis-ha',
  table: { ...PODS, ...IMAGE, ...NAMES, ...HAPROXY, ...REDIS, ...SENTINEL, ...DATA, ...METRICS, ...POLICIES },
  gates: {
    'haproxy': ['haproxy.enabled', false],
    'haproxy.metrics': ['haproxy.metrics.enabled', false],
    'haproxy.metrics.serviceMonitor': ['haproxy.metrics.serviceMonitor.enabled', false],
    'haproxy.tls': ['haproxy.tls.enabled', false],
    'haproxy.networkPolicy': ['haproxy.networkPolicy.enabled', false],
    'sysctlImage': ['sysctlImage.enabled', false],
    'exporter': ['exporter.enabled', false],
    'exporter.serviceMonitor': ['exporter.serviceMonitor.enabled', false],
    'prometheusRule': ['prometheusRule.enabled', false],
    'networkPolicy': ['networkPolicy.enabled', false],
    'persistentVolume': ['persistentVolume.enabled', true],
    'topologySpreadConstraints': ['topologySpreadConstraints.enabled', false],
    'redis.livenessProbe': ['redis.livenessProbe.enabled', true],
    'redis.readinessProbe': ['redis.readinessProbe.enabled', true],
    'redis.startupProbe': ['redis.startupProbe.enabled', true],
  },
  first: ['fullnameOverride', 'fullNameOverride'],
  renamed: { 'fullNameOverride': 'fullnameOverride', 'split_brain_detection': 'splitBrainDetection', 'persistentVolume.storageClassName': 'persistentVolume.storageClass' },
  telling: [
    'haproxy', 'ro_replicas', 'redisPassword', 'hardAntiAffinity', 'additionalAffinities', 'splitBrainDetection', 'split_brain_detection', 'configmapTest', 'sysctlImage',
    'masterGroupName', 'disableCommands', 'quorum', 'authKey', 'authSecretAnnotations', 'serviceLabels', 'hostPath',
  ],
  compose: composeRedisHa,
};
