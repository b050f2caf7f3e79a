import * as fc from 'fast-check';
import { imported, incomplete, manifestsOf, unaccounted } from './support';
import { CHARTS } from '../../lib/helm-values/detect';

/** What people and machines write where something else belongs. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, '', '-', 0, 1, 3, -1, 1e21, 0.5, '3', '1.5', 'yes', 'no', '10Gi', '512mb', '30s', '{{ .Release.Name }}', 'a: [', 'ClusterIP', 'LoadBalancer', 'redis', 'haproxy', 'x'.repeat(300)),
  fc.constantFrom<unknown>([], {}, [null], [1, 'a'], [{}], [{ name: 'server' }], [{ name: 'extra' }], [{ name: 'extra', image: 'a:1' }], [{ name: 'extra', mountPath: '/extra' }], [{ name: 'config', configMap: { name: 'x' } }], [['x']], { a: 1 }, { enabled: true }, { name: 'x' }, { requests: { memory: '1Gi', cpu: 'many' }, limits: 5 }),
  fc.constantFrom<unknown>({ __proto__: null, constructor: 'x', toString: 1 }, JSON.parse('{"__proto__": {"a": 1}}'), { 'a.b/c': 'd', '': 'empty' }, { matchLabels: [] }),
  fc.string(),
  fc.integer(),
  fc.object({ maxDepth: 2 }),
);

/** Keys that switch parts on, so that their keys count. */
const SWITCHES = ['haproxy.enabled', 'exporter.enabled', 'networkPolicy.enabled', 'auth', 'prometheusRule.enabled', 'exporter.serviceMonitor.enabled', 'topologySpreadConstraints.enabled', 'sentinel.enabled', 'metrics.enabled', 'tls.enabled', 'auth.acl.enabled'];

function nested(entries: readonly (readonly [string, unknown])[]): any {
  const root: any = {};
  for (const [path, value] of entries) {
    const names = path.replace(/\.\*$/, '.anything').split('.');
    let at = root;
    for (const name of names.slice(0, -1)) at = typeof at[name] === 'object' && at[name] !== null && !Array.isArray(at[name]) ? at[name] : (at[name] = {});
    at[names[names.length - 1]] = value;
  }
  return root;
}

test.each(Object.keys(CHARTS))('values of %s with wrong kinds in any place: no crash, each key has a line, and what is left is an installation', (chart) => {
  const paths = Object.keys(CHARTS[chart].table);
  const switches = SWITCHES.filter((path) => paths.includes(path));
  const values = fc.tuple(fc.subarray(switches), fc.array(fc.tuple(fc.constantFrom(...paths, 'unknown', 'redis.unknown.deep'), anything), { minLength: 1, maxLength: 25 }))
    .map(([on, entries]) => nested([...on.map((path) => [path, true] as const), ...entries]));
  let [refused, taken] = [0, 0];
  fc.assert(fc.property(values, (given) => {
    const before = JSON.stringify(given);
    const result = imported(given, { chart });
    expect(unaccounted(given, result)).toEqual([]);
    expect(JSON.stringify(given)).toBe(before);
    expect(incomplete(manifestsOf(result))).toEqual([]);
    expect(result.lines.filter(({ text }) => /\n|\[object/.test(text))).toEqual([]);
    refused += result.lines.filter(({ fate }) => fate === 'refused').length;
    taken += result.lines.filter(({ fate }) => fate === 'mapped').length;
  }), { numRuns: 20 });
  // a property that only ever sees one of the two proves nothing
  expect(refused).toBeGreaterThan(0);
  expect(taken).toBeGreaterThan(0);
});
