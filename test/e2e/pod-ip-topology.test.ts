import { App, Chart } from 'cdk8s';
import { isSettled } from '../../faults/probe/protocol';
import { Probe, probedInstallation, probeObjects } from '../../faults/probe-pods';
import { RedisHa, Sentinel } from '../../lib';
import { synthExample } from '../support/examples';
import { Manifest } from '../support/manifests';
import { haproxy, inKubeTemplate } from './support/haproxy';
import { PASSWORD } from './support/installation';
import { Namespace } from './support/namespace';
import { until } from './support/until';

/** Has the names of the example's. */
const REDIS = new RedisHa(new Chart(new App(), 'cache'), 'redis', { sentinel: Sentinel.deployments(3) });
const WRITERS = 4;
const WRITES = 500;
/** For so long they write before and after what happens. */
const WRITING_MILLIS = 3000;
/** What a server says to a write that it must not take. */
const WRONG_ROLE = /READONLY|MASTERDOWN|NOREPLICAS|LOADING|UNBLOCKED/;

describe('example pod-ip-topology, while four writers keep their connections', () => {
  let namespace: Namespace;
  let probe: Probe;

  beforeAll(async () => {
    namespace = await Namespace.create('pod-ip');
    const manifests = synthExample('pod-ip-topology');
    await namespace.secret(REDIS.secretName!, { [REDIS.secretKey!]: PASSWORD });
    await namespace.apply(manifests);
    await namespace.ready(manifests, 180_000);
    const { node } = (await namespace.pods('app.kubernetes.io/component=proxy'))[0]!;
    await namespace.apply(probeObjects(namespace.name, probedInstallation(REDIS), [node]) as Manifest[]);
    probe = new Probe(namespace.name, node);
    await settled();
  });

  afterAll(() => namespace?.remove());

  it.each(['replica', 'master'] as const)('the %s moves to another address: no write reaches a wrong server, none is lost, no HAProxy is reloaded', async (role) => {
    const before = await haproxies();
    const [moving] = (await servers()).filter((server) => server.role === role);
    await probe.start(WRITERS);
    await writing();
    await namespace.deletePod(moving!.name);
    const moved = await until('the pod at another address', 60_000, async () => (
      (await servers()).find(({ name, address }) => name === moving!.name && address !== moving!.address)));
    const after = await until('all HAProxy at the new address', 30_000, async () => {
      const now = await haproxies();
      if (now.every(({ addresses }) => addresses.includes(moved.address) && !addresses.includes(moving!.address))) return now;
      throw new Error(JSON.stringify(now));
    });
    await settled();
    await writing();
    const { acknowledged, lost, errors } = await probe.stop();

    const processes = (all: typeof after) => all.map(({ name, worker, reloads }) => ({ name, worker, reloads }));
    expect(processes(after)).toEqual(processes(before));
    expect(Object.keys(errors).filter((error) => WRONG_ROLE.test(error))).toEqual([]);
    expect(lost).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(WRITES);
    process.stdout.write(`pod IPs: the ${role} moved from ${moving!.address} to ${moved.address}: ${acknowledged.length} writes, `
      + `at most ${longestGap(acknowledged.map(([at]) => at))} ms without one, errors ${JSON.stringify(errors)}\n`);
  });

  async function servers(): Promise<{ name: string; address: string; role: 'master' | 'replica' }[]> {
    const pods = await namespace.pods('app.kubernetes.io/component=server');
    return Promise.all(pods.map(async ({ name, address }) => {
      const { stdout, stderr } = await namespace.exec(name, 'server', 'REDISCLI_AUTH=$(cat "$PASSWORD_FILE") "$CLI_BIN" INFO replication');
      // listed before it had one, it may answer by now all the same
      if (address === undefined) throw new Error(`${name} has no address yet`);
      const role = /^role:master/m.test(stdout) ? 'master' : /^master_link_status:up/m.test(stdout) ? 'replica' : undefined;
      if (role === undefined) throw new Error(`${name} is neither master nor linked: ${stdout}${stderr}`);
      return { name, address, role } as const;
    }));
  }

  function settled(): Promise<unknown> {
    return until('one master with two linked replicas, as the Sentinels say', 90_000, async () => {
      const state = await probe.state();
      if (isSettled(state)) return true;
      throw new Error(JSON.stringify(state));
    });
  }

  /** Waits for a write after now. */
  function writing(): Promise<unknown> {
    const now = Date.now();
    return until('an acknowledged write', 20_000, async () => await probe.last() > now + WRITING_MILLIS);
  }

  /** What the running HAProxys know. */
  async function haproxies(): Promise<{ name: string; worker: string; reloads: number; addresses: string[] }[]> {
    return Promise.all((await namespace.pods('app.kubernetes.io/component=proxy')).map(async ({ name }) => {
      const [info, state, metrics] = await Promise.all([
        haproxy(namespace, name, '@1 show info'),
        haproxy(namespace, name, '@1 show servers state'),
        inKubeTemplate(namespace, name, 'fetch("http://127.0.0.1:9099/metrics").then((answer) => answer.text()).then((text) => process.stdout.write(text))'),
      ]);
      return {
        name,
        worker: /^Pid: (\d+)/m.exec(info)![1]!,
        reloads: Number(/^kube_template_haproxy_applies_total\{how="reload"\} (\d+)/m.exec(metrics)?.[1] ?? 0),
        addresses: [...state.matchAll(/^\d+ master_\d+ \d+ \S+ (\S+)/gm)].map(([, address]) => address!),
      };
    }));
  }
});

function longestGap(times: readonly number[]): number {
  return Math.max(...times.slice(1).map((time, index) => time - times[index]!));
}
