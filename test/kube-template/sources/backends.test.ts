import { KubeObject } from '../../../lib/kube-template/kube';
import { backendsOf } from '../../../lib/kube-template/sources/backends';

const slice = (addressType: string, ports: object[] | null, ...endpoints: object[]): KubeObject => (
  { metadata: { name: 's' }, addressType, ports, endpoints }
);
const endpoint = (name: string, address: string, ready: boolean | null = true) => (
  { addresses: [address], conditions: { ready }, targetRef: { kind: 'Pod', name, uid: name } }
);
const REDIS = { name: 'redis', port: 6379 };
const METRICS = { name: 'metrics', port: 9121 };
const summary = (slices: KubeObject[], port?: string | number) => (
  backendsOf(slices, 'redis', port).map((found) => `${found.name} ${found.address}:${found.port}`)
);

describe('backends', () => {
  test('are sorted by name and merged over slices', () => {
    expect(summary([slice('IPv4', [REDIS], endpoint('b', '10.0.0.2')), slice('IPv4', [REDIS], endpoint('a', '10.0.0.1'))]))
      .toEqual(['a 10.0.0.1:6379', 'b 10.0.0.2:6379']);
  });

  test('appear once when two slices have them, as while a slice is moved', () => {
    expect(summary([slice('IPv4', [REDIS], endpoint('a', '10.0.0.1')), slice('IPv4', [REDIS], endpoint('a', '10.0.0.1'))]))
      .toEqual(['a 10.0.0.1:6379']);
  });

  test('of two address families appear once, with the IPv4 address', () => {
    expect(summary([slice('IPv6', [REDIS], endpoint('a', 'fd00::1')), slice('IPv4', [REDIS], endpoint('a', '10.0.0.1'))]))
      .toEqual(['a 10.0.0.1:6379']);
    expect(summary([slice('IPv6', [REDIS], endpoint('a', 'fd00::1'))])).toEqual(['a fd00::1:6379']);
  });

  test('are ready unless the slice says no', () => {
    expect(summary([slice('IPv4', [REDIS], endpoint('a', '10.0.0.1', false), endpoint('b', '10.0.0.2', null))])).toEqual(['b 10.0.0.2:6379']);
    expect(summary([slice('IPv4', [REDIS], { addresses: ['10.0.0.3'] })])).toEqual(['10.0.0.3 10.0.0.3:6379']);
  });

  test('have the port asked for by name or number', () => {
    const slices = [slice('IPv4', [REDIS, METRICS], endpoint('a', '10.0.0.1'))];
    for (const port of ['metrics', 9121, '9121']) expect(summary(slices, port)).toEqual(['a 10.0.0.1:9121']);
  });

  test('have the number asked for when the service names no ports', () => {
    expect(summary([slice('IPv4', null, endpoint('a', '10.0.0.1'))], 6379)).toEqual(['a 10.0.0.1:6379']);
    expect(summary([slice('IPv4', null, endpoint('a', '10.0.0.1'))])).toEqual(['a 10.0.0.1:undefined']);
  });

  test('of a service with several ports need one to be named', () => {
    expect(() => summary([slice('IPv4', [REDIS, METRICS], endpoint('a', '10.0.0.1'))]))
      .toThrow('backends: service redis has the ports redis (6379), metrics (9121): name one as the third argument');
  });

  test('have no port that the service does not have', () => {
    expect(() => summary([slice('IPv4', [REDIS], endpoint('a', '10.0.0.1'))], 'http'))
      .toThrow('backends: service redis has no port "http", it has redis (6379)');
  });

  test('of a service without pods are none: its slices are empty and have no ports', () => {
    for (const port of ['redis', 6379, undefined]) expect(summary([slice('IPv4', null), slice('IPv6', [])], port)).toEqual([]);
  });

  test('of one family are found beside the empty slice of the other', () => {
    const slices = [slice('IPv4', [REDIS, METRICS], endpoint('a', '10.0.0.1')), slice('IPv6', null)];
    expect(summary(slices, 'redis')).toEqual(['a 10.0.0.1:6379']);
  });

  test('are those that have the port, while a rollout brings it', () => {
    const slices = [slice('IPv4', [REDIS], endpoint('old', '10.0.0.1')), slice('IPv4', [REDIS, METRICS], endpoint('new', '10.0.0.2'))];
    for (const port of ['metrics', 9121]) expect(summary(slices, port)).toEqual(['new 10.0.0.2:9121']);
    const unresolved = [slice('IPv4', [], endpoint('old', '10.0.0.1')), slice('IPv4', [REDIS], endpoint('new', '10.0.0.2'))];
    for (const port of ['redis', 6379, undefined]) expect(summary(unresolved, port)).toEqual(['new 10.0.0.2:6379']);
  });

  test('have no named port of a service whose pods have none', () => {
    expect(() => summary([slice('IPv4', [], endpoint('a', '10.0.0.1'))], 'redis')).toThrow('backends: service redis has no port "redis", it has none');
  });

  test('of nothing are none', () => {
    expect(summary([])).toEqual([]);
    expect(summary([slice('IPv4', [REDIS])], 'redis')).toEqual([]);
  });
});
