import { ApiObject, App, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PLUS } from './plus-versions';
import {
  AclUser, Auth, BackupTarget, ConnectOptions, EnvironmentOptions, IRedisHa, Order, RedisBackup, RedisBenchmark, RedisHa, RedisHaAttributes,
  RedisHaProps, RedisKeyRestore, RedisOrder, Restore, Routing, Sentinel, Tls, TlsCertificate,
} from '../../lib';
import { Manifests } from '../support/manifests';

const CONTAINER = { name: 'main', image: 'app:1', securityContext: { user: 1000 } };
const NAMES = ['REDIS_HOST', 'REDIS_PORT', 'REDIS_READ_PORT', 'REDIS_PASSWORD'];

/** An installation in one chart and what connects to it in another. */
function world(props: RedisHaProps = {}, namespaces: { readonly redis?: string; readonly app?: string } = {}) {
  const app = new App();
  const charts = { redis: new Chart(app, 'cache', { namespace: namespaces.redis }), app: new Chart(app, 'shop', { namespace: namespaces.app }) };
  const redis = new RedisHa(charts.redis, 'redis', { name: 'redis', ...props });
  return { redis, chart: charts.app, shop: () => new Manifests(Testing.synth(charts.app)), cache: () => new Manifests(Testing.synth(charts.redis)) };
}

const names = (env: readonly { readonly name: string }[] = []) => env.map(({ name }) => name);
const lastRule = (manifests: Manifests, kind: string) => manifests.get('NetworkPolicy', `redis-${kind}`).spec.ingress.at(-1);

describe.each(PLUS)('a workload of %s', (_, plus) => {
  test('gets the variables in init containers and in containers that are added later', () => {
    const { redis, chart, shop } = world();
    const web = new plus.Deployment(chart, 'web', { metadata: { name: 'web' }, initContainers: [{ ...CONTAINER, name: 'migrate' }] });
    redis.connectFrom(web);
    web.addContainer(CONTAINER);
    web.addInitContainer({ ...CONTAINER, name: 'seed' });
    for (const name of ['main', 'migrate', 'seed']) expect(names(shop().container('Deployment', 'web', name).env)).toEqual(NAMES);
  });

  test.each(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod'] as const)('may be a %s', (kind) => {
    const { redis, chart, shop, cache } = world();
    const more: any = { StatefulSet: { service: new plus.Service(chart, 'service', { ports: [{ port: 80 }] }) }, CronJob: { schedule: { expressionString: '* * * * *', _toKube: () => '' } } }[kind as string];
    const workload = new plus[kind](chart, 'web', { containers: [CONTAINER], ...more });
    redis.connectFrom(workload);
    const { spec, metadata } = shop().all.find((one) => one.kind === kind)!;
    const template = { Pod: { spec, metadata }, CronJob: spec.jobTemplate?.spec.template }[kind as string] ?? spec.template;
    expect(names(template.spec.containers[0].env)).toEqual(NAMES);
    const { matchLabels } = lastRule(cache(), 'proxy').from[0].podSelector;
    expect(template.metadata.labels).toMatchObject(matchLabels);
    expect(Object.keys(matchLabels)).not.toEqual([]);
  });

  test('of another namespace gets the whole host and a Secret of its own, and is let in by its namespace', () => {
    const { redis, chart, shop, cache } = world({}, { redis: 'cache', app: 'shop' });
    redis.connectFrom(new plus.Deployment(chart, 'web', { metadata: { name: 'web' }, containers: [CONTAINER] }), { secretName: 'copy', sentinel: true });
    const { env } = shop().container('Deployment', 'web', 'main');
    const value = (name: string) => env.find((one: any) => one.name === name);
    expect(value('REDIS_HOST').value).toBe('redis.cache.svc');
    expect(value('REDIS_SENTINELS').value.split(',')[2]).toBe('redis-announce-2.cache.svc:26379');
    expect(value('REDIS_PASSWORD').valueFrom).toEqual({ secretKeyRef: { name: 'copy', key: 'password' } });
    const [{ namespaceSelector, podSelector }] = lastRule(cache(), 'proxy').from;
    expect(namespaceSelector).toEqual({ matchLabels: { 'kubernetes.io/metadata.name': 'shop' } });
    expect(podSelector).toEqual(shop().get('Deployment', 'web').spec.selector);
  });
});

describe('connectFrom', () => {
  const deployment = (scope: Construct, id = 'web') => new kplus.Deployment(scope, id, { containers: [CONTAINER] });

  test('takes workloads of the same id in different scopes', () => {
    const { redis, chart, shop } = world();
    for (const id of ['one', 'two']) redis.connectFrom(deployment(new Construct(chart, id)));
    expect(shop().all.map(({ spec }) => names(spec.template.spec.containers[0].env))).toEqual([NAMES, NAMES]);
  });

  test('changes nothing when it is called again', () => {
    const once = world();
    const again = world();
    once.redis.connectFrom(deployment(once.chart));
    const web = deployment(again.chart);
    for (let count = 0; count < 3; count += 1) again.redis.connectFrom(web);
    expect(again.shop()).toEqual(once.shop());
    expect(again.cache()).toEqual(once.cache());
  });

  test('connects one workload to two installations, each with a prefix', () => {
    const { redis, chart, shop } = world();
    const other = new RedisHa(redis.node.scope as Chart, 'other', { name: 'other' });
    const web = deployment(chart);
    redis.connectFrom(web);
    expect(() => other.connectFrom(web)).toThrow(
      /^'prefix' \("REDIS_HOST"\) must give another name: this variable of Deployment "shop-web-\w+" belongs to cache\/redis already/);
    // REDIS_READ and PORT make the name that REDIS and READ_PORT make
    expect(() => other.connectFrom(web, { prefix: 'REDIS_READ' })).toThrow(/^'prefix' \("REDIS_READ_PORT"\)/);
    other.connectFrom(web, { prefix: 'OTHER' });
    const [{ spec }] = shop().all;
    expect(names(spec.template.spec.containers[0].env)).toEqual([...NAMES, ...NAMES.map((name) => name.replace('REDIS', 'OTHER'))]);
  });

  test('leaves a variable that a container has by itself, and stands before what may use it', () => {
    const { redis, chart, shop } = world();
    const envVariables = { REDIS_PORT: kplus.EnvValue.fromValue('1'), URL: kplus.EnvValue.fromValue('redis://$(REDIS_HOST)') };
    redis.connectFrom(new kplus.Deployment(chart, 'web', { containers: [{ ...CONTAINER, envVariables }] }));
    const { env } = shop().all[0].spec.template.spec.containers[0];
    expect(names(env)).toEqual(['REDIS_HOST', 'REDIS_READ_PORT', 'REDIS_PASSWORD', 'REDIS_PORT', 'URL']);
    expect(env[3].value).toBe('1');
  });

  test('takes plain objects, and a construct that holds workloads', () => {
    const { redis, chart, shop, cache } = world();
    const inner = new Construct(chart, 'inner');
    new k8s.KubeDeployment(inner, 'l1', { spec: { selector: { matchLabels: { app: 'l1' } }, template: { metadata: { labels: { app: 'l1' } }, spec: { containers: [{ name: 'x' }] } } } });
    new ApiObject(inner, 'plain', {
      apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', spec: { template: { metadata: { labels: { app: 'rollout' } }, spec: { containers: [{ name: 'x' }] } } },
    });
    new kplus.Service(inner, 'service', { ports: [{ port: 80 }] });
    redis.connectFrom(inner);
    const workloads = shop().all.filter(({ spec }) => spec.template);
    expect(workloads.map(({ spec }) => names(spec.template.spec.containers[0].env))).toEqual([NAMES, NAMES]);
    expect(lastRule(cache(), 'proxy').from.map((peer: any) => peer.podSelector.matchLabels)).toEqual([{ app: 'l1' }, { app: 'rollout' }]);
  });

  test('leaves out the installation that the construct holds too: its own containers get no password', () => {
    const chart = Testing.chart();
    const redis = new RedisHa(chart, 'redis', { name: 'redis' });
    const before = JSON.stringify(new Manifests(Testing.synth(chart)).get('StatefulSet', 'redis-server'));
    expect(() => redis.connectFrom(chart)).toThrow(/^'workload' .* must be or hold a Deployment, .*, Rollout that is not the library's own$/);
    expect(() => redis.connectFrom(redis.serverStatefulSet)).toThrow(/^'workload' .* must not be the library's own$/);
    expect(() => redis.connectFrom(new RedisHa(Testing.chart(), 'other', { name: 'other' }))).toThrow(/^'workload' .* must not be the library's own$/);
    const web = deployment(chart);
    redis.connectFrom(chart);
    const manifests = new Manifests(Testing.synth(chart));
    expect(JSON.stringify(manifests.get('StatefulSet', 'redis-server'))).toBe(before);
    expect(names(manifests.container('Deployment', web.name, 'main').env)).toEqual(NAMES);
    expect(lastRule(manifests, 'proxy').from).toHaveLength(1);
  });

  test.each<[string, (redis: RedisHa, chart: Chart) => void]>([
    ['connectFrom', (redis, chart) => redis.connectFrom(chart, { user: 'shop' })],
    ['allowFrom', (redis, chart) => redis.allowFrom(chart)],
    ['allowSentinelFrom', (redis, chart) => redis.allowSentinelFrom(chart)],
  ])('%s takes no workload for a client that the library made beside the installation, nor another installation', (_, connect) => {
    const synth = (then: (redis: RedisHa, chart: Chart) => void) => {
      const chart = Testing.chart();
      const auth = Auth.secret('auth', { users: [AclUser.application('shop'), AclUser.backup()] });
      const redis = new RedisHa(chart, 'redis', { name: 'redis', tls: Tls.edge(TlsCertificate.secret('tls')), auth });
      const target = BackupTarget.s3({ bucket: 'backups', credentialsSecret: 's3', passwordSecret: 'key' });
      new RedisBackup(chart, 'backup', { redis, target, connection: { user: 'backup' } }).backupNow('now');
      new RedisKeyRestore(chart, 'keys', { redis, from: Restore.fromBackup(target), pattern: 'x' });
      new RedisBenchmark(chart, 'benchmark', { redis });
      new RedisOrder(chart, 'order', { redis, order: Order.failover() });
      new RedisHa(chart, 'other', { name: 'other' });
      new kplus.Deployment(chart, 'web', { metadata: { name: 'web' }, containers: [CONTAINER] });
      then(redis, chart);
      return new Manifests(Testing.synth(chart));
    };
    const [before, after] = [synth(() => undefined), synth(connect)];
    const others = ({ all }: Manifests) => all.filter(({ kind, metadata: { name } }) => name !== 'web' && !(kind === 'NetworkPolicy' && name.startsWith('redis-')));
    expect(JSON.stringify(others(after))).toBe(JSON.stringify(others(before)));
    const peers = (manifests: Manifests) => ['proxy', 'server'].flatMap((kind) => manifests.get('NetworkPolicy', `redis-${kind}`).spec.ingress.flatMap(({ from }: any) => from));
    const web = { podSelector: after.get('Deployment', 'web').spec.selector };
    const more = peers(after).filter((one) => !peers(before).some((other) => JSON.stringify(other) === JSON.stringify(one)));
    expect(more).toEqual([web]);
  });

  test('takes what a construct holds more when it is called again', () => {
    const { redis, chart, cache } = world();
    deployment(chart, 'one');
    redis.connectFrom(chart);
    deployment(chart, 'two');
    redis.connectFrom(chart);
    expect(lastRule(cache(), 'proxy').from).toHaveLength(2);
  });

  const users = Auth.secret('auth', { users: [AclUser.application('shop'), AclUser.reader('report')] });
  test.each<[string, RedisHaProps, ConnectOptions, ConnectOptions, string]>([
    ['another user', { auth: users }, { user: 'shop' }, { user: 'report' }, 'REDIS_USERNAME'],
    ['a certificate that is lost', { tls: Tls.everywhere(TlsCertificate.secret('tls')) }, { clientCertificate: 'web' }, {}, 'redis-tls'],
    ['a prefix that makes the same name', {}, {}, { prefix: 'REDIS_READ' }, 'REDIS_READ_PORT'],
  ])('refuses %s for a workload that has other values of the same names', (_, props, first, second, name) => {
    const { redis, chart, shop } = world(props);
    const web = deployment(chart);
    redis.connectFrom(web, first);
    const before = shop();
    expect(() => redis.connectFrom(web, second)).toThrow(
      new RegExp(`^'prefix' \\("${name}"\\) must give another name: this \\w+ of Deployment "shop-web-\\w+" belongs to cache/redis already, with other options\\.`));
    redis.connectFrom(web, first);
    expect(shop()).toEqual(before);
  });

  test('opens Sentinels and servers to a client that asks for them, also where there is a proxy', () => {
    const { redis, chart, shop, cache } = world({ sentinel: Sentinel.deployments(3) });
    redis.connectFrom(deployment(chart), { sentinel: true });
    const selector = shop().all[0].spec.selector;
    const ports = ['proxy', 'sentinel', 'server'].map((kind) => {
      const rule = lastRule(cache(), kind);
      expect(rule.from[0].podSelector).toEqual(selector);
      return rule.ports.map(({ port }: any) => port);
    });
    expect(ports).toEqual([[6379, 6380], [26379], [6379]]);
    expect(names(shop().all[0].spec.template.spec.containers[0].env)).toEqual([...NAMES.slice(0, 3), 'REDIS_SENTINELS', 'REDIS_MASTER_NAME', 'REDIS_PASSWORD']);
  });

  test.each<[string, RedisHaProps, { redis?: string; app?: string }, ConnectOptions, RegExp]>([
    ['a Secret that its pods cannot read', {}, { redis: 'cache', app: 'shop' }, {},
      /^'secretName' \(undefined\) must name a Secret of the namespace "shop" with a copy of the password under the key "password": .*"redis-auth" is in "cache"$/],
    ['a namespace that is not known', {}, { redis: 'cache' }, {}, /^'workload' \("Deployment .*"cache" is known, that of Deployment .* is not\. Give both charts a namespace/],
    ["an installation's namespace that is not known", {}, { app: 'shop' }, {}, /^'workload' .*"shop" is known, that of cache\/redis is not\. Give both charts a namespace/],
    ['a name that no Secret can have', {}, {}, { secretName: 'A B' }, /^'secretName' \("A B"\) must be the name of a Kubernetes object/],
  ])('refuses %s', (_, props, namespaces, options, message) => {
    const { redis, chart } = world(props, namespaces);
    expect(() => redis.connectFrom(deployment(chart), options)).toThrow(message);
  });

  test('needs no Secret across namespaces where there is no password', () => {
    const { redis, chart, shop } = world({ auth: Auth.none() }, { redis: 'cache', app: 'shop' });
    redis.connectFrom(deployment(chart));
    expect(names(shop().all[0].spec.template.spec.containers[0].env)).toEqual(NAMES.slice(0, 3));
  });

  test.each<[string, (chart: Chart) => ApiObject, RegExp]>([
    ['a Deployment', (chart) => new k8s.KubeDeployment(chart, 'web', { metadata: { name: 'web' } }), /'workload' \(.*Deployment .*web.*\) must have containers, in spec\.template\.spec\.containers/],
    ['a Pod', (chart) => new k8s.KubePod(chart, 'web', { metadata: { name: 'web' } }), /must have containers, in spec\.containers/],
    ['a CronJob', (chart) => new k8s.KubeCronJob(chart, 'web', { metadata: { name: 'web' } }), /must have containers, in spec\.jobTemplate\.spec\.template\.spec\.containers/],
  ])('refuses %s without a spec', (_, make, message) => {
    const { redis, chart, shop } = world({ networkPolicies: false });
    redis.connectFrom(make(chart));
    expect(shop).toThrow(message);
  });

  test('refuses what is no workload and holds none, and pods without labels', () => {
    const { redis, chart, cache } = world();
    expect(() => redis.connectFrom(new kplus.ConfigMap(chart, 'config'))).toThrow(/^'workload' \("shop\/config"\) must be or hold a Deployment, StatefulSet/);
    redis.allowFrom(new k8s.KubePod(chart, 'pod', { spec: { containers: [{ name: 'x' }] } }));
    expect(cache).toThrow(/'client' \("Pod \\?"shop-pod-\w+\\?""\) must give its pods labels: a policy without would let in all pods of the namespace/);
  });
});

describe('connectionEnvironment of an import', () => {
  const imported = (props: Partial<RedisHaAttributes> = {}, home?: string) => RedisHa.fromAttributes(new Chart(new App(), 'shop', { namespace: home }), 'redis', { name: 'redis', ...props });
  const hosts = (redis: IRedisHa, options?: EnvironmentOptions) => redis.connectionEnvironment(options).filter(({ name }) => /HOST|SENTINELS/.test(name)).map(({ value }) => value!.split(',')[0]);

  test('is seen from the chart: whole hosts, and a Secret of its namespace', () => {
    const redis = imported({ namespace: 'cache' }, 'shop');
    expect(hosts(redis, { secretName: 'copy', sentinel: true })).toEqual(['redis.cache.svc', 'redis-announce-0.cache.svc:26379']);
    expect(redis.connectionEnvironment({ secretName: 'copy' }).at(-1)!.valueFrom).toEqual({ secretKeyRef: { name: 'copy', key: 'password' } });
    expect(() => redis.connectionEnvironment()).toThrow(
      /^'secretName' \(undefined\) must name a Secret of the namespace "shop" with a copy of the password .*"redis-auth" is in "cache"$/);
    expect(() => redis.connectionEnvValues()).toThrow(/^'secretName'/);
    expect(hosts(imported({ namespace: 'cache', auth: Auth.none() }, 'shop'))).toEqual(['redis.cache.svc']);
  });

  test('in the same namespace is that of the installation', () => {
    const made = world({}, { redis: 'cache' }).redis.connectionEnvironment();
    expect(imported({}, 'cache').connectionEnvironment()).toEqual(made);
    expect(imported({ namespace: 'cache' }, 'shop').connectionEnvironment({ namespace: 'cache' })).toEqual(made);
    expect(imported({ namespace: 'cache' }).connectionEnvironment({ namespace: 'cache' })).toEqual(made);
  });

  test('in a chart whose namespace is not known has whole hosts, and says how the Secret can be known', () => {
    const redis = imported({ namespace: 'cache' });
    expect(() => redis.connectionEnvironment()).toThrow(/^'namespace' \(undefined\) must be given, or that of the chart: .*"redis-auth" is in "cache"\. .*'secretName' names a copy$/);
    expect(hosts(redis, { secretName: 'copy' })).toEqual(['redis.cache.svc']);
  });

  test.each<[EnvironmentOptions, string]>([
    [{ namespace: 'No such' }, `'namespace' ("No such") must be the name of a namespace: lower-case letters, digits and "-", at most 63 characters`],
    [{ prefix: '1', namespace: 'a.b', secretName: 'A' }, '3 props are wrong:\n'],
  ])('refuses %j', (options, message) => {
    expect(() => imported({ namespace: 'cache' }, 'shop').connectionEnvironment(options)).toThrow(message);
  });
});

test('who is not let in to Sentinels is not told of them: without a proxy, but with a front door', () => {
  const { redis } = world({ routing: Routing.direct() });
  expect(names(redis.connectionEnvironment())).toEqual(['REDIS_HOST', 'REDIS_PORT', 'REDIS_READ_PORT', 'REDIS_PASSWORD']);
  expect(names(redis.connectionEnvironment({ sentinel: true }))).toContain('REDIS_SENTINELS');
});

describe('connectionEnvValues', () => {
  test('are the variables of connectionEnvironment, for any number of containers', () => {
    const { redis, chart, shop } = world({ routing: Routing.none() });
    const web = new kplus.Deployment(chart, 'web', { containers: [CONTAINER, { ...CONTAINER, name: 'more' }] });
    for (const container of web.containers) {
      for (const [name, value] of Object.entries(redis.connectionEnvValues({ prefix: 'CACHE' }))) container.env.addVariable(name, value);
    }
    const [main, more] = shop().all[0].spec.template.spec.containers;
    expect(main.env).toEqual(JSON.parse(JSON.stringify(redis.connectionEnvironment({ prefix: 'CACHE' }))));
    expect(more.env).toEqual(main.env);
  });

  test('are seen from the namespace that is given', () => {
    const { redis } = world({}, { redis: 'cache' });
    expect(redis.connectionEnvironment({ namespace: 'shop', secretName: 'copy' })[0]).toEqual({ name: 'REDIS_HOST', value: 'redis.cache.svc' });
    expect(redis.connectionEnvironment({ namespace: 'cache' })[0]).toEqual({ name: 'REDIS_HOST', value: 'redis' });
    expect(() => world().redis.connectionEnvironment({ namespace: 'shop' })).toThrow(/^'namespace' \("shop"\) must not be given: the installation's own is not known/);
  });
});
