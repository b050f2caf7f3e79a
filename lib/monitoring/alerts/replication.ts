import { AlertRules } from './alert-rule';
import { Alert } from '../../options/alert';

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
    expr: 'max by (namespace, server) (redis_ha_replica_lag_bytes{@}) > <replicaLagBytes>',
    summary: 'Replica {{ $labels.server }} is {{ $value | humanize1024 }}B behind the master.',
  },
  [Alert.REPLICA_SILENT]: {
    severity: 'warning',
    for: '2m',
    expr: 'max by (namespace, server) (redis_ha_replica_lag_seconds{@}) > 10',
    summary: 'Replica {{ $labels.server }} has confirmed nothing for {{ $value }} s.',
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
    expr: 'sum by (namespace) (increase(redis_replica_resyncs_full{@}[30m])) > on (namespace) 3 * max by (namespace) (redis_ha_servers{@})',
    summary: 'Replicas copied all data {{ $value | printf "%.0f" }} times in half an hour.',
  },
};
