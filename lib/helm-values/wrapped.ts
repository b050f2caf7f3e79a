import { isObject, text } from './base/readers';
import { Line } from './base/report';
import { parseDocuments, tagText } from './parts/yaml';
import { Wrapper, wrappers } from './wrappers';

/** Where values may be. */
export interface Place {
  /** Whether its name, or what is around it, says that it is the values of a chart. */
  readonly expected: boolean;
  /** The chart, if what is around it names one. */
  readonly chart?: string;
  readonly values: { readonly [key: string]: unknown };
  /** Path in the file, with dots; empty if the file is nothing else. */
  readonly at: string;
  /** What the file has beside them. */
  readonly lines: readonly Line[];
}

type Fields = { readonly [key: string]: any };

/** What is said of values that another file has. */
export const ELSEWHERE = 'the values are elsewhere: import them too, as a file; the later one counts';

/** Values in what installs a chart. */
export function wrapped(file: Fields): Place[] {
  return wrappers(file).flatMap((wrapper) => placeOf(file, wrapper));
}

function placeOf(file: Fields, { chart, values, set, elsewhere, unread = [] }: Wrapper): Place[] {
  const lines: Line[] = elsewhere.filter(([, given]) => given !== undefined && given !== null)
    .map(([key]) => ({ key, fate: 'refused', text: ELSEWHERE }));
  for (const [key, given] of unread) if (given !== undefined && given !== null && given !== '') lines.push({ key, fate: 'noted', text: `is not read: ${values[0][0]} takes its place` });
  let [result, at]: [Fields, string | undefined] = [{}, undefined];
  for (const [key, given] of values) {
    if (given === undefined || given === null) continue;
    const parsed = typeof given === 'string' ? textOf(given, key) : { value: given, lines: [] };
    const wrong = 'wrong' in parsed ? parsed.wrong : isObject(parsed.value ?? {}) ? undefined : 'it holds no keys';
    if (wrong !== undefined) {
      lines.push({ key, fate: 'refused', text: `can't be read: ${wrong}` });
      continue;
    }
    if ('lines' in parsed) lines.push(...parsed.lines);
    if (at !== undefined) lines.push({ key: at, fate: 'noted', text: `${key} lies over it` });
    at = key;
    result = overlaid(result, (parsed as { readonly value?: Fields }).value ?? {});
  }
  for (const [key, given] of set) {
    const { name, value, forceString } = (isObject(given) ? given : {}) as Fields;
    const read = text(value);
    if (typeof name !== 'string' || 'wrong' in read || /[[\]{}\\]/.test(name)) {
      lines.push({ key, fate: 'refused', text: 'must have the path of a key, without lists, and a value: write it into the values' });
      continue;
    }
    lines.push({ key, fate: 'noted', text: `counts as ${name} of the values` });
    result = overlaid(result, name.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), forceString ? read.value : typed(read.value)) as Fields);
    at ??= key.replace(/\[\d+\]$/, '');
  }
  if (at === undefined && lines.length === 0 && chart === undefined) return [];
  const own = [...values, ...set, ...elsewhere, ...unread].map(([key]) => key);
  return [{ expected: true, chart, values: result, at: at ?? own[0], lines: [...lines, ...around(file, own)] }];
}

/** Values that are written as text, of which Helm reads the first document. */
function textOf(given: string, key: string): { readonly value: unknown; readonly lines: readonly Line[] } | { readonly wrong: string } {
  const parsed = parseDocuments(given);
  if ('wrong' in parsed) return parsed;
  const { documents, tagged } = parsed.value;
  const lines = tagged.filter(({ document }) => document === 0).map((one): Line => ({ key: one.path === '' ? key : `${key}.${one.path}`, fate: 'refused', text: tagText(one) }));
  const others: Line[] = documents.length < 2 ? [] : [{ key, fate: 'noted', text: 'has several documents: as for Helm, the first one counts' }];
  return { value: documents[0], lines: [...others, ...lines] };
}

/** What text means that is given to `--set`. */
function typed(value: string): unknown {
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  return /^(0|-?[1-9]\d*)$/.test(value) ? Number(value) : value;
}

/** A later values file lies over the former: objects are merged. Null stays, as it takes the chart's default away, too. */
export function overlaid(base: any, over: any): any {
  if (!isObject(base) || !isObject(over)) return over;
  const result = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    result.set(key, result.has(key) ? overlaid(result.get(key), value) : value);
  }
  return Object.fromEntries(result);
}

/** All of the file but some of it. */
function around(file: Fields, own: readonly string[]): Line[] {
  const lines: Line[] = [];
  const visit = (value: unknown, path: string): void => {
    if (own.includes(path)) return;
    if (!own.some((one) => one.startsWith(path)) || typeof value !== 'object' || value === null) {
      lines.push({ key: path, fate: 'foreign', text: 'belongs to what installs the chart' });
      return;
    }
    for (const [key, one] of Object.entries(value)) visit(one, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
  };
  for (const [key, value] of Object.entries(file)) visit(value, key);
  return lines;
}
