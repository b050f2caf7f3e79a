import { AlertRules } from './alert-rule';
import { Alert } from '../../options/alert';

/** Since when a replica has confirmed nothing. */
const silence = (series: string) => `max by (cluster, namespace, server) (${series})`;

/** Of replication. */
export const REPLICATION: AlertRules = {
  [Alert.REPLICA_LINK_DOWN]: {
    severity: 'warning',
    for: '5m',
    expr: 'redis_ha_link_up{@} == 0',
    summary: 'The replica of {{ $labels.instance }} has no link to its master.',
  },
  [Alert.REPLICA_LAG]: {
    severity: 'warning',
    for: '5m',
    expr: 'max by (cluster, namespace, server) (redis_ha_replica_lag_bytes{@}) > <replicaLagBytes>',
    summary: 'Replica {{ $labels.server }} is {{ $value | humanize1024 }}B behind the master.',
  },
  [Alert.REPLICA_SILENT]: {
    severity: 'warning',
    for: '2m',
    // the master gives it up after a minute (repl-timeout), and tells nothing of it any more; one that leaves otherwise had just confirmed something
    expr: [
      `${silence('redis_ha_replica_lag_seconds{@}')} > 10`,
      `or (${silence('last_over_time(redis_ha_replica_lag_seconds{@}[10m])')} > 10`,
      `unless ${silence('redis_ha_replica_lag_seconds{@}')} unless on (cluster, namespace, server) redis_ha_named_master{@})`,
    ].join(' '),
    summary: 'Replica {{ $labels.server }} confirms nothing: {{ $value }} s when the master last knew.',
  },
  [Alert.STANDBY_BEHIND]: {
    severity: 'warning',
    for: '5m',
    expr: 'redis_ha_follow_link_up{@} == 0 or redis_ha_follow_lag_bytes{@} > <replicaLagBytes>',
    summary: 'The server of {{ $labels.instance }}, which copies a master outside, has no link to it or is far behind.',
  },
  [Alert.FULL_RESYNC_LOOP]: {
    severity: 'warning',
    for: '0m',
    needs: ['redis-stats'],
    // each backup is one, too: no replica loses its link for that
    expr: [
      'sum by (cluster, namespace) (max by (cluster, namespace, instance) (increase(redis_replica_resyncs_full{@}[30m])))',
      '> on (cluster, namespace) 3 * (max by (cluster, namespace) (redis_ha_servers{@}) > 1)',
      'and on (cluster, namespace) min_over_time(redis_ha_link_up{@}[30m]) == 0',
    ].join(' '),
    summary: 'Replicas copied all data {{ $value | printf "%.0f" }} times in half an hour.',
  },
};
