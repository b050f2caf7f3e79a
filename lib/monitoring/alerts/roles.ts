import { AlertRules, known, UNLESS_COPYING, UNLESS_UNHEARD } from './alert-rule';
import { Alert } from '../../options/alert';

/** What a server is that is neither master nor replica. */
const NO_ROLE = 'redis_ha_role{@,role=~"standby|unknown"}';

/** Of who is the master, and who could be. */
export const ROLES: AlertRules = {
  [Alert.NO_MASTER]: {
    severity: 'critical',
    for: '1m',
    expr: `max by (cluster, namespace) (redis_ha_role{@,role="master"}) < 1 ${UNLESS_COPYING} ${UNLESS_UNHEARD}`,
    summary: "No server is the master: clients can't write.",
  },
  [Alert.SLICE_WITHOUT_MASTER]: {
    severity: 'critical',
    for: '1m',
    // agents tell it where no proxy leads clients
    expr: `max by (cluster, namespace) (redis_ha_direct_leads{@}) < 1 ${UNLESS_COPYING} ${UNLESS_UNHEARD}`,
    summary: 'The EndpointSlice for writes leads to no master: clients can\'t write.',
  },
  [Alert.TWO_MASTERS]: {
    severity: 'critical',
    for: '1m',
    expr: 'count by (cluster, namespace) (max by (cluster, namespace, instance) (redis_ha_role{@,role="master"}) == 1) > 1',
    summary: '{{ $value }} servers say that they are the master.',
  },
  [Alert.NO_ELECTABLE_REPLICA]: {
    severity: 'critical',
    for: '5m',
    expr: `sum by (cluster, namespace) (redis_ha_electable{@}) < 1 and on (cluster, namespace) max by (cluster, namespace) (redis_ha_servers{@}) > 1 ${UNLESS_COPYING}`,
    summary: 'No replica is in sync and electable: if the master dies now, nobody takes over.',
  },
  [Alert.SERVER_WITHOUT_ROLE]: {
    severity: 'warning',
    for: '10m',
    // one that starts again and again has a role now and then; that it waits for a role is over sooner than what is looked back at
    expr: [
      `(max by (cluster, namespace, instance) (${NO_ROLE}) == 1`,
      `or sum by (cluster, namespace, instance) (max by (cluster, namespace, instance, role) (avg_over_time(${NO_ROLE}[20m]) and ${NO_ROLE} and ${known(NO_ROLE)})) > 0.6)`,
      UNLESS_COPYING,
    ].join(' '),
    summary: 'The server of {{ $labels.instance }} is neither master nor replica, or only now and then: it does not answer, or waits for a role.',
  },
  [Alert.FAILOVER_PAUSED]: {
    severity: 'info',
    for: '15m',
    expr: 'max by (cluster, namespace) (redis_ha_failover_paused_until_timestamp_seconds{@}) - time() > 0',
    summary: 'A pause of failovers was ordered: for another {{ $value | humanizeDuration }} nobody takes over from a silent master.',
  },
  [Alert.FAILOVER_STORM]: {
    severity: 'warning',
    for: '0m',
    expr: 'max by (cluster, namespace) (increase(redis_ha_master_changes_total{@}[30m])) > on (cluster, namespace) 1 + max by (cluster, namespace) (redis_ha_servers{@})',
    summary: 'The master changed {{ $value | printf "%.0f" }} times in half an hour.',
  },
  [Alert.HAND_OVER_FAILED]: {
    severity: 'warning',
    for: '0m',
    expr: 'time() - redis_ha_last_hand_over_timestamp_seconds{@,outcome!="done"} < 900',
    summary: "A hand-over of the master's role by {{ $labels.instance }} ended without another master ({{ $labels.outcome }}).",
  },
};
