/** Changes of an installation that runs for which the documents have a way of several steps. */
import { Size } from 'cdk8s';
import { Peer, Persistence, RedisHa, Routing, UpdateStrategy } from '../../lib/index';
import { until } from '../cluster';
import { Bar, Run, Scenario } from '../scenario';
import { SIDECAR } from '../setups';

const HAND_OVER: Bar = { gapMs: { median: 1500, worst: 3000 }, lost: 0 };
const STEP_MS = 120_000;

/** Removes what stands for a routing that is no more, by labels or names. */
const remove = ({ installation }: Run, kinds: string, ...which: string[]) => installation.run('delete', kinds, ...which, '--ignore-not-found');

/** Both of the slices that agents write lead to somebody. */
async function slicesLead({ installation }: Run, name: string): Promise<void> {
  await until('both slices have addresses', () => ['write', 'read'].every((which) => (
    installation.run('get', 'endpointslice', `${name}-${which}`, '-o', 'jsonpath={.endpoints[*].addresses[0]}') !== '')), STEP_MS);
}

export const MOVE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'to-direct-and-back',
    what: 'HAProxy is taken out of the way of clients that write (`Routing.direct()`), and brought back, step by step as [direct.md](../how-to/direct.md#moving-to-it-and-back) says.',
    setups: [SIDECAR],
    bar: HAND_OVER,
    maxRuns: 1,
    async inject(run) {
      const { installation } = run;
      const name = installation.redis.proxyService!.name;
      const ofProxy = { 'redis-ha.cdk8s.io/installation': name, 'redis-ha.cdk8s.io/component': 'proxy' };
      const haproxyIsLetIn = (redis: RedisHa) => redis.allowSentinelFrom(Peer.pods({ labels: ofProxy }));
      const selector = Object.entries(ofProxy).map((pair) => pair.join('=')).join(',');

      run.mark('direct');
      await installation.change({ routing: Routing.direct() }, { extend: haproxyIsLetIn, prune: false });
      await slicesLead(run, name);
      run.mark('slices of before removed');
      remove(run, 'endpoints', name);
      remove(run, 'endpointslices', '-l', `kubernetes.io/service-name=${name},endpointslice.kubernetes.io/managed-by!=cdk8s-redis-ha`);
      run.mark('HAProxy removed');
      remove(run, 'deployment,hpa,pdb,networkpolicy,configmap,serviceaccount,role,rolebinding', '-l', selector);
      await installation.change({}, { prune: false });
      await installation.ready(STEP_MS);

      run.mark('HAProxy back');
      const partition = UpdateStrategy.rolling({ partition: installation.servers });
      const withoutSelector = { service: { specOverrides: { selector: null } } };
      await installation.change({ routing: undefined, proxy: withoutSelector, server: { updateStrategy: partition } }, { prune: false });
      run.mark('the Service leads to it');
      await installation.change({ proxy: undefined, server: undefined }, { prune: false });
      run.mark('slices removed');
      remove(run, 'endpointslices', `${name}-write`, `${name}-read`);
      remove(run, 'rolebinding,role,serviceaccount', installation.serverSet);
      await installation.ready(STEP_MS);
    },
  },
  {
    name: 'to-volumes',
    what: 'Servers with an `emptyDir` get volumes: the StatefulSet is exchanged around its pods, which are then deleted one by one from the first upwards, as [operations.md](../how-to/operations.md) says.',
    setups: [SIDECAR],
    bar: HAND_OVER,
    maxRuns: 1,
    async inject(run) {
      const { installation } = run;
      run.mark('exchanged');
      installation.run('delete', 'statefulset', installation.serverSet, '--cascade=orphan');
      await installation.apply({ persistence: Persistence.volume(Size.mebibytes(256)) });
      for (const ordinal of Array.from({ length: installation.servers }, (_, index) => index)) {
        await installation.ready(STEP_MS);
        const pod = await installation.server(ordinal);
        run.mark(`${pod.name} deleted`);
        await installation.replace(pod, () => installation.run('delete', 'pod', pod.name));
      }
      await installation.rolledOut(`statefulset/${installation.serverSet}`);
      run.mark('emptyDir again');
      installation.run('delete', 'statefulset', installation.serverSet, '--cascade=orphan');
      await installation.change({ persistence: undefined });
    },
  },
];
