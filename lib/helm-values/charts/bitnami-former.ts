import { Words } from './bitnami-words';
import { flag, int, isObject, text } from '../base/readers';
import { IDLE, mapped, noted, refused, Table } from '../base/table';

/** Keys that versions before 14 called otherwise, when replicas were slaves and ports stood alone. */
export function formerKeys({ engine, master }: Words): { readonly [former: string]: string } {
  return {
    'slave': 'replica',
    'existingSecret': 'auth.existingSecret',
    'existingSecretPasswordKey': 'auth.existingSecretPasswordKey',
    'usePasswordFile': 'auth.usePasswordFiles',
    'redisPort': `${master}.containerPorts.${engine}`,
    'persistence.existingClaim': `${master}.persistence.existingClaim`,
    'sentinel.usePassword': 'auth.sentinel',
    'sentinel.port': 'sentinel.containerPorts.sentinel',
    'sentinel.containerPort': 'sentinel.containerPorts.sentinel',
    'sentinel.service.port': `sentinel.service.ports.${engine}`,
    'sentinel.service.redisPort': `sentinel.service.ports.${engine}`,
    'sentinel.service.sentinelPort': 'sentinel.service.ports.sentinel',
    'metrics.serviceMonitor.selector': 'metrics.serviceMonitor.additionalLabels',
    ...Object.fromEntries([master, 'replica'].flatMap((part) => [
      [`${part}.configmap`, `${part}.configuration`],
      [`${part}.containerPort`, `${part}.containerPorts.${engine}`],
      [`${part}.port`, `${part}.containerPorts.${engine}`],
      [`${part}.statefulset.updateStrategy`, `${part}.updateStrategy`],
      [`${part}.service.port`, `${part}.service.ports.${engine}`],
      [`${part}.service.nodePort`, `${part}.service.nodePorts.${engine}`],
    ])),
  };
}

/** What these versions had, and later ones have not. */
export function former(): Table {
  return {
    // without it these versions leave all to the image, which keeps a log
    'configmap': mapped('the same as commonConfiguration', text, undefined, { verbatim: true }),
    'cluster.enabled': mapped('replicas', flag, undefined, { note: 'a former version of the chart says so whether there are replicas; `architecture` counts before it' }),
    'cluster.slaveCount': mapped('replicas', int, undefined, { note: 'the master is one more' }),
    'cluster.nodes': refused('keys are not spread over several masters, as in a Redis Cluster: one master has all data'),
    'cluster.*': refused('belongs to a Redis Cluster, whose keys are spread over several masters: here one master has all data'),
    'persistence.*': refused('has no meaning for the chart: say it by the persistence of the servers'),
    'sentinel.staticID': noted('agents find a Sentinel again by its data', flag, IDLE(false)),
    'sentinel.cleanDelaySeconds': noted('agents forget Sentinels and replicas that are gone', int),
    'sentinel.initialCheckTimeout': noted("how long a cold start waits for all servers is 'server.agent.bootTimeout'", int),
  };
}

/** Whether a former version of the chart would make no replicas. */
export function isFormerStandalone(values: { readonly [key: string]: unknown }): boolean {
  const on = isObject(values.cluster) ? flag(values.cluster.enabled) : undefined;
  return values.architecture === undefined && on !== undefined && 'value' in on && !on.value;
}
