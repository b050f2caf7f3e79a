/** Services that somebody deletes, and makes anew from what was there. */
import { kubectl, until } from '../cluster';
import { Run, Scenario, UNNOTICED } from '../scenario';
import { SEPARATE, SEPARATE_VALKEY, SIDECAR } from '../setups';
import { Pod } from '../target';

/** Longest time that it takes everybody to follow: most of it is what cluster DNS and those who ask it keep. */
const FOLLOWED_MS = 60_000;

/** Restores a Service as backups do, without the address that it had. @returns the address that it has now */
function madeAnew({ installation }: Run, name: string): string {
  const { metadata: { labels, annotations }, spec: { clusterIP: former, clusterIPs, ...spec } } = JSON.parse(installation.run('get', 'service', name, '-o', 'json'));
  installation.run('delete', 'service', name);
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name, labels, annotations }, spec };
  kubectl(['-n', installation.namespace, 'create', '-f', '-'], JSON.stringify(service));
  const address = installation.run('get', 'service', name, '-o', 'jsonpath={.spec.clusterIP}');
  if (address === former) throw new Error(`Service ${name} has ${former} again`);
  return address;
}

/** Whether a server's agent, or a HAProxy with what stands beside it, has said since then that it follows. */
function follows({ installation }: Run, { name, component }: Pod, address: string, since: string): boolean {
  const log = installation.run('logs', name, component === 'proxy' ? '--all-containers' : '--container=agent', `--since-time=${since}`);
  // kube-template tells HAProxy, and how often, but not what
  return log.includes(address) || (/HAProxy took over .*: runtime/.test(log) && installation.run('exec', name, '-c', 'proxy', '--', 'cat', '/run/redis-ha/haproxy.cfg').includes(address));
}

/** Makes a Service anew, and waits until all agents, all of HAProxy and the probe know where it is now. */
async function andFollowed(run: Run, name: string): Promise<void> {
  const since = new Date().toISOString();
  let missing = [...await run.installation.pods('server'), ...await run.installation.pods('proxy')];
  run.mark(name);
  const address = madeAnew(run, name);
  await run.installation.learnAddresses();
  await until('all know the new address', async () => {
    missing = missing.filter((pod) => !follows(run, pod, address, since));
    return missing.length === 0 && (await run.state()).addresses.includes(address);
  }, FOLLOWED_MS).catch((error: Error) => run.fail(`${error.message}: ${missing.map((pod) => pod.name).join(', ')}`));
}

/** Nothing that is healthy is replaced or restarted. */
async function withoutRestart(run: Run, fault: () => Promise<void>): Promise<void> {
  const pods = async () => (await run.installation.pods()).map(({ name, uid, restarts }: Pod) => `${name} ${uid}: ${restarts} restarts`).sort();
  const before = await pods();
  await fault();
  const others = (await pods()).filter((pod) => !before.includes(pod));
  if (others.length > 0) run.fail(`pods were restarted: ${others.join(', ')}`);
}

export const SERVICE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'service-made-anew',
    what: 'The announce Services of a replica and, if it has its own, of a Sentinel are deleted and made anew, with other ClusterIPs.',
    setups: [SIDECAR, SEPARATE, SEPARATE_VALKEY],
    bar: { gapMs: UNNOTICED, clientGapMs: 1000, lost: 0, switches: 0 },
    // Sentinels forget the former address of a replica half a minute later
    linkedMs: 120_000,
    maxRuns: 2,
    inject: (run) => withoutRestart(run, async () => {
      const [replica] = await run.installation.replicas();
      await andFollowed(run, run.installation.serviceOf(replica)!);
      const own = (await run.installation.sentinels()).map((pod) => run.installation.serviceOf(pod)).find((name) => name?.includes('sentinel'));
      if (own !== undefined) await andFollowed(run, own);
    }),
  },
  {
    name: 'master-service-made-anew',
    what: 'The announce Service of the master is deleted and made anew, with another ClusterIP.',
    setups: [SIDECAR, SEPARATE, SEPARATE_VALKEY],
    // cluster DNS keeps a former address for up to 5 s in the lab, others for up to half a minute
    bar: { gapMs: { median: 15_000, worst: 20_000 }, lost: 0, switches: 0 },
    linkedMs: 120_000,
    maxRuns: 2,
    inject: (run) => withoutRestart(run, async () => {
      await andFollowed(run, run.installation.serviceOf(run.master)!);
      await run.written();
    }),
  },
];
