import { Chart, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { PLUS } from './plus-versions';
import { Metrics, MetricsOptions, Overrides, Peer, RedisHa, RedisHaAttributes, RedisHaProps, Routing, Sentinel, Tls, TlsCertificate } from '../../lib';
import { install, Manifests } from '../support/manifests';
import { schemaErrors, VERSIONS } from '../support/schema';

const NAME = 'kubernetes.io/metadata.name';
const rules = (manifests: Manifests, kind = 'proxy') => manifests.get('NetworkPolicy', `redis-${kind}`).spec.ingress ?? [];

describe.each(PLUS)('a peer of %s', (_, plus) => {
  test.each<[string, (chart: Chart) => any, object[]]>([
    ['pods', (chart) => plus.Pods.select(chart, 'x', { labels: { app: 'web' } }), [{ podSelector: { matchLabels: { app: 'web' } } }]],
    ['pods by expressions', (chart) => plus.Pods.select(chart, 'x', { expressions: [plus.LabelExpression.exists('app')] }),
      [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }]],
    ['namespaces by labels', (chart) => plus.Namespaces.select(chart, 'x', { labels: { team: 'ops' } }), [{ podSelector: {}, namespaceSelector: { matchLabels: { team: 'ops' } } }]],
    ['namespaces by names', (chart) => plus.Namespaces.select(chart, 'x', { names: ['one', 'two'], labels: { team: 'ops' } }),
      ['one', 'two'].map((name) => ({ podSelector: {}, namespaceSelector: { matchLabels: { team: 'ops', [NAME]: name } } }))],
    ['a Namespace', (chart) => new plus.Namespace(chart, 'x', { metadata: { name: 'jobs' } }), [{ podSelector: {}, namespaceSelector: { matchLabels: { [NAME]: 'jobs' } } }]],
    ['addresses', (chart) => plus.NetworkPolicyIpBlock.ipv4(chart, 'x', '10.0.0.0/8', ['10.1.0.0/16']), [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }]],
  ])('%s', (__, peer, from) => {
    expect(rules(install({}, (redis, chart) => redis.allowFrom(peer(chart)))).at(-1).from).toEqual(from);
  });

  test('allowTo opens the ports of the proxy to the workload, and nothing else', () => {
    const manifests = install({}, (redis, chart) => {
      new plus.Deployment(chart, 'web', { metadata: { name: 'web' }, containers: [{ image: 'web:1' }] }).connections.allowTo(redis);
    }, { namespace: 'shop' });
    const policies = manifests.all.filter(({ kind, metadata }) => kind === 'NetworkPolicy' && !metadata.name.startsWith('redis-'));
    const { matchLabels } = manifests.get('Deployment', 'redis-proxy').spec.selector;
    const port = (number: number) => ({ port: number, protocol: 'TCP' });
    const egress = policies.find(({ spec }) => spec.egress)!.spec.egress[0];
    const ingress = policies.find(({ spec }) => spec.ingress)!;
    expect(egress.to).toEqual([{ podSelector: { matchLabels }, namespaceSelector: { matchLabels: { [NAME]: 'shop' } } }]);
    expect([egress.ports, ingress.spec.ingress[0].ports]).toEqual([[port(6379), port(6380)], [port(6379), port(6380)]]);
    expect(ingress).toMatchObject({ metadata: { namespace: 'shop' }, spec: { podSelector: { matchLabels } } });
  });

  test('allowTo is refused where everybody may in: a policy for one client would shut the members out', () => {
    const allow = (options?: object) => install({ networkPolicies: false }, (redis, chart) => {
      new plus.Deployment(chart, 'web', { containers: [{ image: 'web:1' }] }).connections.allowTo(redis, options);
    });
    expect(() => allow()).toThrow(/^'networkPolicies' \(false\) leaves everybody in, .*PodConnectionsIsolation\.POD/);
    const policies = allow({ isolation: plus.PodConnectionsIsolation.POD }).all.filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies.map(({ spec }) => spec.policyTypes ?? Object.keys(spec))).toEqual([expect.arrayContaining(['Egress'])]);
  });

  test('allowTo opens what allowFrom does: ports without TLS and those of custom sections, too', () => {
    const ports = (then: (redis: RedisHa, web: any) => void) => install({
      tls: Tls.edge(TlsCertificate.secret('tls'), { plainPort: 7000 }),
      proxy: { extraPorts: [{ name: 'more', port: 7777 }], customSections: 'frontend more\n  bind :7777\n  mode tcp\n  default_backend master' },
    }, (redis, chart) => then(redis, new plus.Deployment(chart, 'web', { containers: [{ image: 'web:1' }] }))).all
      .filter(({ kind }) => kind === 'NetworkPolicy').flatMap(({ spec: { ingress = [], egress = [] } }) => [...ingress, ...egress])
      .map((rule) => rule.ports.map(({ port }: any) => port)).filter((one) => one.includes(6380));
    expect(ports((redis, web) => redis.allowFrom(web))).toEqual([[6379, 6380, 7000, 7777]]);
    expect(ports((redis, web) => web.connections.allowTo(redis))).toEqual([[6379, 6380, 7000, 7777], [6379, 6380, 7000, 7777]]);
  });

  test('allowTo without a proxy opens servers and Sentinels', () => {
    const manifests = install({ routing: Routing.none(), sentinel: Sentinel.deployments() }, (redis, chart) => {
      new plus.Deployment(chart, 'web', { containers: [{ image: 'web:1' }] }).connections.allowTo(redis);
    });
    const { spec } = manifests.all.find(({ kind, metadata, spec: { ingress } = { ingress: undefined } }) => kind === 'NetworkPolicy' && !metadata.name.startsWith('redis-') && ingress)!;
    expect(spec.ingress[0].ports.map(({ port }: any) => port)).toEqual([6379, 26379]);
    expect(spec.podSelector).toEqual({
      matchLabels: { 'redis-ha.cdk8s.io/installation': 'redis' },
      matchExpressions: [{ key: 'redis-ha.cdk8s.io/component', operator: 'In', values: ['server', 'sentinel'] }],
    });
  });
});

describe('a peer of our own', () => {
  test.each<[string, Peer, object]>([
    ['pods', Peer.pods({ labels: { app: 'x' } }), { podSelector: { matchLabels: { app: 'x' } } }],
    ['pods of a namespace', Peer.pods({ labels: { app: 'x' }, namespace: 'jobs' }), { podSelector: { matchLabels: { app: 'x' } }, namespaceSelector: { matchLabels: { [NAME]: 'jobs' } } }],
    ['pods of namespaces', Peer.pods({ labels: { app: 'x' }, namespaceLabels: { team: 'y' } }),
      { podSelector: { matchLabels: { app: 'x' } }, namespaceSelector: { matchLabels: { team: 'y' } } }],
    ['a namespace', Peer.namespace('jobs'), { namespaceSelector: { matchLabels: { [NAME]: 'jobs' } } }],
    ['namespaces', Peer.namespaces({ team: 'y' }), { namespaceSelector: { matchLabels: { team: 'y' } } }],
    ['addresses', Peer.cidr('10.0.0.0/8', { except: ['10.1.0.0/16'] }), { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
  ])('%s', (_, peer, from) => {
    const manifests = install({}, (redis) => redis.allowFrom(peer));
    expect(rules(manifests).at(-1).from).toEqual([from]);
    expect(VERSIONS.flatMap((version) => schemaErrors(version, manifests.get('NetworkPolicy', 'redis-proxy')))).toEqual([]);
  });

  test.each<[Peer, string]>([
    [Peer.pods({ labels: {} }), `'client.labels' ({}) must hold at least one label`],
    [Peer.namespaces({}), `'client.namespaceLabels' ({}) must hold at least one label`],
    [Peer.pods({ labels: { 'a b': 'x' } }), `'client.labels["a b"]' ("a b") must be the name of a label`],
    [Peer.pods({ labels: { a: 'b' }, namespace: 'x', namespaceLabels: { y: 'z' } }), `'client.namespace' ("x") must not be given with namespaceLabels`],
    [Peer.namespace('A'), `'client.namespace' ("A") must be the name of a namespace`],
    [Peer.namespace('a.b'), `'client.namespace' ("a.b") must be the name of a namespace`],
    [Peer.cidr('everybody'), `'client' ("everybody") must be a CIDR`],
    [Peer.cidr('fe80::1%eth0/64'), `'client' ("fe80::1%eth0/64") must be a CIDR`],
    [Peer.cidr('10.0.0.0/8', { except: ['10.1.0.0/16', '192.168.0.0/16'] }), `'client.except' ("192.168.0.0/16") must be a part of "10.0.0.0/8"`],
    [Peer.cidr('10.0.0.0/8', { except: ['10.0.0.0/8'] }), `'client.except' ("10.0.0.0/8") must be a part of "10.0.0.0/8"`],
    [Peer.cidr('10.0.0.0/16', { except: ['10.0.0.0/8'] }), `'client.except' ("10.0.0.0/8") must be a part of "10.0.0.0/16"`],
    [Peer.cidr('0.0.0.0/0', { except: ['::1/128'] }), `'client.except' ("::1/128") must be a part of "0.0.0.0/0"`],
    [Peer.cidr('fd00::/8', { except: ['fe00::/16'] }), `'client.except' ("fe00::/16") must be a part of "fd00::/8"`],
    [Peer.cidr('10.0.0.0/8', { except: ['x'] }), `'client.except' ("x") must be a CIDR`],
  ])('is refused where it would let in others than meant: %#', (peer, message) => {
    for (const networkPolicies of [true, false]) expect(() => install({ networkPolicies }, (redis) => redis.allowFrom(peer))).toThrow(message);
  });
});

test.each<[string, string[]]>([['0.0.0.0/0', ['10.1.2.3/8', '0.0.0.0/1']], ['::/0', ['fd00::/8', '::1/128']], ['10.1.2.3/8', ['10.255.0.0/16']]])('%s may leave out %j', (range, except) => {
  expect(rules(install({}, (redis) => redis.allowFrom(Peer.cidr(range, { except })))).at(-1).from).toEqual([{ ipBlock: { cidr: range, except } }]);
});

test('where everybody may in, a client that is none is refused, too, and nothing is written', () => {
  const open = (then: (redis: RedisHa, chart: Chart) => void) => install({ networkPolicies: false }, then);
  expect(() => open((redis, chart) => redis.allowFrom(new k8s.KubeConfigMap(chart, 'x', {})))).toThrow(/^'client' .* must be or hold a Deployment/);
  expect(() => open((redis) => redis.allowMetricsFrom(Peer.namespace('x'), { serverPorts: [-1] }))).toThrow(`'serverPorts' (-1) must be a whole number`);
  expect(() => open((redis) => redis.allowMetricsFrom(Peer.namespace('x'), { sentinelPorts: [-1] }))).toThrow(`'sentinelPorts' ([-1]) must not be given`);
  const manifests = open((redis) => {
    redis.allowFrom(Peer.namespace('x'));
    redis.allowFrom(new k8s.KubePod(new Chart(Testing.app(), 'shop', { namespace: 'shop' }), 'x', { metadata: { labels: { app: 'x' } } }));
  });
  expect(manifests.names('NetworkPolicy')).toEqual([]);
});

describe('another installation', () => {
  const other = (place: { namespace?: string }) => new RedisHa(new Chart(Testing.app(), 'other', place), 'other', { name: 'other' });
  const servers = { podSelector: { matchLabels: { 'redis-ha.cdk8s.io/installation': 'other', 'redis-ha.cdk8s.io/component': 'server' } } };

  test.each<[string, string, object]>([['of the same namespace', 'cache', {}], ['of another one', 'shop', { namespaceSelector: { matchLabels: { [NAME]: 'shop' } } }]])(
    '%s is let in by its servers, which may follow this one', (_, namespace, where) => {
      const manifests = install({}, (redis) => {
        redis.allowFrom(other({ namespace }));
        redis.allowSentinelFrom(other({ namespace }));
      }, { namespace: 'cache' });
      expect(rules(manifests).at(-1).from).toEqual([{ ...servers, ...where }]);
      expect(rules(manifests, 'server').at(-1).from).toEqual([{ ...servers, ...where }]);
    });

  test('is refused where only one of the two namespaces is known', () => {
    expect(() => install({}, (redis) => redis.allowFrom(other({})), { namespace: 'cache' })).toThrow(/^'client' .*"cache" is known, that of other\/other is not/);
  });
});

test('pods with the address of their node are let in by labels with a warning, as most networks see the node', () => {
  const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const labels = { app: 'gateway' };
  const gateway = (hostNetwork: boolean) => install({}, (redis, chart) => redis.allowFrom(new k8s.KubeDaemonSet(chart, 'gateway', {
    metadata: { name: 'gateway' }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { hostNetwork, containers: [{ name: 'x' }] } } },
  })));
  gateway(false);
  expect(warnings).not.toHaveBeenCalled();
  expect(rules(gateway(true)).at(-1).from).toEqual([{ podSelector: { matchLabels: labels } }]);
  expect(warnings.mock.calls).toEqual([[expect.stringMatching(/^DaemonSet "gateway" has 'hostNetwork': most networks let its pods in by Peer\.cidr only/), { type: 'cdk8s-redis-ha', code: 'HOST_NETWORK' }]]);
  warnings.mockRestore();
});

test('an L1 Namespace lets its pods in', () => {
  const manifests = install({}, (redis, chart) => redis.allowFrom(new k8s.KubeNamespace(chart, 'x', { metadata: { name: 'jobs' } })));
  expect(rules(manifests).at(-1).from).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'jobs' } } }]);
});

test('allowSentinelFrom opens servers and Sentinels, and not the proxy', () => {
  const manifests = install({ sentinel: Sentinel.deployments() }, (redis) => redis.allowSentinelFrom(Peer.namespace('jobs')));
  const before = install({ sentinel: Sentinel.deployments() });
  expect(rules(manifests, 'server').at(-1)).toEqual({ from: [{ namespaceSelector: { matchLabels: { [NAME]: 'jobs' } } }], ports: [{ port: 6379, protocol: 'TCP' }] });
  expect(rules(manifests, 'sentinel').at(-1).ports).toEqual([{ port: 26379, protocol: 'TCP' }]);
  expect(rules(manifests)).toEqual(rules(before));
});

test('Overrides.merge adds to policies what has no option, and keeps the clients that are granted later', () => {
  const egress = [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }];
  const manifests = install({ sentinel: Sentinel.deployments() }, (redis) => {
    expect(redis.networkPolicies.map(({ name }) => name)).toEqual(['redis-server', 'redis-sentinel', 'redis-proxy']);
    for (const policy of redis.networkPolicies) Overrides.merge(policy, { metadata: { labels: { mine: 'yes' } }, spec: { policyTypes: ['Ingress', 'Egress'], egress } });
    redis.allowFrom(Peer.namespace('jobs'));
  });
  for (const kind of ['server', 'sentinel', 'proxy']) {
    const policy = manifests.get('NetworkPolicy', `redis-${kind}`);
    expect(policy).toMatchObject({ metadata: { labels: { mine: 'yes' } }, spec: { policyTypes: ['Ingress', 'Egress'], egress } });
    expect(VERSIONS.flatMap((version) => schemaErrors(version, policy))).toEqual([]);
  }
  expect(rules(manifests)).toHaveLength(1);
});

describe('allowMetricsFrom', () => {
  const opened = (props: RedisHaProps, options: MetricsOptions) => {
    const manifests = install(props, (redis) => redis.allowMetricsFrom(Peer.namespace('monitoring'), options));
    return Object.fromEntries(manifests.names('NetworkPolicy').map((name) => {
      const rule = manifests.get('NetworkPolicy', name).spec.ingress?.find(({ from }: any) => from[0].namespaceSelector);
      return [name, rule?.ports.map(({ port }: any) => port)];
    }));
  };

  test('opens ports of containers that users add', () => {
    expect(opened({}, { serverPorts: [9121], proxyPorts: [9000] })).toEqual({ 'redis-server': [9098, 9121], 'redis-proxy': [8404, 9000] });
    expect(opened({ sentinel: Sentinel.deployments() }, { sentinelPorts: [9355] })).toEqual({ 'redis-server': [9098], 'redis-sentinel': [9355], 'redis-proxy': [8404] });
    expect(opened({ routing: Routing.none() }, { serverPorts: [9121] })).toEqual({ 'redis-server': [9098, 9121] });
  });

  test('opens those of exporters, beside servers and Sentinels', () => {
    const metrics = Metrics.exporter();
    expect(opened({ metrics }, {})).toEqual({ 'redis-server': [9098, 9121, 9122], 'redis-proxy': [8404] });
    expect(opened({ metrics, sentinel: Sentinel.deployments() }, {})).toEqual({ 'redis-server': [9098, 9121], 'redis-sentinel': [9122], 'redis-proxy': [8404] });
  });

  test('refuses ports of pods that there are not, and what is no port', () => {
    expect(() => opened({}, { sentinelPorts: [1] })).toThrow(`'sentinelPorts' ([1]) must not be given: there are no pods of the sentinel alone`);
    expect(() => opened({}, { serverPorts: [70000] })).toThrow(`'serverPorts' (70000) must be a whole number from 1 to 65535`);
  });
});

describe('RedisHa.fromAttributes', () => {
  test('knows what the installation itself knows', () => {
    const props = { engine: undefined, replicas: 5, sentinel: Sentinel.deployments(3, { port: 27000 }), name: 'redis' };
    const chart = new Chart(Testing.app(), 'cache', { namespace: 'cache' });
    const redis = new RedisHa(chart, 'redis', { ...props, server: { port: 7000 }, proxy: { port: 7001, readPort: 7002 } });
    const attributes = { ...props, serverPort: 7000, port: 7001, readPort: 7002 };
    const known = RedisHa.fromAttributes(new Chart(Testing.app(), 'shop', { namespace: 'cache' }), 'redis', attributes);
    const facts = (one: any) => Object.fromEntries(
      ['name', 'namespace', 'masterName', 'engineName', 'host', 'port', 'readPort', 'serverHosts', 'serverPort', 'sentinelHosts', 'secretName', 'secretKey', 'serverSelector',
        'sentinelSelector', 'proxySelector'].map((name) => [name, one[name]]));
    expect(facts(known)).toEqual(facts(redis));
    expect(Object.values(facts(known))).not.toContain(undefined);
    expect(known.connectionEnvironment()).toEqual(redis.connectionEnvironment());
    const HOSTS = ['host', 'serverHosts', 'sentinelHosts'];
    const elsewhere = facts(RedisHa.fromAttributes(new Chart(Testing.app(), 'shop', { namespace: 'shop' }), 'redis', { ...attributes, namespace: 'cache' }));
    expect({ ...elsewhere, ...Object.fromEntries(HOSTS.map((name) => [name, facts(redis)[name]])) }).toEqual(facts(redis));
    expect(elsewhere.host).toBe('redis.cache.svc');
    expect(elsewhere.serverHosts).toEqual(redis.serverHosts.map((host) => `${host}.cache.svc`));
    expect(elsewhere.sentinelHosts).toEqual(redis.sentinelHosts.map((host) => host.replace(':', '.cache.svc:')));
  });

  test('adds policies of its own in the namespace of the installation, of another name for each chart', () => {
    const foreign = (namespace: string) => {
      const chart = new Chart(Testing.app(), 'shop', { namespace });
      const redis = RedisHa.fromAttributes(chart, 'redis', { name: 'redis', namespace: 'cache' });
      redis.allowFrom(Peer.namespace('jobs'));
      redis.allowMetricsFrom(Peer.namespace('monitoring'));
      return Testing.synth(chart);
    };
    const [policy, ...others] = foreign('shop');
    expect(others).toHaveLength(1);
    expect(others[0]).toMatchObject({ kind: 'NetworkPolicy', metadata: { name: expect.stringMatching(/^redis-server-from-/) } });
    expect(policy).toMatchObject({ kind: 'NetworkPolicy', metadata: { namespace: 'cache', name: expect.stringMatching(/^redis-proxy-from-[0-9a-f]+$/) } });
    const made = install({}, () => undefined, { namespace: 'cache' });
    expect(policy.spec.podSelector.matchLabels).toEqual(made.get('Deployment', 'redis-proxy').spec.selector.matchLabels);
    expect(policy.spec.ingress.map(({ ports }: any) => ports.map(({ port }: any) => port))).toEqual([[6379, 6380], [8404]]);
    expect(policy.spec.policyTypes).toEqual(['Ingress']);
    expect(made.names('NetworkPolicy')).not.toContain(policy.metadata.name);
    expect(foreign('other')[0].metadata.name).not.toBe(policy.metadata.name);
    expect(VERSIONS.flatMap((version) => schemaErrors(version, policy))).toEqual([]);
  });

  test('gives its policies other names where a chart of the same name in another repository lets others in', () => {
    const foreign = (...peers: Peer[]) => {
      const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
      const redis = RedisHa.fromAttributes(chart, 'redis', { name: 'redis', namespace: 'cache' });
      for (const peer of peers) redis.allowFrom(peer);
      return Testing.synth(chart)[0].metadata;
    };
    const [one, other] = ['jobs', 'web'].map((name) => foreign(Peer.namespace(name)));
    expect(one.name).not.toBe(other.name);
    expect(foreign(Peer.namespace('jobs'))).toEqual(one);
    expect(foreign(Peer.namespace('jobs'), Peer.namespace('web')).name).not.toBe(one.name);
    expect(one.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'cdk8s-redis-ha', 'app.kubernetes.io/part-of': 'redis' });
  });

  test('writes nothing while nobody is let in, and where the installation has no policies', () => {
    const chart = new Chart(Testing.app(), 'shop');
    RedisHa.fromAttributes(chart, 'redis', { name: 'redis' });
    RedisHa.fromAttributes(chart, 'open', { name: 'open', networkPolicies: false }).allowFrom(Peer.namespace('jobs'));
    expect(Testing.synth(chart)).toEqual([]);
  });

  test('checks attributes as props', () => {
    expect(() => RedisHa.fromAttributes(Testing.chart(), 'redis', { name: 'Not a name' })).toThrow(/^'name' \("Not a name"\) must be lower-case letters/);
    expect(() => RedisHa.fromAttributes(Testing.chart(), 'redis', { name: 'redis', routing: Routing.none(), port: 1 })).toThrow(/^'port' \(1\) must not be given/);
  });

  test.each<[Partial<RedisHaAttributes>, string]>([
    [{ namespace: 'My.Cache' }, `'namespace' ("My.Cache") must be the name of a namespace: lower-case letters, digits and "-", at most 63 characters`],
    [{ serverPort: 80 }, `'serverPort' (80) must be a whole number from 1024 to 65535`],
    [{ port: 80 }, `'port' (80) must be a whole number from 1024 to 65535`],
    [{ readPort: 6379 }, `'readPort' (6379) must differ from 'port': both listen in the same pod`],
    [{ statsPort: 6380 }, `'statsPort' (6380) must differ from 'readPort': both listen in the same pod`],
    [{ serverPort: 26379 }, `'sentinel.port' (26379) must differ from 'serverPort': both listen in the same pod`],
    [{ port: 80, serverPort: 80 }, `2 props are wrong:\n  'serverPort' (80) must be a whole number from 1024 to 65535\n  'port' (80) must be`],
  ])('names the attribute that is wrong: %j', (attributes, message) => {
    expect(() => RedisHa.fromAttributes(Testing.chart(), 'redis', { name: 'redis', ...attributes })).toThrow(message);
    // the same rule of an installation has the names of its props
    expect(() => install({ server: { port: 80 } })).toThrow(`'server.port' (80)`);
  });
});
