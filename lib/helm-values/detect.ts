import { isEmpty, isObject } from './base/readers';
import { Line } from './base/report';
import { ChartRules } from './base/table';
import { HELPERS } from './base/walk';
import { BITNAMI_REDIS, BITNAMI_VALKEY } from './charts/bitnami';
import { REDIS_HA } from './charts/redis-ha';
import { Place, wrapped } from './wrapped';

/** The charts, by the name that `--chart` takes. */
export const CHARTS: { readonly [name: string]: ChartRules } = { 'redis-ha': REDIS_HA, 'redis': BITNAMI_REDIS, 'valkey': BITNAMI_VALKEY };

/** Values of a chart, and where in the file they are. */
export interface Found {
  readonly chart: string;
  readonly values: { readonly [key: string]: unknown };
  /** Path in the file, with dots; empty if the file is nothing else. */
  readonly at: string;
  /** What the file has beside them. */
  readonly lines: readonly Line[];
  /** Whether they are values of a chart beyond doubt: what is around them says so, or most of their keys. */
  readonly sure: boolean;
}

/** Of a share of 20: what has fewer of its keys known is something else. */
const HALF = 10;

/** Finds the values of a chart in what holds them, and the chart that they are for. */
export function detect(file: unknown, chart?: string): Found {
  if (!isObject(file)) return { chart: chart ?? 'redis-ha', values: {}, at: '', lines: [], sure: false };
  const charts = chart === undefined ? Object.keys(CHARTS) : [chart];
  const scored = placesOf(file).flatMap((place, order) => charts.map((name) => ({ place, chart: name, order, ...score(place.values, CHARTS[name]) })))
    // of equal ones the one that is called as the chart, the outermost, and the chart that stands first
    .sort((a, b) => b.share - a.share || Number(isNamed(b)) - Number(isNamed(a)) || b.known - a.known || a.order - b.order);
  // a chart that only bears the name has other keys
  const installed = scored.filter((one) => one.place.chart === one.chart && (one.share >= HALF || isEmpty(one.place.values)))
    .sort((a, b) => a.order - b.order);
  const sure = installed[0]
    // no key of any chart has this name
    ?? scored.find(({ place }) => place.expected && /(^|\.)redis-ha$/.test(place.at))
    ?? scored.find(isSubchart)
    ?? scored.find(({ place, share }) => place.at === '' && share >= HALF)
    ?? scored.find(({ place, share }) => place.expected && (share >= HALF || (isEmpty(place.values) && place.chart === undefined)))
    ?? scored.find(({ share, known }) => share >= HALF && known > 1);
  const best = sure ?? scored.find(({ place }) => place.expected) ?? scored.find(({ place }) => place.at === '')!;
  const others = installed.filter(({ place }) => place.at !== best.place.at)
    .map((one): Line => ({ key: one.place.at, fate: 'refused', text: `installs ${one.chart} too: give it a file of its own` }));
  const { values, at, lines } = best.place;
  return { chart: best.chart, values, at, lines: [...lines, ...others, ...globals(file, at, best.chart)], sure: sure !== undefined };
}

/**
 * Whether it is one of Bitnami's charts below another one. Charts of Bitnami have many keys in common, so that the one around it looks like it, too;
 * and redis-ha has a key of that name.
 */
function isSubchart({ place, chart, share }: { readonly place: Place; readonly chart: string; readonly share: number }): boolean {
  const name = place.at.split('.').pop()!;
  return place.chart === undefined && name === chart && name !== 'redis-ha' && share >= HALF && share > score({ redis: place.values }, REDIS_HA).share;
}

function isNamed({ place, chart }: { readonly place: Place; readonly chart: string }): boolean {
  return place.at.split('.').pop() === chart;
}

/** What counts for all charts of a file, where the values are only a part of it. */
function globals(file: { readonly [key: string]: unknown }, at: string, chart: string): Line[] {
  const known = Object.keys(CHARTS[chart].table);
  return at === '' || !isObject(file.global) ? [] : Object.entries(file.global)
    .filter(([key, value]) => !isEmpty(value) && known.some((path) => `${path}.`.startsWith(`global.${key}.`)))
    .map(([key]) => ({ key: `global.${key}`, fate: 'refused', text: `counts for all charts of the file: say it at ${at}.global.${key} too` }));
}

/** How many keys a chart knows, and which share of all. What is below an unknown key counts for nothing. */
function score(values: { readonly [key: string]: unknown }, { table, renamed }: ChartRules): { readonly known: number; readonly share: number } {
  const paths = [...Object.keys(table), ...Object.keys(renamed)];
  const exact = new Set(paths);
  const inner = new Set(paths.flatMap((path) => path.split('.').map((_, index, names) => names.slice(0, index).join('.'))));
  let [known, all] = [0, 0];
  const visit = (object: { readonly [key: string]: unknown }, prefix: string): void => {
    for (const [key, value] of Object.entries(object)) {
      const path = prefix === '' ? key : `${prefix}.${key}`;
      const knows = exact.has(path) || inner.has(path) || exact.has(`${prefix}.*`);
      all += 1;
      known += knows ? 1 : 0;
      if (knows && inner.has(path) && isObject(value)) visit(value, path);
    }
  };
  visit(Object.fromEntries(Object.entries(values).filter(([key]) => !HELPERS.test(key))), '');
  return { known, share: all === 0 ? 0 : Math.round((known / all) * 20) };
}

/** Where values may be: the file itself, below the name of a chart, or in what installs a chart. */
function placesOf(file: { readonly [key: string]: any }): Place[] {
  const whole: Place = { expected: false, values: file, at: '', lines: [] };
  return [whole, ...wrapped(file)].flatMap((place) => [place, ...subcharts(place)]);
}

/** Charts below another one, at most two levels down. */
function subcharts({ values, at, lines }: Place, depth = 0): Place[] {
  return Object.entries(values).flatMap(([name, below]) => {
    // what is there counts for all charts
    if (name === 'global' || !isObject(below) || (isEmpty(below) && !(name in CHARTS))) return [];
    const { enabled, ...rest } = below;
    const path = at === '' ? name : `${at}.${name}`;
    const others = Object.keys(values).filter((key) => key !== name).map((key): Line => ({ key: at === '' ? key : `${at}.${key}`, fate: 'foreign', text: `belongs to what installs ${name}` }));
    const condition: Line[] = enabled === undefined ? [] : [{ key: `${path}.enabled`, fate: 'foreign', text: `says whether what is around it installs ${name}` }];
    const place: Place = { expected: name in CHARTS, values: rest, at: path, lines: [...lines, ...others, ...condition] };
    return [place, ...depth < 1 ? subcharts(place, depth + 1) : []];
  });
}
