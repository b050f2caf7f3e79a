import { Table } from '../base/table';

/** What the two charts call the same things. */
export interface Words {
  /** Name of the chart, and of the engine. */
  readonly engine: 'redis' | 'valkey';
  readonly master: 'master' | 'primary';
  readonly Master: 'Master' | 'Primary';
}

/** What is said in several places. */
export const SCRIPTS = 'the start scripts are the library\'s: what a server becomes depends on them';
export const ACCOUNT = 'pods need no ServiceAccount: nothing in them asks the Kubernetes API';
export const NO_PRESET = 'presets of the chart are not known here: give the amounts by `resources`';

/** The keys of a table below another one. */
export function prefixed(part: string, table: Table): Table {
  return Object.fromEntries(Object.entries(table).map(([path, entry]) => [`${part}.${path}`, entry]));
}
