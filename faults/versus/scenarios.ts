/** Faults for any installation, however it fails over: nothing here waits for what only one of them does. */
import { sleep, until } from '../cluster';
import { lab, nodeNumber, SERVER } from '../injection';
import { Run, Scenario } from '../scenario';
import { powerOff } from '../scenarios/nodes';
import { Target } from '../target';

/** For so long servers are frozen and nodes cut off: longer than any of them takes to fail over. */
const FAULT_MS = 30_000;
/** Nothing is asked for: both are told. */
const BAR = { lost: 'tail', tailMs: Infinity } as const;
/** A pod of the chart alone takes a minute and a half to be ready. */
const COMMON = { setups: [], bar: BAR, linkedMs: 300_000 } as const;

/** Waits until a client's write is acknowledged that was sent after the fault. */
async function servedAgain(run: Run<Target>): Promise<void> {
  await sleep(1000);
  await run.written();
}

export const VERSUS_SCENARIOS: readonly Scenario<Target>[] = [
  {
    ...COMMON,
    name: 'delete-master',
    what: 'the master\'s pod is deleted',
    async inject(run) {
      run.mark('deleted');
      await run.installation.replace(run.master, () => run.installation.run('delete', 'pod', run.master.name, '--wait=false'));
    },
  },
  {
    ...COMMON,
    name: 'kill-master',
    what: 'the master\'s server is killed',
    async inject(run) {
      run.mark('killed');
      run.installation.processes(run.master).signal('KILL', SERVER);
      await until('the container restarts', async () => (
        (await run.installation.pods('server')).find(({ name }) => name === run.master.name)!.restarts > run.master.restarts), 60_000);
      await servedAgain(run);
    },
  },
  {
    ...COMMON,
    name: 'power-off-master-node',
    what: 'the master\'s node is switched off, and on again once clients are served',
    needs: 'nodes',
    async inject(run) {
      run.mark('power off');
      const boot = powerOff(run, run.master.node);
      await servedAgain(run).catch(() => run.fail('clients were not served within 90 s'));
      await sleep(2000);
      run.mark('boot');
      await boot();
    },
  },
  {
    ...COMMON,
    name: 'freeze-master',
    what: `the master's server is frozen for ${FAULT_MS / 1000} s`,
    async inject(run) {
      const server = run.installation.processes(run.master);
      const thaw = run.defer(() => server.signal('CONT', SERVER));
      run.mark('frozen');
      server.signal('STOP', SERVER);
      await sleep(FAULT_MS);
      run.mark('thawed');
      await thaw();
      await servedAgain(run);
    },
  },
  {
    ...COMMON,
    name: 'cut-off-master-node',
    what: `the master's node, with clients on it, is cut off from the network for ${FAULT_MS / 1000} s`,
    needs: 'nodes',
    clientsBesideMaster: true,
    async inject(run) {
      const number = nodeNumber(run.master.node);
      const heal = run.defer(() => lab('heal', number));
      run.mark('cut off');
      lab('cut', number);
      await sleep(FAULT_MS);
      run.mark('joined');
      await heal();
      await servedAgain(run);
    },
  },
  {
    ...COMMON,
    name: 'roll-servers',
    what: 'the servers are rolled (`kubectl rollout restart`)',
    async inject(run) {
      const set = `statefulset/${run.installation.serverSet}`;
      run.mark('rollout');
      run.installation.run('rollout', 'restart', set);
      await run.installation.rolledOut(set);
    },
  },
];
