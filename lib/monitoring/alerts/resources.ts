import { AlertRules } from './alert-rule';
import { Alert } from '../../options/alert';

/** Of memory. */
export const RESOURCES: AlertRules = {
  [Alert.MEMORY_NEAR_LIMIT]: {
    severity: 'warning',
    for: '10m',
    needs: ['redis-stats'],
    expr: [
      '100 * redis_memory_used_bytes{@} / (redis_memory_max_bytes{@} > 0) > <memoryPercent>',
      'and on (namespace, instance) redis_instance_info{@,maxmemory_policy="noeviction"}',
    ].join(' '),
    summary: 'The server of {{ $labels.instance }} uses {{ $value | printf "%.0f" }} % of maxmemory: when it is full, it refuses writes.',
  },
  [Alert.EVICTIONS]: {
    severity: 'info',
    for: '10m',
    needs: ['redis-stats'],
    expr: 'rate(redis_evicted_keys_total{@}[10m]) > 0',
    summary: 'The server of {{ $labels.instance }} evicts {{ $value | printf "%.1f" }} keys a second, because its memory is full.',
  },
  [Alert.OUTPUT_BUFFERS_LARGE]: {
    severity: 'warning',
    for: '10m',
    needs: ['redis-stats'],
    expr: '100 * redis_mem_clients_normal{@} / (redis_memory_max_bytes{@} > 0) > 15',
    summary: 'Clients that do not read their answers hold {{ $value | printf "%.0f" }} % of the memory of {{ $labels.instance }}.',
  },
};
