import { AlertRules, known } from './alert-rule';
import { Alert } from '../../options/alert';

/** Of the agents, and metrics themselves. */
export const AGENTS: AlertRules = {
  [Alert.AGENT_WAITS]: {
    severity: 'warning',
    for: '15m',
    expr: 'redis_ha_phase{@,phase="wait"} == 1',
    summary: 'The agent of {{ $labels.instance }} has been waiting for a quarter of an hour.',
  },
  [Alert.AGENT_STUCK]: {
    severity: 'warning',
    for: '2m',
    expr: 'time() - redis_ha_last_round_timestamp_seconds{@} > 120',
    summary: 'The agent of {{ $labels.instance }} has not finished a round for {{ $value | humanizeDuration }}.',
  },
  [Alert.TARGET_DOWN]: {
    severity: 'warning',
    for: '10m',
    // an exporter may be there and not get to its server; one that starts again and again is up now and then; a pod that is not there is no target: the agents of the others know
    // that there should be one
    expr: [
      `up{@} == 0 or redis_up{@} == 0 or avg_over_time(up{@}[20m]) < 0.5 and up{@} and ${known('up{@}')}`,
      'or max by (cluster, namespace) (redis_ha_servers{@})',
      '- count by (cluster, namespace) (group by (cluster, namespace, instance) (redis_ha_server_up{@} or up{@,component="server"} == 0)) > 0',
    ].join(' '),
    summary: "Metrics of {{ if $labels.instance }}{{ $labels.instance }} ({{ $labels.component }}){{ else }}{{ $value }} servers, which may have no pods,{{ end }} can't be scraped.",
  },
  [Alert.METRICS_MISSING]: {
    severity: 'warning',
    for: '10m',
    awake: true,
    expr: 'absent(redis_ha_server_up{@})',
    summary: 'There are no metrics of the agents: nothing is known of this installation, and no other alert can fire.',
  },
};
