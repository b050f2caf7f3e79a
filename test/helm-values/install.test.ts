import { App, Chart, Testing } from 'cdk8s';
import { IDS, imported, manifestsOfProgram, manifestsOfValues } from './support';
import * as library from '../../lib';
import { OWN_NAMES } from '../../lib/helm-values/parts/pods';
import { programOf } from '../../lib/helm-values/program';

const ALL = {
  fullnameOverride: 'cache',
  replicas: 3,
  auth: true,
  existingSecret: 'creds',
  redisPassword: 'hunter2',
  haproxy: { enabled: true, service: { labels: { a: 'b' } }, metrics: { enabled: true, serviceMonitor: { enabled: true } } },
  redis: { config: { 'maxmemory': '200mb', 'requirepass': 'hunter2', "it's": 'a "test"\\' }, annotations: { "quote's": 'line\nbreak "and" \\ more' }, minReadySeconds: 5 },
  exporter: { enabled: true, script: "return {'a', '1'}\n" },
  prometheusRule: { enabled: true, additionalLabels: { release: 'p' } },
  networkPolicy: { enabled: true, ingressRules: [{ selectors: [{ podSelector: { matchLabels: { app: 'web' } } }] }] },
  restore: { s3: { source: 's3://a/b', access_key: 'hunter2', secret_key: 'hunter2' }, ssh: { key: 'hunter2' }, redis: { source: 'redis://a:hunter2@b' } },
  sentinel: { auth: true, password: 'hunter2' },
};

describe('RedisHa.fromHelmValues', () => {
  const warnings: string[] = [];
  beforeEach(() => {
    warnings.length = 0;
    jest.spyOn(process, 'emitWarning').mockImplementation((warning) => { warnings.push(String(warning)); });
  });
  afterEach(() => jest.restoreAllMocks());

  test('makes what the written program makes', () => {
    const result = imported(ALL);
    expect(manifestsOfProgram(result)).toEqual(manifestsOfValues(ALL));
    const kinds = manifestsOfValues(ALL).map(({ kind }) => kind);
    for (const kind of ['StatefulSet', 'Deployment', 'NetworkPolicy', 'PodMonitor', 'PrometheusRule']) expect(kinds).toContain(kind);
  });

  test('puts no secret in any program, message or manifest', () => {
    const result = imported(ALL);
    expect(JSON.stringify(ALL)).toContain('hunter2');
    expect(programOf(result, { source: 'values.yaml', ids: IDS })).not.toContain('hunter2');
    expect(JSON.stringify(result.lines)).not.toContain('hunter2');
    expect(JSON.stringify(manifestsOfValues(ALL))).not.toContain('hunter2');
    expect(JSON.stringify(warnings)).not.toContain('hunter2');
    for (const key of ['redisPassword', 'redis.config.requirepass', 'restore.s3.access_key', 'restore.ssh.key', 'restore.redis.source', 'sentinel.password']) {
      expect(result.lines).toContainEqual(expect.objectContaining({ key, fate: 'refused' }));
    }
  });

  test('warns of each key that is not taken over', () => {
    manifestsOfValues({ haproxy: { enabled: true, customConfig: 'frontend mine' }, unknownKey: 1 });
    expect(warnings.filter((line) => line.includes('unknownKey'))).toEqual(['redis/ha: unknownKey: is no key of the chart redis-ha']);
    expect(warnings.filter((line) => line.includes("haproxy.customConfig: haproxy.cfg is the library's")).length).toBe(1);
  });

  test('strict makes an error of them', () => {
    expect(() => manifestsOfValues({ replicas: 3, haproxy: { enabled: true, customConfig: 'frontend mine' } }, { strict: true }))
      .toThrow(/^'values' \(of the chart redis-ha\) can't be taken over as they are:\n {2}haproxy\.customConfig: /);
    expect(() => manifestsOfValues({ replicas: 3 }, { strict: true })).not.toThrow();
  });

  test.each<[any, any, RegExp]>([
    ['text', undefined, /'values' \("text"|'values' \(a string\)/],
    [undefined, undefined, /'values' .* must be an object/],
    [{}, { chart: 'mongodb' }, /'chart' \("mongodb"\) must be of the enum HelmChart/],
    [{}, { strct: true }, /did you mean 'strict'/],
  ])('refuses %j with %j', (values, options, message) => {
    expect(() => manifestsOfValues(values, options)).toThrow(message);
  });

  test('takes the name of its place, and leaves nothing else there', () => {
    const chart = new Chart(new App(), 'shop', { namespace: 'prod' });
    const redis = library.RedisHa.fromHelmValues(chart, 'cart', { topologySpreadConstraints: { enabled: true }, haproxy: { enabled: true } });
    expect([redis.name, redis.masterName]).toEqual(['shop-cart', 'prod-shop-cart']);
    expect(chart.node.children.map(({ node }) => node.id)).toEqual(['cart']);
    const [set] = Testing.synth(chart).filter(({ kind }) => kind === 'StatefulSet');
    expect(set.spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels['redis-ha.cdk8s.io/installation']).toBe('shop-cart');
  });
});

test('names of containers and volumes that values may not take are all that pods have', () => {
  const none = () => ({ containers: new Set<string>(), volumes: new Set<string>() });
  const found = { server: none(), proxy: none() };
  const certificate = library.TlsCertificate.secret('x');
  for (const tls of [undefined, library.Tls.everywhere(certificate, { front: library.TlsFront.REENCRYPT })]) {
    for (const routing of [library.Routing.podIp(), library.Routing.service()]) {
      const chart = new Chart(new App(), 'x');
      const auth = library.Auth.secret('a', { users: [library.AclUser.reader('u')], componentUsers: true });
      new library.RedisHa(chart, 'r', { tls, routing, auth, metrics: library.Metrics.exporter({ scripts: { 'a.lua': 'return {}' } }) });
      for (const { kind, spec } of Testing.synth(chart)) {
        if (kind !== 'StatefulSet' && kind !== 'Deployment') continue;
        const { containers, volumes } = found[kind === 'StatefulSet' ? 'server' : 'proxy'];
        for (const { name } of [...spec.template.spec.containers, ...spec.template.spec.initContainers ?? []]) containers.add(name);
        for (const { name } of spec.template.spec.volumes) volumes.add(name);
      }
    }
  }
  for (const part of ['server', 'proxy'] as const) {
    expect([...found[part].containers].sort()).toEqual([...OWN_NAMES[part].containers].sort());
    expect([...found[part].volumes].sort()).toEqual([...OWN_NAMES[part].volumes].sort());
  }
});
