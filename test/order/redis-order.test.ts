import { App, Chart, Duration } from 'cdk8s';
import { AclUser, Auth, Engine, Order, RedisHa, RedisHaProps, RedisOrder, RedisOrderProps, Tls, TlsCertificate } from '../../lib';
import { install, Manifests } from '../support/manifests';

const ordered = (order: Order, options: Partial<RedisOrderProps> = {}, props: RedisHaProps = {}) => (
  install(props, (redis, chart) => new RedisOrder(chart, 'now', { redis, order, ...options })));
const jobOf = (manifests: Manifests) => manifests.get('Job', 'redis-now');
const podOf = (manifests: Manifests) => jobOf(manifests).spec.template.spec;
const variables = (manifests: Manifests): { [name: string]: string } => (
  Object.fromEntries(podOf(manifests).containers[0].env.map(({ name, value }: any) => [name, value])));

test.each<[string, Order, string[]]>([
  ['a failover', Order.failover(), ['failover']],
  ['a failover to a server', Order.failover({ to: 0 }), ['failover', '0']],
  ['a pause', Order.pause(Duration.minutes(10)), ['pause', '600']],
  ['its end', Order.resume(), ['resume']],
  ['a replica that starts over', Order.rebuild(2), ['rebuild', '2']],
])('%s', (_, order, words) => {
  expect(podOf(ordered(order)).containers[0].command).toEqual(['sh', '/etc/redis-ha/order.sh', ...words]);
});

test('it is given once and soon, or not at all, and what came of it stays', () => {
  const { spec } = jobOf(ordered(Order.failover()));
  expect(spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 600, template: { spec: { restartPolicy: 'Never', automountServiceAccountToken: false } } });
  // tools that apply again what is gone would repeat it
  expect(spec).not.toHaveProperty('ttlSecondsAfterFinished');
});

test('its pod, and no other one, is let in to the servers', () => {
  const manifests = ordered(Order.failover());
  const { labels } = jobOf(manifests).spec.template.metadata;
  expect(labels).toMatchObject({ 'redis-ha.cdk8s.io/order': 'redis-now' });
  const [rule] = manifests.get('NetworkPolicy', 'redis-server').spec.ingress.filter(({ from }: any) => JSON.stringify(from).includes('/order'));
  expect(rule.from).toEqual([{ podSelector: { matchLabels: labels } }]);
  expect(JSON.stringify(manifests.get('NetworkPolicy', 'redis-proxy'))).not.toContain('/order');
});

test('it has the password of the control plane as a file, and that of no other user', () => {
  const manifests = ordered(Order.failover(), {}, { auth: Auth.secret('mine', { users: [AclUser.application('web', { keys: ['web:*'] })] }) });
  expect(podOf(manifests).volumes).toContainEqual({ name: 'auth', secret: { secretName: 'mine', defaultMode: 0o440, items: [{ key: 'password', path: 'password' }] } });
  expect(variables(manifests).PASSWORD_FILE).toBe('/etc/redis-ha-auth/password');
  expect(variables(ordered(Order.failover(), {}, { auth: Auth.none() }))).not.toHaveProperty('PASSWORD_FILE');
});

test('it speaks TLS where servers do', () => {
  const manifests = ordered(Order.failover(), {}, { tls: Tls.everywhere(TlsCertificate.secret('tls')) });
  expect(variables(manifests)).toMatchObject({ TLS_DIR: '/etc/redis-ha-tls', TLS_CLIENT: 'true', REDIS_CA_FILE: expect.stringMatching(/ca\.crt$/) });
  for (const tls of [undefined, Tls.edge(TlsCertificate.secret('tls'))]) {
    expect(Object.keys(variables(ordered(Order.failover(), {}, { tls }))).filter((name) => /TLS|CA/.test(name))).toEqual([]);
  }
});

test('it runs the servers\' image, or another one', () => {
  const manifests = ordered(Order.failover(), { image: 'tools:1', name: 'other', imagePullSecrets: ['pull'], fixedIds: false, pod: { nodeSelector: { zone: 'a' } } });
  const { spec } = manifests.get('Job', 'other').spec.template;
  expect(spec).toMatchObject({ imagePullSecrets: [{ name: 'pull' }], nodeSelector: { zone: 'a' }, containers: [{ image: 'tools:1' }] });
  expect(spec.securityContext).not.toHaveProperty('runAsUser');
  const valkey = ordered(Order.failover(), {}, { engine: Engine.valkey() });
  expect(podOf(valkey).containers[0].image).toBe(valkey.container('StatefulSet', 'redis-server', 'server').image);
  expect(variables(valkey).CLI_BIN).toBe('valkey-cli');
});

test.each<[string, Partial<RedisOrderProps>, RedisHaProps]>([
  ["'order.to' (3) must be a whole number from 0 to 2", { order: Order.failover({ to: 3 }) }, {}],
  ["'order.server' (-1) must be a whole number from 0 to 2", { order: Order.rebuild(-1) }, {}],
  ["'order.time' (\"46800 s\") must be whole seconds from 1 to 43200", { order: Order.pause(Duration.hours(13)) }, {}],
  ["'order' (\"Order.failover\") needs a replica", { order: Order.failover() }, { replicas: 1 }],
  ["did you mean 'order.to'?", { order: Order.failover({ too: 3 } as any) }, {}],
  ["'order' (\"failover\") must be", { order: 'failover' as any }, {}],
  ["'image' (\"redis\") must be an image", { image: 'redis' }, {}],
])('%s', (line, { order, ...options }, props) => {
  expect(() => ordered(order ?? Order.resume(), options, props)).toThrow(line);
});

test('an installation of another namespace is refused: its Secret is out of reach', () => {
  const app = new App();
  const redis = new RedisHa(new Chart(app, 'cache', { namespace: 'cache' }), 'redis');
  expect(() => new RedisOrder(new Chart(app, 'ops', { namespace: 'ops' }), 'now', { redis, order: Order.resume() }))
    .toThrow("'redis' (\"cache/redis\") must be an installation of the chart's namespace, ops");
});
