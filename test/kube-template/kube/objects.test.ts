import { parseRetryAfter } from '../../../lib/kube-template/kube/errors';
import { compareVersions, KubeObject, project, strip } from '../../../lib/kube-template/kube/objects';

const object = (): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '1', labels: { app: 'x' }, annotations: { big: '1' }, managedFields: [] },
  spec: { containers: [{ name: 'redis', image: 'redis' }, { name: 'exporter', image: 'x' }], nodeName: 'node' },
  status: { podIP: '10.0.0.1', phase: 'Running' },
});

describe('project', () => {
  test('keeps identity, labels and the named fields only', () => {
    expect(project(['status.podIP'])(object())).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '1', labels: { app: 'x' } },
      status: { podIP: '10.0.0.1' },
    });
  });

  test('walks through lists', () => {
    expect(project(['spec.containers.name'])(object()).spec).toEqual({ containers: [{ name: 'redis' }, { name: 'exporter' }] });
  });

  test('keeps a whole field when a part of it is named too, in either order', () => {
    expect(project(['status', 'status.podIP'])(object()).status).toEqual({ podIP: '10.0.0.1', phase: 'Running' });
    expect(project(['status.podIP', 'status'])(object()).status).toEqual({ podIP: '10.0.0.1', phase: 'Running' });
  });

  test('leaves out fields that the object lacks', () => {
    expect(project(['spec.hostname', 'webhooks.name'])(object())).toMatchObject({ spec: {} });
    expect(project(['webhooks.name'])(object())).not.toHaveProperty('webhooks');
  });

  test('never takes managedFields', () => {
    expect(project(['metadata'])(object()).metadata).not.toHaveProperty('managedFields');
  });

  test('refuses a field that is not a path', () => {
    expect(() => project(['status..podIP'])).toThrow('field "status..podIP": expected names joined by dots, such as status.podIP');
  });
});

test('strip keeps other annotations', () => {
  expect(strip(object()).metadata.annotations).toEqual({ big: '1' });
});

test.each([
  ['9', '10', -1], ['10', '9', 1], ['7', '7', 0], ['18014398509481985', '18014398509481984', 1], ['x', '1', undefined],
])('resource version %s compared with %s gives %p', (a, b, expected) => {
  expect(compareVersions(a, b)).toBe(expected);
});

describe('Retry-After', () => {
  test.each([[undefined, 0], ['3', 3_000], ['0', 0], ['600', 60_000], ['soon', 0]])('%p is %d ms', (header, expected) => {
    expect(parseRetryAfter(header)).toBe(expected);
  });

  test('may be a date', () => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2024, 0, 1, 0, 0, 0));
    expect(parseRetryAfter('Mon, 01 Jan 2024 00:00:05 GMT')).toBe(5_000);
    expect(parseRetryAfter('Sun, 31 Dec 2023 23:00:00 GMT')).toBe(0);
    jest.restoreAllMocks();
  });
});
