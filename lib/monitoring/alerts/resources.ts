import { AlertRules } from './alert-rule';
import { Alert } from '../../options/alert';

/** Writes that were refused because the memory was full and nothing could be evicted. */
const REFUSED = 'redis_errors_total{@,err="OOM"}';

/** Of memory. */
export const RESOURCES: AlertRules = {
  [Alert.MEMORY_FULL]: {
    severity: 'critical',
    for: '0m',
    needs: ['redis-stats'],
    // whatever the policy: with volatile-* there may be nothing to evict. A counter that is there with its first error shows no increase
    expr: `increase(${REFUSED}[10m]) > 0 or (${REFUSED} > 0 unless ${REFUSED} offset 10m and on (cluster, namespace, instance, endpoint) redis_memory_max_bytes{@} offset 10m)`,
    summary: 'The server of {{ $labels.instance }} refused {{ $value | printf "%.0f" }} commands: its memory is full, and there is nothing that it may evict.',
  },
  [Alert.MEMORY_NEAR_LIMIT]: {
    severity: 'warning',
    for: '10m',
    needs: ['redis-stats'],
    expr: [
      '100 * redis_memory_used_bytes{@} / (redis_memory_max_bytes{@} > 0) > <memoryPercent>',
      'and on (cluster, namespace, instance) redis_instance_info{@,maxmemory_policy="noeviction"}',
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
