import * as fs from 'node:fs';
import * as path from 'node:path';
import { IDS, imported } from './support';
import { CHARTS } from '../../lib/helm-values/detect';
import { parseYaml } from '../../lib/helm-values/parts/yaml';
import { programOf } from '../../lib/helm-values/program';
import { markdown, nestedRows, topRows } from '../../tools/helm-tables/rows';

const ROOT = path.resolve(__dirname, '..', '..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** Releases of the charts whose keys are all known. */
const RELEASES = [['redis-ha', 'redis-ha-4.39'], ['redis', 'redis-23.1'], ['valkey', 'valkey-4.0']] as const;
const keysOf = (release: string) => read(`test/fixtures/helm/${release}.keys.txt`).trim().split('\n');

test.each([['redis-ha', 'redis-ha'], ['bitnami', 'redis']])('docs/how-to/migrating-from-%s.md says of each key what the code does', (file, chart) => {
  const text = read(`docs/how-to/migrating-from-${file}.md`);
  // npx ts-node --transpile-only --project tools/tsconfig.json tools/helm-tables.ts writes them
  expect(text).toContain(markdown(topRows(CHARTS[chart])));
  expect(text).toContain(markdown(nestedRows(CHARTS[chart])));
});

test("docs/how-to/migrating-from-redis-ha.md has a row for each top-level key of the chart's 4.39", () => {
  const keys = [...new Set(keysOf('redis-ha-4.39').map((key) => key.split('.')[0]))];
  const rows = new Map([...read('docs/how-to/migrating-from-redis-ha.md').split('### At the top')[1].split('### Below')[0].matchAll(/^\| `(\w+)` \| (mapped|mapped with a note|refused) \| (.+) \|$/gm)].map((row) => [row[1], row]));
  expect(keys.filter((key) => !rows.has(key))).toEqual([]);
  expect(keys.length).toBeGreaterThan(45);
});

test.each(RELEASES)('%s: %s has no key that is unknown', (chart, release) => {
  const keys = keysOf(release);
  // a value that no key takes for empty
  const values: any = {};
  for (const key of keys) {
    const names = key.split('.');
    const parent = names.slice(0, -1).reduce((at, name) => (at[name] ??= {}), values);
    parent[names[names.length - 1]] = '5';
  }
  const { lines } = imported(values, { chart });
  expect(lines.filter(({ text }) => text.startsWith('is no key'))).toEqual([]);
  expect(lines.length).toBeGreaterThan(keys.length / 2);
});

test('the two charts of Bitnami differ in words only', () => {
  const renamed = (key: string) => key.replace(/valkey/g, 'redis').replace(/primary/g, 'master').replace(/Primary/g, 'Master');
  const [redis, valkey] = ['redis', 'valkey'].map((chart) => Object.keys(CHARTS[chart].table).map(renamed).sort());
  expect(valkey).toEqual(redis);
});

test('examples/from-helm/main.ts is what the command writes from the values beside it', () => {
  const parsed = parseYaml(read('examples/from-helm/values.yaml'));
  const result = imported('value' in parsed ? parsed.value : undefined, { name: 'sessions', given: 'sessions' });
  expect(programOf(result, { source: 'values.yaml', ids: IDS })).toBe(read('examples/from-helm/main.ts'));
});
