/** Sentinels that go, come back, move or lose their sense of time. */
import { kubectl, sleep, until } from '../cluster';
import { powerOff } from './nodes';
import { cut } from './partitions';
import { SENTINEL } from '../injection';
import { Run, Scenario, UNNOTICED } from '../scenario';
import { SEPARATE, VOLUME } from '../setups';

/** Waits until all Sentinels agree and know each other. */
const agreed = (run: Run, timeoutMs = 60_000) => until('all Sentinels agree', async () => {
  const { servers, sentinels } = await run.state();
  return sentinels.every(({ names, others }) => typeof names === 'number' && servers[names].role === 'master' && others === sentinels.length - 1);
}, timeoutMs);

const scale = (run: Run, count: number, replicas: number) => run.installation.redis.sentinelDeployments.slice(0, count)
  .forEach(({ name }) => run.installation.run('scale', 'deployment', name, `--replicas=${replicas}`));

export const SENTINEL_SCENARIOS: readonly Scenario[] = [
  {
    name: 'delete-sentinel',
    what: 'A Sentinel\'s pod is deleted.',
    setups: [SEPARATE],
    bar: { gapMs: UNNOTICED, clientGapMs: 1000, lost: 0, switches: 0 },
    async inject(run) {
      const [sentinel] = await run.installation.sentinels();
      run.mark('deleted');
      await run.installation.replace(sentinel, () => run.installation.run('delete', 'pod', sentinel.name, '--wait=false'));
    },
  },
  {
    name: 'roll-sentinels',
    what: 'The Sentinels are rolled, one after the other.',
    setups: [SEPARATE],
    bar: { gapMs: UNNOTICED, clientGapMs: 1000, lost: 0, switches: 0 },
    maxRuns: 3,
    async inject(run) {
      for (const { name } of run.installation.redis.sentinelDeployments) {
        run.mark('rollout');
        run.installation.run('rollout', 'restart', `deployment/${name}`);
        run.installation.run('rollout', 'status', `deployment/${name}`, '--timeout=60s');
        await agreed(run);
      }
    },
  },
  {
    name: 'move-sentinel',
    what: 'A Sentinel is moved to another node five times, and then the master\'s pod is deleted.',
    setups: [SEPARATE],
    bar: { gapMs: { median: 1500, worst: 3000 }, lost: 0, switches: 1 },
    maxRuns: 2,
    async inject(run) {
      for (let round = 0; round < 5; round++) {
        const [sentinel] = await run.installation.sentinels();
        const uncordon = run.defer(() => kubectl(['uncordon', sentinel.node]));
        kubectl(['cordon', sentinel.node]);
        await run.installation.replace(sentinel, () => run.installation.run('delete', 'pod', sentinel.name, '--wait=false'));
        await uncordon();
      }
      // before the agents would make them forget who is no more
      await agreed(run, 8000).catch((error) => run.fail(error.message));
      run.mark('deleted');
      await run.installation.replace(run.master, () => run.installation.run('delete', 'pod', run.master.name, '--wait=false'));
    },
  },
  {
    name: 'two-sentinels-away',
    what: 'Two of the three Sentinels are down for 10 s, while the master is healthy.',
    setups: [SEPARATE],
    // writes are refused until a majority is back and has been told of the master
    bar: { gapMs: { median: 15_000, worst: 20_000 }, lost: 0, switches: 0 },
    maxRuns: 2,
    async inject(run) {
      run.mark('away');
      const back = run.defer(() => scale(run, 2, 1));
      scale(run, 2, 0);
      await until('two are gone', async () => (await run.state()).sentinels.filter(({ names }) => names === 'down').length === 2, 120_000);
      await sleep(10_000);
      await back();
      await agreed(run);
      run.mark('agreed');
    },
  },
  {
    name: 'all-sentinels-deleted',
    what: 'All Sentinels are deleted at once: they come back without state.',
    setups: [SEPARATE],
    bar: { gapMs: { median: 10_000, worst: 15_000 }, lost: 0, switches: 0 },
    async inject(run) {
      const uids = (await run.installation.sentinels()).map(({ uid }) => uid);
      run.mark('deleted');
      run.installation.run('delete', 'pod', '-l', 'app.kubernetes.io/component=sentinel', '--wait=false');
      await until('all are replaced', async () => !(await run.installation.sentinels()).some(({ uid }) => uids.includes(uid)), 60_000);
      await agreed(run);
    },
  },
  {
    name: 'tilt',
    what: 'All Sentinels are frozen for 3 s, and then the master\'s node is switched off: they are in TILT for 30 s.',
    setups: [SEPARATE],
    needs: 'nodes',
    bar: { gapMs: { median: 42_000, worst: 47_000 }, lost: 'tail', switches: 1 },
    maxRuns: 2,
    async inject(run) {
      const sentinels = (await run.installation.sentinels()).map((pod) => run.installation.processes(pod));
      const thaw = run.defer(() => sentinels.forEach((one) => one.signal('CONT', SENTINEL)));
      sentinels.forEach((one) => one.signal('STOP', SENTINEL));
      await sleep(3000);
      await thaw();
      await sleep(1000);
      run.mark('power off');
      const boot = powerOff(run, run.master.node);
      await run.moved(60_000);
      run.mark('boot');
      await boot();
    },
  },
  {
    name: 'sentinels-cut-off',
    what: 'All Sentinels are cut off from everybody for 50 s, the master\'s node is switched off meanwhile, and they come back with outdated state.',
    setups: [SEPARATE],
    needs: 'nodes',
    // half of it is the time for which they are away
    bar: { gapMs: { median: 110_000, worst: 125_000 }, lost: 'tail', switches: 1 },
    maxRuns: 2,
    async inject(run) {
      const { installation } = run;
      const sentinels = (await installation.sentinels()).filter(({ node }) => node !== run.master.node);
      const all = await installation.pods();
      run.mark('Sentinels cut off');
      const joins = sentinels.map((sentinel) => cut(run, sentinel, all.filter(({ name }) => name !== sentinel.name)));
      const boot = powerOff(run, run.master.node);
      await sleep(50_000);
      run.mark('Sentinels joined');
      for (const join of joins) await join();
      await run.moved(60_000);
      run.mark('boot');
      await boot();
    },
  },
  {
    name: 'sentinels-away-while-master-dies',
    what: 'All Sentinels are down while the master\'s node is switched off, and come back without state.',
    setups: [VOLUME],
    needs: 'nodes',
    // without their word the servers wait for the boot timeout before a majority of them chooses
    bar: { gapMs: { median: 45_000, worst: 60_000 }, lost: 'tail', switches: 1 },
    maxRuns: 2,
    async inject(run) {
      run.mark('power off');
      const back = run.defer(() => scale(run, 3, 1));
      scale(run, 3, 0);
      const boot = powerOff(run, run.master.node);
      await sleep(10_000);
      run.mark('Sentinels back');
      await back();
      await run.moved(60_000);
      run.mark('boot');
      await boot();
    },
  },
];
