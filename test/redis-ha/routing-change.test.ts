import { App, Chart } from 'cdk8s';
import { Peer, RedisHa, RedisHaProps, Routing, UpdateStrategy } from '../../lib';
import { install, Manifests } from '../support/manifests';

// What docs/how-to/direct.md, "Moving to it, and back", rests on.

const DIRECT = { routing: Routing.direct() };
const WEB = { app: 'web' };
const HAPROXY = { 'redis-ha.cdk8s.io/installation': 'redis', 'redis-ha.cdk8s.io/component': 'proxy' };

/** Ports of pods of a kind that pods with these labels may reach. */
function openTo(manifests: Manifests, kind: string, labels: object): number[] {
  const rules: any[] = manifests.find('NetworkPolicy', `redis-${kind}`)?.spec.ingress ?? [];
  const text = (of: object = {}): string => JSON.stringify(Object.entries(of).sort());
  const lets = ({ from }: any): boolean => from.some(({ podSelector }: any) => text(podSelector?.matchLabels) === text(labels));
  return rules.filter(lets).flatMap(({ ports }) => ports.map(({ port }: any) => port));
}

/** An installation with a client, and another one that is let in to servers while routing changes. */
const moving = (props: RedisHaProps, peer: { readonly [name: string]: string }) => install(props, (redis: RedisHa) => {
  redis.allowFrom(Peer.pods({ labels: WEB }));
  redis.allowSentinelFrom(Peer.pods({ labels: peer }));
});

test('slices of either routing lead clients by the Service of either: its ports have the same names, and it keeps its address', () => {
  const [proxy, direct] = [{}, DIRECT].map((props) => install(props).get('Service', 'redis').spec);
  const ports = (spec: any): unknown => spec.ports.map(({ name, port }: any) => [name, port]);
  expect(ports(direct)).toEqual(ports(proxy));
  // neither is headless, which could not be changed
  expect([proxy.clusterIP, direct.clusterIP, proxy.selector, direct.selector]).toEqual([undefined, undefined, HAPROXY, undefined]);
});

test('to direct: HAProxy of before is let in to servers and Sentinels as it was', () => {
  const before = install();
  expect(openTo(before, 'server', HAPROXY)).toEqual([6379, 26379]);
  expect(openTo(install(DIRECT), 'server', HAPROXY)).toEqual([]);
  const during = moving(DIRECT, HAPROXY);
  expect(openTo(during, 'server', HAPROXY)).toEqual([6379, 26379]);
  expect(openTo(during, 'server', WEB)).toEqual([6379]);
});

test('back: no server is rolled, the Service leads to the slices, and clients are let in to servers until HAProxy is there', () => {
  const selector = { proxy: { service: { specOverrides: { selector: null } } } };
  const during = moving({ ...selector, server: { updateStrategy: UpdateStrategy.rolling({ partition: 3 }) } }, WEB);
  expect(during.get('Service', 'redis').spec.selector).toBeUndefined();
  expect(during.get('StatefulSet', 'redis-server').spec.updateStrategy.rollingUpdate).toEqual({ partition: 3 });
  expect(openTo(during, 'server', WEB)).toContain(6379);
  expect(openTo(during, 'proxy', WEB)).toEqual([6379, 6380]);
});

test('what is left of HAProxy after the move is found by its labels, and the Service is not among it', () => {
  const left = (props: RedisHaProps): string[] => install(props).all
    .filter(({ metadata: { labels } }) => Object.entries(HAPROXY).every(([name, value]) => labels?.[name] === value)).map(({ kind }) => kind);
  const kinds = ['Deployment', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'NetworkPolicy', 'ConfigMap', 'ServiceAccount', 'Role', 'RoleBinding', 'Service'];
  const all = [Routing.service(), Routing.podIp(), Routing.consul()].flatMap((routing) => left({ routing }));
  expect(kinds).toEqual(expect.arrayContaining(all));
  expect(left(DIRECT)).toEqual([]);
});

describe('a chart that gets a namespace (docs/how-to/operations.md, "Change what cannot be changed in place")', () => {
  const routings: { readonly [kind: string]: (service?: string) => Routing } = {
    service: () => Routing.service(),
    podIp: () => Routing.podIp(),
    consul: (service) => Routing.consul({ service }),
    direct: () => Routing.direct(),
    none: () => Routing.none(),
  };
  const pods = (props: RedisHaProps, namespace?: string): unknown => {
    const chart = new Chart(new App(), 'test', { namespace });
    new RedisHa(chart, 'redis', { name: 'redis', ...props });
    return chart.toJson().filter(({ spec }) => spec?.template).map(({ kind, spec }) => [kind, spec]);
  };

  test.each(Object.entries(routings))('rolls no pod with Routing.%s(), with the former names', (_, routing) => {
    const before = pods({ routing: routing() });
    expect(pods({ routing: routing('redis-server'), masterName: 'redis' }, 'shop')).toEqual(before);
    expect(pods({ routing: routing() }, 'shop')).not.toEqual(before);
  });

  test('rolls pods of Routing.consul() without that of its service', () => {
    expect(pods({ routing: Routing.consul(), masterName: 'redis' }, 'shop')).not.toEqual(pods({ routing: Routing.consul() }));
  });
});
