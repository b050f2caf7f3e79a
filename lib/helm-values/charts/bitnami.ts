import { composeBitnami, replacedBy } from './bitnami-compose';
import { former, formerKeys, isFormerStandalone } from './bitnami-former';
import { general } from './bitnami-general';
import { METRICS_ENTRIES } from './bitnami-metrics';
import { sentinel } from './bitnami-sentinel';
import { servers } from './bitnami-servers';
import { readService, service } from './bitnami-services';
import { Words } from './bitnami-words';
import { flag, int, isObject } from '../base/readers';
import { ChartRules, IDLE, mapped, noted } from '../base/table';

/** `architecture`, `master` and `primary` are not among them: Bitnami's charts of other databases have them, too. */
const TELLING = [
  'replica', 'slave', 'slaveCount', 'commonConfiguration', 'disableCommands', 'masterSet', 'primarySet', 'quorum', 'downAfterMilliseconds', 'automateClusterRecovery', 'acl',
  'externalMaster', 'externalPrimary', 'masterService', 'primaryService', 'redisPort', 'sentinelPort', 'nameResolutionThreshold',
];

function rules(words: Words): ChartRules {
  const { engine, master } = words;
  const masters: { [name: string]: string } = master === 'primary' ? { master: 'primary' } : {};
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
      ...former(),
    },
    gates: {
      'sentinel': ['sentinel.enabled', false],
      [`sentinel.${master}Service`]: [`sentinel.${master}Service.enabled`, false],
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
    first: ['fullnameOverride', master],
    replacedBy: (path, build) => replacedBy(path, build, words),
    renamed: { ...masters, ...formerKeys(words) },
    telling: TELLING,
    compose: (build) => composeBitnami(build, words),
  };
}

/** Parts that the chart does not make. */
function unused(values: { readonly [key: string]: unknown }, master: string): { [below: string]: string } {
  const enabled = isObject(values.sentinel) ? flag(values.sentinel.enabled) : undefined;
  const sentinels = enabled !== undefined && 'value' in enabled && enabled.value;
  if (values.architecture === 'standalone') return { replica: 'architecture is standalone', sentinel: 'architecture is standalone' };
  if (isFormerStandalone(values)) return { replica: 'cluster.enabled is off', sentinel: 'cluster.enabled is off' };
  return sentinels ? { [`${master}.service`]: 'sentinel.enabled is on', 'replica.service': 'sentinel.enabled is on' } : {};
}

/** The chart redis of Bitnami, 23 and before. */
export const BITNAMI_REDIS = rules({ engine: 'redis', master: 'master', Master: 'Master' });

/** The chart valkey of Bitnami, 4 and before. */
export const BITNAMI_VALKEY = rules({ engine: 'valkey', master: 'primary', Master: 'Primary' });
