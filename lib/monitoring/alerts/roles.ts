import { AlertRules, UNLESS_COPYING } from './alert-rule';
import { Alert } from '../../options/alert';

/** Of who is the master, and who could be. */
export const ROLES: AlertRules = {
  [Alert.NO_MASTER]: {
    severity: 'critical',
    for: '1m',
    expr: `max by (namespace) (redis_ha_role{@,role="master"}) < 1 ${UNLESS_COPYING}`,
    summary: "No server is the master: clients can't write.",
  },
  [Alert.SLICE_WITHOUT_MASTER]: {
    severity: 'critical',
    for: '1m',
    // agents tell it where no proxy leads clients
    expr: `max by (namespace) (redis_ha_direct_leads{@}) < 1 ${UNLESS_COPYING}`,
    summary: 'The EndpointSlice for writes leads to no master: clients can\'t write.',
  },
  [Alert.TWO_MASTERS]: {
    severity: 'critical',
    for: '1m',
    expr: 'sum by (namespace) (redis_ha_role{@,role="master"}) > 1',
    summary: '{{ $value }} servers say that they are the master.',
  },
  [Alert.NO_ELECTABLE_REPLICA]: {
    severity: 'critical',
    for: '5m',
    expr: `sum by (namespace) (redis_ha_electable{@}) < 1 and on (namespace) max by (namespace) (redis_ha_servers{@}) > 1 ${UNLESS_COPYING}`,
    summary: 'No replica is in sync and electable: if the master dies now, nobody takes over.',
  },
  [Alert.SERVER_WITHOUT_ROLE]: {
    severity: 'warning',
    for: '10m',
    expr: `redis_ha_role{@,role=~"standby|unknown"} == 1 ${UNLESS_COPYING}`,
    summary: 'The server of {{ $labels.instance }} is {{ $labels.role }}: neither master nor replica.',
  },
  [Alert.FAILOVER_PAUSED]: {
    severity: 'info',
    for: '15m',
    expr: 'max by (namespace) (redis_ha_failover_paused_until_timestamp_seconds{@}) - time() > 0',
    summary: 'A pause of failovers was ordered: for another {{ $value | humanizeDuration }} nobody takes over from a silent master.',
  },
  [Alert.FAILOVER_STORM]: {
    severity: 'warning',
    for: '0m',
    expr: 'max by (namespace) (increase(redis_ha_master_changes_total{@}[30m])) > on (namespace) 1 + max by (namespace) (redis_ha_servers{@})',
    summary: 'The master changed {{ $value | printf "%.0f" }} times in half an hour.',
  },
  [Alert.HAND_OVER_FAILED]: {
    severity: 'warning',
    for: '0m',
    expr: 'time() - redis_ha_last_hand_over_timestamp_seconds{@,outcome!="done"} < 900',
    summary: "A hand-over of the master's role by {{ $labels.instance }} ended without another master ({{ $labels.outcome }}).",
  },
};
