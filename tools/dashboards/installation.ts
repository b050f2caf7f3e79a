import { Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { lines, Query, stat, states } from './panels';
import { dashboard, labelVariable, mark } from './variables';

/** What selects the chosen installation. Where samples say no cluster, there is none to choose, and they are those without that label. */
const ON = 'cluster="$cluster",namespace="$namespace",installation="$installation"';

/** Queries of the chosen installation: `@` within braces stands for what selects it. */
const of = (...queries: readonly Query[]): Query[] => queries.map(([expr, legend]) => [expr.replaceAll('@', ON), legend]);

/** The CronJob of its RedisBackup, unless that has a name of its own. */
const BACKUP = 'cluster="$cluster",namespace="$namespace",cronjob="$installation-backup"';

/** Share of the volumes that is used. */
const VOLUMES = 'cluster="$cluster",namespace="$namespace",persistentvolumeclaim=~"data-$installation-server-[0-9]+"';
const USED = `1 - kubelet_volume_stats_available_bytes{${VOLUMES}} / kubelet_volume_stats_capacity_bytes{${VOLUMES}}`;

/** All of one installation: who is the master, whether the next failover would work, and what the clients get. */
export function installation(): Dashboard {
  return dashboard('Redis HA / Installation', 'redis-ha-installation')
    .withVariable(labelVariable('cluster', 'Cluster', 'label_values(redis_ha_server_up, cluster)'))
    .withVariable(labelVariable('namespace', 'Namespace', 'label_values(redis_ha_server_up{cluster="$cluster"}, namespace)'))
    .withVariable(labelVariable('installation', 'Installation', 'label_values(redis_ha_server_up{cluster="$cluster",namespace="$namespace"}, installation)'))

    .annotation(mark('Another master', 'orange', `max(changes(redis_ha_config_epoch{${ON}}[1m])) > 0`, 'another master'))
    .annotation(mark('Pause of failover', 'blue', `max(redis_ha_failover_paused_until_timestamp_seconds{${ON}}) > time()`, 'failover paused'))

    .withRow(new RowBuilder('Would the next failover work?'))
    .withPanel(stat({ title: 'Masters', about: 'Servers that say that they are the master: one.', colours: ['red', [1, 'green'], [2, 'red']], queries: of(['sum(max by (instance) (redis_ha_role{@,role="master"}))', 'masters']) }))
    .withPanel(stat({ title: 'Replicas that could take over', about: 'In sync, and not kept from being elected.', colours: ['red', [1, 'green']], queries: of(['sum(max by (instance) (redis_ha_electable{@}))', 'replicas']) }))
    .withPanel(stat({
      title: 'Sentinels that may still be lost',
      about: 'Those that answer, less those that a failover needs.',
      colours: ['red', [0, 'orange'], [1, 'green']],
      queries: of(['max(sum by (instance) (max by (instance, sentinel) (redis_ha_sentinel_up{@}))) - max(redis_ha_sentinels_majority{@})', 'Sentinels']),
    }))
    .withPanel(stat({ title: 'Proxies with a master', about: 'HAProxies that lead to a master.', colours: ['red', [1, 'green']], queries: of(['count(max by (instance) (haproxy_server_status{@,proxy=~"master_.*",state="UP"}) == 1)', 'proxies']) }))
    .withPanel(stat({ title: 'Largest lag', about: 'Of the stream, not confirmed by the slowest replica.', unit: 'bytes', queries: of(['max(redis_ha_replica_lag_bytes{@})', 'lag']) }))
    .withPanel(stat({
      title: 'Failover paused',
      about: 'For how long there will be no failover because of a silent master: somebody ordered that.',
      unit: 's',
      none: 'no',
      colours: ['orange'],
      queries: of(['max(redis_ha_failover_paused_until_timestamp_seconds{@}) - time() > 0', 'paused']),
    }))
    .withPanel(stat({ title: 'Last hand-over', about: 'Time that it took, by its outcome.', unit: 's', queries: of(['redis_ha_last_hand_over_duration_seconds{@}', '{{outcome}}']) }, 6))
    .withPanel(stat({
      title: 'Failovers',
      about: 'That agents led, since they started: because the server of their own died, or because the master was lost with its agent or its node. Those of Sentinels are changes of the master only.',
      queries: of(['sum by (cause) (redis_ha_failovers_total{@,outcome="done"})', '{{cause}}']),
    }, 6))
    .withPanel(stat({
      title: 'Last backup',
      about: 'Its age, of the RedisBackup with the default name.',
      unit: 's',
      colours: ['green', [93600, 'red']],
      queries: [[`time() - max(kube_cronjob_status_last_successful_time{${BACKUP}})`, 'age']],
    }, 6))
    .withPanel(stat({
      title: 'Standby: lag',
      about: 'Of the stream of the master outside that it follows, not yet received.',
      unit: 'bytes',
      none: 'follows nobody',
      queries: of(['max(redis_ha_follow_lag_bytes{@})', 'lag']),
    }, 6))
    .withPanel(stat({
      title: 'Time of failovers',
      about: 'From the beginning of a failover until a majority named another master: the mean of those that agents led, since they started.',
      unit: 's',
      queries: of(['sum(redis_ha_failover_duration_seconds_sum{@}) / sum(redis_ha_failover_duration_seconds_count{@})', 'mean']),
    }, 6))
    .withPanel(stat({
      title: 'Slice for writes',
      about: 'Without a proxy: 1 while it leads to a master that certainly is the master.',
      none: 'has no slice',
      colours: ['red', [1, 'green']],
      queries: of(['max(redis_ha_direct_leads{@})', 'leads']),
    }, 6))
    .withPanel(stat({ title: 'HAProxy', about: 'That Prometheus finds: as many as proxy.replicas says, unless they are scaled automatically.', queries: of(['count(group by (instance) (haproxy_process_max_connections{@}))', 'HAProxy']) }, 6))
    .withPanel(stat({
      title: 'Fullest volume', about: 'Used share of the fullest volume of a server.', unit: 'percentunit', colours: ['green', [0.7, 'orange'], [0.9, 'red']], queries: [[`max(${USED})`, 'used']],
    }, 6))

    .withRow(new RowBuilder('Roles'))
    .withPanel(states({ title: 'What each server is', about: 'As its agent sees it.', queries: of(['redis_ha_role{@} == 1', '{{instance}} {{role}}']) }))
    .withPanel(states({ title: 'Whom each Sentinel names', about: 'As the agents hear it.', queries: of(['max by (sentinel, server) (redis_ha_sentinel_names{@})', 'Sentinel {{sentinel}}: server {{server}}']) }))
    .withPanel(states({ title: 'Which Sentinels answer', about: 'Any of the agents.', queries: of(['max by (sentinel) (redis_ha_sentinel_up{@}) == 1', 'Sentinel {{sentinel}}']) }))
    .withPanel(states({ title: 'Whom each HAProxy leads to', about: 'master_N is server N.', queries: of(['haproxy_server_status{@,proxy=~"master_.*",state="UP"} == 1', '{{instance}} {{proxy}}']) }))
    .withPanel(states({ title: 'Whom the slice leads to', about: 'Without a proxy: the master beside the agent that wrote it.', queries: of(['redis_ha_direct_leads{@} == 1', '{{instance}}']) }))
    .withPanel(states({ title: 'What the agents do', about: 'steady, wait, or an action.', queries: of(['redis_ha_phase{@} == 1', '{{instance}} {{phase}}']) }))

    .withRow(new RowBuilder('Changes'))
    .withPanel(lines({ title: 'Changes of the master', about: 'In 10 minutes.', queries: of(['max(increase(redis_ha_master_changes_total{@}[10m]))', 'changes']) }))
    .withPanel(lines({
      title: 'Hand-overs and failovers',
      about: 'Led by agents, in 10 minutes, by cause and outcome: a failover that was refused did not get the votes of a majority, or had no replica.',
      queries: of(['sum by (outcome) (increase(redis_ha_hand_overs_total{@}[10m]))', 'hand-over {{outcome}}'], ['sum by (cause, outcome) (increase(redis_ha_failovers_total{@}[10m]))', '{{cause}}: {{outcome}}']),
    }))
    .withPanel(lines({
      title: 'Repairs', about: 'What agents did, in 10 minutes.', queries: of(['sum by (action) (increase(redis_ha_actions_total{@}[10m])) > 0', '{{action}}']),
    }))
    .withPanel(lines({ title: 'Waiting', about: 'Share of time that agents wait, by reason.', unit: 'percentunit', queries: of(['sum by (reason) (rate(redis_ha_wait_seconds_total{@}[5m]))', '{{reason}}']) }))
    .withPanel(lines({ title: 'Configuration epoch', about: 'Grows with each failover.', queries: of(['max(redis_ha_config_epoch{@})', 'epoch']) }))
    .withPanel(lines({ title: 'Passwords accepted', about: 'More than one while the password changes.', queries: of(['max by (kind) (redis_ha_passwords{@})', '{{kind}}']) }))

    .withRow(new RowBuilder('Replication'))
    .withPanel(lines({ title: 'Lag', about: 'As the master sees it.', unit: 'bytes', queries: of(['max by (server) (redis_ha_replica_lag_bytes{@})', 'server {{server}}']) }))
    .withPanel(lines({ title: 'Silence', about: 'Since a replica confirmed anything.', unit: 's', queries: of(['max by (server) (redis_ha_replica_lag_seconds{@})', 'server {{server}}']) }))
    .withPanel(lines({
      title: 'Standby: age', about: 'Of what has been received last of the master outside, while not all has.', unit: 's', queries: of(['max by (instance) (redis_ha_follow_lag_seconds{@})', '{{instance}}']),
    }))
    .withPanel(lines({
      title: 'Age of the last backup', about: 'Of the RedisBackup with the default name.', unit: 's', queries: [[`time() - max(kube_cronjob_status_last_successful_time{${BACKUP}})`, 'age']],
    }))
    .withPanel(lines({ title: 'Copies of all data', about: 'Full resynchronizations in 10 minutes.', queries: of(['sum(max by (instance) (increase(redis_replica_resyncs_full{@}[10m])))', 'copies']) }))

    .withRow(new RowBuilder('Servers'))
    .withPanel(lines({ title: 'Commands', about: 'Each second.', unit: 'ops', queries: of(['rate(redis_commands_processed_total{@,endpoint!="sentinel-stats"}[5m])', '{{instance}}']) }))
    .withPanel(lines({ title: 'Memory', about: 'Used, and the limit.', unit: 'bytes', queries: of(['redis_memory_used_bytes{@,endpoint!="sentinel-stats"}', '{{instance}}'], ['max(redis_memory_max_bytes{@})', 'maxmemory']) }))
    .withPanel(lines({ title: 'Clients', about: 'Connected, and the limit.', queries: of(['redis_connected_clients{@,endpoint!="sentinel-stats"}', '{{instance}}'], ['min(redis_max_clients{@,endpoint!="sentinel-stats"})', 'maxclients']) }))
    .withPanel(lines({ title: 'Keys', about: 'Of all databases.', queries: of(['sum by (instance) (redis_db_keys{@})', '{{instance}}']) }))
    .withPanel(lines({ title: 'Hits', about: 'Share of reads that find a key.', unit: 'percentunit', queries: of(['rate(redis_keyspace_hits_total{@}[5m]) / (rate(redis_keyspace_hits_total{@}[5m]) + rate(redis_keyspace_misses_total{@}[5m]))', '{{instance}}']) }))
    .withPanel(lines({ title: 'Evicted and rejected', about: 'Keys evicted and connections rejected, each second.', queries: of(['rate(redis_evicted_keys_total{@}[5m])', '{{instance}} evicted'], ['rate(redis_rejected_connections_total{@}[5m])', '{{instance}} rejected']) }))
    .withPanel(lines({ title: 'Refused for memory', about: 'Commands refused each second, as the memory is full and nothing may be evicted.', queries: of(['rate(redis_errors_total{@,err="OOM"}[5m])', '{{instance}}']) }))
    .withPanel(lines({ title: 'Volumes', about: 'Used share of each.', unit: 'percentunit', queries: [[USED, '{{persistentvolumeclaim}}']] }))
    .withPanel(lines({ title: 'CPU', about: 'Share of a core.', unit: 'percentunit', queries: of(['rate(redis_cpu_user_seconds_total{@}[5m]) + rate(redis_cpu_sys_seconds_total{@}[5m])', '{{instance}} {{endpoint}}']) }))
    .withPanel(lines({ title: 'Slowest percentile of commands', about: 'Time in the server, 99.9th percentile.', unit: 'µs', queries: of(['max by (cmd) (redis_latency_percentiles_usec{@,quantile="99.9"})', '{{cmd}}']) }))
    .withPanel(lines({ title: 'Network', about: 'Bytes each second.', unit: 'Bps', queries: of(['rate(redis_net_output_bytes_total{@}[5m])', '{{instance}} out'], ['rate(redis_net_input_bytes_total{@}[5m])', '{{instance}} in']) }))

    .withRow(new RowBuilder('Proxies'))
    .withPanel(lines({ title: 'Clients of HAProxy', about: 'Sessions for writes and for reads.', queries: of(['haproxy_frontend_current_sessions{@,proxy=~"(write|read)(_plain)?"}', '{{instance}} {{proxy}}']) }))
    .withPanel(lines({ title: 'Refused clients', about: 'Each second, as all that are let in are there.', queries: of(['rate(haproxy_frontend_denied_connections_total{@,proxy=~"(write|read)(_plain)?"}[5m])', '{{instance}} {{proxy}}']) }))
    .withPanel(lines({ title: 'HAProxy that run', about: 'And those that have a master.', queries: of(['count(group by (instance) (haproxy_process_max_connections{@}))', 'all'], ['count(max by (instance) (haproxy_server_status{@,proxy=~"master_.*",state="UP"}) == 1)', 'with a master']) }))
    .withPanel(lines({ title: 'kube-template', about: 'Errors in 10 minutes, by stage.', queries: of(['sum by (instance, stage) (increase(kube_template_errors_total{@}[10m]))', '{{instance}} {{stage}}']) }))
    .build();
}
