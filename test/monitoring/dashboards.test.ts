import * as fs from 'node:fs';
import * as path from 'node:path';
import { fleet } from '../../tools/dashboards/fleet';
import { installation } from '../../tools/dashboards/installation';
import { panelsOf, queriesOf } from '../../tools/dashboards/queries';
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
};

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
    const known = new Set(Object.values(recorded('names.json') as { [port: string]: string[] }).flat());
    const asked = new Set(queries.flatMap(({ expr }) => expr.match(/\b(redis|haproxy|kube_template)_\w+/g) ?? []));
    expect(asked.size).toBeGreaterThan(8);
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  });

  describeWith([PROMTOOL])('over what was recorded', () => {
    test('has an answer for each query', () => {
      const series = Object.fromEntries(Object.entries(recorded('last.json') as { [name: string]: string }).map(([name, value]) => [name, `${value}x40`]));
      const results = resultsOf(series, queries.map(({ expr }) => expr), '30m');
      const empty = queries.filter((_, index) => results[index] === 'nil').map(({ title }) => title);
      expect(empty.filter((title) => !(title in QUIET))).toEqual([]);
    });
  });
});
