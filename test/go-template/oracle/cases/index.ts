import { collections } from './collections';
import { comparisons } from './comparisons';
import { conditions } from './conditions';
import { contexts } from './contexts';
import { definitions } from './definitions';
import { failures } from './failures';
import { malformed } from './malformed';
import { mixed } from './mixed';
import { numbers } from './numbers';
import { options } from './options';
import { ours } from './ours';
import { output } from './output';
import { printf } from './printf';
import { ranges } from './ranges';
import { text } from './text';
import { OracleCase } from './types';
import { variables } from './variables';

export type { OracleCase } from './types';

/** Cases by theme; each theme goes on where the one before ends. */
export const THEMES: Readonly<Record<string, readonly OracleCase[]>> = {
  text: plain(text),
  numbers: plain(numbers),
  conditions: plain(conditions),
  ranges: plain(ranges),
  contexts: plain(contexts),
  variables: plain(variables),
  collections: plain(collections),
  comparisons: plain(comparisons),
  printf: plain(printf),
  output: plain(output),
  definitions: plain(definitions),
  malformed: plain(malformed),
  failures: plain(failures),
  mixed: plain(mixed),
  ours: plain(ours),
  options,
};

/** Data of cases that have none of their own. */
export const DATA = {
  Items: [
    {
      Name: 'p0',
      Status: { PodIP: '10.0.0.1', Phase: 'Running' },
      Ports: [{ Port: 6379, Name: 'redis' }, { Port: 26379, Name: 'sentinel' }],
      Labels: { app: 'redis', role: 'master' },
    },
    { Name: 'p1', Status: { PodIP: '10.0.0.2', Phase: 'Pending' }, Ports: [], Labels: { 'app': 'redis', 'k8s.io/x': 'y' } },
  ],
  n: 3,
  f: 1.5,
  g: 0.1,
  h: 1234567.5,
  whole: 3,
  s: 'héllo "w" <b>&\'',
  e: '',
  z: 0,
  t: true,
  F: false,
  nil: null,
  m: { b: 2, a: 1, c: { d: [1, 2, 3] } },
  nulls: { x: null },
  l: [1, 2, 3, 4],
  ls: ['x', 'y'],
  nested: [[1, 2], [3]],
  withnil: [1, null, 'a'],
  keys: { 'b': 1, 'a.b/c': 2, 'A': 3 },
  em: {},
  el: [],
  big: 12345678,
  neg: -5,
};

function plain(templates: readonly string[]): OracleCase[] {
  return templates.map((template) => ({ template }));
}
