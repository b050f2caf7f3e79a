import { Size } from 'cdk8s';
import { Egress, ExternalMaster, Peer, Persistence, RedisHaProps, RestrictedEgressOptions, Restore, Routing, Sentinel } from '../../lib';
import { install } from '../support/manifests';

/** Where pods of a kind may connect to: whom, and at which ports. */
function egress(kind: string, props: RedisHaProps = {}, options?: RestrictedEgressOptions): [to: unknown, ports: string | undefined][] {
  const { spec } = install({ network: { egress: Egress.restricted(options) }, ...props }).get('NetworkPolicy', `redis-${kind}`);
  expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
  return spec.egress.map(({ to, ports }: any) => [
    to?.map((one: any) => one.podSelector?.matchLabels['redis-ha.cdk8s.io/component'] ?? one) ?? 'anybody',
    ports?.map(({ port, protocol }: any) => `${protocol} ${port}`).join(' '),
  ]);
}

const DNS = ['anybody', 'UDP 53 TCP 53'];
const KEPT = Persistence.volume(Size.gibibytes(1));

describe('Egress.restricted', () => {
  test('lets members reach each other and DNS, and nothing else', () => {
    for (const kind of ['server', 'proxy']) expect(egress(kind)).toEqual([[['server'], 'TCP 6379 TCP 26379'], DNS]);
    const sentinel = Sentinel.deployments(3);
    for (const kind of ['server', 'sentinel', 'proxy']) {
      expect(egress(kind, { sentinel })).toEqual([[['server'], 'TCP 6379'], [['sentinel'], 'TCP 26379'], DNS]);
    }
  });

  test('lets only kube-template reach the API server', () => {
    const routing = Routing.podIp();
    expect(egress('proxy', { routing })).toContainEqual(['anybody', 'TCP 443 TCP 6443']);
    expect(egress('server', { routing })).toEqual([[['server'], 'TCP 6379 TCP 26379'], DNS]);
  });

  test('lets agents that write EndpointSlices reach the API server', () => {
    expect(egress('server', { routing: Routing.direct() })).toContainEqual(['anybody', 'TCP 443 TCP 6443']);
  });

  test.each([{ events: true }, { roleLabel: true }])('lets agents that show %j reach the API server, and nobody else', (kubernetes) => {
    expect(egress('server', { kubernetes })).toContainEqual(['anybody', 'TCP 443 TCP 6443']);
    expect(egress('server', { kubernetes: { events: false } })).not.toContainEqual(['anybody', 'TCP 443 TCP 6443']);
    expect(egress('proxy', { kubernetes })).not.toContainEqual(['anybody', 'TCP 443 TCP 6443']);
  });

  test('takes where DNS and the API server are, and what else pods may reach', () => {
    const rules = egress('proxy', { routing: Routing.podIp() }, {
      dns: { to: Peer.pods({ labels: { app: 'dns' }, namespace: 'dns' }), ports: [5353] },
      apiServer: { to: Peer.cidr('10.0.0.1/32') },
      more: [{ to: Peer.namespace('logs'), ports: [4317] }],
    });
    const named = (namespace: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } });
    expect(rules.slice(1)).toEqual([
      [[{ podSelector: { matchLabels: { app: 'dns' } }, ...named('dns') }], 'UDP 5353 TCP 5353'],
      [[{ ipBlock: { cidr: '10.0.0.1/32' } }], undefined],
      [[named('logs')], 'TCP 4317'],
    ]);
  });

  test.each([
    ['http://$(HOST_IP):8500', 'TCP 8500'], ['http://[$(HOST_IP)]:8500', 'TCP 8500'], ['https://consul.example.com', 'TCP 443'], ['http://consul.example.com', 'TCP 80'],
  ])('lets agents and consul-template reach Consul at %s', (address, port) => {
    for (const kind of ['server', 'proxy']) expect(egress(kind, { routing: Routing.consul({ address }) })).toContainEqual(['anybody', port]);
    expect(egress('sentinel', { sentinel: Sentinel.deployments(3), routing: Routing.consul({ address }) })).not.toContainEqual(['anybody', port]);
  });

  test.each([['old-redis', 'anybody'], ['192.0.2.7', [{ ipBlock: { cidr: '192.0.2.7/32' } }]], ['2001:db8::7', [{ ipBlock: { cidr: '2001:db8::7/128' } }]]])(
    'lets servers reach the master %s that they follow', (host, to) => {
      const props = { persistence: KEPT, follow: ExternalMaster.at(host, 6390) };
      expect(egress('server', props)).toContainEqual([to, 'TCP 6390']);
      expect(egress('proxy', props)).not.toContainEqual([to, 'TCP 6390']);
    });

  test('lets servers reach what a restore copies from', () => {
    expect(egress('server', { persistence: KEPT, restore: Restore.fromVolume('old', 'dump.rdb') })).toContainEqual([['restore'], 'TCP 9097']);
  });
});

test('without it policies say nothing of where pods connect to', () => {
  for (const network of [undefined, {}, { egress: Egress.any() }]) {
    const { spec } = install({ network }).get('NetworkPolicy', 'redis-server');
    expect(spec).toMatchObject({ policyTypes: ['Ingress'] });
    expect(spec).not.toHaveProperty('egress');
  }
});
