import { ACCOUNT, prefixed, SCRIPTS, Words } from './bitnami-words';
import { anything, dictionary, flag, int, object, objects, quantity, Reader, text, texts } from '../base/readers';
import { at, Entry, IDLE, mapped, noted, refused, Table } from '../base/table';
import { duration, resourcesEntry } from '../parts/amounts';
import { additions, budgetEntries, containerList, containerSecurityEntry, labels, names, podSecurity, probeEntries, putUpdateStrategy } from '../parts/pods';

/** Former versions take the type alone. */
const strategy: Reader<{ [field: string]: any }> = (value) => (typeof value === 'string' ? { value: { type: value } } : object(value));

const FIXED_NUMBER = 'the number of servers is fixed: each is a voter, or a copy that is counted on';

/** A kind of servers. All servers are alike here, as each may become the master: what is said of the replicas takes the place of what is said of the master. */
export function servers(part: string, words: Words): Table {
  const { engine } = words;
  const direct: Table = {
    'kind': noted('servers are a StatefulSet', text, IDLE('StatefulSet')),
    'revisionHistoryLimit': mapped('Overrides.merge(redis.serverStatefulSet)', int, (build, value: number, key) => build.override('serverStatefulSet', { spec: { revisionHistoryLimit: value } }, key), IDLE(10)),
    'configuration': mapped('server.directives', text, undefined, { verbatim: true }),
    'disableCommands': mapped('server.allowFlush', texts, undefined, { meansEmpty: true, whenNull: [] }),
    'command': refused(SCRIPTS),
    'args': refused(SCRIPTS),
    'preExecCmds': refused(SCRIPTS),
    'extraFlags': mapped('server.directives, server.maxmemory and their like, persistence', texts, undefined, { verbatim: true }),
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
    'updateStrategy': mapped('server.updateStrategy', strategy, putUpdateStrategy, IDLE({ type: 'RollingUpdate' }, 'RollingUpdate')),
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
    'affinity': mapped('server.pod.spread, server.pod.podSpecOverrides.affinity', anything, undefined, { verbatim: true }),
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
    'externalMaster.*': refused('the prop `follow` follows a server elsewhere, and takes over from it: docs/how-to/moving-in.md', false, 6379),
    'externalPrimary.*': refused('the prop `follow` follows a server elsewhere, and takes over from it: docs/how-to/moving-in.md', false, 6379),
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
    'persistence.enabled': mapped('persistence', flag, undefined, { whenNull: false }),
    'persistence.medium': mapped('persistence: emptyDir', text),
    'persistence.sizeLimit': mapped('persistence: emptyDir', quantity),
    'persistence.path': noted('data is at /data of the container', text, IDLE('/data')),
    'persistence.subPath': mapped('persistence: subPath', text, at(['persistence', 'subPath'])),
    'persistence.subPathExpr': refused("a folder by an expression has no option: 'persistence.subPath' names one that all servers have"),
    'persistence.storageClass': mapped('persistence: storageClass', text),
    'persistence.accessModes': mapped('persistence: specOverrides', texts, at(['persistence', 'specOverrides', 'accessModes']), IDLE(['ReadWriteOnce'])),
    'persistence.size': mapped('persistence', quantity),
    'persistence.annotations': mapped('persistence: annotations', dictionary, names('persistence', 'annotations')),
    'persistence.labels': mapped('persistence: labels', dictionary, names('persistence', 'labels')),
    'persistence.selector': mapped('persistence: specOverrides', object, at(['persistence', 'specOverrides', 'selector'])),
    'persistence.dataSource': mapped('persistence: specOverrides', object, at(['persistence', 'specOverrides', 'dataSource'])),
    'persistence.existingClaim': mapped('persistence: existingClaim', text),
    'persistentVolumeClaimRetentionPolicy.enabled': mapped('persistence: deleteWithCluster', flag),
    'persistentVolumeClaimRetentionPolicy.whenScaled': mapped('persistence: deleteWhenScaled', text, undefined, IDLE('Retain')),
    'persistentVolumeClaimRetentionPolicy.whenDeleted': mapped('persistence: deleteWithCluster', text),
  };
}
