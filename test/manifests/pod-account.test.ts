import { Routing } from '../../lib';
import { install, Manifests } from '../support/manifests';

/** Accounts that each Role of an installation is bound to. */
const bound = (manifests: Manifests) => manifests.all.filter(({ kind }) => kind === 'RoleBinding').map(({ subjects }) => subjects.map(({ name }: any) => name));
const pod = { podSpecOverrides: { serviceAccountName: 'irsa' } };

describe('rights of pods belong to the account that overrides name, too', () => {
  test.each([
    ['Routing.direct()', { routing: Routing.direct() }],
    ['kubernetes', { kubernetes: { events: true, roleLabel: true } }],
  ])('servers, with %s', (_, props) => {
    const manifests = install({ ...props, server: { pod } });
    expect(manifests.podSpec('StatefulSet', 'redis-server').serviceAccountName).toBe('irsa');
    // pods of the former revision run as the other one until they are rolled
    expect(bound(manifests)).toEqual([['redis-server', 'irsa']]);
  });

  test('proxies with kube-template', () => {
    const manifests = install({ routing: Routing.podIp(), proxy: { pod, reads: { otherZoneWeight: 10 } } });
    expect(manifests.podSpec('Deployment', 'redis-proxy').serviceAccountName).toBe('irsa');
    expect(new Set(bound(manifests).map(String))).toEqual(new Set(['redis-proxy,irsa']));
  });

  test('one that is named by the deprecated alias', () => {
    const manifests = install({ routing: Routing.direct(), server: { pod: { podSpecOverrides: { serviceAccount: 'irsa' } } } });
    expect(manifests.podSpec('StatefulSet', 'redis-server').serviceAccountName).toBe('irsa');
    expect(bound(manifests)).toEqual([['redis-server', 'irsa']]);
  });

  test('one that is named as ours is bound once', () => {
    const own = { podSpecOverrides: { serviceAccountName: 'redis-server' } };
    expect(bound(install({ routing: Routing.direct(), server: { pod: own } }))).toEqual([['redis-server']]);
  });
});
