import { AlertRules } from './alert-rule';
import { Alert } from '../../options/alert';

/** Of data and where it is kept. */
export const DATA: AlertRules = {
  [Alert.DATA_LOST]: {
    severity: 'warning',
    for: '0m',
    // no increase of the counter: the pod that lost its data began to count anew
    expr: 'time() - redis_ha_last_data_loss_timestamp_seconds{@} < 3600',
    summary: 'The server of {{ $labels.instance }} started without the data that its volume is known to have had.',
  },
  [Alert.DATA_UNUSABLE]: {
    severity: 'critical',
    for: '2m',
    expr: 'redis_ha_data_unusable{@} == 1',
    summary: "The server of {{ $labels.instance }} does not start: it can't load its data.",
  },
  [Alert.PERSISTENCE_FAILING]: {
    severity: 'critical',
    for: '5m',
    needs: ['redis-stats'],
    expr: [
      'min by (cluster, namespace, instance) ({__name__=~"redis_rdb_last_bgsave_status|redis_aof_last_write_status|redis_aof_last_bgrewrite_status",@}) < 1',
    ].join(' '),
    summary: "The server of {{ $labels.instance }} can't write its data to the disk.",
  },
  [Alert.VOLUME_FILLS_UP]: {
    severity: 'warning',
    for: '30m',
    ofCluster: true,
    claims: true,
    expr: [
      '(kubelet_volume_stats_available_bytes{<claims>} / kubelet_volume_stats_capacity_bytes{<claims>} < 0.3)',
      'and (predict_linear(kubelet_volume_stats_available_bytes{<claims>}[6h], 86400) < 0)',
    ].join(' '),
    summary: 'The volume {{ $labels.persistentvolumeclaim }} will be full within a day: {{ $value | humanizePercentage }} are free.',
  },
  [Alert.VOLUME_NEARLY_FULL]: {
    severity: 'critical',
    // a rewrite of the append-only log needs more room for a while
    for: '5m',
    ofCluster: true,
    claims: true,
    expr: 'kubelet_volume_stats_available_bytes{<claims>} / kubelet_volume_stats_capacity_bytes{<claims>} < 0.1',
    summary: 'Of the volume {{ $labels.persistentvolumeclaim }} only {{ $value | humanizePercentage }} are free: when it is full, the server refuses writes.',
  },
};
