import { App, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import {
  AclUser, Auth, CertificateIssuer, ClientCertificates, ConnectOptions, RedisHa, RedisHaProps, Routing, Tls, TlsCertificate, TrustedCas,
} from '../../lib';
import { Manifests } from '../support/manifests';

const OWN = Tls.everywhere(TlsCertificate.certManager(CertificateIssuer.own()));
const USERS = Auth.secret('cache-auth', { users: [AclUser.application('shop', { keys: ['shop:*'] }), AclUser.reader('report', { passwordKey: 'for-reports' })] });

/** What a workload gets of an installation. */
function connected(props: RedisHaProps, options: ConnectOptions = {}, namespaces: { readonly redis?: string; readonly app?: string } = {}) {
  const app = new App();
  const charts = { redis: new Chart(app, 'cache', { namespace: namespaces.redis }), app: new Chart(app, 'shop', { namespace: namespaces.app }) };
  const redis = new RedisHa(charts.redis, 'redis', { name: 'redis', ...props });
  const web = new kplus.Deployment(charts.app, 'web', { metadata: { name: 'web' }, initContainers: [{ name: 'migrate', image: 'app:1' }], containers: [{ name: 'main', image: 'app:1' }] });
  redis.connectFrom(web, options);
  const manifests = new Manifests(Testing.synth(charts.app));
  const { containers: [main], initContainers: [migrate], volumes } = manifests.get('Deployment', 'web').spec.template.spec;
  const env = Object.fromEntries(main.env.map(({ name, value, valueFrom }: any) => [name, value ?? valueFrom.secretKeyRef]));
  const policy = namespaces.redis === namespaces.app && redis.host !== undefined ? new Manifests(Testing.synth(charts.redis)).get('NetworkPolicy', 'redis-proxy') : undefined;
  return { redis, env, main, migrate, volumes, ports: policy?.spec.ingress.at(-1).ports.map(({ port }: any) => port) };
}

describe('a client over TLS', () => {
  test('gets the CA alone, in all its containers', () => {
    const { env, main, migrate, volumes } = connected({ tls: OWN });
    expect(env).toMatchObject({ REDIS_TLS: 'true', REDIS_TLS_SERVER_NAME: 'redis', REDIS_CA_FILE: '/etc/redis-tls/ca.crt' });
    expect(volumes.at(-1)).toEqual({ name: 'redis-tls', projected: { sources: [{ secret: { name: 'redis-tls', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }] } });
    for (const container of [main, migrate]) expect(container.volumeMounts.at(-1)).toEqual({ name: 'redis-tls', mountPath: '/etc/redis-tls', readOnly: true });
  });

  test('gets nothing of TLS where there is none', () => {
    const { env, main, volumes, redis } = connected({});
    expect(Object.keys(env).filter((name) => /TLS|FILE|PLAIN|USER/.test(name))).toEqual([]);
    expect([main.volumeMounts, volumes, redis.connectionVolume()]).toEqual([undefined, undefined, undefined]);
  });

  test('gets the CAs that stand apart, from a ConfigMap too', () => {
    const { volumes } = connected({ tls: Tls.edge(TlsCertificate.secret('mine', { ca: TrustedCas.configMap('cas', 'both.pem') })) });
    expect(volumes.at(-1).projected.sources).toEqual([{ configMap: { name: 'cas', items: [{ key: 'both.pem', path: 'ca.crt' }] } }]);
  });

  test('shows a certificate of its own where servers ask for one', () => {
    const { env, volumes } = connected({ tls: Tls.everywhere(TlsCertificate.secret('mine'), { clients: ClientCertificates.REQUIRED }) }, { clientCertificate: 'shop-tls' });
    expect(env).toMatchObject({ REDIS_CERT_FILE: '/etc/redis-tls/tls.crt', REDIS_KEY_FILE: '/etc/redis-tls/tls.key' });
    expect(volumes.at(-1).projected.sources[1]).toEqual({ secret: { name: 'shop-tls', items: [{ key: 'tls.crt', path: 'tls.crt' }, { key: 'tls.key', path: 'tls.key' }] } });
  });

  test('is told the port without TLS, and let in there', () => {
    const { env, ports } = connected({ tls: Tls.edge(TlsCertificate.secret('mine'), { plainPort: 6378, plainReadPort: 6377 }) });
    expect(env).toMatchObject({ REDIS_PLAIN_PORT: '6378', REDIS_PLAIN_READ_PORT: '6377' });
    expect(ports).toEqual([6379, 6380, 6378, 6377]);
  });

  test('of Sentinels is told the name to look for, as they name addresses', () => {
    const { env } = connected({ tls: OWN, routing: Routing.none() });
    expect(env).toMatchObject({ REDIS_TLS: 'true', REDIS_TLS_SERVER_NAME: 'redis', REDIS_SENTINELS: expect.stringContaining('redis-announce-0:26379') });
  });

  test('of another namespace needs a copy of the CAs', () => {
    const there = { redis: 'cache', app: 'shop' };
    expect(() => connected({ tls: OWN, auth: Auth.none() }, {}, there)).toThrow(
      /^'ca' \(undefined\) must name a Secret or ConfigMap of the namespace "shop" with a copy of the CAs, like TrustedCas\.configMap\("NAME"\): .*"redis-tls" is in "cache"$/);
    const { volumes } = connected({ tls: OWN, auth: Auth.none() }, { ca: TrustedCas.secret('copy') }, there);
    expect(volumes.at(-1).projected.sources).toEqual([{ secret: { name: 'copy', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }]);
  });

  test('of two installations has the CAs of each', () => {
    const { redis, volumes } = connected({ tls: OWN }, { prefix: 'QUEUE_1' });
    expect(volumes.at(-1).name).toBe('queue-1-tls');
    expect(redis.connectionEnvironment({ prefix: '_Cache' }).find(({ name }) => name === '_Cache_CA_FILE')!.value).toBe('/etc/cache-tls/ca.crt');
  });

  test('that is written by hand gets the same', () => {
    const { redis, main, volumes } = connected({ tls: OWN });
    expect(redis.connectionVolume()).toEqual({ volume: volumes.at(-1), mount: main.volumeMounts.at(-1) });
    expect(redis.connectionEnvironment()).toEqual(main.env);
    expect(Object.keys(redis.connectionEnvValues())).toEqual(main.env.map(({ name }: any) => name));
  });

  test('of an import gets the same', () => {
    const chart = new Chart(new App(), 'shop');
    const imported = RedisHa.fromAttributes(chart, 'redis', { name: 'redis', tls: OWN, auth: USERS });
    const { redis } = connected({ tls: OWN, auth: USERS }, { user: 'shop' });
    expect(imported.connectionEnvironment({ user: 'shop' })).toEqual(redis.connectionEnvironment({ user: 'shop' }));
    expect(imported.connectionVolume({ user: 'shop' })).toEqual(redis.connectionVolume({ user: 'shop' }));
    // the Certificate is the other chart's
    expect(Testing.synth(chart)).toEqual([]);
  });

  test.each<[string, RedisHaProps, ConnectOptions, RegExp]>([
    ['Sentinels, which speak no TLS at the edge', { tls: Tls.edge(TlsCertificate.secret('mine')) }, { sentinel: true },
      /^'sentinel' \(true\) must not be given with Tls\.edge, where Sentinels and servers speak no TLS: use Tls\.everywhere$/],
    ['CAs', {}, { ca: TrustedCas.secret('cas') }, /^'ca' .* must not be given: the installation has no 'tls'$/],
    ['a certificate', {}, { clientCertificate: 'mine' }, /^'clientCertificate' \("mine"\) must not be given: the installation has no 'tls'$/],
    ['a name that no Secret can have', { tls: OWN }, { clientCertificate: 'A B', ca: TrustedCas.secret('C D') }, /^2 props are wrong:\n/],
  ])('refuses %s', (_, props, options, message) => expect(() => connected(props, options)).toThrow(message));
});

describe('a workload that has volumes of its own', () => {
  const connectedTo = (volumes: k8s.Volume[], volumeMounts: k8s.VolumeMount[]) => {
    const chart = Testing.chart();
    const redis = new RedisHa(chart, 'redis', { name: 'redis', tls: OWN });
    const labels = { app: 'web' };
    const containers = [{ name: 'main', volumeMounts }, { name: 'more' }];
    redis.connectFrom(new k8s.KubeDeployment(chart, 'web', { metadata: { name: 'web' }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers, volumes } } } }));
    return () => new Manifests(Testing.synth(chart)).podSpec('Deployment', 'web');
  };
  const { volume, mount } = new RedisHa(Testing.chart(), 'redis', { name: 'redis', tls: OWN }).connectionVolume()!;

  test('gets none twice, whether it is ours or another one at our place', () => {
    const ours = connectedTo([volume], [mount])();
    expect(ours.volumes).toEqual([volume]);
    expect(ours.containers.map(({ volumeMounts }: any) => volumeMounts)).toEqual([[mount], [mount]]);
    const mine = { name: 'mine', mountPath: '/etc/redis-tls/' };
    const theirs = connectedTo([{ name: 'mine', emptyDir: {} }], [mine])();
    expect(theirs.volumes).toEqual([{ name: 'mine', emptyDir: {} }, volume]);
    expect(theirs.containers.map(({ volumeMounts }: any) => volumeMounts)).toEqual([[mine], [mount]]);
  });

  test('is refused with another one of the same name', () => {
    expect(connectedTo([{ name: 'redis-tls', emptyDir: {} }], [])).toThrow(/'prefix' \(\\?"redis-tls\\?"\) must give another name: this volume of Deployment \\?"web\\?" is another one\. Give each a prefix/);
  });
});

describe('a client with a user of its own', () => {
  test('gets its name and its password', () => {
    expect(connected({ auth: USERS }, { user: 'shop' }).env).toMatchObject({ REDIS_USERNAME: 'shop', REDIS_PASSWORD: { name: 'cache-auth', key: 'shop-password' } });
    expect(connected({ auth: USERS }, { user: 'report' }).env).toMatchObject({ REDIS_USERNAME: 'report', REDIS_PASSWORD: { name: 'cache-auth', key: 'for-reports' } });
  });

  test('may be the one that may do everything, if it says so', () => {
    expect(connected({ auth: USERS }, { user: 'default' }).env).toMatchObject({ REDIS_USERNAME: 'default', REDIS_PASSWORD: { key: 'password' } });
    expect(connected({}, { user: 'default' }).env).toMatchObject({ REDIS_USERNAME: 'default' });
  });

  test.each<[string, RedisHaProps, ConnectOptions, RegExp]>([
    ['none, where there are some', { auth: USERS }, {}, /^'user' \(undefined\) must be a user of 'auth': "shop", "report", "default", who may do everything$/],
    ['one that is not there', {}, { user: 'shop' }, /^'user' \("shop"\) must be a user of 'auth': "default", who may do everything$/],
    ['one where there is no password', { auth: Auth.none() }, { user: 'shop' }, /^'user' \("shop"\) must not be given: the installation has no password \('auth'\)$/],
  ])('refuses %s', (_, props, options, message) => expect(() => connected(props, options)).toThrow(message));

  test('of another namespace is told the key of the copy', () => {
    expect(() => connected({ auth: USERS }, { user: 'shop' }, { redis: 'cache', app: 'shop' })).toThrow(/^'secretName' .*with a copy of the password under the key "shop-password"/);
  });
});
