import { merged } from '../../lib/manifests/merged';

describe('what is laid over a manifest', () => {
  const mounts = [{ name: 'data', mountPath: '/a' }, { name: 'data', mountPath: '/b' }];

  test('adds a mount and keeps one volume at two paths', () => {
    expect(merged(mounts, [{ name: 'tmp', mountPath: '/tmp' }])).toEqual([...mounts, { name: 'tmp', mountPath: '/tmp' }]);
    expect(merged(mounts, [{ name: 'data', mountPath: '/c' }])).toEqual([...mounts, { name: 'data', mountPath: '/c' }]);
  });

  test('changes the mount at a path, a container by its name, and replaces other lists', () => {
    expect(merged(mounts, [{ name: 'other', mountPath: '/b' }])).toEqual([mounts[0], { name: 'other', mountPath: '/b' }]);
    expect(merged([{ name: 'x', image: 'a:1', tty: true }], [{ name: 'x', image: 'b:1' }])).toEqual([{ name: 'x', image: 'b:1', tty: true }]);
    expect(merged(['a'], ['b'])).toEqual(['b']);
  });

  test('null removes', () => {
    expect(merged({ a: 1, b: { c: 2 } }, { a: null, b: { d: 3 } })).toEqual({ b: { c: 2, d: 3 } });
  });
});
