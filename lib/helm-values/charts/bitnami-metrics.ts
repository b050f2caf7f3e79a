import { anything, dictionary, flag, text } from '../base/readers';
import { IDLE, mapped, noted, refused, Table } from '../base/table';
import { resourcesEntry } from '../parts/amounts';
import { monitorEntries, ruleEntries } from '../parts/monitors';
import { additions, containerList, containerSecurityEntry, labels, probeEntries } from '../parts/pods';

const PROBES = 'probes of the exporter are fixed';

/** The exporter of Bitnami's charts. */
export function METRICS_ENTRIES(engine: string): Table {
  const monitor = (prefix: string): Table => {
    const { [`${prefix}.labels`]: additionalLabels, ...entries } = monitorEntries(prefix);
    return { ...entries, [`${prefix}.additionalLabels`]: additionalLabels, [`${prefix}.port`]: noted('PodMonitors name the ports of the library', text) };
  };
  const probes = Object.keys(probeEntries('metrics', 'server')).map((path) => [path, noted(PROBES, anything)]);
  return {
    'metrics.enabled': mapped('metrics', flag, undefined, IDLE(false)),
    'metrics.image.*': noted("the official image of redis_exporter runs, in the variant -alpine: another one is given by 'metrics.image'"),
    'metrics.containerPorts.*': refused('the exporter of a server is at 9121, and that of a Sentinel at 9122', 9121),
    ...Object.fromEntries(probes),
    'metrics.customStartupProbe': refused(PROBES),
    'metrics.customLivenessProbe': refused(PROBES),
    'metrics.customReadinessProbe': refused(PROBES),
    'metrics.command': refused('the start script of the library starts it'),
    [`metrics.${engine}TargetHost`]: noted('the exporter asks the server of its pod', text, IDLE('localhost')),
    'metrics.extraArgs': mapped('metrics.keys, metrics.keyPatterns, metrics.countedPatterns', dictionary),
    'metrics.extraEnvVars': containerList('server', 'exporter', 'env'),
    'metrics.containerSecurityContext': containerSecurityEntry(),
    'metrics.extraVolumes': additions('server', 'volumes'),
    'metrics.extraVolumeMounts': containerList('server', 'exporter', 'volumeMounts'),
    'metrics.resourcesPreset': refused('presets of the chart are not known here: give the amounts by `resources`', 'none'),
    'metrics.resources': resourcesEntry(['metrics', 'resources']),
    'metrics.podLabels': labels('server', 'pod', 'labels'),
    'metrics.podAnnotations': noted('pods are found by PodMonitors, or by `Scraping.annotatedServices`', dictionary),
    'metrics.service.*': noted('metrics are asked for at the pods, without a Service'),
    ...monitor('metrics.serviceMonitor'),
    ...monitor('metrics.podMonitor'),
    ...ruleEntries('metrics.prometheusRule'),
    'metrics.sentinel.*': noted('Sentinels have an exporter where servers have one'),
    'metrics.priorityClassName': noted('the exporter is in the pods of the servers', text),
  };
}
