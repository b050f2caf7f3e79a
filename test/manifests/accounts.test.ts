import { Size } from 'cdk8s';
import { Persistence, RedisHaProps, Restore, Routing, Sentinel } from '../../lib';
import { install } from '../support/manifests';

const ROUTINGS: readonly (readonly [string, RedisHaProps])[] = [
  ['service', { routing: Routing.service() }],
  ['podIp', { routing: Routing.podIp() }],
  ['direct', { routing: Routing.direct() }],
  ['none', { routing: Routing.none() }],
  ['service, and agents that tell Kubernetes', { routing: Routing.service(), kubernetes: {} }],
];

// The API server copies the deprecated alias `serviceAccount` back into a name that a manifest does not have any more: prune removes that account, and no pod can be made.
test.each(ROUTINGS)('each pod template names its ServiceAccount: %s', (_, props) => {
  const restore = Restore.fromVolume('old', 'dump.rdb');
  const manifests = install({ persistence: Persistence.volume(Size.gibibytes(1)), sentinel: Sentinel.deployments(), restore, ...props });
  const templates = manifests.all.flatMap(({ kind, metadata, spec }) => (spec?.template?.spec ? [[`${kind} ${metadata.name}`, spec.template.spec.serviceAccountName]] : []));
  expect(templates.length).toBeGreaterThan(3);
  const accounts = ['default', ...manifests.names('ServiceAccount')];
  expect(templates.filter(([, account]) => !accounts.includes(account))).toEqual([]);
});

test('one of the user counts', () => {
  expect(install({ server: { pod: { podSpecOverrides: { serviceAccountName: 'mine' } } } }).podSpec('StatefulSet', 'redis-server').serviceAccountName).toBe('mine');
});
