import { AlertRules } from './alert-rule';
import { Alert } from '../../options/alert';

/** Of clients of the servers. */
export const CLIENTS: AlertRules = {
  [Alert.CLIENTS_NEAR_LIMIT]: {
    severity: 'warning',
    for: '5m',
    needs: ['redis-stats'],
    expr: '100 * redis_connected_clients{@} / redis_max_clients{@} > <clientsPercent>',
    summary: 'The server of {{ $labels.instance }} has {{ $value | printf "%.0f" }} % of the clients that it takes.',
  },
  [Alert.CLIENT_LEAK]: {
    severity: 'warning',
    for: '1h',
    needs: ['redis-stats'],
    // the last half hour, too: clients that came at once, as to a new master, are no leak
    expr: [
      'predict_linear(redis_connected_clients{@}[6h], 86400) > redis_max_clients{@}',
      'and on (cluster, namespace, instance, endpoint) predict_linear(redis_connected_clients{@}[30m], 86400) > redis_max_clients{@}',
      'and on (cluster, namespace, instance, endpoint) redis_connected_clients{@} > 0.2 * redis_max_clients{@}',
    ].join(' '),
    summary: 'The clients of {{ $labels.instance }} grow steadily: within a day it takes no more.',
  },
  [Alert.CONNECTIONS_REJECTED]: {
    severity: 'warning',
    for: '0m',
    needs: ['redis-stats'],
    expr: 'increase(redis_rejected_connections_total{@}[10m]) > 0',
    summary: 'The server of {{ $labels.instance }} turned {{ $value | printf "%.0f" }} connections away: it has all the clients that it takes.',
  },
};
