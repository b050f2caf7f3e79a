import { Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { lines, stat, table } from './panels';
import { dashboard } from './variables';

const EACH = 'by (namespace, installation)';
const LEGEND = '{{namespace}}/{{installation}}';

/** All installations that Prometheus knows: which of them need somebody. */
export function fleet(): Dashboard {
  return dashboard('Redis HA / Fleet', 'redis-ha-fleet')
    .withRow(new RowBuilder('Which installations need somebody?'))
    .withPanel(stat({ title: 'Installations', about: 'That Prometheus knows.', queries: [[`count(count ${EACH} (redis_ha_server_up))`, 'installations']] }))
    .withPanel(stat({ title: 'Without a master', about: 'No server is the master.', queries: [[`count(max ${EACH} (redis_ha_role{role="master"}) < 1) or vector(0)`, 'installations']] }))
    .withPanel(stat({ title: 'With two masters', about: 'More than one server says that it is.', queries: [[`count(sum ${EACH} (redis_ha_role{role="master"}) > 1) or vector(0)`, 'installations']] }))
    .withPanel(stat({
      title: 'Without a successor',
      about: 'No replica could take over.',
      queries: [[`count((sum ${EACH} (redis_ha_electable) < 1) and ${EACH.replace('by', 'on')} (max ${EACH} (redis_ha_servers) > 1)) or vector(0)`, 'installations']],
    }))
    .withPanel(stat({ title: 'Without a majority', about: 'No agent reaches a majority of the Sentinels.', queries: [[`count(max ${EACH} (redis_ha_majority_reachable) < 1) or vector(0)`, 'installations']] }))
    .withPanel(stat({ title: 'Changes of masters', about: 'In an hour, of all.', queries: [[`sum(max ${EACH} (increase(redis_ha_master_changes_total[1h])))`, 'changes']] }))
    .withPanel(table({
      title: 'Installations',
      about: 'A row for each: masters (A), replicas that could take over (B), servers (C), Sentinels that answer (D), of which a failover needs (E), largest lag (F).',
      queries: [
        [`sum ${EACH} (redis_ha_role{role="master"})`, 'masters'],
        [`sum ${EACH} (redis_ha_electable)`, 'electable'],
        [`max ${EACH} (redis_ha_servers)`, 'servers'],
        [`max ${EACH} (sum by (namespace, installation, instance) (redis_ha_sentinel_up))`, 'Sentinels'],
        [`max ${EACH} (redis_ha_sentinels_majority)`, 'majority'],
        [`max ${EACH} (redis_ha_replica_lag_bytes)`, 'lag'],
      ],
    }))
    .withRow(new RowBuilder('Over time'))
    .withPanel(lines({ title: 'Changes of masters', about: 'In 10 minutes.', queries: [[`max ${EACH} (increase(redis_ha_master_changes_total[10m])) > 0`, LEGEND]] }))
    .withPanel(lines({ title: 'Commands', about: 'Each second, of all servers.', unit: 'ops', queries: [[`sum ${EACH} (rate(redis_commands_processed_total{endpoint!="sentinel-stats"}[5m]))`, LEGEND]] }))
    .withPanel(lines({
      title: 'Memory',
      about: 'Share of maxmemory, of the fullest server.',
      unit: 'percentunit',
      queries: [[`max ${EACH} (redis_memory_used_bytes / (redis_memory_max_bytes > 0))`, LEGEND]],
    }))
    .withPanel(lines({ title: 'Clients', about: 'Of all servers.', queries: [[`sum ${EACH} (redis_connected_clients{endpoint!="sentinel-stats"})`, LEGEND]] }))
    .withPanel(lines({ title: 'Lag', about: 'Of the slowest replica.', unit: 'bytes', queries: [[`max ${EACH} (redis_ha_replica_lag_bytes)`, LEGEND]] }))
    .withPanel(lines({ title: 'Refused clients', about: 'Each second, by HAProxy.', queries: [[`sum ${EACH} (rate(haproxy_frontend_denied_connections_total{proxy=~"write|read"}[5m]))`, LEGEND]] }))
    .build();
}
