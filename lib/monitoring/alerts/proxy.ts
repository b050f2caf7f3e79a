import { AlertRules, UNLESS_COPYING } from './alert-rule';
import { Alert } from '../../options/alert';

/** Of HAProxy and kube-template. */
export const PROXY: AlertRules = {
  [Alert.PROXY_NO_WRITES]: {
    severity: 'critical',
    for: '1m',
    needs: ['stats'],
    // where no HAProxy is scraped at all, the agents know that there should be some
    expr: [
      '(max by (cluster, namespace) (haproxy_server_status{@,proxy=~"master_.*",state="UP"}) < 1',
      'or max by (cluster, namespace) (redis_ha_server_up{@}) unless on (cluster, namespace) haproxy_server_status{@,proxy=~"master_.*",state="UP"})',
      UNLESS_COPYING,
    ].join(' '),
    summary: 'No HAProxy leads to a master, or none is there: writes are refused.',
  },
  [Alert.PROXY_WITHOUT_MASTER]: {
    severity: 'warning',
    for: '2m',
    needs: ['stats'],
    expr: `max by (cluster, namespace, instance) (haproxy_server_status{@,proxy=~"master_.*",state="UP"}) < 1 ${UNLESS_COPYING}`,
    summary: 'The HAProxy of {{ $labels.instance }} leads to no master, and refuses writes.',
  },
  [Alert.PROXY_MISSING]: {
    severity: 'warning',
    for: '10m',
    needs: ['stats'],
    counts: 'pods',
    // a pod that is not there is no target, and the others do not know of it; where none is there, agents are
    expr: '<pods> - (count by (cluster, namespace) (group by (cluster, namespace, instance) (haproxy_process_max_connections{@})) or 0 * max by (cluster, namespace) (redis_ha_server_up{@})) > 0',
    summary: '{{ $value }} of <pods> HAProxy are missing: they have no pods, or do not run.',
  },
  [Alert.PROXY_REFUSES_CLIENTS]: {
    severity: 'warning',
    for: '0m',
    needs: ['stats'],
    expr: 'sum by (cluster, namespace, instance) (increase(haproxy_frontend_denied_connections_total{@,proxy=~"(write|read)(_plain)?"}[10m])) > 0',
    summary: 'The HAProxy of {{ $labels.instance }} turned {{ $value | printf "%.0f" }} connections away: it has all the clients that it lets in.',
  },
  [Alert.PROXIES_ADMIT_TOO_MANY]: {
    severity: 'warning',
    for: '15m',
    needs: ['redis-stats', 'stats'],
    counts: 'fronts',
    // frontends of the user may have as many each. Sentinels have a limit of their own, and no maxmemory
    expr: [
      'sum by (cluster, namespace) (max by (cluster, namespace, instance) (haproxy_process_max_connections{@} - 100) / <fronts>)',
      '> on (cluster, namespace) min by (cluster, namespace) (redis_max_clients{@} and on (cluster, namespace, instance, endpoint) redis_memory_max_bytes{@})',
    ].join(' '),
    summary: 'The proxies together let {{ $value }} clients in, more than a server takes.',
  },
  [Alert.PROXY_CONFIGURATION_REFUSED]: {
    severity: 'warning',
    for: '0m',
    needs: ['templates'],
    expr: 'sum by (cluster, namespace, instance, stage) (increase(kube_template_errors_total{@}[10m])) > 0',
    summary: 'HAProxy of {{ $labels.instance }} did not get a new configuration of kube-template ({{ $labels.stage }}).',
  },
  [Alert.KUBE_TEMPLATE_STALE]: {
    severity: 'warning',
    for: '5m',
    needs: ['templates'],
    expr: 'min by (cluster, namespace, instance) (kube_template_source_connected{@}) < 1',
    summary: 'The kube-template of {{ $labels.instance }} does not follow the API server: moved pods are not found.',
  },
};
