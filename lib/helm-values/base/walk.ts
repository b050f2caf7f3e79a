import { Build } from './build';
import { flag, isEmpty, isObject, isTemplated } from './readers';
import { ChartRules, Entry } from './table';
import { nearest } from '../../settings/nearest';

/** Names of keys that hold only what aliases of YAML point to. */
export const HELPERS = /^(x-|[._])/;

/** What stands for Helm's templates, which nobody fills in here. */
const TEMPLATE = 'is a template of Helm, which nobody fills in here: give the value itself';

/**
 * Goes through all that a values file says, key by key. Whatever it comes to gets a line in the report, by the table's entry or as unknown: no key is left out,
 * whoever forgets it.
 */
export function walk(values: { readonly [key: string]: unknown }, chart: ChartRules, build: Build): void {
  const one = new Walk(chart, build, values);
  one.object(values, '', '');
  one.put();
}

class Walk {
  private readonly paths: readonly string[];
  /** All that have something below them. */
  private readonly inner: ReadonlySet<string>;
  /** What is put once all keys are read: which of them stands first in a file means nothing. */
  private readonly later: { readonly path: string; readonly put: () => void }[] = [];

  constructor(private readonly chart: ChartRules, private readonly build: Build, private readonly root: { readonly [key: string]: unknown }) {
    this.paths = Object.keys(chart.table);
    this.inner = new Set([...this.paths, ...Object.keys(chart.renamed)].flatMap((path) => parents(path)));
  }

  /** @param key as the file has it; `path` as the table has it, which differs for keys of former versions */
  public object(values: { readonly [key: string]: unknown }, key: string, path: string): void {
    const { first } = this.chart;
    const entries = Object.entries(values);
    const early = path === '' ? first.flatMap((name) => entries.filter(([one]) => one === name)) : [];
    for (const [name, value] of [...early, ...entries.filter((entry) => !early.includes(entry))]) {
      const under = (whole: string): string => (whole === '' ? name : `${whole}.${name}`);
      const now = under(path);
      this.key(value, under(key), Object.hasOwn(this.chart.renamed, now) ? this.chart.renamed[now] : now);
    }
  }

  /** Puts what was read, but for what another key takes the place of. */
  public put(): void {
    for (const { path, put } of this.later) {
      const winner = this.chart.replacedBy?.(path, this.build);
      if (winner === undefined || !this.build.has(winner)) put();
    }
  }

  private key(value: unknown, key: string, path: string): void {
    const entry = this.entry(path);
    if (entry === undefined && this.inner.has(path)) {
      if (isObject(value) && Object.keys(value).length > 0) this.object(value, key, path);
      else if (isEmpty(value) || value === false) this.build.report.add(key, 'unused', 'empty');
      else this.build.refuse(key, `must be an object with keys like ${this.children(path).slice(0, 4).join(', ')}`);
      return;
    }
    if (entry === undefined) {
      if (HELPERS.test(path)) this.build.note(key, 'only holds what aliases point to');
      else if (isEmpty(value)) this.build.report.add(key, 'unused', 'empty, and no key of the chart');
      else this.build.refuse(key, this.unknown(path));
      return;
    }
    this.entryOf(entry, value, key, path);
  }

  private entryOf(entry: Entry, value: unknown, key: string, path: string): void {
    const { report } = this.build;
    const off = this.switchedOff(path);
    // to Helm null is the chart's default taken away
    if (value === null && entry.whenNull !== undefined) return this.entryOf(entry, entry.whenNull, key, path);
    if (isEmpty(value) && !(entry.meansEmpty && value !== null && value !== undefined)) return report.add(key, 'unused', 'empty');
    if (off !== undefined) return report.add(key, 'unused', off);
    if (entry.idle.some((idle) => same(idle, value))) return report.add(key, 'unused', 'asks for nothing');
    if (!entry.verbatim && entry.fate !== 'refused' && isTemplated(value)) return this.build.refuse(key, entry.note === undefined ? TEMPLATE : `${TEMPLATE}. ${entry.note}`);
    const read = entry.read(value);
    if ('wrong' in read) this.build.refuse(key, read.wrong);
    if (!('value' in read)) return;
    report.add(key, entry.fate, [entry.to, entry.note].filter((part) => part !== undefined).join(': '));
    this.build.keep(path, read.value, key);
    if (entry.set !== undefined) this.later.push({ path, put: () => entry.set?.(this.build, read.value, key) });
  }

  private entry(path: string): Entry | undefined {
    const { table } = this.chart;
    if (Object.hasOwn(table, path)) return table[path];
    const all = parents(path).map((parent) => `${parent}.*`).find((pattern) => Object.hasOwn(table, pattern));
    return all === undefined ? undefined : table[all];
  }

  /** The flag that keeps a key from having any effect. */
  private switchedOff(path: string): string | undefined {
    for (const [below, reason] of Object.entries(this.chart.off?.(this.root) ?? {})) if (path.startsWith(`${below}.`)) return reason;
    for (const [below, [switched, absent]] of Object.entries(this.chart.gates)) {
      if (path === switched || !path.startsWith(`${below}.`)) continue;
      const read = flag(lookUp(this.root, switched, this.chart.renamed));
      if (!('value' in read ? read.value : absent)) return `${switched} is off`;
    }
    return undefined;
  }

  private unknown(path: string): string {
    const name = path.slice(path.lastIndexOf('.') + 1);
    const parent = path.slice(0, -name.length - 1);
    const near = nearest(name, this.children(parent));
    // a name that several places have, like `enabled`, tells nothing
    const [elsewhere, ...others] = [...new Set([...this.paths, ...this.inner])].filter((one) => one.endsWith(`.${name}`));
    const only = others.length === 0 ? elsewhere : undefined;
    const meant = near === undefined ? only : parent === '' ? near : `${parent}.${near}`;
    return `is no key of the chart ${this.chart.name}${meant === undefined ? '' : `: did you mean ${meant}?`}`;
  }

  /** Names right below a path. */
  private children(path: string): string[] {
    const prefix = path === '' ? '' : `${path}.`;
    const names = [...this.paths, ...this.inner].filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length).split('.')[0]);
    return [...new Set(names)].filter((name) => name !== '*' && name !== '');
  }
}

/** All that a path is below of, from the nearest up. */
function parents(path: string): string[] {
  const names = path.split('.');
  return names.slice(1).map((_, index) => names.slice(0, names.length - 1 - index).join('.'));
}

function lookUp(root: unknown, path: string, renamed: { readonly [former: string]: string }): unknown {
  const former = Object.keys(renamed).find((one) => path === renamed[one] || path.startsWith(`${renamed[one]}.`));
  const value = path.split('.').reduce<any>((at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), root);
  return value === undefined && former !== undefined ? lookUp(root, former + path.slice(renamed[former].length), {}) : value;
}

function same(a: unknown, b: unknown): boolean {
  // the text "false" is true to Helm
  if (a === false || b === false) return a === b;
  if (typeof a === 'object' || typeof b === 'object') return JSON.stringify(a) === JSON.stringify(b);
  return a === b || (typeof a !== typeof b && String(a) === String(b));
}
