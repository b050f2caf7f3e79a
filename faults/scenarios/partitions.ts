/** Packets that are dropped between some and not between others. */
import { kubectlAsync, sleep } from '../cluster';
import { AGENT, LAB, lab, SERVER } from '../injection';
import { Pod } from '../installation';
import { Run, Scenario, UNNOTICED } from '../scenario';
import { SEPARATE, SIDECAR } from '../setups';

/** Cuts a pod off from others. */
export function cut(run: Run, pod: Pod, others: readonly Pod[]): () => Promise<void> {
  const addresses = others.flatMap((other) => run.installation.addressesOf(other));
  return run.defer(run.installation.processes(pod).cutOff(addresses));
}

export const PARTITION_SCENARIOS: readonly Scenario[] = [
  {
    name: 'cut-off-master',
    what: 'The master\'s pod is cut off from all other servers and Sentinels for 20 s, but not from HAProxy.',
    setups: [SIDECAR],
    needs: 'processes',
    bar: { gapMs: { median: 5300, worst: 7000 }, lost: 'cut', oldMasterMs: 4000, switches: 1 },
    async inject(run) {
      const members = (await run.installation.pods()).filter(({ component, name }) => component !== 'proxy' && name !== run.master.name);
      run.mark('cut off');
      const join = cut(run, run.master, members);
      await sleep(20_000);
      run.mark('joined');
      await join();
      await run.moved();
    },
  },
  {
    name: 'cut-off-master-and-replica',
    what: 'The master and one replica are cut off from all Sentinels and from the other replica for 25 s, but not from HAProxy.',
    setups: [SEPARATE],
    needs: 'processes',
    // One replica still counts for min-replicas: only the consensus ends the old master's reign. The new master has none until all are joined,
    // and takes no writes until then. The Sentinels may first elect the replica that they can't reach, because they find it down after the master;
    // they try again after two failover timeouts
    bar: { gapMs: { median: 27_000, worst: 30_000 }, lost: 'cut', oldMasterMs: 20_000, switches: 1 },
    async inject(run) {
      const [companion, other] = await run.installation.replicas();
      const sentinels = await run.installation.sentinels();
      run.mark('cut off');
      const joins = [run.master, companion].map((pod) => cut(run, pod, [...sentinels, other]));
      await sleep(25_000);
      run.mark('joined');
      for (const join of joins) await join();
      await run.moved();
    },
  },
  {
    name: 'cut-off-proxy',
    what: 'One HAProxy is cut off from two of the three Sentinels for 15 s.',
    setups: [SEPARATE],
    needs: 'processes',
    bar: { gapMs: UNNOTICED, clientGapMs: 5000, lost: 0, switches: 0 },
    async inject(run) {
      const [proxy] = await run.installation.pods('proxy');
      run.mark('cut off');
      const join = cut(run, proxy, (await run.installation.sentinels()).slice(0, 2));
      await sleep(15_000);
      run.mark('joined');
      await join();
    },
  },
  {
    name: 'api-server-away',
    what: 'The API server is down for 20 s, and meanwhile the master\'s server is killed.',
    setups: [SEPARATE],
    needs: 'nodes',
    bar: { gapMs: { median: 1500, worst: 3000 }, lost: 0, switches: 1 },
    maxRuns: 2,
    async inject(run) {
      const server = run.installation.processes(run.master);
      if (server.find(AGENT).length === 0) run.fail('the master\'s pod has no agent');
      const back = run.defer(() => lab('api', 'start'));
      lab('api', 'stop');
      await sleep(5000);
      run.mark('killed');
      server.signal('KILL', SERVER);
      await sleep(15_000);
      run.mark('API server');
      await back();
      await run.moved();
    },
  },
];

/** Whether the cluster is that of LAB: other clusters' nodes are never touched. */
export async function labIsReached(): Promise<boolean> {
  if (LAB === undefined) return false;
  return (await kubectlAsync(['get', 'nodes', '-o', 'name'])).split('\n').filter(Boolean).every((name) => /^node\/node\d$/.test(name));
}
