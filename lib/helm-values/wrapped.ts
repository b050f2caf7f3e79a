import { isObject, text } from './base/readers';
import { Line } from './base/report';
import { parseYaml } from './parts/yaml';

/** Where values may be. */
export interface Place {
  /** Whether its name, or what is around it, says that it is the values of a chart. */
  readonly expected: boolean;
  readonly values: { readonly [key: string]: unknown };
  /** Path in the file, with dots; empty if the file is nothing else. */
  readonly at: string;
  /** What the file has beside them. */
  readonly lines: readonly Line[];
}

type Fields = { readonly [key: string]: any };

/** What installs a chart. */
interface Wrapper {
  /** Values, the later ones over the former. */
  readonly values: readonly (readonly [at: string, given: unknown])[];
  /** Single values, as `--set` takes them. */
  readonly set: readonly (readonly [at: string, given: unknown])[];
  /** What only names where values are. */
  readonly elsewhere: readonly (readonly [at: string, given: unknown])[];
}

/** Values in a HelmRelease of Flux, an Application of Argo CD, or a helmfile. */
export function wrapped(file: Fields): Place[] {
  return wrappers(file).flatMap((wrapper) => placeOf(file, wrapper));
}

function wrappers({ spec, releases }: Fields): Wrapper[] {
  const sources = [['spec.source.helm', spec?.source?.helm] as const, ...listed(spec?.sources).map((source, index) => [`spec.sources[${index}].helm`, source?.helm] as const)];
  return [
    ...isObject(spec) && ('values' in spec || 'valuesFrom' in spec) ? [{ values: [['spec.values', spec.values] as const], set: [], elsewhere: [['spec.valuesFrom', spec.valuesFrom] as const] }] : [],
    ...sources.filter(([, helm]) => isObject(helm)).map(([at, helm]) => ({
      values: [[`${at}.values`, helm.values] as const, [`${at}.valuesObject`, helm.valuesObject] as const],
      set: listed(helm.parameters).map((one, index) => [`${at}.parameters[${index}]`, one] as const),
      elsewhere: [[`${at}.valueFiles`, helm.valueFiles] as const, [`${at}.fileParameters`, helm.fileParameters] as const],
    })),
    ...listed(releases).filter(isObject).map((release, index) => {
      const values = listed(release.values).map((one, at) => [`releases[${index}].values[${at}]`, one] as const);
      return {
        values: values.filter(([, one]) => isObject(one)),
        set: listed(release.set).map((one, at) => [`releases[${index}].set[${at}]`, one] as const),
        elsewhere: values.filter(([, one]) => !isObject(one)),
      };
    }),
  ];
}

function listed(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}

function placeOf(file: Fields, { values, set, elsewhere }: Wrapper): Place[] {
  const lines: Line[] = elsewhere.filter(([, given]) => given !== undefined && given !== null)
    .map(([key]) => ({ key, fate: 'refused', text: 'the values are elsewhere: import them too, as a file' }));
  let [result, at]: [Fields, string | undefined] = [{}, undefined];
  for (const [key, given] of values) {
    if (given === undefined || given === null) continue;
    const parsed = typeof given === 'string' ? parseYaml(given) : { value: given };
    const wrong = 'wrong' in parsed ? parsed.wrong : isObject(parsed.value ?? {}) ? undefined : 'it holds no keys';
    if (wrong !== undefined) {
      lines.push({ key, fate: 'refused', text: `can't be read: ${wrong}` });
      continue;
    }
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
  if (at === undefined && lines.length === 0) return [];
  const own = [...values, ...set, ...elsewhere].map(([key]) => key);
  return [{ expected: true, values: result, at: at ?? own[0], lines: [...lines, ...around(file, own)] }];
}

/** What text means that is given to `--set`. */
function typed(value: string): unknown {
  if (/^(true|false)$/.test(value)) return value === 'true';
  return /^(0|-?[1-9]\d*)$/.test(value) ? Number(value) : value;
}

/** A later values file lies over the former: objects are merged, null removes. */
export function overlaid(base: any, over: any): any {
  if (!isObject(base) || !isObject(over)) return over;
  const result = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    if (value === null) result.delete(key);
    else result.set(key, result.has(key) ? overlaid(result.get(key), value) : value);
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
