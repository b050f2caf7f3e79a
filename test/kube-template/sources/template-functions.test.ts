import * as fs from 'node:fs';
import * as path from 'node:path';
import { standardFunctions } from '../../../lib/go-template';
import { KubeConfig } from '../../../lib/kube-template/kube';
import { Sources } from '../../../lib/kube-template/sources';
import { KINDS } from '../../../lib/kube-template/sources/kinds';
import { templateFunctions } from '../../../lib/kube-template/sources/template-functions';

const functions = templateFunctions({ list: (...args: unknown[]) => ['from the API', ...args], pods: () => 'pods' });

test.each([
  [['apps/v1', 'daemonsets']],
  [['v1', 'events', 'cache']],
  [['discovery.k8s.io/v1', 'endpointslices', '*', 'app=redis']],
  [['example.com/v1beta1', 'red-things', '', '']],
])('list %j reads the API', (args) => {
  expect(functions.list(...args)).toEqual(['from the API', ...args]);
});

test.each([
  [[]],
  [['a', 'b']],
  [['v1']],
  [['v1', 'v2']],
  [['v1', 7]],
  [['v1', 'pods', 'a', 'b', 'c']],
])('list %j is a list of its arguments', (args) => {
  expect(functions.list(...args)).toEqual(args);
});

test('the manual names every function', () => {
  const manual = fs.readFileSync(path.resolve(__dirname, '..', '..', '..', 'docs', 'reference', 'kube-template.md'), 'utf8');
  const section = manual.slice(manual.indexOf('### Functions that read the API'), manual.indexOf('## Flags'));
  const named = new Set([...section.matchAll(/`([^`]*)`/g)].flatMap(([, code]) => code.split(/[^A-Za-z0-9]+/)));
  const names = [...Object.keys(standardFunctions), ...KINDS.map(({ plural }) => plural), 'list', 'backends', 'file'];
  expect(names.filter((name) => !named.has(name))).toEqual([]);
});

test('no other function has two meanings', () => {
  const sources = new Sources(new KubeConfig({ server: 'https://localhost' }));
  const both = Object.keys(sources.functions()).filter((name) => Object.hasOwn(standardFunctions, name));
  expect(both).toEqual(['list']);
});
