/** Packets that are dropped between some and not between others. */
import { kubectlAsync, sleep, until } from '../cluster';
import { AGENT, LAB, lab, SENTINEL, SERVER } from '../injection';
import { CRASH, KILLED, Run, Scenario, UNNOTICED } from '../scenario';
import { BOTH, SEPARATE, SIDECAR } from '../setups';
import { Pod } from '../target';

/** Shares of packets that are lost, and for how long each. */
const LOSSES = [0.05, 0.2];
const LOSSY_MS = 60_000;

/** Cuts a pod off from others. */
export function cut(run: Run, pod: Pod, others: readonly Pod[]): () => Promise<void> {
  const addresses = others.flatMap((other) => run.installation.addressesOf(other));
  return run.defer(run.installation.processes(pod).cutOff(addresses));
}

/** All other servers and Sentinels than the master. */
async function membersBeside(run: Run): Promise<Pod[]> {
  return (await run.installation.pods()).filter(({ component, name }) => component !== 'proxy' && name !== run.master.name);
}

/** Longest time after which no Sentinel spins any more, and what counts as a spin, beside a share of a core that nobody notices. */
const CALM_MS = 30_000;
const TIMES_REST = 3;
const LEAST_SHARE = 0.05;
const SAMPLE_MS = 3000;

/** The share of a core that each Sentinel uses now. */
async function shares(run: Run): Promise<Map<string, number>> {
  const pods = await run.installation.sentinels();
  const used = () => pods.map((pod) => run.installation.processes(pod).cpuMs(SENTINEL));
  const [before, from] = [used(), Date.now()];
  await sleep(SAMPLE_MS);
  const ms = Date.now() - from;
  return new Map(used().map((each, index) => [pods[index].name, (each - before[index]) / ms]));
}

/** A partition may leave a Sentinel with a connection on which it spins: soon after, each must use no more CPU than at rest. */
function thenCalm(scenario: Scenario): Scenario {
  if (scenario.needs === undefined) return scenario;
  return {
    ...scenario,
    async inject(run) {
      const rest = Math.max(...(await shares(run)).values());
      await scenario.inject(run);
      let now = new Map<string, number>();
      await until('every Sentinel is at rest', async () => {
        now = await shares(run);
        return [...now.values()].every((share) => share <= Math.max(TIMES_REST * rest, LEAST_SHARE));
      }, CALM_MS).catch(() => run.fail(`Sentinels spin: ${[...now].map(([name, share]) => `${name} ${Math.round(share * 100)} %`).join(', ')}, at rest ${Math.round(rest * 100)} %`));
    },
  };
}

export const PARTITION_SCENARIOS: readonly Scenario[] = ([
  {
    name: 'cut-off-master',
    what: 'The master\'s pod is cut off from all other servers and Sentinels for 20 s, but not from HAProxy.',
    setups: [SIDECAR],
    needs: 'processes',
    bar: { gapMs: { median: 5300, worst: 7000 }, lost: 'cut', oldMasterMs: 4000, switches: 1 },
    async inject(run) {
      const members = await membersBeside(run);
      run.mark('cut off');
      const join = cut(run, run.master, members);
      await sleep(20_000);
      run.mark('joined');
      await join();
      await run.moved();
    },
  },
  {
    name: 'unheard-master',
    what: 'For 20 s no other server, agent or Sentinel reaches the master\'s server, nor the Sentinel in its pod; it reaches them, and HAProxy reaches all.',
    setups: BOTH,
    needs: 'processes',
    bar: { gapMs: { median: 3000, worst: 5000 }, lost: 'cut', oldMasterMs: 2500, switches: 1 },
    async inject(run) {
      const addresses = (await membersBeside(run)).flatMap((pod) => run.installation.addressesOf(pod));
      run.mark('deaf');
      const hear = run.defer(run.installation.processes(run.master).deafen(addresses, [6379, 26379]));
      await sleep(20_000);
      run.mark('hears again');
      await hear();
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
    name: 'lossy-network',
    what: 'Every pod loses 5 % of the packets that it receives, and then 20 %, each for 60 s.',
    setups: BOTH,
    needs: 'processes',
    // a packet that is lost again and again is sent again after seconds
    bar: { lost: 0, switches: 0 },
    maxRuns: 2,
    async inject(run) {
      const pods = (await run.installation.pods()).map((pod) => run.installation.processes(pod));
      for (const share of LOSSES) {
        run.mark(`${100 * share} %`);
        const ends = pods.map((processes) => run.defer(processes.losePackets(share)));
        await sleep(LOSSY_MS);
        for (const end of ends) await end();
      }
      run.mark('none');
    },
  },
  {
    name: 'api-server-away',
    what: 'The API server is down for 20 s, and meanwhile the master\'s server is killed.',
    setups: [SEPARATE],
    needs: 'nodes',
    bar: { gapMs: CRASH, ...KILLED, switches: 1 },
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
] as Scenario[]).map(thenCalm);

/** Whether the cluster is that of LAB: other clusters' nodes are never touched. */
export async function labIsReached(): Promise<boolean> {
  if (LAB === undefined) return false;
  return (await kubectlAsync(['get', 'nodes', '-o', 'name'])).split('\n').filter(Boolean).every((name) => /^node\/node\d$/.test(name));
}
