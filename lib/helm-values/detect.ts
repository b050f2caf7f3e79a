import { isEmpty, isObject } from './base/readers';
import { Line } from './base/report';
import { ChartRules } from './base/table';
import { HELPERS } from './base/walk';
import { BITNAMI_REDIS, BITNAMI_VALKEY } from './charts/bitnami';
import { REDIS_HA } from './charts/redis-ha';
import { ELSEWHERE, overlaid, Place, wrapped } from './wrapped';

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
  /** Whether they are values of a chart beyond doubt: what is around them says so, or their keys. */
  readonly sure: boolean;
  /** Which part of their keys the chart knows. */
  readonly share: number;
}

/** Of a share of 20: what has fewer of its keys known is something else. */
const HALF = 10;

/** Images that may hold the server, by what their names say, of which nothing is known before. */
const OWN_IMAGE = /redis|valkey|keydb|cache|^$/i;

/** Finds the values of a chart in what holds them, and the chart that they are for. */
export function detect(file: unknown, chart?: string): Found {
  if (!isObject(file)) return { chart: chart ?? 'redis-ha', values: {}, at: '', lines: [], sure: false, share: 0 };
  const charts = chart === undefined ? Object.keys(CHARTS) : [chart];
  const scored = placesOf(file)
    .flatMap((place, order) => charts.map((name): Scored => ({ place, chart: name, order, ...score(place.values, CHARTS[name]) })))
    // of equal ones the one that is called as the chart, the outermost, and the chart that stands first
    .sort((a, b) => b.share - a.share || Number(isNamed(b)) - Number(isNamed(a)) || b.known - a.known || a.order - b.order);
  // a chart that only bears the name has other keys
  const installed = scored.filter((one) => one.place.chart === one.chart && (one.share >= HALF || isEmpty(one.place.values)))
    .sort((a, b) => a.order - b.order);
  const likely = (fits: (one: Scored) => boolean): Scored | undefined => installed[0]
    // no key of any chart has this name
    ?? scored.find(({ place }) => place.expected && /(^|\.)redis-ha$/.test(place.at))
    ?? scored.find(isSubchart)
    ?? scored.find((one) => one.place.at === '' && fits(one))
    ?? scored.find((one) => one.place.expected && (fits(one) || (isEmpty(one.place.values) && one.place.chart === undefined)))
    ?? scored.find((one) => one.known > 1 && fits(one));
  const half = ({ share }: Scored): boolean => share >= HALF;
  // who names the chart knows what the values are
  const sure = likely((one) => half(one) && (chart !== undefined || tells(one)));
  const best = sure ?? likely(half) ?? scored.find(({ place }) => place.expected) ?? scored.find(({ place }) => place.at === '')!;
  const others = [...installed, ...scored.filter((one) => one.share >= HALF && (one.telling || (isNamed(one) && 'architecture' in one.place.values)) && apart(one.place, best.place))]
    .filter(({ place }, index, all) => place.at !== best.place.at && all.findIndex((one) => one.place.at === place.at) === index)
    .map((one): Line => ({ key: one.place.at, fate: 'refused', text: `${one.place.chart === one.chart ? 'installs' : 'holds values of'} ${one.chart} too: give it a file of its own` }));
  const { values, at, lines } = best.place;
  const doubt = sure === undefined && chart === undefined && !isEmpty(values) ? [doubtOf(best)] : [];
  const { share } = best;
  return { chart: best.chart, values, at, lines: [...doubt, ...lines, ...others, ...globals(file, at, best.chart)], sure: sure !== undefined, share };
}

/** Values of several files, the later ones over the former. Each may be what installs the chart, whose keys mean nothing in another. */
export function detectAll(files: readonly { readonly name: string; readonly value: unknown }[], chart?: string): Found {
  const installed = files.map(({ value }) => (isObject(value) ? wrapped(value) : []).flatMap((place) => place.chart ?? ''));
  if (files.length === 1 || installed.every(({ length }) => length === 0)) return detect(files.map(({ value }) => value).reduce(overlaid), chart);
  const known = installed.map((names) => names.filter((name) => Object.hasOwn(CHARTS, name)));
  const alone = files.map(({ value }) => detect(value, chart));
  const sure = alone.filter((found) => found.sure);
  const whole = detect((sure.length === 0 ? alone : sure).map(({ values }) => values).reduce(overlaid), chart ?? known.flat()[0]);
  const lines: Line[] = whole.lines.filter(({ key }) => key === '(values)');
  const fitting = files.flatMap(({ name, value }, index) => {
    const found = detect(value, whole.chart);
    const other = alone[index];
    const elsewhere = known[index].length > 0 && !known[index].includes(whole.chart);
    if (!elsewhere && (isEmpty(found.values) || (found.sure && found.share >= other.share))) return found;
    lines.push({ key: name, fate: 'refused', text: `holds ${other.sure && other.chart !== whole.chart ? `values of the chart ${other.chart}` : 'no values'}, and other files those of ${whole.chart}: it is left out` });
    return [];
  });
  for (const found of fitting) {
    const others = fitting.some((one) => one !== found && !isEmpty(one.values));
    for (const line of found.lines) lines.push(others && line.text === ELSEWHERE ? { ...line, fate: 'noted', text: 'the values are elsewhere: those of the other files are taken for them' } : line);
  }
  return { ...whole, values: fitting.map(({ values }) => values).reduce(overlaid, {}), at: '', lines };
}

/** A place, and how much of it a chart knows. */
interface Scored {
  readonly place: Place;
  readonly chart: string;
  /** Where the place stands in the file. */
  readonly order: number;
  readonly known: number;
  readonly all: number;
  /** Whether a key is among those known that values of other programs do not have. */
  readonly telling: boolean;
  readonly share: number;
}

/**
 * Whether keys are of this chart, and not only of any. Half of the values of a web application are known to redis-ha, from `image` to `tolerations`, and most of those of
 * another database to Bitnami's charts. So a few keys without any that tells must all be known, and the image not another program's.
 */
function tells({ place, known, all, telling }: Scored): boolean {
  const { values, expected, chart, at } = place;
  if (telling) return true;
  const named = at === '' || expected || 'architecture' in values;
  return named && chart === undefined && known === all && OWN_IMAGE.test(repositoryOf(values));
}

function doubtOf({ place: { at, values }, chart, known, all }: Scored): Line {
  const where = at === '' ? 'these' : `those at ${at}`;
  const image = repositoryOf(values);
  const other = OWN_IMAGE.test(image) ? '' : `, and the image is ${image}`;
  return {
    key: '(values)',
    fate: 'refused',
    text: `nothing tells that ${where} are values of the chart ${chart}: it knows ${known} of ${all} keys, and none that only values of redis-ha, redis or valkey have${other}. `
      + `If they are, name the chart: --chart ${chart}, or chart: '${chart}' of fromHelmValues`,
  };
}

function repositoryOf({ image }: { readonly [key: string]: any }): string {
  return isObject(image) && typeof image.repository === 'string' ? image.repository : '';
}

/**
 * Whether it is one of Bitnami's charts below another one. Charts of Bitnami have many keys in common, so that the one around it looks like it, too;
 * and redis-ha has a key of that name.
 */
function isSubchart({ place, chart, share }: { readonly place: Place; readonly chart: string; readonly share: number }): boolean {
  const name = place.at.split('.').pop()!;
  return place.chart === undefined && name === chart && name !== 'redis-ha' && share >= HALF && share > score({ redis: place.values }, REDIS_HA).share;
}

/** Whether values are beside others, neither around them nor in them, and not switched off. */
function apart({ at, lines, values }: Place, { at: other }: Place): boolean {
  const off = lines.some(({ key, fate }) => key === `${at}.enabled` && fate === 'noted');
  return at !== '' && other !== '' && !off && !isEmpty(values) && !`${at}.`.startsWith(`${other}.`) && !`${other}.`.startsWith(`${at}.`);
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
function score(values: { readonly [key: string]: unknown }, { table, renamed, telling }: ChartRules): Pick<Scored, 'known' | 'all' | 'share' | 'telling'> {
  const paths = [...Object.keys(table), ...Object.keys(renamed)];
  const exact = new Set(paths);
  const inner = new Set(paths.flatMap((path) => path.split('.').map((_, index, names) => names.slice(0, index).join('.'))));
  let [known, all, told] = [0, 0, false];
  const visit = (object: { readonly [key: string]: unknown }, prefix: string): void => {
    for (const [key, value] of Object.entries(object)) {
      const path = prefix === '' ? key : `${prefix}.${key}`;
      const knows = exact.has(path) || inner.has(path) || exact.has(`${prefix}.*`);
      all += 1;
      known += knows ? 1 : 0;
      told ||= knows && telling.includes(key);
      if (knows && inner.has(path) && isObject(value)) visit(value, path);
    }
  };
  visit(Object.fromEntries(Object.entries(values).filter(([key]) => !HELPERS.test(key))), '');
  return { known, all, share: all === 0 ? 0 : Math.round((known / all) * 20), telling: told };
}

/** Where values may be: the file itself, below the name of a chart, or in what installs a chart. */
function placesOf(file: { readonly [key: string]: any }): Place[] {
  const whole: Place = { expected: false, values: file, at: '', lines: [] };
  return [whole, ...wrapped(file)].flatMap((place) => [place, ...subcharts(place)]);
}

function conditionOf(path: string, name: string, enabled: unknown): Line {
  const key = `${path}.enabled`;
  return enabled === false
    ? { key, fate: 'noted', text: `is false: what is around it does not install ${name}, and these values mean nothing there` }
    : { key, fate: 'foreign', text: `says whether what is around it installs ${name}` };
}

/** Charts below another one, at most two levels down. */
function subcharts({ values, at, lines }: Place, depth = 0): Place[] {
  return Object.entries(values).flatMap(([name, below]) => {
    // what is there counts for all charts
    if (name === 'global' || !isObject(below) || (isEmpty(below) && !Object.hasOwn(CHARTS, name))) return [];
    const { enabled, ...rest } = below;
    const path = at === '' ? name : `${at}.${name}`;
    const others = Object.keys(values).filter((key) => key !== name).map((key): Line => ({ key: at === '' ? key : `${at}.${key}`, fate: 'foreign', text: `belongs to what installs ${name}` }));
    const condition: Line[] = enabled === undefined ? [] : [conditionOf(path, name, enabled)];
    const place: Place = { expected: Object.hasOwn(CHARTS, name), values: rest, at: path, lines: [...lines, ...others, ...condition] };
    return [place, ...depth < 1 ? subcharts(place, depth + 1) : []];
  });
}
