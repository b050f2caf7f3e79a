import { RedisHaProps, Routing, Tls, TlsCertificate } from '../../lib';
import { Template } from '../../lib/go-template';
import { parse } from '../../lib/kube-template/haproxy/parse';
import { plan } from '../../lib/kube-template/haproxy/plan';
import { templateFunctions } from '../../lib/kube-template/sources/template-functions';
import { install, Manifests } from '../support/manifests';

const ZONES = ['a', 'b', 'b'];
const podIp = (props: RedisHaProps = {}): Manifests => install({ routing: Routing.podIp(), proxy: { reads: { otherZoneWeight: 5 } }, ...props });

/** An EndpointSlice with these pods and their zones; `undefined` is a node without a zone. */
const slice = (pods: { [name: string]: string | undefined }) => ({
  endpoints: [
    { addresses: ['192.0.2.1'], zone: 'a' },
    ...Object.entries(pods).map(([name, zone]) => ({ addresses: ['10.1.0.1'], ...zone === undefined ? {} : { zone }, targetRef: { kind: 'Pod', name } })),
  ],
});

/** haproxy.cfg of the HAProxy pod `me`, with servers in these zones. */
function rendered(manifests: Manifests, own: string | undefined, zones: readonly (string | undefined)[] = ZONES): string {
  const slices: { [selector: string]: object[] } = {
    'kubernetes.io/service-name=redis': own === 'no slice yet' ? [] : [slice({ other: 'b', me: own })],
    'kubernetes.io/service-name=redis-server': [slice(Object.fromEntries(zones.map((zone, n) => [`redis-server-${n}`, zone])))],
  };
  const functions = templateFunctions({
    pod: (_: string, name: string) => ({ metadata: { name }, status: { phase: 'Running', podIP: `10.1.0.${name.slice(-1)}` } }),
    service: () => ({ spec: { clusterIP: '10.96.0.1' } }),
    endpointslices: (namespace: string, selector: string) => (namespace === '' ? slices[selector] : undefined),
    env: (name: string) => ({ POD_NAME: 'me' })[name],
  });
  return new Template('t', manifests.get('ConfigMap', 'redis-proxy-templates').data['haproxy.cfg'], { functions }).execute(undefined);
}

/** Weights of the servers of a backend. */
const weights = (config: string, backend = 'replicas') => [...parse(config).servers.values()].filter(({ key }) => key.startsWith(`${backend}/`)).map(({ weight }) => weight);

describe('proxy.reads.otherZoneWeight', () => {
  test('is the weight of replicas in other zones than that of the HAProxy', () => {
    expect(weights(rendered(podIp(), 'a'))).toEqual([100, 5, 5]);
    expect(weights(rendered(podIp(), 'b'))).toEqual([5, 100, 100]);
  });

  test('is that of none while the zone of HAProxy is not known, and not of one whose own is not', () => {
    for (const unknown of [undefined, 'no slice yet']) expect(weights(rendered(podIp(), unknown))).toEqual([100, 100, 100]);
    expect(weights(rendered(podIp(), 'a', ['a', undefined, 'b']))).toEqual([100, 100, 5]);
    expect(weights(rendered(podIp(), 'a', ['a']))).toEqual([100, 100, 100]);
  });

  test('does not share out writes, which have one server', () => {
    expect(rendered(podIp(), 'a').match(/ weight /g)).toHaveLength(3);
  });

  test('holds for clients without TLS, too', () => {
    const tls = Tls.everywhere(TlsCertificate.secret('redis-tls'), { plainPort: 7000, plainReadPort: 7001 });
    const config = rendered(podIp({ tls }), 'a');
    expect([weights(config), weights(config, 'plain_replicas')]).toEqual([[100, 5, 5], [100, 5, 5]]);
  });

  test('follows a server that moves to another zone without a reload', () => {
    const moved = plan(parse(rendered(podIp(), 'a')), parse(rendered(podIp(), 'a', ['b', 'b', 'a'])));
    expect(moved).toMatchObject({ commands: ['set server replicas/R0 weight 5', 'set server replicas/R2 weight 100'] });
  });

  test('lets kube-template read EndpointSlices, and tells it its pod; without it there is nothing of that', () => {
    const rules = (manifests: Manifests) => manifests.get('Role', 'redis-proxy').rules.map(({ resources }: { resources: string[] }) => resources[0]);
    const variables = (manifests: Manifests) => manifests.container('Deployment', 'redis-proxy', 'kube-template').env?.map(({ name }: { name: string }) => name);
    expect(rules(podIp())).toContain('endpointslices');
    expect(variables(podIp())).toEqual(['POD_NAME']);
    const without = podIp({ proxy: { reads: { otherZoneWeight: 100 } } });
    expect(rules(without)).toEqual(['pods', 'services']);
    expect(variables(without)).toBeUndefined();
    expect(without.get('ConfigMap', 'redis-proxy-templates').data['haproxy.cfg']).not.toMatch(/weight|zone/i);
  });

  test.each([0, 101, 1.5])('refuses %d', (otherZoneWeight) => {
    expect(() => podIp({ proxy: { reads: { otherZoneWeight } } })).toThrow(/proxy\.reads\.otherZoneWeight.*1.*100/);
  });

  test('is refused where HAProxy connects to Services', () => {
    expect(() => podIp({ routing: Routing.service() })).toThrow(/proxy\.reads\.otherZoneWeight: 5 needs Routing\.podIp\(\)|otherZoneWeight.*needs Routing.podIp/);
  });
});
