/** Everything at once. */
import { sleep, until } from '../cluster';
import { powerOff } from './nodes';
import { Run, Scenario } from '../scenario';
import { BOOT_TIMEOUT_MS, VOLUME } from '../setups';
import { Pod } from '../target';

const force = (run: Run, pods: readonly Pod[]) => run.installation.run('delete', 'pod', '--force', '--grace-period=0', '--wait=false', ...pods.map(({ name }) => name));

/** Waits until the successors of the pods run, and marks the last of them. */
async function restarted(run: Run, pods: readonly Pod[], before: readonly Pod[]): Promise<void> {
  const old = new Set(before.map(({ uid }) => uid));
  // Sentinels that stayed are nobody's successors
  const kinds = new Set(pods.map(({ component }) => component));
  await until('all pods run again', async () => {
    const successors = (await run.installation.pods()).filter(({ uid, ip, component }) => !old.has(uid) && ip && kinds.has(component));
    // one process is the empty one that holds the pod's network
    return successors.length >= pods.length && successors.every((pod) => run.installation.processes(pod).find().length > 1);
  }, 60_000);
  run.markRecovery('last pod up');
}

const servers = (run: Run) => run.installation.pods('server');

export const COLD_START_SCENARIOS: readonly Scenario[] = [
  {
    name: 'restart-everything',
    what: 'All servers and Sentinels are deleted at once, with force.',
    setups: [VOLUME],
    needs: 'processes',
    bar: { lost: 'tail', recoveryMs: { median: 5000, worst: 7000 } },
    async inject(run) {
      const all = [...await servers(run), ...await run.installation.sentinels()];
      run.mark('deleted');
      force(run, all);
      await restarted(run, all, all);
      await run.written();
    },
  },
  {
    name: 'restart-servers',
    what: 'All servers are deleted at once, with force; the Sentinels stay.',
    setups: [VOLUME],
    needs: 'processes',
    bar: { lost: 'tail', recoveryMs: { median: 5000, worst: 7000 } },
    async inject(run) {
      const all = await servers(run);
      run.mark('deleted');
      force(run, all);
      await restarted(run, all, all);
      await run.written();
    },
  },
  {
    name: 'restart-without-master',
    what: 'All servers and Sentinels are deleted at once, while the last master\'s node is switched off; it comes back later.',
    setups: [VOLUME],
    needs: 'nodes',
    bar: { lost: 'tail', recoveryMs: { median: BOOT_TIMEOUT_MS + 2000, worst: BOOT_TIMEOUT_MS + 4000 } },
    async inject(run) {
      const all = [...await servers(run), ...await run.installation.sentinels()];
      const here = all.filter(({ node }) => node !== run.master.node);
      run.mark('deleted, power off');
      const boot = powerOff(run, run.master.node);
      force(run, here);
      await restarted(run, here, all);
      await run.written();
      run.mark('boot');
      await boot();
    },
  },
  {
    name: 'blank-replicas',
    what: 'The master\'s node is switched off, both replicas lose their volumes, and the master comes back before the others may start without it.',
    setups: [VOLUME],
    needs: 'nodes',
    bar: { lost: 0 },
    maxRuns: 3,
    async inject(run) {
      const replicas = await run.installation.replicas();
      run.mark('power off');
      const lostAt = Date.now();
      const boot = powerOff(run, run.master.node);
      run.installation.run('delete', 'pvc', '--wait=false', ...replicas.map(({ name }) => `data-${name}`));
      force(run, replicas);
      await until('blank replicas run', async () => {
        const successors = (await servers(run)).filter(({ uid, ip }) => ip && uid !== run.master.uid && !replicas.some((one) => one.uid === uid));
        return successors.length === 2 && (await run.state()).servers.filter(({ role }) => role !== 'down').length === 2;
      }, 60_000);
      // the Sentinels try to elect one 4 s and 16 s after the loss; later the servers do without the lost one, and may
      await sleep(Math.max(0, lostAt + 19_000 - Date.now()));
      run.mark('boot');
      await boot();
      await run.written();
    },
  },
];
