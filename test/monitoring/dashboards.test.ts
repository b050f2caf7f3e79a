import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgentMetrics } from '../../lib/agent/count/agent-metrics';
import { fleet } from '../../tools/dashboards/fleet';
import { installation } from '../../tools/dashboards/installation';
import { OPTIONAL, panelsOf, queriesOf } from '../../tools/dashboards/queries';
import { describeWith, PROMTOOL } from '../support/binaries';
import { resultsOf } from '../support/rule-tests';

const ASSETS = path.resolve(__dirname, '..', '..', 'lib', 'assets', 'dashboards');
const recorded = (file: string) => JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'fixtures', 'metrics', file), 'utf8'));
const BUILT = { 'redis-ha-installation.json': installation(), 'redis-ha-fleet.json': fleet() };

/** Panels whose queries tell nothing while nothing happens, and why. */
const QUIET: { readonly [title: string]: string } = {
  'Repairs': 'only what was done is told',
  'Changes of masters': 'only installations whose master changed are told',
  'Hits': 'nobody reads what was recorded',
  'Refused for memory': 'only what was refused is told',
  'Another master': 'only changes are marked',
};

/** What tells something in panels that are empty for most installations: those of kube-state-metrics could not be recorded. */
const MORE: { readonly [series: string]: string } = {
  'redis_ha_failover_paused_until_timestamp_seconds{instance="redis-server-0"}': '90000x40',
  'redis_ha_follow_link_up{instance="redis-server-0"}': '1x40',
  'redis_ha_follow_lag_bytes{instance="redis-server-0"}': '5x40',
  'redis_ha_follow_lag_seconds{instance="redis-server-0"}': '1x40',
  'kube_cronjob_status_last_successful_time{cronjob="cache-backup"}': '60x40',
  'redis_ha_failover_duration_seconds_sum{instance="redis-server-0",cause="the server died as the master"}': '0.5x40',
  'redis_ha_failover_duration_seconds_count{instance="redis-server-0",cause="the server died as the master"}': '2x40',
  'redis_ha_direct_leads{instance="redis-server-0"}': '1x40',
  'kubelet_volume_stats_available_bytes{persistentvolumeclaim="data-cache-server-0"}': '40x40',
  'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="data-cache-server-0"}': '100x40',
};
/** What alerts read of kube-state-metrics too: https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/cronjob-metrics.md */
const OF_KUBE_STATE_METRICS = 'kube_cronjob_status_last_successful_time';
/** https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/metrics/metrics.go */
const OF_KUBELET = ['kubelet_volume_stats_available_bytes', 'kubelet_volume_stats_capacity_bytes'];
/** An installation with a proxy was recorded. */
const OF_AGENTS = [...new AgentMetrics().text().matchAll(/^# HELP (\w+)/gm)].map(([, name]) => name);

jest.setTimeout(60_000);

describe.each(Object.entries(BUILT))('%s', (file, dashboard) => {
  const written = JSON.parse(fs.readFileSync(path.join(ASSETS, file), 'utf8'));
  const panels = panelsOf(written);
  const queries = queriesOf(written, { namespace: 'shop', installation: 'cache' });

  test('is what tools/dashboards makes: `npm run dashboards`', () => {
    expect(written).toEqual(JSON.parse(JSON.stringify(dashboard)));
  });

  test('has panels with titles and descriptions of their own, from the data source that is chosen, side by side', () => {
    expect(panels.length).toBeGreaterThan(10);
    const titles = panels.map(({ title, type }) => `${title} ${type}`).sort();
    expect(titles).toEqual([...new Set(titles)]);
    for (const { title, description, datasource, gridPos: { x, w } } of panels) {
      expect({ title, described: typeof description, datasource, fits: x + w <= 24 }).toEqual({ title, described: 'string', datasource: { type: 'prometheus', uid: '${datasource}' }, fits: true });
    }
  });

  test('asks only for metrics that real programs tell', () => {
    const known = new Set(Object.values(recorded('names.json') as { [port: string]: string[] }).flat().concat(OF_KUBE_STATE_METRICS, OF_KUBELET, OF_AGENTS));
    const asked = new Set(queries.flatMap(({ expr }) => expr.match(/\b(redis|haproxy|kube|kubelet)_\w+/g) ?? []));
    expect(asked.size).toBeGreaterThan(8);
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  });

  describeWith([PROMTOOL])('over what was recorded', () => {
    const steady = Object.fromEntries(Object.entries(recorded('last.json') as { [name: string]: string }).map(([name, value]) => [name, `${value}x40`]));
    const emptyWith = (series: { readonly [name: string]: string }) => {
      const results = resultsOf(series, queries.map(({ expr }) => expr), '30m');
      return queries.filter((_, index) => results[index] === 'nil').map(({ title }) => title);
    };

    test('has an answer for each query', () => {
      expect(emptyWith({ ...steady, ...MORE }).filter((title) => !(title in QUIET))).toEqual([]);
    });

    test('tells of a pause, a master outside and backups only where there are some', () => {
      const optional = queries.map(({ title }) => title).filter((title) => title in OPTIONAL);
      expect(emptyWith(steady).filter((title) => !(title in QUIET)).sort()).toEqual(optional.sort());
    });
  });

  test('judges numbers by limits of their own: Grafana would have 80 of anything red', () => {
    for (const { title, type, fieldConfig } of panels.filter((one) => ['stat', 'state-timeline'].includes(one.type))) {
      expect([title, type, fieldConfig.defaults.thresholds?.steps[0].value]).toEqual([title, type, null]);
    }
  });

  test('shows all queries of a table at once, under names', () => {
    for (const { title, targets, transformations } of panels.filter(({ type }) => type === 'table')) {
      const [merge, { options }] = transformations;
      expect([title, merge.id, Object.keys(options.renameByName)]).toEqual([title, 'merge', targets.map(({ refId }: any) => `Value #${refId}`)]);
    }
  });
});

describeWith([PROMTOOL])('the dashboard of all installations', () => {
  const asked = queriesOf(BUILT['redis-ha-fleet.json'], { namespace: '', installation: '' });
  const counted = (series: { readonly [name: string]: string }) => {
    const some = ['Without a master', 'Leading to no master', 'Sentinels that do not answer', 'Full memory'];
    const results = resultsOf(series, some.map((title) => asked.find((one) => one.title === title)!.expr), '30m');
    return Object.fromEntries(some.map((title, index) => [title, Number(/(\S+)$/.exec(results[index])![1])]));
  };

  test('counts those that need somebody, by clusters and namespaces', () => {
    const well = { 'Without a master': 0, 'Leading to no master': 0, 'Sentinels that do not answer': 0, 'Full memory': 0 };
    const one = (labels: string, good: string) => ({
      [`redis_ha_role{${labels},instance="s-0",role="master"}`]: good,
      [`redis_ha_sentinel_up{${labels},instance="s-0",sentinel="1"}`]: good,
      [`haproxy_server_status{${labels},instance="p-0",proxy="master_0",state="UP"}`]: good,
      [`redis_errors_total{${labels},instance="s-0",err="OOM"}`]: good === '1x40' ? '5x40' : '5+1x40',
    });
    const others = { ...one('cluster="a",namespace="shop"', '1x40'), ...one('cluster="b",namespace="test"', '1x40') };
    expect(counted({ ...others, ...one('cluster="b",namespace="shop"', '1x40') })).toEqual(well);
    expect(counted({ ...others, ...one('cluster="b",namespace="shop"', '0x40') })).toEqual({ 'Without a master': 1, 'Leading to no master': 1, 'Sentinels that do not answer': 1, 'Full memory': 1 });
    const gone = { ...others, 'redis_ha_server_up{namespace="shop",cluster="a",instance="s-0"}': '1x40', 'haproxy_process_max_connections{namespace="shop",cluster="a",instance="p-0"}': '1x5 stale', 'haproxy_server_status{cluster="a",namespace="shop",instance="p-0",proxy="master_0",state="UP"}': '1x5 stale' };
    expect(counted(gone)).toEqual({ ...well, 'Leading to no master': 1 });
    expect(counted({ ...gone, 'redis_ha_direct_leads{cluster="a",namespace="shop",instance="s-0"}': '1x40' })).toEqual(well);
    const restore = { ...others, ...one('namespace="restore"', '0x40'), 'redis_ha_restoring{namespace="restore",instance="s-1"}': '1x40' };
    expect(counted(restore)).toMatchObject({ 'Without a master': 0, 'Leading to no master': 0 });
    const direct = { ...others, 'redis_ha_direct_leads{namespace="direct",instance="s-0"}': '0x40' };
    expect(counted(direct)).toEqual({ ...well, 'Leading to no master': 1 });
  });
});
