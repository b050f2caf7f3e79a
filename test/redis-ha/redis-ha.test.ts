import { ApiObject, App, Chart, JsonPatch, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { AclUser, Auth, ContainerResources, Cpu, Engine, ImagePullPolicy, IpStack, Overrides, Persistence, ProxyOptions, RedisHa, RedisHaProps, Restore, Routing, Sentinel } from '../../lib';
import { PLUS } from '../access/plus-versions';
import { install, Manifests } from '../support/manifests';

const app = (chart: any) => new kplus.Deployment(chart, 'app', { containers: [{ image: 'app:1', securityContext: { user: 1000 } }] });
const SELECTOR = (component: string) => ({ 'redis-ha.cdk8s.io/installation': 'redis', 'redis-ha.cdk8s.io/component': component });

describe('connectFrom', () => {
  const connected = (props = {}, options = {}) => install(props, (redis, chart) => redis.connectFrom(app(chart), options));
  const env = (manifests: any) => manifests.all.find((one: any) => one.metadata.name.startsWith('test-app')).spec.template.spec.containers[0].env;

  test('gives all containers host, ports, and a reference to the password', () => {
    expect(env(connected())).toEqual([
      { name: 'REDIS_HOST', value: 'redis' },
      { name: 'REDIS_PORT', value: '6379' },
      { name: 'REDIS_READ_PORT', value: '6380' },
      { name: 'REDIS_PASSWORD', valueFrom: { secretKeyRef: { name: 'redis-auth', key: 'password' } } },
    ]);
  });

  test('takes another prefix, and refuses one that is no start of a variable', () => {
    expect(env(connected({}, { prefix: 'CACHE' })).map((one: any) => one.name)).toContain('CACHE_HOST');
    expect(() => connected({}, { prefix: '1 ' })).toThrow(/^'prefix' \("1 "\) must be the start of a variable's name/);
  });

  test('gives no password where there is none', () => {
    expect(env(connected({ auth: Auth.none() })).map((one: any) => one.name)).toEqual(['REDIS_HOST', 'REDIS_PORT', 'REDIS_READ_PORT']);
  });

  test('without a proxy gives the Sentinels and the name of the master', () => {
    expect(env(connected({ routing: Routing.none() })).slice(0, 2)).toEqual([
      { name: 'REDIS_SENTINELS', value: 'redis-announce-0:26379,redis-announce-1:26379,redis-announce-2:26379' },
      { name: 'REDIS_MASTER_NAME', value: 'redis' },
    ]);
  });

  test('lets the pods in to the proxy, and nowhere else', () => {
    const manifests = connected();
    const before = install();
    const label = manifests.all.find((one) => one.metadata.name.startsWith('test-app'))!.spec.selector.matchLabels;
    const ingress = manifests.get('NetworkPolicy', 'redis-proxy').spec.ingress;
    expect(ingress).toHaveLength((before.get('NetworkPolicy', 'redis-proxy').spec.ingress ?? []).length + 1);
    expect(ingress.at(-1).ports.map((port: any) => port.port)).toEqual([6379, 6380]);
    expect(ingress.at(-1).from[0].podSelector.matchLabels).toEqual(label);
    expect(manifests.get('NetworkPolicy', 'redis-server')).toEqual(before.get('NetworkPolicy', 'redis-server'));
  });
});

describe('NetworkPolicies', () => {
  test('servers are reached by servers and by the proxy', () => {
    const [first, second] = install().get('NetworkPolicy', 'redis-server').spec.ingress;
    expect([first, second].map((rule) => rule.from[0].podSelector.matchLabels)).toEqual([SELECTOR('server'), SELECTOR('proxy')]);
    expect(first.ports.map((port: any) => port.port)).toEqual([6379, 26379]);
  });

  test('are not made when switched off, and connectFrom still works', () => {
    expect(install({ networkPolicies: false }, (redis, chart) => redis.connectFrom(app(chart))).names('NetworkPolicy')).toEqual([]);
  });
});

describe('allowMetricsFrom', () => {
  const last = (props: RedisHaProps) => install(props, (redis, chart) => redis.allowMetricsFrom(kplus.Namespaces.select(chart, 'monitoring', { labels: { team: 'ops' } })))
    .get('NetworkPolicy', 'redis-proxy').spec.ingress.at(-1);

  test('lets in to the statistics of HAProxy, and to those of kube-template if there is one', () => {
    const opened = (props: RedisHaProps) => last(props).ports.map((port: any) => port.port);
    expect(last({}).from[0].namespaceSelector.matchLabels).toEqual({ team: 'ops' });
    expect(opened({ proxy: { statsPort: 8500 } })).toEqual([8500]);
    expect(opened({ routing: Routing.podIp() })).toEqual([8404, 9099]);
  });
});

describe('Routing.none', () => {
  test('makes no proxy: clients ask the Sentinels', () => {
    const manifests = install({ routing: Routing.none() }, (redis) => {
      expect([redis.host, redis.port, redis.proxyDeployment]).toEqual([undefined, undefined, undefined]);
    });
    expect(manifests.names('Deployment')).toEqual([]);
    expect(manifests.names('Service')).toEqual(['redis-server', 'redis-announce-0', 'redis-announce-1', 'redis-announce-2', 'redis-sentinel']);
  });
});

describe('addresses', () => {
  test.each([
    [IpStack.IPV4, 'SingleStack', ['IPv4']], [IpStack.IPV6, 'SingleStack', ['IPv6']], [IpStack.DUAL_STACK, 'RequireDualStack', ['IPv4', 'IPv6']],
    [IpStack.DUAL_STACK_IPV6, 'RequireDualStack', ['IPv6', 'IPv4']],
  ])('all Services have the families of %s', (ipStack, policy, list) => {
    const services = install({ ipStack, sentinel: Sentinel.deployments() }).all.filter((one) => one.kind === 'Service');
    expect(services).toHaveLength(9);
    for (const { spec } of services) expect([spec.ipFamilyPolicy, spec.ipFamilies]).toEqual([policy, list]);
  });

  test('Consul at the address of an IPv6 node stands between brackets, as in every URL', () => {
    const address = (props: RedisHaProps) => install(props).env('StatefulSet', 'redis-server', 'agent').CONSUL_HTTP_ADDR;
    expect(address({ routing: Routing.consul() })).toBe('http://$(HOST_IP):8500');
    expect(address({ routing: Routing.consul(), ipStack: IpStack.IPV6 })).toBe('http://[$(HOST_IP)]:8500');
    const given = 'https://[$(HOST_IP)]:8501';
    expect(address({ routing: Routing.consul({ address: given }) })).toBe(given);
  });

  test('the agent compares addresses of the family that Services have', () => {
    const family = (ipStack?: IpStack) => JSON.parse(install({ ipStack }).get('ConfigMap', 'redis-server').data['agent.json']).ipFamily;
    expect([undefined, IpStack.IPV4, IpStack.IPV6, IpStack.DUAL_STACK, IpStack.DUAL_STACK_IPV6].map(family)).toEqual([undefined, 4, 6, 4, 6]);
  });
});

describe('hibernate', () => {
  const KEPT = { persistence: Persistence.volume(Size.gibibytes(1)) };
  const count = (props: RedisHaProps) => install({ sentinel: Sentinel.deployments(3), ...KEPT, ...props }).all
    .filter(({ kind }) => ['StatefulSet', 'Deployment'].includes(kind)).map(({ spec }) => spec.replicas);

  test('leaves no pod, and nothing that would make one', () => {
    expect(count({})).toEqual([3, 1, 1, 1, 3]);
    expect(count({ hibernate: true })).toEqual([0, 0, 0, 0, 0]);
    const manifests = install({ ...KEPT, hibernate: true, restore: Restore.fromVolume('old', 'dump.rdb'), proxy: { autoscaling: { maxReplicas: 5 } } });
    expect([...manifests.names('Job'), ...manifests.names('HorizontalPodAutoscaler')]).toEqual([]);
  });

  test('changes nothing else: members, claims and pods are those that there were', () => {
    const awake = JSON.stringify(install(KEPT).all);
    const asleep = install({ ...KEPT, hibernate: true });
    // by which the command line tells it from servers that somebody scaled to nothing
    const { metadata } = asleep.get('StatefulSet', 'redis-server') as any;
    expect(metadata.annotations).toEqual({ 'redis-ha.cdk8s.io/hibernates': 'true' });
    delete metadata.annotations;
    expect(JSON.stringify(asleep.all)).toBe(awake.replaceAll('"replicas":3', '"replicas":0'));
  });
});

test('appProtocol is said of all ports of all Services', () => {
  const services = install({ network: { appProtocol: 'tcp' }, sentinel: Sentinel.deployments(3), server: { memberServices: {} } }).all.filter(({ kind }) => kind === 'Service');
  expect(services.length).toBe(12);
  expect(services.flatMap(({ spec }) => spec.ports.map(({ appProtocol }: any) => appProtocol))).toEqual(expect.not.arrayContaining([undefined]));
  expect(services.flatMap(({ spec }) => spec.ports).every(({ appProtocol }: any) => appProtocol === 'tcp')).toBe(true);
});

test('imagePullPolicy is that of all our containers, and of none of the user', () => {
  const pod = { imagePullPolicy: ImagePullPolicy.ALWAYS, containers: [{ name: 'mine', image: 'mine:1' }] };
  const policies = (props: RedisHaProps, workload: ['StatefulSet' | 'Deployment', string]) => {
    const { initContainers = [], containers } = install(props).podSpec(...workload);
    return Object.fromEntries([...initContainers, ...containers].map((one: any) => [one.name, one.imagePullPolicy]));
  };
  expect(policies({ nativeSidecars: true, server: { pod } }, ['StatefulSet', 'redis-server'])).toEqual({ server: 'Always', agent: 'Always', sentinel: 'Always', mine: undefined });
  expect(policies({ routing: Routing.podIp(), proxy: { pod } }, ['Deployment', 'redis-proxy'])).toEqual({ 'proxy': 'Always', 'kube-template': 'Always', 'mine': undefined });
});

describe('names', () => {
  const two = (first: RedisHaProps, second: RedisHaProps) => install(first, (_, chart) => new RedisHa(chart, 'second', second));

  test('of two installations of a chart must not meet in any object', () => {
    expect(() => two({ name: 'x' }, { name: 'x' })).toThrow(/^'name' \("x"\) must be another one: the name of the \w+ "x-server" is also that of test\/redis$/);
    expect(() => two({ name: 'x' }, { name: 'x-server', masterName: 'other' }))
      .toThrow(`'name' ("x-server") must be another one: the name of the Service "x-server" is also that of test/redis`);
    expect(two({ name: 'x' }, { name: 'y' }).names('StatefulSet')).toEqual(['x-server', 'y-server']);
  });

  test('of the masters of two installations of a chart must differ', () => {
    expect(() => two({ name: 'x', masterName: 'main' }, { name: 'y', masterName: 'main' }))
      .toThrow(`'masterName' ("main") must be another one: the master's name is also that of test/redis`);
  });

  const inCharts = (namespaces: readonly (string | undefined)[], apps: readonly App[]) => namespaces.forEach((namespace, index) => (
    new RedisHa(new Chart(apps[index], `chart-${index}`, { namespace }), 'redis', { name: 'redis' })));

  test.each([undefined, 'shop'])('must not meet in two charts of one namespace (%s) either', (namespace) => {
    const one = Testing.app();
    expect(() => inCharts([namespace, namespace], [one, one]))
      .toThrow(/^'name' \("redis"\) must be another one: the name of the \w+ "redis-server" is also that of chart-0\/redis$/);
  });

  test('of programs are the charts\' own: what has to be another one is the id', () => {
    const one = Testing.app();
    new RedisHa(new Chart(one, 'eu-cache'), 'redis', { name: 'x' });
    const below = new Chart(new Construct(one, 'eu'), 'cache');
    expect(() => new RedisHa(below, 'redis', { name: 'y' }))
      .toThrow(`'id of the chart' ("cache") must be another one: the name of the ConfigMap "eu-cache-agent" is also that of eu-cache/redis`);
  });

  test('may be the same in another namespace, and for another cluster in another app', () => {
    const one = Testing.app();
    expect(() => inCharts(['shop', 'bank', undefined], [one, one, one])).not.toThrow();
    expect(() => inCharts(['shop', 'shop'], [Testing.app(), Testing.app()])).not.toThrow();
  });

  const derived = (...ids: string[]) => {
    const [chart, ...inner] = ids;
    const scope = inner.slice(0, -1).reduce<Construct>((outer, id) => new Construct(outer, id), new Chart(Testing.app(), chart));
    return new RedisHa(scope, inner.at(-1)!).name;
  };

  test('derived from the path are the path, if that may be a name', () => {
    expect(derived('shop', 'redis')).toBe('shop-redis');
    expect(derived('Shop', 'carts', 'redis')).toBe('shop-carts-redis');
  });

  test.each([
    [['1shop', 'redis'], /^shop-redis-c8[0-9a-f]{6}$/],
    [['my.shop', 'redis'], /^my-shop-redis-c8[0-9a-f]{6}$/],
    [['my_shop', '0'], /^my-shop-0-c8[0-9a-f]{6}$/],
    [['a-chart-with-a-very-long-name', 'and-a-scope', 'redis'], /^[a-z][a-z-]*and-a-scope-redis-c8[0-9a-f]{6}$/],
    [['x', 'r'.repeat(70)], /^r{31}-c8[0-9a-f]{6}$/],
  ])('derived from the path %j are mended, with a hash', (ids, name) => {
    expect(derived(...ids)).toMatch(name);
    expect(derived(...ids).length).toBeLessThanOrEqual(40);
    expect(derived(...ids)).toBe(derived(...ids));
  });

  test('derived from different paths stay different when they are mended', () => {
    expect(derived('my.shop', 'redis')).not.toBe(derived('my_shop', 'redis'));
  });
});

describe('images', () => {
  test('all come from the registry that is given, with its Secrets', () => {
    const manifests = install({ imageRegistry: 'registry.example.com/hub', imagePullSecrets: ['pull'], sentinel: Sentinel.deployments() });
    const specs = manifests.all.filter((one) => one.spec?.template).map((one) => one.spec.template.spec);
    for (const spec of specs) {
      for (const container of spec.containers) expect(container.image).toMatch(/^registry\.example\.com\/hub\/library\/(redis|node|haproxy):/);
      expect(spec.imagePullSecrets).toEqual([{ name: 'pull' }]);
    }
    expect(specs).toHaveLength(5);
  });
});

describe('disruption budgets', () => {
  test('let one pod of each kind go', () => {
    const manifests = install({ sentinel: Sentinel.deployments() });
    expect(manifests.names('PodDisruptionBudget')).toEqual(['redis-server', 'redis-sentinel', 'redis-proxy']);
    for (const name of manifests.names('PodDisruptionBudget')) {
      expect(manifests.get('PodDisruptionBudget', name).spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
    }
  });

  test('are not made for one pod: it could never be evicted', () => {
    expect(install({ replicas: 1, proxy: { replicas: 1 } }).names('PodDisruptionBudget')).toEqual([]);
  });

  test('are made for one pod that somebody asks for', () => {
    const budget = { disruptionBudget: { minAvailable: 1 } };
    const manifests = install({ replicas: 1, server: budget, proxy: { replicas: 1, ...budget } });
    for (const name of ['redis-server', 'redis-proxy']) expect(manifests.get('PodDisruptionBudget', name).spec).toMatchObject({ minAvailable: 1 });
  });

  test('are made where an autoscaler may make several of one', () => {
    const of = (proxy: ProxyOptions) => install({ proxy }).find('PodDisruptionBudget', 'redis-proxy')?.spec;
    expect(of({ autoscaling: { minReplicas: 1, maxReplicas: 10 } })).toMatchObject({ maxUnavailable: 1 });
    expect(of({ autoscaling: { minReplicas: 1, maxReplicas: 10 }, disruptionBudget: { maxUnavailable: 2 } })).toMatchObject({ maxUnavailable: 2 });
    expect(of({ replicas: 1, autoscaling: { minReplicas: 1, maxReplicas: 1 } })).toBeUndefined();
  });
});

describe('patches', () => {
  test('go through the public constructs', () => {
    const manifests = install({}, (redis) => {
      redis.serverStatefulSet.addJsonPatch(JsonPatch.replace('/spec/replicas', 7));
      ApiObject.of(redis.serverConfig).addJsonPatch(JsonPatch.add('/metadata/annotations', { patched: 'yes' }));
      redis.announceServices[1].metadata.addAnnotation('second', 'yes');
    });
    expect(manifests.get('StatefulSet', 'redis-server').spec.replicas).toBe(7);
    expect((manifests.get('ConfigMap', 'redis-server').metadata as any).annotations).toEqual({ patched: 'yes' });
    expect((manifests.get('Service', 'redis-announce-1').metadata as any).annotations).toEqual({ second: 'yes' });
  });

  test('podSpecOverrides may remove whole lists', () => {
    const pod = { containers: [{ name: 'more', image: 'more:1' }], podSpecOverrides: { initContainers: null, containers: [{ name: 'more', env: null }] } };
    expect(install({ proxy: { pod } }).container('Deployment', 'redis-proxy', 'more')).toEqual({ name: 'more', image: 'more:1' });
  });

  test('podSpecOverrides win over everything, by name in lists, and keep fields that 1.27 does not know', () => {
    const pod = {
      priorityClassName: 'low',
      podSpecOverrides: { priorityClassName: 'high', hostUsers: false, affinity: null, containers: [{ name: 'agent', resizePolicy: [] }, { name: 'more', image: 'more:1' }] },
    };
    const spec = install({ server: { pod } }).podSpec('StatefulSet', 'redis-server');
    expect(spec).toMatchObject({ priorityClassName: 'high', hostUsers: false });
    expect(spec).not.toHaveProperty('affinity');
    expect(spec.containers.map((one: any) => one.name)).toEqual(['server', 'sentinel', 'agent', 'more']);
    expect(spec.containers[2]).toMatchObject({ resizePolicy: [], image: expect.stringContaining('node:') });
  });
});

describe('Overrides.merge', () => {
  test('reaches what the classes of cdk8s-plus-27 drop, in an L1 and an L2 object, after all patches', () => {
    const manifests = install({}, (redis) => {
      Overrides.merge(redis.announceServices[0], { spec: { trafficDistribution: 'PreferClose', ports: [{ name: 'redis', appProtocol: 'redis' }] } });
      Overrides.merge(redis.serverConfig, { metadata: { annotations: { note: 'mine' } } });
      Overrides.merge(redis.networkPolicies[0], { spec: { ingress: null } });
    });
    const { spec } = manifests.get('Service', 'redis-announce-0');
    expect(spec.trafficDistribution).toBe('PreferClose');
    expect(spec.ports[0]).toEqual({ name: 'redis', appProtocol: 'redis', port: 6379, protocol: 'TCP', targetPort: 'redis' });
    expect(manifests.get('ConfigMap', 'redis-server').metadata).toMatchObject({ annotations: { note: 'mine' } });
    expect(manifests.get('NetworkPolicy', 'redis-server').spec).not.toHaveProperty('ingress');
  });

  test('refuses what is no single object', () => {
    expect(() => install({}, (redis) => Overrides.merge(redis, {}))).toThrow(/^'construct' \("test\/redis"\) must be one object of the Kubernetes API/);
  });
});

const ownObjects = (manifests: Manifests) => manifests.all.filter(({ metadata }) => !metadata.name.endsWith('-agent'));

test('another number of servers and of Sentinels changes the pods of neither', () => {
  const templates = (count: number) => {
    const manifests = install({ replicas: count, sentinel: Sentinel.deployments(count) });
    return [manifests.get('StatefulSet', 'redis-server'), manifests.get('Deployment', 'redis-sentinel-0')].map(({ spec }) => spec.template);
  };
  expect(templates(5)).toEqual(templates(3));
  expect(templates(7)).toEqual(templates(3));
});

test('labels of the user reach every object, and no selector', () => {
  const manifests = install({ labels: { team: 'shop' } });
  for (const one of ownObjects(manifests)) expect(one.metadata.labels).toMatchObject({ team: 'shop' });
  expect(manifests.get('StatefulSet', 'redis-server').spec.selector.matchLabels).toEqual(SELECTOR('server'));
});

test('what one kind of pods, or one Service, is given wins over what all are given', () => {
  const manifests = install({
    labels: { team: 'shop' },
    annotations: { 'external-dns.alpha.kubernetes.io/hostname': 'all.example.com' },
    server: { pod: { labels: { team: 'cache' } } },
    proxy: { service: { hostname: 'redis.example.com' } },
  });
  expect(manifests.podTemplate('StatefulSet', 'redis-server').metadata.labels).toMatchObject({ team: 'cache', ...SELECTOR('server') });
  expect(manifests.podTemplate('Deployment', 'redis-proxy').metadata.labels).toMatchObject({ team: 'shop', ...SELECTOR('proxy') });
  expect((manifests.get('Service', 'redis').metadata as any).annotations).toEqual({ 'external-dns.alpha.kubernetes.io/hostname': 'redis.example.com' });
});

describe('what cannot be changed later', () => {
  const immutable = (props: RedisHaProps) => {
    const volume = Persistence.volume(Size.gibibytes(1));
    const manifests = install({ persistence: volume, sentinel: Sentinel.deployments(), routing: Routing.podIp(), ...props });
    return manifests.all.filter(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment')
      .map(({ spec: { selector, volumeClaimTemplates, serviceName } }) => ({ selector, volumeClaimTemplates, serviceName }));
  };
  const pods = (props: RedisHaProps) => install(props).podTemplate('StatefulSet', 'redis-server').metadata;

  test('is the same with other labels, annotations and versions', () => {
    const engine = Engine.redis({ version: '7.4.1' });
    expect(immutable({ labels: { 'team': 'shop', 'app.kubernetes.io/part-of': 'shop' }, annotations: { note: 'mine' }, engine })).toEqual(immutable({}));
    expect(immutable({})[0].volumeClaimTemplates[0].metadata.labels).toEqual(SELECTOR('server'));
  });

  test('neither are pods rolled by annotations, or labelled with what a new version changes', () => {
    expect(pods({ annotations: { note: 'mine' } })).toEqual(pods({}));
    expect(pods({}).labels).toEqual({
      'app.kubernetes.io/name': 'redis-ha', 'app.kubernetes.io/instance': 'redis', 'app.kubernetes.io/component': 'server', ...SELECTOR('server'),
    });
  });
});

test('objects say who manages them, what they are part of, and the version of the engine', () => {
  const manifests = install({ engine: Engine.redis({ version: '7.4.1' }) });
  for (const one of ownObjects(manifests)) {
    expect(one.metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'cdk8s-redis-ha', 'app.kubernetes.io/part-of': 'redis' });
  }
  expect(manifests.get('StatefulSet', 'redis-server').metadata.labels).toHaveProperty(['app.kubernetes.io/version'], '7.4.1');
  expect(manifests.get('Deployment', 'redis-proxy').metadata.labels).not.toHaveProperty(['app.kubernetes.io/version']);
  expect(install({ labels: { 'app.kubernetes.io/part-of': 'shop' } }).get('Service', 'redis').metadata.labels).toHaveProperty(['app.kubernetes.io/part-of'], 'shop');
});

test('annotations of the user reach every object, and leave what an option gave', () => {
  const manifests = install({ annotations: { note: 'all' }, proxy: { service: { annotations: { note: 'mine' } } } });
  const notes = manifests.all.map(({ metadata }) => (metadata as any).annotations?.note);
  expect(notes.filter((note) => note !== 'all')).toEqual(['mine']);
  expect((manifests.get('Service', 'redis').metadata as any).annotations).toEqual({ note: 'mine' });
});

describe('resources', () => {
  const server = (resources: ContainerResources) => install({ server: { resources } });
  const given = (resources: ContainerResources) => server(resources).container('StatefulSet', 'redis-server', 'server').resources;

  test('are typed, or as the API has them, or both', () => {
    expect(given({
      cpu: { request: Cpu.millis(250), limit: Cpu.units(1.5) },
      memory: { request: Size.gibibytes(1), limit: Size.mebibytes(1536) },
      ephemeralStorage: { limit: Size.gibibytes(2) },
      limits: { 'memory': k8s.Quantity.fromString('9Gi'), 'example.com/device': k8s.Quantity.fromNumber(1) },
    })).toEqual({
      requests: { cpu: '250m', memory: '1Gi' },
      limits: { 'cpu': '1.5', 'memory': '1536Mi', 'ephemeral-storage': '2Gi', 'example.com/device': 1 },
    });
  });

  test('decide about maxmemory in either form', () => {
    const maxmemory = (resources: ContainerResources) => /maxmemory (\d+)/.exec(server(resources).get('ConfigMap', 'redis-server').data['redis.conf'])![1];
    expect(maxmemory({ memory: { limit: Size.gibibytes(4) } })).toBe(String(3 * 2 ** 30));
    expect(maxmemory({ limits: { memory: k8s.Quantity.fromString('4Gi') } })).toBe(String(3 * 2 ** 30));
  });

  test.each<[ContainerResources, string]>([
    [{ cpu: { request: Cpu.millis(0) } }, `'server.resources.cpu.request' ("0m") must be more than 0, like Cpu.millis(500)`],
    [{ cpu: { request: Cpu.units(-1) } }, `'server.resources.cpu.request' ("-1") must be more than 0`],
    [{ memory: { limit: Size.kibibytes(1) } }, `'server.resources.memory.limit' ("1024 bytes") must be a whole number of bytes, at least 1 MiB`],
  ])('are checked: %j', (resources, message) => {
    expect(() => server(resources)).toThrow(message);
  });
});

describe('Auth.fromSecret', () => {
  test.each(PLUS)('takes a Secret of %s, made or imported', (_, plus) => {
    const chart = Testing.chart();
    for (const secret of [plus.Secret.fromSecretName(chart, 'imported', 'mine'), new plus.Secret(chart, 'made', { metadata: { name: 'mine' } }),
      new plus.k8s.KubeSecret(chart, 'plain', { metadata: { name: 'mine' } })]) {
      expect(install({ auth: Auth.fromSecret(secret, { key: 'pass' }) }, (redis) => {
        expect([redis.secretName, redis.secretKey]).toEqual(['mine', 'pass']);
      }).podSpec('StatefulSet', 'redis-server').volumes).toContainEqual({ name: 'auth', secret: { secretName: 'mine', defaultMode: 0o440 } });
    }
  });

  test('refuses anything else: it would mean no password', () => {
    const config = new kplus.ConfigMap(Testing.chart(), 'config');
    expect(() => install({ auth: Auth.fromSecret(config) })).toThrow(`'auth' ("test/config") must be a Secret, or Auth.secret(name)`);
    for (const wrong of ['redis-auth', undefined, { kind: 'Secret', name: 'x' }]) expect(() => install({ auth: Auth.fromSecret(wrong as any) })).toThrow(`must be a Secret`);
  });

  test('is told together with other props that are wrong', () => {
    const config = new kplus.ConfigMap(Testing.chart(), 'config');
    expect(() => install({ auth: Auth.fromSecret(config), name: 5 as any })).toThrow(/^2 props are wrong:\n.*'auth'.*\n.*'name'/);
  });

  test.each<[string | undefined, string | undefined]>([['cache', 'shop'], ['cache', undefined], [undefined, 'shop']])(
    'refuses a Secret of another namespace: of %s for %s', (secrets, namespace) => {
      const chart = new Chart(Testing.app(), 'secrets', { namespace: secrets });
      for (const secret of [new kplus.Secret(chart, 'made'), new k8s.KubeSecret(chart, 'plain', {})]) {
        expect(() => install({ auth: Auth.fromSecret(secret) }, undefined, { namespace })).toThrow(/^'auth' \("secrets\/(made|plain)"\) must be a Secret of the installation's namespace, /);
        install({ auth: Auth.fromSecret(secret) }, undefined, { namespace: secrets });
        expect(() => RedisHa.fromAttributes(new Chart(Testing.app(), 'x', { namespace }), 'redis', { name: 'redis', auth: Auth.fromSecret(secret) })).toThrow(/^'auth'/);
      }
    });

  test.each<[string, k8s.KubeSecretProps, string | undefined, RegExp | undefined]>([
    ['the key', { stringData: { password: 'x' } }, undefined, undefined],
    ['the key, encoded', { data: { pass: 'eA==' } }, 'pass', undefined],
    ['no data: an operator fills it', {}, undefined, undefined],
    ['another key', { stringData: { pass: 'hunter2' } }, undefined, /'auth\.key' \(.?"password.?"\) must be a key of Secret .*mine.*, which has pass/],
    ['an empty password', { stringData: { password: '' } }, undefined, /'auth\.key' \(.?"password.?"\) must be a key with a password: in Secret .*mine.* it is empty/],
    ['an end of a line for a password', { data: { password: Buffer.from('\n').toString('base64') } }, undefined, /it is empty/],
  ])('checks what a Secret of the app has: %s', (_, props, key, message) => {
    const synth = () => {
      const chart = Testing.chart();
      const secret = new k8s.KubeSecret(chart, 'secret', { ...props, metadata: { name: 'mine' } });
      new RedisHa(chart, 'redis', { name: 'redis', auth: Auth.fromSecret(secret, key === undefined ? undefined : { key }) });
      return Testing.synth(chart);
    };
    if (message) expect(synth).toThrow(message);
    else expect(synth().length).toBeGreaterThan(5);
  });

  test.each(['shop-password', 'proxy-password', 'metrics-password'])('asks for the password of each user: %s', (missing) => {
    const synth = (stringData: { [key: string]: string }) => {
      const chart = Testing.chart();
      const secret = new k8s.KubeSecret(chart, 'secret', { stringData, metadata: { name: 'mine' } });
      new RedisHa(chart, 'redis', { name: 'redis', auth: Auth.fromSecret(secret, { users: [AclUser.application('shop')], componentUsers: true }) });
      return Testing.synth(chart);
    };
    const all = { 'password': 'a', 'shop-password': 'b', 'proxy-password': 'c', 'metrics-password': 'd' };
    expect(() => synth(all)).not.toThrow();
    const { [missing as keyof typeof all]: _, ...others } = all;
    const prop = missing === 'shop-password' ? 'auth\\.users\\[0\\]\\.passwordKey' : 'auth\\.componentUsers';
    expect(() => synth(others)).toThrow(new RegExp(`'${prop}' \\(.?"${missing}.?"\\) must be a key of Secret .*mine.*, which has ${Object.keys(others).sort().join(', ')}`));
    expect(() => synth({ ...all, [missing]: '' })).toThrow(/it is empty/);
  });

  test('sees data that is added after it', () => {
    const chart = Testing.chart();
    const secret = new kplus.Secret(chart, 'secret', { stringData: { user: 'me' } });
    new RedisHa(chart, 'redis', { auth: Auth.fromSecret(secret) });
    expect(() => Testing.synth(chart)).toThrow(/which has user/);
    secret.addStringData('password', 'x');
    expect(() => Testing.synth(chart)).not.toThrow();
  });
});
