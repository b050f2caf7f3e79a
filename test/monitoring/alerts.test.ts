import * as fs from 'node:fs';
import * as path from 'node:path';
import { AlertCase, CASES } from './alert-cases';
import { Alert, Metrics, Persistence } from '../../lib';
import { describeWith, PROMTOOL } from '../support/binaries';
import { firing, firingOfAll, ruleErrors, rulesOf, Series, someOf } from '../support/rule-tests';

const RULES = rulesOf();
const FIXTURES = path.join(__dirname, '..', 'fixtures', 'metrics');
const recorded = (file: string): Series => JSON.parse(fs.readFileSync(path.join(FIXTURES, file), 'utf8'));

/** With one interval of a metric all is well, so that its absence is not what fires. */
const ALIVE: Series = { 'redis_ha_server_up{instance="z"}': '1x1600' };

/** All HAProxy are there. */
const PROXIES: Series = Object.fromEntries([0, 1].map((n) => [`haproxy_process_max_connections{instance="redis-proxy-${n}"}`, '100x60']));

/** The same, and what another job that scrapes the same pods tells of them. */
const doubled = (series: Series): Series => ({ ...series, ...Object.fromEntries(Object.entries(series).map(([name, values]) => [name.replace('{', '{job="other",'), values])) });

jest.setTimeout(120_000);

/** Some rules alone: promtool evaluates all each time. */
const only = (alerts: readonly string[], rules = RULES) => someOf(rules, alerts);

describeWith([PROMTOOL])('each alert', () => {
  const all = Object.entries(CASES) as [Alert, AlertCase][];
  const results = new Map<Alert, { readonly silent: boolean; readonly fires: boolean; readonly never: boolean }[]>();

  /** Each by itself, over its own time: all of them over that of the longest take minutes. */
  beforeAll(() => {
    const trials = all.map(([alert, { series, silent, fires, never }]) => {
      const alive = alert === Alert.METRICS_MISSING ? {} : ALIVE;
      const once = [{ series: { ...alive, ...series }, at: [silent, fires] }, { series: { ...alive, ...never }, at: [fires] }];
      return { rules: only([alert]), courses: [...once, ...once.map((course) => ({ ...course, series: doubled(course.series) }))] };
    });
    for (const [index, found] of firingOfAll(trials).entries()) {
      const [alert] = all[index];
      results.set(alert, [found.slice(0, 2), found.slice(2)].map(([[silent, fires], [never]]) => (
        { silent: silent.includes(alert), fires: fires.includes(alert), never: never.includes(alert) })));
    }
  });

  test.each(all.map(([alert]) => alert))('%s fires in time, not sooner, and only then, also where another job scrapes the same pods', (alert) => {
    expect(results.get(alert)).toEqual([0, 1].map(() => ({ silent: false, fires: true, never: false })));
  });

  test('is a rule that Prometheus takes', () => {
    expect(ruleErrors(RULES)).toBe('');
  });
});

describeWith([PROMTOOL])('what was recorded of real installations', () => {
  const stepsIn = (values: string): number => values.split(' ').reduce((sum, one) => sum + (one.startsWith('_x') ? 0 : 1) + Number(/x(\d+)$/.exec(one)?.[1] ?? 0), 0);
  const stepsOf = (series: Series): number => Math.max(...Object.values(series).map(stepsIn));
  /** What there was at the end goes on for twenty minutes, and what was gone by then stays so. */
  const goingOn = (series: Series): Series => {
    const steps = stepsOf(series);
    return Object.fromEntries(Object.entries(series).map(([name, values]) => (
      [name, stepsIn(values) < steps - 1 ? values : values.replace(/(\S+?)(x\d+)? stale$/, '$1$2 $1x240')])));
  };
  /** All that fire at some time of it. */
  const alertsIn = (file: string, rules = RULES): string[] => {
    const series = recorded(file);
    const at = Array.from({ length: Math.floor((stepsOf(series) + 240) / 3) }, (_, index) => `${15 * (index + 1)}s`);
    return [...new Set(firing(rules, [{ series: goingOn(series), interval: '5s', at }], '15s')[0].flat())];
  };

  test.each(['roll.json', 'failover.json'])('%s: is long enough to see something, and of all kinds of metrics', (file) => {
    const series = recorded(file);
    expect(stepsOf(series) * 5).toBeGreaterThan(90);
    for (const name of ['redis_ha_role', 'redis_memory_used_bytes', 'redis_sentinel_tilt', 'haproxy_server_status', 'kube_template_source_connected', 'up']) {
      expect(Object.keys(series).some((one) => one.startsWith(`${name}{`))).toBe(true);
    }
    // the master's role moved
    const masters = Object.entries(series).filter(([name, values]) => /^redis_ha_role\{.*role="master"/.test(name) && /(^| )1(x\d+)?( |$)/.test(values));
    expect(masters.length).toBeGreaterThan(1);
  });

  test('a planned roll of all servers and proxies fires no alert', () => {
    expect(alertsIn('roll.json')).toEqual([]);
  });

  test('the death of the master\'s pod, and then of the next master, fires none', () => {
    expect(alertsIn('failover.json')).toEqual([]);
  });

  test('a standby of a master outside, of which nobody is master, fires none', () => {
    const series = recorded('standby.json');
    expect(Object.keys(series).some((one) => one.startsWith('redis_ha_follow_link_up{'))).toBe(true);
    expect(Object.entries(series).filter(([name, values]) => name.includes('role="master"') && /(^| )1/.test(values))).toEqual([]);
    expect(alertsIn('standby.json')).toEqual([]);
  });

  test('servers that copy the data that an installation begins with fire none', () => {
    const copying = [0, 1, 2].flatMap((n): [string, string][] => [
      [`redis_ha_server_up{instance="redis-server-${n}"}`, '1x30'],
      [`redis_ha_servers{instance="redis-server-${n}"}`, '3x30'],
      [`redis_ha_role{instance="redis-server-${n}",role="master"}`, '0x30'],
      [`redis_ha_role{instance="redis-server-${n}",role="standby"}`, '1x30'],
      [`redis_ha_electable{instance="redis-server-${n}"}`, '0x30'],
      [`redis_ha_restoring{instance="redis-server-${n}"}`, n === 0 ? '1x30' : '0x30'],
      [`haproxy_server_status{instance="redis-proxy-${n}",proxy="master_0",server="R0",state="UP"}`, '0x30'],
    ]);
    expect([...new Set(firing(RULES, [{ series: { ...PROXIES, ...Object.fromEntries(copying) }, at: ['5m', '15m', '29m'] }])[0].flat())]).toEqual([]);
  });

  test('one server with one Sentinel, that nobody could replace, fires none', () => {
    const one = (name: string, labels = '') => `redis_ha_${name}{instance="redis-server-0"${labels}}`;
    const series = {
      ...PROXIES,
      [one('server_up')]: '1x30',
      [one('role', ',role="master"')]: '1x30',
      [one('electable')]: '0x30',
      [one('servers')]: '1x30',
      [one('sentinels')]: '1x30',
      [one('sentinels_majority')]: '1x30',
      [one('sentinel_up', ',sentinel="0"')]: '1x30',
      [one('majority_reachable')]: '1x30',
      'haproxy_server_status{instance="redis-proxy-0",proxy="master_0",server="R0",state="UP"}': '1x30',
    };
    expect(firing(RULES, [{ series, at: ['5m', '15m', '29m'] }])[0].flat()).toEqual([]);
  });

  test('proxies that are all gone are told, as nobody can write', () => {
    const series = { ...ALIVE, 'haproxy_server_status{instance="redis-proxy-0",proxy="master_0",server="R0",state="UP"}': '1x5 stale' };
    expect(firing(RULES, [{ series, at: ['5m', '8m'] }])[0]).toEqual([[], [Alert.PROXY_NO_WRITES]]);
  });

  test('a loss of data is told each time, also of a pod that began to count anew', () => {
    const series = { ...ALIVE, 'redis_ha_data_lost_total{instance="redis-server-0"}': '0x5 1x195 _ 1x200', 'redis_ha_last_data_loss_timestamp_seconds{instance="redis-server-0"}': '_x5 300x195 _ 12100x200' };
    expect(firing(only([Alert.DATA_LOST]), [{ series, at: ['8m', '150m', '205m', '300m'] }])[0]).toEqual([[Alert.DATA_LOST], [], [Alert.DATA_LOST], []]);
  });

  test('backups that were suspended while an installation hibernated are waited for as long as for others', () => {
    const cron = (metric: string) => `kube_cronjob_${metric}{cronjob="cache-backup"}`;
    const asleep = { ...ALIVE, [cron('status_last_successful_time')]: '60x6000', [cron('spec_suspend')]: '0x60 1x2940 0x3000', 'redis_ha_server_up{instance="z"}': '1x6000' };
    const byHand = { ...asleep, [cron('spec_suspend')]: '0x60 1x5940' };
    const rules = only([Alert.BACKUP_TOO_OLD]);
    // it wakes up after 3000 minutes
    expect(firing(rules, [{ series: asleep, at: ['3010m', '4500m', '4570m'] }, { series: byHand, at: ['3010m'] }])).toEqual([[[], [], [Alert.BACKUP_TOO_OLD]], [[Alert.BACKUP_TOO_OLD]]]);
  });

  test('backups of one server, or that no replica feels, are no copies of all data again and again', () => {
    const series = (servers: number, link: Series) => ({
      ...ALIVE, [`redis_ha_servers{instance="redis-server-0"}`]: `${servers}x60`, 'redis_replica_resyncs_full{instance="redis-server-0"}': '0+1x60', ...link,
    });
    const link = (values: string) => ({ 'redis_ha_link_up{instance="redis-server-1"}': values });
    const loops = [series(1, {}), series(2, link('1x60')), series(2, link('1x29 0 1x30'))];
    expect(firing(only([Alert.FULL_RESYNC_LOOP]), loops.map((one) => ({ series: one, at: ['50m'] })))).toEqual([[[]], [[]], [[Alert.FULL_RESYNC_LOOP]]]);
  });

  test.each([[0, 0], [1, 0], [1, 2]])('frontends of the user, %i of them, are not counted: %i clients more than a server takes', (fronts, more) => {
    const customSections = fronts === 0 ? undefined : 'frontend metrics\n  bind :8888\n  default_backend none\nbackend none';
    const rules = only([Alert.PROXIES_ADMIT_TOO_MANY], rulesOf(undefined, { metrics: Metrics.exporter(), proxy: { replicas: 2, customSections } }));
    const own = (name: string) => `redis_${name}{instance="redis-server-0",endpoint="redis-stats"}`;
    const proxies = Object.fromEntries([0, 1].map((n) => [`haproxy_process_max_connections{instance="redis-proxy-${n}"}`, `${5_000 * (1 + fronts) + 100 + more}x30`]));
    const fires = firing(rules, [{ series: { ...ALIVE, ...proxies, [own('max_clients')]: '10000x30', [own('memory_max_bytes')]: '0x30' }, at: ['25m'] }])[0][0];
    expect(fires).toEqual(more === 0 ? [] : [Alert.PROXIES_ADMIT_TOO_MANY]);
  });

  test('nothing changes where another job scrapes the same pods', () => {
    const well: Series = {
      ...ALIVE,
      ...PROXIES,
      'haproxy_server_status{instance="redis-proxy-0",proxy="master_0",server="R0",state="UP"}': '1x60',
      ...Object.fromEntries([0, 1, 2].flatMap((n): [string, string][] => {
        const one = (name: string, more = '') => `redis_ha_${name}{instance="redis-server-${n}"${more}}`;
        return [
          [one('server_up'), '1x60'], [one('servers'), '3x60'], [one('role', ',role="master"'), n === 0 ? '1x60' : '0x60'], [one('electable'), n === 0 ? '0x60' : '1x60'],
          [one('role', ',role="standby"'), '1x3 0x6 '.repeat(6).trim()],
          [one('sentinels'), '3x60'], [one('sentinels_majority'), '2x60'], ...[0, 1, 2].map((id): [string, string] => [one('sentinel_up', `,sentinel="${id}"`), '1x60']),
        ];
      })),
    };
    expect(firing(RULES, [{ series: well, at: ['30m'] }, { series: doubled(well), at: ['30m'] }])).toEqual([[[]], [[]]]);
  });

  test('clients that move to a new master are no leak', () => {
    const series = { ...ALIVE, 'redis_connected_clients{instance="redis-server-0"}': '10x360 2500x600', 'redis_max_clients{instance="redis-server-0"}': '10000x960' };
    const at = Array.from({ length: 60 }, (_, index) => `${360 + 10 * index}m`);
    expect(firing(only([Alert.CLIENT_LEAK]), [{ series, at }])[0].flat()).toEqual([]);
  });

  test('clients that are turned away at the port without TLS are told', () => {
    const series = { ...ALIVE, 'haproxy_frontend_denied_connections_total{instance="redis-proxy-0",proxy="write_plain"}': '0x5 0+1x30' };
    expect(firing(RULES, [{ series, at: ['4m', '10m'] }])[0].map((alerts) => alerts.includes(Alert.PROXY_REFUSES_CLIENTS))).toEqual([false, true]);
  });

  test('a limit of Sentinels is none of servers that take more', () => {
    const exporter = (name: string, endpoint: string) => `redis_${name}{instance="redis-server-0",endpoint="${endpoint}"}`;
    const series = {
      ...ALIVE,
      'haproxy_process_max_connections{instance="redis-proxy-0"}': '8000x40',
      'haproxy_process_max_connections{instance="redis-proxy-1"}': '8000x40',
      [exporter('max_clients', 'redis-stats')]: '50000x40',
      [exporter('memory_max_bytes', 'redis-stats')]: '0x40',
      [exporter('max_clients', 'sentinel-stats')]: '10000x40',
      'haproxy_server_status{instance="redis-proxy-0",proxy="master_0",server="R0",state="UP"}': '1x40',
    };
    expect(firing(RULES, [{ series, at: ['20m', '39m'] }])[0]).toEqual([[], []]);
  });

  test('a server without a pod is told, though nothing of it is scraped', () => {
    const servers = [0, 1, 2].flatMap((n): [string, string][] => [
      [`redis_ha_server_up{instance="redis-server-${n}"}`, n === 2 ? '1x10 stale' : '1x60'],
      [`redis_ha_servers{instance="redis-server-${n}"}`, n === 2 ? '3x10 stale' : '3x60'],
      [`up{instance="redis-server-${n}"}`, n === 2 ? '1x10 stale' : '1x60'],
      [`redis_ha_electable{instance="redis-server-${n}"}`, '1x60'],
    ]);
    const proxy = { 'haproxy_server_status{instance="redis-proxy-0",proxy="master_0",server="R0",state="UP"}': '1x60' };
    expect(firing(RULES, [{ series: { ...PROXIES, ...Object.fromEntries(servers), ...proxy }, at: ['19m', '22m', '50m'] }])[0]).toEqual([[], [Alert.TARGET_DOWN], [Alert.TARGET_DOWN]]);
  });

  test('a pod that starts again and again is told, though it is up now and then', () => {
    const crashing = '1 0x4 '.repeat(12).trim();
    const series = { ...ALIVE, 'up{instance="redis-proxy-0"}': crashing, 'redis_ha_sentinel_up{instance="redis-server-0",sentinel="4"}': crashing };
    // until it is removed, or another pod has taken its place
    const gone = Object.fromEntries(Object.entries(series).map(([name, values]) => [name, name.includes('server_up') ? values : '0x8 stale']));
    expect(firing(only([Alert.SENTINEL_DOWN, Alert.TARGET_DOWN]), [{ series, at: ['55m'] }, { series: gone, at: ['12m', '20m'] }]))
      .toEqual([[[Alert.SENTINEL_DOWN, Alert.TARGET_DOWN]], [[], []]]);
  });

  test('a log that grows and is rewritten fills no volume that has room for it; one that fills within minutes is told before', () => {
    const volume = (available: string): Series => ({
      ...ALIVE,
      'kubelet_volume_stats_available_bytes{persistentvolumeclaim="data-cache-server-0"}': available,
      'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="data-cache-server-0"}': '100x1600',
    });
    // data of 30: the log grows to twice that in four hours, and three minutes hold another 30
    const rewritten = volume(Array.from({ length: 4 }, () => '70-0.125x239 10x2').join(' '));
    const at = Array.from({ length: 96 }, (_, index) => `${10 * (index + 1)}m`);
    const rules = only([Alert.VOLUME_FILLS_UP, Alert.VOLUME_NEARLY_FULL]);
    expect(firing(rules, [{ series: rewritten, at: [...at, '242m', '243m'] }])[0].flat()).toEqual([]);
    const [[before, soon]] = firing(rules, [{ series: volume('80x60 80-1x80 0x60'), at: ['120m', '138m'] }]);
    expect([before, soon]).toEqual([[], [Alert.VOLUME_NEARLY_FULL]]);
  });

  test('a claim that is there already is watched as those of the StatefulSet are', () => {
    const rules = only([Alert.VOLUME_NEARLY_FULL], rulesOf(undefined, { persistence: Persistence.existingClaim('disk') }));
    const volume = (claim: string): Series => ({
      ...ALIVE,
      [`kubelet_volume_stats_available_bytes{persistentvolumeclaim="${claim}"}`]: '1x60',
      [`kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="${claim}"}`]: '100x60',
    });
    expect(firing(rules, ['disk', 'data-cache-server-0'].map((claim) => ({ series: volume(claim), at: ['30m'] })))).toEqual([[[Alert.VOLUME_NEARLY_FULL]], [[]]]);
  });

  test('a server that refuses writes for memory is told whatever its policy is, and not for what it refused before Prometheus looked', () => {
    const server = (errors: string, more: Series = {}): Series => ({
      ...ALIVE,
      'redis_errors_total{instance="redis-server-0",err="OOM"}': errors,
      'redis_memory_max_bytes{instance="redis-server-0"}': '100x60',
      'redis_memory_used_bytes{instance="redis-server-0"}': '96x60',
      'redis_instance_info{instance="redis-server-0",maxmemory_policy="volatile-lru"}': '1x60',
      ...more,
    });
    const old = { 'redis_memory_max_bytes{instance="redis-server-0"}': '_x20 100x40' };
    expect(firing(only([Alert.MEMORY_FULL]), [
      { series: server('_x20 5x40'), at: ['19m', '21m', '40m'] },
      { series: server('5x20 5+1x40'), at: ['19m', '22m'] },
      { series: server('_x20 5x40', old), at: ['21m', '25m'] },
    ])).toEqual([[[], [Alert.MEMORY_FULL], []], [[], [Alert.MEMORY_FULL]], [[], []]]);
  });

  test.each(['shop', undefined])('what the cluster tells is found where Prometheus does not honour its labels, with namespace %s', (namespace) => {
    const both = [Alert.BACKUP_FAILING, Alert.VOLUME_NEARLY_FULL];
    const rules = only(both, rulesOf(undefined, undefined, namespace === undefined ? {} : { namespace }));
    const told = (labels: string): Series => ({
      ...ALIVE,
      [`kubelet_volume_stats_available_bytes{${labels},persistentvolumeclaim="data-cache-server-0"}`]: '1x60',
      [`kubelet_volume_stats_capacity_bytes{${labels},persistentvolumeclaim="data-cache-server-0"}`]: '100x60',
      [`kube_cronjob_created{${labels},cronjob="cache-backup"}`]: '0x60',
      [`kube_cronjob_status_last_schedule_time{${labels},cronjob="cache-backup"}`]: '_x5 300x60',
      [`kube_cronjob_status_active{${labels},cronjob="cache-backup"}`]: '0x60',
    });
    const another = ['namespace="monitoring",exported_namespace="other"', 'namespace="shop",exported_namespace="other"'];
    const fired = firing(rules, ['namespace="shop"', 'namespace="monitoring",exported_namespace="shop"', ...another].map((labels) => ({ series: told(labels), at: ['30m'] })));
    expect(fired).toEqual([[both], [both], ...another.map(() => [namespace === undefined ? both : []])]);
  });

  describe('where the namespace of an installation is not known', () => {
    const rules = rulesOf(undefined, undefined, {});
    const all = (namespace: string, master: string): Series => Object.fromEntries([0, 1, 2].flatMap((n): [string, string][] => {
      const one = (name: string, more = '') => `redis_ha_${name}{instance="redis-server-${n}",namespace="${namespace}"${more}}`;
      return [
        [one('server_up'), '1x60'],
        [one('role', ',role="master"'), n === 0 ? master : '0x60'],
        [one('electable'), n === 0 ? '0x60' : '1x60'],
        [one('servers'), '3x60'],
        [one('sentinel_names', `,sentinel="${n}",server="${namespace === 'test' ? 1 : 0}"`), '1x60'],
        [`haproxy_server_status{instance="redis-proxy-${n}",namespace="${namespace}",proxy="master_0",server="R0",state="UP"}`, '1x60'],
      ];
    }));

    test('another one of its name elsewhere is not taken for a part of it', () => {
      expect(firing(rules, [{ series: { ...all('shop', '1x60'), ...all('test', '1x60') }, at: ['30m'] }])[0]).toEqual([[]]);
    });

    test('another one of its name elsewhere does not hide that it has no master', () => {
      expect(firing(rules, [{ series: { ...all('shop', '0x60'), ...all('test', '1x60') }, at: ['30m'] }])[0]).toEqual([[Alert.NO_MASTER]]);
    });
  });

  test('a server and a Sentinel more, that take a minute to start and copy, fire none', () => {
    const agents = [0, 1, 2].flatMap((n): [string, string][] => [
      [`redis_ha_server_up{instance="redis-server-${n}"}`, '1x33'],
      [`redis_ha_servers{instance="redis-server-${n}"}`, '3x3 5x30'],
      [`redis_ha_sentinels_majority{instance="redis-server-${n}"}`, '2x3 3x30'],
      ...[0, 1, 2, 3, 4].map((j): [string, string] => [`redis_ha_sentinel_up{instance="redis-server-${n}",sentinel="${j}"}`, j < 3 ? '1x33' : '_x4 0 1x28']),
    ]);
    const added = [3, 4].flatMap((n): [string, string][] => [
      [`up{instance="redis-server-${n}",endpoint="agent-stats"}`, '_x4 0 1x28'],
      [`redis_ha_server_up{instance="redis-server-${n}"}`, '_x5 1x28'],
      [`redis_ha_role{instance="redis-server-${n}",role="standby"}`, '_x5 1 0x27'],
      [`redis_ha_link_up{instance="redis-server-${n}"}`, '_x6 0x1 1x25'],
      [`redis_ha_phase{instance="redis-server-${n}",phase="wait"}`, '_x5 1x1 stale'],
    ]);
    const copies: [string, string][] = [['redis_replica_resyncs_full{instance="redis-server-9"}', '2x5 4x28']];
    const master: [string, string][] = [['redis_ha_role{instance="redis-server-0",role="master"}', '1x33'], ['redis_ha_electable{instance="redis-server-1"}', '1x33'], ['haproxy_server_status{instance="redis-proxy-0",proxy="master_0",server="R0",state="UP"}', '1x33']];
    const series = { ...ALIVE, ...PROXIES, ...Object.fromEntries([...master, ...agents, ...added, ...copies]) };
    const at = Array.from({ length: 30 }, (_, minute) => `${minute + 1}m`);
    expect([...new Set(firing(RULES, [{ series, at }])[0].flat())]).toEqual([]);
  });

  test('the same roll fires alerts when nothing is given time', () => {
    const hasty = { groups: [{ ...RULES.groups[0], rules: RULES.groups[0].rules.map((rule: any) => ({ ...rule, for: '0s' })) }] };
    expect(alertsIn('roll.json', hasty)).toEqual(expect.arrayContaining([Alert.SENTINEL_MAJORITY_AT_RISK]));
  });
});
