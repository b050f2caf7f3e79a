import { k8s } from 'cdk8s-plus-27';
import { ContainerResources, RedisHaProps, Routing, Sentinel } from '../../lib';
import { checked } from '../../lib/settings/kinds';
import { resolveSettings } from '../../lib/settings/resolve';
import { resolveResources, resources } from '../../lib/settings/resolve-resources';
import { resources as kind } from '../../lib/settings/shapes-common';

type Written = { readonly [list: string]: { readonly [resource: string]: string | number } };

const quantities = (written: Written): k8s.ResourceRequirements => Object.fromEntries(Object.entries(written).map(([list, values]) => (
  [list, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, k8s.Quantity.fromString(String(value))]))])));
const plain = (given: object) => JSON.parse(JSON.stringify(given), (_, value) => value?.value ?? value);

const DEFAULTS = resources('100m', '64Mi', '256Mi');
const resolved = (given?: Written) => plain(resolveResources('x', given && checked(kind, quantities(given), 'x'), DEFAULTS));

test.each<[string, Written | undefined, Written]>([
  ['nothing', undefined, { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '256Mi' } }],
  ['a request for CPU', { requests: { cpu: '1' } }, { requests: { cpu: '1', memory: '64Mi' }, limits: { memory: '256Mi' } }],
  ['a request for memory', { requests: { memory: '128Mi' } }, { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } }],
  ['a limit of CPU', { limits: { cpu: '2' } }, { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '2', memory: '256Mi' } }],
  ['a limit of memory', { limits: { memory: '1Gi' } }, { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '1Gi' } }],
  ['another resource', { limits: { 'ephemeral-storage': '1Gi' } }, { requests: { cpu: '100m', memory: '64Mi' }, limits: { 'ephemeral-storage': '1Gi', 'memory': '256Mi' } }],
  ['a limit below the default request', { limits: { memory: '32Mi', cpu: '0.05' } }, { requests: { cpu: '0.05', memory: '32Mi' }, limits: { memory: '32Mi', cpu: '0.05' } }],
  ['a request above the default limit', { requests: { memory: '1Gi' } }, { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '1Gi' } }],
  ['no limits', { limits: {} }, { requests: { cpu: '100m', memory: '64Mi' } }],
  ['no requests', { requests: {} }, { limits: { memory: '256Mi' } }],
  ['neither', {}, {}],
])('with %s given, the other defaults stay', (_, given, expected) => {
  expect(resolved(given)).toEqual(expected);
});

test.each<[Written, string]>([
  [{ requests: { cpu: '2' }, limits: { cpu: '1500m' } }, `'x.requests.cpu' ("2") must not exceed the limit (1500m)`],
  [{ requests: { memory: '1Gi' }, limits: { memory: '1G' } }, `'x.requests.memory' ("1Gi") must not exceed the limit (1G)`],
  [{ requests: { cpu: '1Gi' } }, `'x.requests.cpu' ("1Gi") must be a number of CPUs, like "500m" or "2"`],
  [{ limits: { memory: '1.5.0' } }, `'x.limits.memory' ("1.5.0") must be a quantity of bytes, like "512Mi"`],
])('%j is refused', (given, message) => {
  expect(() => resolved(given)).toThrow(message);
});

const serverWith = (given: unknown) => resolveSettings({ server: { resources: given as ContainerResources } }, { defaultName: 'x' }).server;

test.each<[string, unknown]>([
  ['{ memory: { limit: undefined } }', { memory: { limit: undefined } }],
  ['{ cpu: {} }', { cpu: {} }],
  ['{ cpu: undefined, memory: undefined }', { cpu: undefined, memory: undefined }],
  ['{ limits: undefined }', { limits: undefined }],
  ['{ limits: null }, as other languages have it', { limits: null }],
  ['{ requests: { cpu: undefined }, limits: { memory: undefined } }', { requests: { cpu: undefined }, limits: { memory: undefined } }],
])('%s gives nothing, so all defaults stay', (_, given) => {
  expect(plain(serverWith(given).resources)).toEqual(plain(serverWith(undefined).resources));
  expect(serverWith(given).maxmemoryBytes).toBe(384 * 1024 ** 2);
});

test.each<[string, ContainerResources, Written]>([
  ['{}', {}, {}],
  ['{ limits: {} }', { limits: {} }, { requests: { cpu: '100m', memory: '512Mi' } }],
  ['{ requests: {} }', { requests: {} }, { limits: { memory: '512Mi' } }],
  ['{ limits: {}, memory: {} }', { limits: {}, memory: {} }, { requests: { cpu: '100m', memory: '512Mi' } }],
])('%s says that there are none', (_, given, expected) => {
  expect(plain(serverWith(given).resources)).toEqual(expected);
});

test('all parts keep their other defaults', () => {
  const cpu = quantities({ requests: { cpu: '1' } });
  const settings = (one?: k8s.ResourceRequirements) => {
    const props: RedisHaProps = {
      server: { resources: one, agent: { resources: one } },
      sentinel: Sentinel.deployments(3, { resources: one }),
      routing: Routing.podIp({ resources: one }),
      proxy: { resources: one },
    };
    const { server, agent, sentinel, proxy } = resolveSettings(props, { defaultName: 'x' });
    return { server, agent, sentinel, proxy: proxy!, kubeTemplate: proxy!.kubeTemplate! };
  };
  const defaults = settings();
  for (const [part, { resources: given }] of Object.entries(settings(cpu))) {
    const { limits, requests } = defaults[part as keyof typeof defaults].resources;
    expect(plain(given)).toEqual(plain({ limits, requests: { ...requests, ...cpu.requests } }));
  }
  // what the limit decides stays too
  expect(settings(cpu).server.maxmemoryBytes).toBe(defaults.server.maxmemoryBytes);
  expect(settings(cpu).proxy.maxconn).toBe(defaults.proxy.maxconn);
});
