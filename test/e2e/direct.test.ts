import { App, Chart } from 'cdk8s';
import { api } from '../../faults/cluster';
import { isSettled } from '../../faults/probe/protocol';
import { Probe, probedInstallation, probeObjects } from '../../faults/probe-pods';
import { RedisHa, Routing } from '../../lib';
import { Manifest } from '../support/manifests';
import { PASSWORD } from './support/installation';
import { Namespace } from './support/namespace';
import { until } from './support/until';

const WRITERS = 4;
/** For so long they write before and after what happens. */
const WRITING_MILLIS = 1500;

describe('Routing.direct(), while four writers keep their connections', () => {
  let namespace: Namespace;
  let redis: RedisHa;
  let manifests: Manifest[];
  let probe: Probe;

  beforeAll(async () => {
    namespace = await Namespace.create('direct');
    const chart = new Chart(new App(), 'e2e');
    redis = new RedisHa(chart, 'redis', { routing: Routing.direct() });
    manifests = chart.toJson();
    await namespace.secret(redis.secretName!, { [redis.secretKey!]: PASSWORD });
    await namespace.apply(manifests);
    await namespace.ready(manifests, 180_000);
    const { node } = (await namespace.pods('app.kubernetes.io/component=server'))[0]!;
    await namespace.apply(probeObjects(namespace.name, probedInstallation(redis), [node]) as Manifest[]);
    probe = new Probe(namespace.name, node);
    await settled();
  });

  afterAll(() => namespace?.remove());

  it('leads writes to the master and reads to its replicas, and goes on when the manifests are applied again', async () => {
    const before = await slices();
    await namespace.apply(manifests);
    expect(await slices()).toEqual(before);
  });

  it('leads to another one when the master ends without a word', async () => {
    const master = await settled();
    await probe.start(WRITERS);
    await writing();
    await namespace.exec(master, 'server', 'REDISCLI_AUTH=$(cat "$PASSWORD_FILE") "$CLI_BIN" SHUTDOWN NOSAVE NOW FORCE');
    await until('another master', 30_000, async () => await settled() !== master);
    await writing();
    const { acknowledged, errors } = await probe.stop();
    const times = acknowledged.map(([at]) => at);
    const gap = Math.max(...times.slice(1).map((time, index) => time - times[index]!));
    process.stdout.write(`direct: the master ended: at most ${gap} ms without a write, errors ${JSON.stringify(errors)}\n`);
  });

  it('takes its slices along', async () => {
    await namespace.delete(manifests.filter(({ kind, metadata }) => kind === 'Service' && metadata.name === redis.proxyService!.name));
    await until('no slices', 30_000, async () => (await slices()).length === 0 || Promise.reject(new Error(JSON.stringify(await slices()))));
  });

  /** What the slices of the Service have: name, and addresses in order. */
  async function slices(): Promise<[string, string[]][]> {
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace.name}/endpointslices`;
    const { items } = await api(`${path}?labelSelector=kubernetes.io/service-name=${redis.host}`);
    const addresses = (endpoints: any[] | undefined): string[] => (endpoints ?? []).flatMap((one) => one.addresses).sort();
    return items.map(({ metadata, endpoints }: any): [string, string[]] => [metadata.name, addresses(endpoints)]).sort();
  }

  /** One master with two linked replicas, and the slices say the same. @returns the pod of the master */
  async function settled(): Promise<string> {
    return until('one master with two linked replicas, in its slices', 60_000, async () => {
      const state = await probe.state();
      const pods = await namespace.pods('app.kubernetes.io/component=server');
      const address = (ordinal: number) => pods.find(({ name }) => name === `${redis.serverStatefulSet.name}-${ordinal}`)?.address;
      const master = state.servers.findIndex(({ role }) => role === 'master');
      const replicas = [0, 1, 2].filter((ordinal) => ordinal !== master).map(address).sort();
      const found = JSON.stringify(await slices());
      const wanted = JSON.stringify([[`${redis.name}-read`, replicas], [`${redis.name}-write`, [address(master)]]]);
      if (isSettled(state) && found === wanted) return `${redis.serverStatefulSet.name}-${master}`;
      throw new Error(`${found}, ${JSON.stringify(state)}`);
    });
  }

  /** Waits for a write after now. */
  function writing(): Promise<unknown> {
    const now = Date.now();
    return until('an acknowledged write', 20_000, async () => await probe.last() > now + WRITING_MILLIS);
  }
});
