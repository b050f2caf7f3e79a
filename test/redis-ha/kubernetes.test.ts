import { KubernetesOptions, RedisHaProps, Routing } from '../../lib';
import { parseConfig } from '../../lib/agent/config/parse-config';
import { install, Manifests } from '../support/manifests';

const EVENTS = { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] };
const PODS = { apiGroups: [''], resources: ['pods'], resourceNames: ['redis-server-0', 'redis-server-1', 'redis-server-2'], verbs: ['patch'] };

const rules = (manifests: Manifests): unknown => manifests.find('Role', 'redis-server')?.rules;
const agentConfig = (manifests: Manifests) => {
  const { data } = manifests.get('ConfigMap', 'redis-server');
  return parseConfig(data['agent.json'], 'redis-server-0', () => data['members.json']);
};

describe('kubernetes', () => {
  test('agents have the rights for what is switched on, and no others', () => {
    expect(rules(install({ kubernetes: { events: true } }))).toEqual([EVENTS]);
    expect(rules(install({ kubernetes: { roleLabel: true } }))).toEqual([PODS]);
    expect(rules(install({ kubernetes: { events: true, roleLabel: true } }))).toEqual([EVENTS, PODS]);
    expect(rules(install({ kubernetes: { roleLabel: true }, replicas: 1 }))).toEqual([{ ...PODS, resourceNames: ['redis-server-0'] }]);
    const direct = install({ routing: Routing.direct() });
    const both = install({ routing: Routing.direct(), kubernetes: { events: true } });
    expect(rules(both)).toEqual([...rules(direct) as unknown[], EVENTS]);
    expect(both.names('ServiceAccount')).toEqual(['redis-server']);
  });

  test('the token is the agent\'s alone', () => {
    const manifests = install({ kubernetes: { events: true } });
    expect(manifests.get('RoleBinding', 'redis-server').subjects).toEqual([{ kind: 'ServiceAccount', name: 'redis-server' }]);
    const spec = manifests.podSpec('StatefulSet', 'redis-server');
    expect([spec.serviceAccountName, spec.automountServiceAccountToken]).toEqual(['redis-server', false]);
    const mounting = spec.containers.filter(({ volumeMounts }: any) => volumeMounts.some(({ name }: any) => name === 'account'));
    expect(mounting.map(({ name }: any) => name)).toEqual(['agent']);
    const { env } = manifests.container('StatefulSet', 'redis-server', 'agent');
    expect(env).toContainEqual({ name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } });
  });

  test.each<[string, KubernetesOptions | undefined]>([['without it', undefined], ['empty', {}], ['switched off', { events: false, roleLabel: false }]])(
    '%s it changes nothing, and there is no account', (_, kubernetes) => {
      expect(install({ kubernetes }).all).toEqual(install().all);
      expect(install({ kubernetes }).names('ServiceAccount')).toEqual([]);
    });

  test('the agent understands what it is told', () => {
    const common = { labels: { 'redis-ha.cdk8s.io/installation': 'redis' }, domain: 'redis-ha.cdk8s.io', accountDir: '/var/run/secrets/kubernetes.io/serviceaccount' };
    expect(agentConfig(install({ kubernetes: { events: true } })).kubernetes).toEqual({ events: true, roleLabel: false, ...common });
    expect(agentConfig(install()).kubernetes).toBeUndefined();
    expect(agentConfig(install({ routing: Routing.direct() })).kubernetes).toBeUndefined();
  });

  test('nothing selects by the role, and no template has it: the StatefulSet would set it back', () => {
    const props: RedisHaProps = { kubernetes: { events: true, roleLabel: true } };
    expect(JSON.stringify(install(props).all)).not.toContain('redis-ha.cdk8s.io/role');
  });
});
