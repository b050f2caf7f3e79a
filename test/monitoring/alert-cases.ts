import { Alert } from '../../lib';
import { Series } from '../support/rule-tests';

/** Series in which an alert fires at a time, and does not at an earlier or later one, nor with other values. */
export interface AlertCase {
  readonly series: Series;
  readonly silent: string;
  readonly fires: string;
  /** Series that differ from those by what the alert is about. */
  readonly never: Series;
}

const a = 'instance="a"';
const b = 'instance="b"';
const server = (name: string, more = '') => `redis_${name}{instance="a"${more}}`;

/** A case of an alert on one value that is bad from the fifth minute on. */
function gauge(series: string, good: number | string, bad: number | string, silent: string, fires: string, more: Series = {}): AlertCase {
  return { series: { [series]: `${good}x5 ${bad}x300`, ...more }, silent, fires, never: { [series]: `${good}x300`, ...more } };
}

/** A counter that rises from the fifth minute on. */
function counter(series: string, perMinute: number, silent: string, fires: string, never: number, more: Series = {}): AlertCase {
  return { series: { [series]: `0x5 0+${perMinute}x300`, ...more }, silent, fires, never: { [series]: `0x5 0+${never}x300`, ...more } };
}

const THREE: Series = { [`redis_ha_servers{${a}}`]: '3x1500', [`redis_ha_sentinels_majority{${a}}`]: '2x1500', [`redis_ha_sentinels{${a}}`]: '3x1500' };
const up = (first: number, rest: number): Series => Object.fromEntries([0, 1, 2].map((n) => [`redis_ha_sentinel_up{${a},sentinel="${n}"}`, `${n === 0 ? first : rest}x60`]));

const cron = (metric: string, ending = '') => `kube_cronjob_${metric}{cronjob="cache-backup${ending}"}`;

/** A case of each alert; the compiler asks for it. */
export const CASES: { readonly [alert in Alert]: AlertCase } = {
  [Alert.NO_MASTER]: gauge(`redis_ha_role{${a},role="master"}`, 1, 0, '6m', '7m'),
  [Alert.SLICE_WITHOUT_MASTER]: gauge(`redis_ha_direct_leads{${a}}`, 1, 0, '6m', '7m', { [`redis_ha_direct_leads{${b}}`]: '0x300', [`redis_ha_role{${a},role="master"}`]: '1x300' }),
  [Alert.TWO_MASTERS]: gauge(`redis_ha_role{${a},role="master"}`, 0, 1, '6m', '7m', { [`redis_ha_role{${b},role="master"}`]: '1x300' }),
  [Alert.NO_ELECTABLE_REPLICA]: gauge(`redis_ha_electable{${a}}`, 1, 0, '10m', '11m', THREE),
  [Alert.SERVER_WITHOUT_ROLE]: gauge(`redis_ha_role{${a},role="standby"}`, 0, 1, '15m', '16m'),
  [Alert.FAILOVER_PAUSED]: {
    series: { [`redis_ha_failover_paused_until_timestamp_seconds{${a}}`]: '_x5 3600x60 stale' },
    silent: '19m',
    fires: '21m',
    never: { [`redis_ha_failover_paused_until_timestamp_seconds{${a}}`]: '_x5 900x60' },
  },
  [Alert.FAILOVER_STORM]: counter(`redis_ha_master_changes_total{${a}}`, 1, '8m', '12m', 0.1, THREE),
  [Alert.HAND_OVER_FAILED]: {
    series: { [`redis_ha_last_hand_over_timestamp_seconds{${a},outcome="given-up"}`]: '_x4 300x60' },
    fires: '6m',
    silent: '21m',
    never: { [`redis_ha_last_hand_over_timestamp_seconds{${a},outcome="done"}`]: '_x4 300x60' },
  },
  [Alert.SENTINEL_MAJORITY_LOST]: gauge(`redis_ha_majority_reachable{${a}}`, 1, 0, '6m', '7m'),
  [Alert.MASTER_FOUND_DOWN]: gauge(`redis_ha_sentinel_finds_master_down{${a},sentinel="0"}`, 0, 1, '7m', '8m', { ...THREE, [`redis_ha_sentinel_finds_master_down{${a},sentinel="1"}`]: '1x300', [`redis_ha_sentinel_finds_master_down{${b},sentinel="1"}`]: '1x300' }),
  [Alert.SENTINEL_MAJORITY_AT_RISK]: { series: { ...THREE, ...up(0, 1) }, silent: '9m', fires: '11m', never: { ...THREE, ...up(1, 1) } },
  // one of five: the others are more than a majority
  [Alert.SENTINEL_DOWN]: gauge(`redis_ha_sentinel_up{${a},sentinel="4"}`, 1, 0, '15m', '16m', Object.fromEntries([0, 1, 2, 3].map((n) => [`redis_ha_sentinel_up{${a},sentinel="${n}"}`, '1x300']))),
  [Alert.SENTINELS_DISAGREE]: {
    series: { [`redis_ha_sentinel_names{${a},sentinel="0",server="0"}`]: '1x60', [`redis_ha_sentinel_names{${a},sentinel="1",server="1"}`]: '1x60' },
    silent: '1m',
    fires: '3m',
    never: { [`redis_ha_sentinel_names{${a},sentinel="0",server="0"}`]: '1x60', [`redis_ha_sentinel_names{${a},sentinel="1",server="nobody"}`]: '1x60' },
  },
  [Alert.SENTINEL_SPINNING]: gauge(`redis_ha_sentinel_spinning{${a},sentinel="1"}`, 0, 1, '10m', '11m'),
  [Alert.SENTINEL_STALE_ENTRIES]: gauge(`redis_ha_sentinel_stale_entries{${a},sentinel="1"}`, 0, 2, '35m', '36m'),
  [Alert.SENTINEL_TILT]: gauge(server('sentinel_tilt'), 0, 1, '6m', '7m'),
  [Alert.REPLICA_LINK_DOWN]: gauge(`redis_ha_link_up{${a}}`, 1, 0, '10m', '11m'),
  [Alert.REPLICA_LAG]: gauge(`redis_ha_replica_lag_bytes{${a},server="1"}`, 8388608, 8388609, '10m', '11m'),
  [Alert.REPLICA_SILENT]: gauge(`redis_ha_replica_lag_seconds{${a},server="1"}`, 10, 11, '7m', '8m'),
  [Alert.STANDBY_BEHIND]: gauge(`redis_ha_follow_link_up{${a}}`, 1, 0, '10m', '11m', { [`redis_ha_follow_lag_bytes{${a}}`]: '8388608x300' }),
  [Alert.FULL_RESYNC_LOOP]: counter(server('replica_resyncs_full'), 1, '10m', '17m', 0.2, { ...THREE, [`redis_ha_link_up{${b}}`]: '1x6 0 1x300' }),
  [Alert.BACKUP_TOO_OLD]: {
    // 26 hours after the backup of the first minute, and the time that the rule waits
    series: { [cron('status_last_successful_time')]: '60x1700', [cron('created')]: '0x1700', [cron('status_last_schedule_time')]: '0x1700' },
    silent: '1564m',
    fires: '1568m',
    never: { [cron('status_last_successful_time')]: '60x1500 90000x200', [cron('created')]: '0x1700' },
  },
  [Alert.BACKUP_FAILING]: {
    series: { [cron('created')]: '0x60', [cron('status_last_schedule_time')]: '_x5 300x60', [cron('status_active')]: '0x5 1x5 0x60' },
    silent: '20m',
    fires: '22m',
    never: { [cron('created')]: '0x60', [cron('status_last_successful_time')]: '_x9 540x60', [cron('status_last_schedule_time')]: '_x5 300x60', [cron('status_active')]: '0x5 1x4 0x60' },
  },
  [Alert.BACKUP_UNVERIFIED]: {
    series: { [cron('created', '-verify')]: '0x60', [cron('status_last_schedule_time', '-verify')]: '_x5 300x60', [cron('status_active', '-verify')]: '0x60' },
    silent: '14m',
    fires: '17m',
    never: { [cron('created')]: '0x60', [cron('status_last_schedule_time')]: '_x5 300x60', [cron('status_active')]: '0x60' },
  },
  [Alert.DATA_LOST]: {
    series: { [`redis_ha_last_data_loss_timestamp_seconds{${a}}`]: '_x5 300x300' }, fires: '7m', silent: '70m', never: { [`redis_ha_data_lost_total{${a}}`]: '_x5 1x300' },
  },
  [Alert.DATA_UNUSABLE]: gauge(`redis_ha_data_unusable{${a}}`, 0, 1, '7m', '8m'),
  [Alert.PERSISTENCE_FAILING]: gauge(server('aof_last_write_status'), 1, 0, '10m', '11m', { [server('rdb_last_bgsave_status')]: '1x300' }),
  [Alert.VOLUME_FILLS_UP]: {
    series: { 'kubelet_volume_stats_available_bytes{persistentvolumeclaim="data-cache-server-0"}': '500-1x300', 'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="data-cache-server-0"}': '1000x300' },
    silent: '200m',
    fires: '240m',
    never: { 'kubelet_volume_stats_available_bytes{persistentvolumeclaim="data-other-server-0"}': '500-1x300', 'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="data-other-server-0"}': '1000x300' },
  },
  // flat: it will never be full by itself
  [Alert.VOLUME_NEARLY_FULL]: gauge('kubelet_volume_stats_available_bytes{persistentvolumeclaim="data-cache-server-0"}', 100, 99, '10m', '11m', {
    'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="data-cache-server-0"}': '1000x300',
  }),
  [Alert.MEMORY_FULL]: {
    series: { [server('errors_total', ',err="OOM"')]: '_x15 3x300', [server('memory_max_bytes')]: '100x300' },
    silent: '14m',
    fires: '17m',
    never: { [server('errors_total', ',err="READONLY"')]: '_x15 3x300', [server('memory_max_bytes')]: '100x300' },
  },
  [Alert.MEMORY_NEAR_LIMIT]: {
    series: { [server('memory_used_bytes')]: '50x5 91x60', [server('memory_max_bytes')]: '100x60', [server('instance_info', ',maxmemory_policy="noeviction"')]: '1x60' },
    silent: '15m',
    fires: '16m',
    never: { [server('memory_used_bytes')]: '50x5 91x60', [server('memory_max_bytes')]: '100x60', [server('instance_info', ',maxmemory_policy="allkeys-lru"')]: '1x60' },
  },
  [Alert.EVICTIONS]: counter(server('evicted_keys_total'), 5, '14m', '18m', 0),
  [Alert.OUTPUT_BUFFERS_LARGE]: gauge(server('mem_clients_normal'), 15, 16, '15m', '16m', { [server('memory_max_bytes')]: '100x300' }),
  [Alert.CLIENTS_NEAR_LIMIT]: gauge(server('connected_clients'), 85, 86, '10m', '11m', { [server('max_clients')]: '100x300' }),
  [Alert.CLIENT_LEAK]: {
    series: { [server('connected_clients')]: '10+1x400', [server('max_clients')]: '1000x400' },
    silent: '200m',
    fires: '300m',
    never: { [server('connected_clients')]: '300x400', [server('max_clients')]: '1000x400' },
  },
  [Alert.CONNECTIONS_REJECTED]: counter(server('rejected_connections_total'), 1, '4m', '8m', 0),
  [Alert.PROXY_NO_WRITES]: gauge(`haproxy_server_status{${a},proxy="master_0",server="R0",state="UP"}`, 1, 0, '6m', '7m', { [`haproxy_server_status{${a},proxy="replicas",server="R0",state="UP"}`]: '1x300' }),
  [Alert.PROXY_WITHOUT_MASTER]: gauge(`haproxy_server_status{${a},proxy="master_0",server="R0",state="UP"}`, 1, 0, '7m', '8m', { [`haproxy_server_status{${b},proxy="master_0",server="R0",state="UP"}`]: '1x300' }),
  [Alert.PROXY_MISSING]: {
    series: { [`haproxy_process_max_connections{${a}}`]: '100x60', [`haproxy_process_max_connections{${b}}`]: '100x5 stale' },
    silent: '14m',
    fires: '17m',
    never: { [`haproxy_process_max_connections{${a}}`]: '100x60', [`haproxy_process_max_connections{${b}}`]: '100x60', [`haproxy_process_max_connections{instance="c"}`]: '100x5 stale' },
  },
  [Alert.PROXY_REFUSES_CLIENTS]: counter(`haproxy_frontend_denied_connections_total{${a},proxy="write"}`, 1, '4m', '8m', 0),
  [Alert.PROXIES_ADMIT_TOO_MANY]: gauge(`haproxy_process_max_connections{${a}}`, 10100, 10101, '20m', '21m', { [server('max_clients')]: '10000x300', [server('memory_max_bytes')]: '0x300' }),
  [Alert.PROXY_CONFIGURATION_REFUSED]: counter(`kube_template_errors_total{${a},stage="haproxy"}`, 1, '4m', '8m', 0),
  [Alert.KUBE_TEMPLATE_STALE]: gauge(`kube_template_source_connected{${a},source="pods"}`, 1, 0, '10m', '11m'),
  [Alert.CERTIFICATE_EXPIRES]: {
    // a week and ten minutes after the first minute
    series: { [`redis_ha_certificate_expiry_timestamp_seconds{${a}}`]: '605400x300' },
    silent: '70m',
    fires: '71m',
    never: { [`redis_ha_certificate_expiry_timestamp_seconds{${a}}`]: '1000000x300' },
  },
  [Alert.CERTIFICATE_REFUSED]: gauge(`redis_ha_certificate_usable{${a}}`, 1, 0, '10m', '11m'),
  [Alert.PASSWORD_RETIRES]: gauge(`redis_ha_passwords{${a},kind="former"}`, 0, 1, '5m', '6m', { [`redis_ha_passwords{${a},kind="secret"}`]: '1x300' }),
  [Alert.PASSWORD_ROTATION_UNFINISHED]: {
    series: { [`redis_ha_passwords{${a},kind="secret"}`]: '2x1500' }, silent: '1438m', fires: '1442m', never: { [`redis_ha_passwords{${a},kind="secret"}`]: '1x1500' },
  },
  [Alert.AGENT_WAITS]: gauge(`redis_ha_phase{${a},phase="wait"}`, 0, 1, '20m', '21m'),
  [Alert.AGENT_STUCK]: {
    series: { [`redis_ha_last_round_timestamp_seconds{${a}}`]: '0+60x5 300x60' }, silent: '8m', fires: '11m', never: { [`redis_ha_last_round_timestamp_seconds{${a}}`]: '0+60x60' },
  },
  [Alert.TARGET_DOWN]: gauge(`up{${a}}`, 1, 0, '15m', '16m'),
  [Alert.METRICS_MISSING]: {
    series: { [`redis_ha_server_up{${a}}`]: '1x5 stale' }, silent: '15m', fires: '17m', never: { [`redis_ha_server_up{${a}}`]: '1x60' },
  },
};
