import { service } from './bitnami-services';
import { NO_PRESET, prefixed, SCRIPTS, Words } from './bitnami-words';
import { dictionary, flag, int, object, text } from '../base/readers';
import { at, Entry, IDLE, mapped, noted, refused, Table } from '../base/table';
import { duration, resourcesEntry } from '../parts/amounts';
import { additions, containerList, containerSecurityEntry } from '../parts/pods';

/** The Sentinels. */
export function sentinel({ engine, master, Master }: Words): Table {
  const fixed: Entry = noted('`sentinel.probes` has the numbers; those of the chart are for other probes');
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
    'externalMaster.*': refused('the prop `follow` follows a server elsewhere, and takes over from it: docs/how-to/moving-in.md', false, 6379),
    'externalPrimary.*': refused('the prop `follow` follows a server elsewhere, and takes over from it: docs/how-to/moving-in.md', false, 6379),
    'containerPorts.sentinel': mapped('sentinel.port', int),
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
    [`service.create${Master}`]: mapped('routing', flag, undefined, IDLE(false)),
    [`${master}Service.enabled`]: mapped('routing', flag, undefined, IDLE(false)),
    'terminationGracePeriodSeconds': noted('Sentinels are in the pods of the servers', int),
    'extraPodSpec': refused('Sentinels are in the pods of the servers: give it for those'),
    'externalAccess.*': refused('what is announced stays inside: `server.memberServices` makes a Service for each server, `proxy.service` leads to the master', false, 'LoadBalancer', 6379, 26379),
  };
  return { ...prefixed('sentinel', table), ...service('sentinel.service', engine), ...service(`sentinel.${master}Service`, engine) };
}
