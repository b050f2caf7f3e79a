import * as fs from 'node:fs';
import * as path from 'node:path';
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
  'Another master': 'only changes are marked',
};

/** What tells something in panels that are empty for most installations: those of kube-state-metrics could not be recorded. */
const MORE: { readonly [series: string]: string } = {
  'redis_ha_failover_paused_until_timestamp_seconds{instance="redis-server-0"}': '90000x40',
  'redis_ha_follow_link_up{instance="redis-server-0"}': '1x40',
  'redis_ha_follow_lag_bytes{instance="redis-server-0"}': '5x40',
  'redis_ha_follow_lag_seconds{instance="redis-server-0"}': '1x40',
  'kube_cronjob_status_last_successful_time{cronjob="cache-backup"}': '60x40',
};
/** What alerts read of kube-state-metrics too: https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/cronjob-metrics.md */
const OF_KUBE_STATE_METRICS = 'kube_cronjob_status_last_successful_time';

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
    const known = new Set(Object.values(recorded('names.json') as { [port: string]: string[] }).flat()).add(OF_KUBE_STATE_METRICS);
    const asked = new Set(queries.flatMap(({ expr }) => expr.match(/\b(redis|haproxy|kube)_\w+/g) ?? []));
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
