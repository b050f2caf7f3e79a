import { AlertRules, known } from './alert-rule';
import { Alert } from '../../options/alert';

/** Of the Sentinels. */
export const SENTINELS: AlertRules = {
  [Alert.SENTINEL_MAJORITY_LOST]: {
    severity: 'critical',
    for: '1m',
    expr: 'max by (cluster, namespace) (redis_ha_majority_reachable{@}) < 1',
    summary: 'No agent reaches a majority of the Sentinels: there is no failover, and HAProxy refuses writes.',
  },
  [Alert.MASTER_FOUND_DOWN]: {
    severity: 'critical',
    for: '2m',
    // its own agent, in its pod, may find it well: there is a master then, which nobody reaches
    expr: [
      'sum by (cluster, namespace) (max by (cluster, namespace, sentinel) (redis_ha_sentinel_finds_master_down{@}))',
      '>= on (cluster, namespace) max by (cluster, namespace) (redis_ha_sentinels_majority{@})',
    ].join(' '),
    summary: '{{ $value }} Sentinels, a majority, find the master down, and nobody takes over.',
  },
  [Alert.SENTINEL_MAJORITY_AT_RISK]: {
    severity: 'warning',
    for: '10m',
    expr: 'max by (cluster, namespace) (sum by (cluster, namespace, instance) (max by (cluster, namespace, instance, sentinel) (redis_ha_sentinel_up{@}))) <= on (cluster, namespace) max by (cluster, namespace) (redis_ha_sentinels_majority{@}) and on (cluster, namespace) max by (cluster, namespace) (redis_ha_sentinels{@}) > 1',
    summary: 'Only {{ $value }} Sentinels answer: if one more is lost, there is no failover.',
  },
  [Alert.SENTINEL_DOWN]: {
    severity: 'warning',
    for: '10m',
    // the agents know of all that are configured, also of one that has no pod; one that starts again and again answers now and then
    expr: [
      'max by (cluster, namespace, sentinel) (redis_ha_sentinel_up{@}) < 1',
      `or max by (cluster, namespace, sentinel) (avg_over_time(redis_ha_sentinel_up{@}[20m]) and redis_ha_sentinel_up{@} and ${known('redis_ha_sentinel_up{@}')}) < 0.5`,
    ].join(' '),
    summary: 'Sentinel {{ $labels.sentinel }} does not answer.',
  },
  [Alert.SENTINELS_DISAGREE]: {
    severity: 'warning',
    for: '2m',
    expr: 'count by (cluster, namespace) (count by (cluster, namespace, server) (redis_ha_sentinel_names{@,server!="nobody"})) > 1',
    summary: 'The Sentinels name {{ $value }} different masters.',
  },
  [Alert.SENTINEL_SPINNING]: {
    severity: 'warning',
    for: '5m',
    expr: 'redis_ha_sentinel_spinning{@} == 1',
    summary: 'Sentinel {{ $labels.sentinel }} uses far more CPU than the others, and the agent could not end it.',
  },
  [Alert.SENTINEL_STALE_ENTRIES]: {
    severity: 'warning',
    for: '30m',
    expr: 'max by (cluster, namespace, sentinel) (redis_ha_sentinel_stale_entries{@}) > 0',
    summary: 'Sentinel {{ $labels.sentinel }} remembers {{ $value }} members that are gone: they count for its majority.',
  },
  [Alert.SENTINEL_TILT]: {
    severity: 'warning',
    for: '1m',
    needs: ['sentinel-stats'],
    expr: 'redis_sentinel_tilt{@} == 1',
    summary: 'The Sentinel of {{ $labels.instance }} is in TILT: it does nothing until its clock was steady for 30 s.',
  },
};
