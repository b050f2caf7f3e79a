import { Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { lines, stat, table } from './panels';
import { dashboard } from './variables';

const EACH = 'by (cluster, namespace, installation)';
/** Each pod once, though several jobs may scrape it. */
const INSTANCE = EACH.replace(')', ', instance)');
/** Nobody is the master while servers copy a master outside, or the data that they begin with. */
const UNLESS_COPYING = `unless (max ${EACH} (redis_ha_follow_link_up) or max ${EACH} (redis_ha_restoring) == 1)`;
/** Of which all HAProxy are gone: there were some in the last day, and nobody else leads clients. */
const NO_PROXY = `(max ${EACH} (redis_ha_server_up) and max ${EACH} (max_over_time(haproxy_process_max_connections[1d]))) unless (max ${EACH} (haproxy_process_max_connections) or max ${EACH} (redis_ha_direct_leads))`;
/** Backups with the default name, by their installations. */
const BACKUPS = `max ${EACH} (label_replace(kube_cronjob_status_last_successful_time, "installation", "$1", "cronjob", "(.+)-backup"))`;
/** Used share of the fullest volume of the servers of each, by the names of claims. */
const CLAIMS = '{persistentvolumeclaim=~"data-.+-server-[0-9]+"}';
const USED = `label_replace(1 - kubelet_volume_stats_available_bytes${CLAIMS} / kubelet_volume_stats_capacity_bytes${CLAIMS}, "installation", "$1", "persistentvolumeclaim", "data-(.+)-server-[0-9]+")`;
const FULLEST = `max ${EACH} (${USED}) ${EACH.replace('by', 'and on')} redis_ha_servers`;
const LEGEND = '{{cluster}} {{namespace}}/{{installation}}';

/** Of which there should be none. */
const BAD = ['green', [1, 'red']] as const;

/** All installations that Prometheus knows: which of them need somebody. */
export function fleet(): Dashboard {
  return dashboard('Redis HA / Fleet', 'redis-ha-fleet')
    .withRow(new RowBuilder('Which installations need somebody?'))
    .withPanel(stat({ title: 'Installations', about: 'That Prometheus knows.', queries: [[`count(count ${EACH} (redis_ha_server_up))`, 'installations']] }))
    .withPanel(stat({ title: 'Without a master', about: 'No server is the master, nor do they copy a master outside or a restore.', colours: BAD, queries: [[`count(max ${EACH} (redis_ha_role{role="master"}) < 1 ${UNLESS_COPYING}) or vector(0)`, 'installations']] }))
    .withPanel(stat({ title: 'With two masters', about: 'More than one server says that it is.', colours: BAD, queries: [[`count(count ${EACH} (max ${INSTANCE} (redis_ha_role{role="master"}) == 1) > 1) or vector(0)`, 'installations']] }))
    .withPanel(stat({
      title: 'Without a successor',
      about: 'No replica could take over. Standbys and restores do not count.',
      colours: BAD,
      queries: [[`count((sum ${EACH} (redis_ha_electable) < 1) and ${EACH.replace('by', 'on')} (max ${EACH} (redis_ha_servers) > 1) ${UNLESS_COPYING}) or vector(0)`, 'installations']],
    }))
    .withPanel(stat({ title: 'Without a majority', about: 'No agent reaches a majority of the Sentinels.', colours: BAD, queries: [[`count(max ${EACH} (redis_ha_majority_reachable) < 1) or vector(0)`, 'installations']] }))
    .withPanel(stat({ title: 'Changes of masters', about: 'In an hour, of all.', queries: [[`sum(max ${EACH} (increase(redis_ha_master_changes_total[1h])))`, 'changes']] }))
    .withPanel(stat({
      title: 'Failovers paused',
      about: 'Somebody ordered that there is none because of a silent master.',
      colours: ['green', [1, 'orange']],
      queries: [[`count(max ${EACH} (redis_ha_failover_paused_until_timestamp_seconds) > time()) or vector(0)`, 'installations']],
    }, 8))
    .withPanel(stat({ title: 'Standbys', about: 'That follow a master outside.', queries: [[`count(max ${EACH} (redis_ha_follow_link_up)) or vector(0)`, 'installations']] }, 8))
    .withPanel(stat({
      title: 'Oldest backup',
      about: 'Age of the last good one of each RedisBackup with a default name, the oldest.',
      unit: 's',
      colours: ['green', [93600, 'red']],
      queries: [[`max(time() - ${BACKUPS} ${EACH.replace('by', 'and on')} redis_ha_servers)`, 'age']],
    }, 8))
    .withPanel(stat({
      title: 'Leading to no master',
      about: 'No HAProxy, or not the slice, leads clients to a master, or all HAProxy are gone. Standbys and restores do not count.',
      colours: BAD,
      queries: [[
        `count((max ${EACH} (haproxy_server_status{proxy=~"master_.*",state="UP"}) < 1 or max ${EACH} (redis_ha_direct_leads) < 1 or ${NO_PROXY}) ${UNLESS_COPYING}) or vector(0)`, 'installations',
      ]],
    }, 6))
    .withPanel(stat({
      title: 'Sentinels that do not answer',
      about: 'Any of the agents, of all installations.',
      colours: ['green', [1, 'orange']],
      queries: [['count(max by (cluster, namespace, installation, sentinel) (redis_ha_sentinel_up) < 1) or vector(0)', 'Sentinels']],
    }, 6))
    .withPanel(stat({
      title: 'Full memory',
      about: 'Servers refused commands for it in 10 minutes. Of installations with exporters.',
      colours: BAD,
      queries: [[`count(sum ${EACH} (increase(redis_errors_total{err="OOM"}[10m])) > 0) or vector(0)`, 'installations']],
    }, 6))
    .withPanel(stat({
      title: 'Fullest volume', about: 'Used share of the fullest volume of all servers.', unit: 'percentunit', colours: ['green', [0.7, 'orange'], [0.9, 'red']], queries: [[`max(${FULLEST})`, 'used']],
    }, 6))
    .withPanel(table({
      title: 'Installations',
      about: 'Servers that are master, replicas that could take over, servers, Sentinels that answer, those that a failover needs, HAProxy, bytes that the slowest replica lacks.',
      queries: [
        [`sum ${EACH} (max ${INSTANCE} (redis_ha_role{role="master"}))`, 'masters'],
        [`sum ${EACH} (max ${INSTANCE} (redis_ha_electable))`, 'electable'],
        [`max ${EACH} (redis_ha_servers)`, 'servers'],
        [`max ${EACH} (sum ${INSTANCE} (max ${INSTANCE.replace(')', ', sentinel)')} (redis_ha_sentinel_up)))`, 'Sentinels'],
        [`max ${EACH} (redis_ha_sentinels_majority)`, 'majority'],
        [`count ${EACH} (group ${INSTANCE} (haproxy_process_max_connections))`, 'HAProxy'],
        [`max ${EACH} (redis_ha_replica_lag_bytes)`, 'lag in bytes'],
      ],
    }))
    .withRow(new RowBuilder('Over time'))
    .withPanel(lines({ title: 'Changes of masters', about: 'In 10 minutes.', queries: [[`max ${EACH} (increase(redis_ha_master_changes_total[10m])) > 0`, LEGEND]] }))
    .withPanel(lines({ title: 'Commands', about: 'Each second, of all servers.', unit: 'ops', queries: [[`sum ${EACH} (max ${INSTANCE} (rate(redis_commands_processed_total{endpoint!="sentinel-stats"}[5m])))`, LEGEND]] }))
    .withPanel(lines({
      title: 'Memory',
      about: 'Share of maxmemory, of the fullest server.',
      unit: 'percentunit',
      queries: [[`max ${EACH} (redis_memory_used_bytes / (redis_memory_max_bytes > 0))`, LEGEND]],
    }))
    .withPanel(lines({ title: 'Volumes', about: 'Used share of the fullest one.', unit: 'percentunit', queries: [[FULLEST, LEGEND]] }))
    .withPanel(lines({ title: 'Clients', about: 'Of all servers.', queries: [[`sum ${EACH} (max ${INSTANCE} (redis_connected_clients{endpoint!="sentinel-stats"}))`, LEGEND]] }))
    .withPanel(lines({ title: 'Lag', about: 'Of the slowest replica.', unit: 'bytes', queries: [[`max ${EACH} (redis_ha_replica_lag_bytes)`, LEGEND]] }))
    .withPanel(lines({ title: 'Refused clients', about: 'Each second, by HAProxy.', queries: [[`sum ${EACH} (rate(haproxy_frontend_denied_connections_total{proxy=~"(write|read)(_plain)?"}[5m]))`, LEGEND]] }))
    .build();
}
