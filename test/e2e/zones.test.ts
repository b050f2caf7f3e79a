import { Egress, Routing } from '../../lib';
import { haproxy } from './support/haproxy';
import { Installation } from './support/installation';
import { kubectl } from './support/kubectl';
import { Namespace } from './support/namespace';
import { until } from './support/until';

const ZONE = 'topology.kubernetes.io/zone';
const WAIT_MILLIS = 60_000;

describe('reads in their own zone, on nodes of three zones', () => {
  let namespace: Namespace;
  const zones = new Map<string, string>();

  beforeAll(async () => {
    for (const { metadata } of JSON.parse(await kubectl(['get', 'nodes', '-o', 'json'])).items) zones.set(metadata.name, metadata.labels[ZONE]);
    if (new Set(zones.values()).size !== 3 || zones.size !== 3) throw new Error(`needs three nodes, each in a zone of its own, not ${JSON.stringify([...zones])}`);
    namespace = await Namespace.create('zones');
    // with the way to the API server that a policy leaves
    const props = { routing: Routing.podIp(), proxy: { reads: { otherZoneWeight: 1 } }, network: { egress: Egress.restricted() } };
    await new Installation(namespace, props).start();
  });

  afterAll(() => namespace?.remove());

  test('each HAProxy prefers the server of its zone', async () => {
    await until('weights by zone', WAIT_MILLIS, async () => {
      const servers = await namespace.pods('redis-ha.cdk8s.io/component=server');
      const proxies = await namespace.pods('redis-ha.cdk8s.io/component=proxy');
      const seen = await Promise.all(proxies.map(async ({ name }) => weights(name)));
      const wanted = proxies.map((proxy) => servers.map((server) => (zones.get(server.node!) === zones.get(proxy.node!) ? 100 : 1)));
      if (seen.length === 3 && seen.flat().includes(1) && JSON.stringify(seen) === JSON.stringify(wanted)) return true;
      throw new Error(JSON.stringify({ seen, wanted }));
    });
  });

  /** Weights of servers 0, 1 and 2 for reads, as the running HAProxy has them. */
  async function weights(pod: string): Promise<number[]> {
    const state = await haproxy(namespace, pod, '@1 show servers state replicas');
    // the eighth field is the weight of the server
    return [...state.matchAll(/^\d+ replicas \d+ R\d+ \S+ \d+ \d+ (\d+)/gm)].map(([, weight]) => Number(weight));
  }
});
