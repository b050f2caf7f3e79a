import { Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { CertificateIssuer, IpStack, RedisHa, RedisHaProps, Routing, Tls, TlsCertificate, TlsFront } from '../../lib';
import { parseConfig } from '../../lib/agent/config/parse-config';

function synth(props: RedisHaProps = {}, then: (redis: RedisHa, chart: Chart) => void = () => undefined): any[] {
  const chart = new Chart(Testing.app(), 'cache', { namespace: 'cache' });
  then(new RedisHa(chart, 'redis', { name: 'redis', routing: Routing.direct(), ...props }), chart);
  return chart.toJson();
}

const find = (objects: any[], kind: string, name: string): any => objects.find((one) => one.kind === kind && one.metadata.name === name);

test('there is no proxy, and no slice: who applies the manifests again changes none', () => {
  const objects = synth();
  expect(objects.filter(({ kind }) => kind === 'Deployment' || kind === 'EndpointSlice')).toEqual([]);
  expect(objects.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'proxy')).toEqual([]);
});

test('the Service has no selector, and both ports lead to the servers\' port', () => {
  const { spec } = find(synth({ server: { port: 7000 }, ipStack: IpStack.IPV6 }), 'Service', 'redis');
  expect(spec).toEqual({
    ipFamilies: ['IPv6'],
    ipFamilyPolicy: 'SingleStack',
    ports: [
      { name: 'redis', port: 6379, protocol: 'TCP', targetPort: 7000 },
      { name: 'redis-read', port: 6380, protocol: 'TCP', targetPort: 7000 },
    ],
  });
});

test('agents may write the two slices and nothing else, and nobody else in the pod has a token', () => {
  const objects = synth();
  expect(find(objects, 'Role', 'redis-server').rules).toEqual([
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], resourceNames: ['redis-write', 'redis-read'], verbs: ['get', 'create', 'patch'] },
    { apiGroups: [''], resources: ['services'], resourceNames: ['redis'], verbs: ['get'] },
  ]);
  expect(find(objects, 'RoleBinding', 'redis-server').subjects).toEqual([{ kind: 'ServiceAccount', name: 'redis-server', namespace: 'cache' }]);
  const { spec } = find(objects, 'StatefulSet', 'redis-server').spec.template;
  expect([spec.serviceAccountName, spec.automountServiceAccountToken]).toEqual(['redis-server', false]);
  const mounting = spec.containers.filter(({ volumeMounts }: any) => volumeMounts.some(({ name }: any) => name === 'account'));
  expect(mounting.map(({ name }: any) => name)).toEqual(['agent']);
});

test('with another routing servers have no ServiceAccount of their own', () => {
  const objects = synth({ routing: Routing.service() });
  expect(find(objects, 'ServiceAccount', 'redis-server')).toBeUndefined();
  expect(find(objects, 'StatefulSet', 'redis-server').spec.template.spec.serviceAccountName).toBe('default');
});

test('the agent understands what it is told', () => {
  const { data } = find(synth(), 'ConfigMap', 'redis-server');
  const { direct } = parseConfig(data['agent.json'], 'redis-server-0', () => data['members.json']);
  expect(direct).toMatchObject({ service: 'redis', writeSlice: 'redis-write', writePort: 'redis', readSlice: 'redis-read', readPort: 'redis-read' });
});

test('clients get the Service, and are let in to the servers\' port alone', () => {
  const objects = synth({ routing: Routing.direct({ port: 6400, readPort: 6401 }) }, (redis, chart) => {
    expect([redis.host, redis.port, redis.readPort, redis.proxySelector, redis.proxyDeployment]).toEqual(['redis', 6400, 6401, undefined, undefined]);
    expect(redis.proxyService?.name).toBe('redis');
    const web = new kplus.Deployment(chart, 'web', { containers: [{ image: 'web', portNumber: 80 }] });
    redis.connectFrom(web);
  });
  const [container] = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name.includes('web')).spec.template.spec.containers;
  expect(container.env).toEqual(expect.arrayContaining([
    { name: 'REDIS_HOST', value: 'redis' }, { name: 'REDIS_PORT', value: '6400' }, { name: 'REDIS_READ_PORT', value: '6401' },
  ]));
  const rules = find(objects, 'NetworkPolicy', 'redis-server').spec.ingress;
  const client = rules.filter(({ from }: any) => JSON.stringify(from).includes('cdk8s.io/metadata.addr'));
  expect(client.map(({ ports }: any) => ports.map(({ port }: any) => port))).toEqual([[6379]]);
});

test('a certificate of cert-manager has the name of the Service', () => {
  const objects = synth({ tls: Tls.everywhere(TlsCertificate.certManager(CertificateIssuer.own())) });
  const { dnsNames } = objects.find(({ kind, metadata }) => kind === 'Certificate' && metadata.name === 'redis-tls').spec;
  expect(dnsNames).toEqual(expect.arrayContaining(['redis', 'redis.cache', 'redis.cache.svc']));
});

test('an installation that is made elsewhere is known by its routing', () => {
  const chart = new Chart(Testing.app(), 'web', { namespace: 'web' });
  const redis = RedisHa.fromAttributes(chart, 'redis', { name: 'redis', namespace: 'cache', routing: Routing.direct({ port: 6400 }) });
  expect([redis.host, redis.port, redis.proxySelector]).toEqual(['redis.cache.svc', 6400, undefined]);
  expect(() => RedisHa.fromAttributes(chart, 'other', { name: 'redis', routing: Routing.direct(), port: 6400 }))
    .toThrow("'port' (6400) must not be given with 'routing' direct: there is no proxy. Ports of its Service are options of 'Routing.direct'");
});

test.each<[RedisHaProps, string]>([
  [{ proxy: { replicas: 2 } }, "'proxy' ([\"replicas\"]) must not be given with 'routing' direct: there is no proxy"],
  [{ ipStack: IpStack.DUAL_STACK }, "'ipStack' (\"dual-stack\") must be ipv4 or ipv6 with 'routing' direct"],
  [{ ipStack: IpStack.DUAL_STACK_IPV6 }, "'ipStack' (\"dual-stack-ipv6\") must be ipv4 or ipv6 with 'routing' direct"],
  [{ routing: Routing.direct({ port: 6380 }) }, "'routing.readPort' (6380) must differ from 'routing.port'"],
  [{ tls: Tls.edge(TlsCertificate.secret('tls')) }, "'tls' (\"edge\") must not be given with 'routing' direct: there is no proxy. Tls.everywhere is for servers and Sentinels"],
  [{ tls: Tls.everywhere(TlsCertificate.secret('tls'), { front: TlsFront.REENCRYPT }) }, "must not be given with 'routing' direct: there is no proxy"],
])('%# is refused', (props, message) => expect(() => synth(props)).toThrow(message));
