/** The master's role is given away: pods that are deleted, drained and rolled. */
import { run as runCommand } from '../../lib/cli/program';
import { api, kubectl, kubectlAsync, sleep, until } from '../cluster';
import { SENTINEL, SERVER } from '../injection';
import { Installation } from '../installation';
import { isSettled } from '../probe/protocol';
import { KILLED, Run, Scenario, UNNOTICED } from '../scenario';
import { ALL, BOTH, SEPARATE, SIDECAR } from '../setups';
import { Pod } from '../target';

const HAND_OVER = { median: 1500, worst: 3000 };

const remove = ({ installation }: Run, pod: Pod) => installation.run('delete', 'pod', pod.name, '--wait=false');

/** Evicts our pods from a node, as the drain of a node does; other namespaces and the probes stay. */
async function drain(run: Run, node: string): Promise<void> {
  const uncordon = run.defer(() => kubectl(['uncordon', node]));
  kubectl(['cordon', node]);
  await kubectlAsync(['drain', node, '--pod-selector', `app.kubernetes.io/instance=${run.installation.redis.name}`, '--delete-emptydir-data', '--timeout=120s']);
  await uncordon();
  await run.installation.ready(60_000);
}

async function roll(run: Run, kind: string, name: string): Promise<void> {
  run.installation.run('rollout', 'restart', `${kind}/${name}`);
  await run.installation.rolledOut(`${kind}/${name}`);
}

/** Runs a command of ours. @returns its exit status */
async function command(installation: Installation, name: string, ...args: string[]): Promise<number> {
  const print = (text: string): void => { process.stderr.write(text); };
  return runCommand([name, installation.redis.name, '--namespace', installation.namespace, ...args], {
    print, printError: print, isTerminal: false, size: () => ({ columns: 80, rows: 24 }), env: process.env, signal: new AbortController().signal,
  });
}

export const HAND_OVER_SCENARIOS: readonly Scenario[] = [
  {
    name: 'delete-master',
    what: 'The master\'s pod is deleted.',
    setups: ALL,
    bar: { gapMs: HAND_OVER, lost: 0, switches: 1 },
    async inject(run) {
      run.mark('deleted');
      await run.installation.replace(run.master, () => remove(run, run.master));
    },
  },
  {
    name: 'drain-master-node',
    what: 'The master\'s node is drained.',
    setups: [SIDECAR],
    bar: { gapMs: HAND_OVER, lost: 0, switches: 1 },
    async inject(run) {
      run.mark('drain');
      await drain(run, run.master.node);
    },
  },
  {
    name: 'drain-all-nodes',
    what: 'All nodes are drained, one after the other.',
    setups: [SEPARATE],
    bar: { gapMs: HAND_OVER, lost: 0, switches: 3 },
    maxRuns: 2,
    async inject(run) {
      for (const { metadata } of (await api('/api/v1/nodes')).items) {
        run.mark(`drain ${metadata.name}`);
        await drain(run, metadata.name);
      }
    },
  },
  {
    name: 'roll-servers',
    what: 'The servers are rolled.',
    setups: BOTH,
    // twice if the master is the first to go
    bar: { gapMs: HAND_OVER, lost: 0, switches: 2 },
    async inject(run) {
      run.mark('rollout');
      await roll(run, 'statefulset', run.installation.redis.serverStatefulSet.name);
    },
  },
  {
    name: 'roll-servers-by-command',
    what: 'The servers, updated on delete, are rolled by `cdk8s-redis-ha roll`: the replicas, and then the master.',
    setups: BOTH,
    bar: { gapMs: HAND_OVER, lost: 0, switches: 1 },
    async inject(run) {
      const { installation } = run;
      const set = `statefulset/${installation.redis.serverStatefulSet.name}`;
      const strategy = (type: string) => installation.run('patch', set, '--patch', JSON.stringify({ spec: { updateStrategy: { type, rollingUpdate: null } } }));
      strategy('OnDelete');
      run.defer(() => strategy('RollingUpdate'));
      installation.run('rollout', 'restart', set);
      for (const only of [['--replicas'], []]) {
        run.mark(`rolls ${only.length > 0 ? 'replicas' : 'the master'}`);
        const status = await command(installation, 'roll', ...only);
        if (status !== 0) run.fail(`roll ended with ${status}`);
      }
    },
  },
  {
    name: 'failover-by-command',
    what: 'The master\'s role is handed over by `cdk8s-redis-ha failover`; no pod stops.',
    setups: BOTH,
    bar: { gapMs: HAND_OVER, lost: 0, switches: 1 },
    async inject(run) {
      const [replica] = await run.installation.replicas();
      run.mark('failover');
      const status = await command(run.installation, 'failover', '--to', replica.name);
      if (status !== 0) run.fail(`failover ended with ${status}`);
      await run.moved();
    },
  },
  {
    name: 'roll-proxies',
    what: 'HAProxy is rolled.',
    setups: [SIDECAR],
    bar: { gapMs: UNNOTICED, clientGapMs: 2000, lost: 0, switches: 0 },
    async inject(run) {
      run.mark('rollout');
      await roll(run, 'deployment', run.installation.redis.proxyDeployment!.name);
    },
  },
  {
    name: 'delete-replica',
    what: 'A replica\'s pod is deleted.',
    setups: BOTH,
    bar: { gapMs: UNNOTICED, lost: 0, switches: 0 },
    async inject(run) {
      const [replica] = await run.installation.replicas();
      run.mark('deleted');
      await run.installation.replace(replica, () => remove(run, replica));
    },
  },
  {
    name: 'lagging-replicas',
    what: 'The replicas are frozen for 0.8 s again and again while the master\'s pod is deleted.',
    setups: [SIDECAR],
    needs: 'processes',
    // the hand-over waits for them, and so do writes
    bar: { gapMs: { median: 4000, worst: 8000 }, lost: 0, switches: 1 },
    async inject(run) {
      const replicas = (await run.installation.replicas()).map((pod) => run.installation.processes(pod));
      const signal = (name: 'STOP' | 'CONT') => replicas.forEach((one) => one.signal(name, SERVER));
      run.defer(() => signal('CONT'));
      run.mark('deleted, replicas lag');
      const replaced = run.installation.replace(run.master, () => { signal('STOP'); remove(run, run.master); });
      for (let round = 0; round < 3; round++) {
        await sleep(800);
        signal('CONT');
        await sleep(150);
        if (round < 2) signal('STOP');
      }
      await replaced;
    },
  },
  {
    name: 'resynchronizing-replica',
    what: 'A replica is cut off from the master, and from nobody else, for 25 s; after a second of that the master\'s pod is deleted.',
    // not beside the replicas: the Sentinels see the master all the time
    setups: [SEPARATE],
    needs: 'processes',
    // the other one is enough
    bar: { gapMs: HAND_OVER, lost: 0, switches: 1 },
    async inject(run) {
      const { installation, master } = run;
      const [laggard] = await installation.replicas();
      const join = run.defer(installation.processes(master).cutOff(installation.addressesOf(laggard), [6379]));
      run.mark('replica cut off');
      await sleep(1000);
      run.mark('deleted');
      await installation.replace(master, () => remove(run, master));
      await join().catch(() => undefined);
    },
  },
  {
    name: 'frozen-replicas',
    what: 'The replicas are frozen for 5 s when the master\'s pod is deleted.',
    setups: [SIDECAR],
    needs: 'processes',
    // min-replicas refuses writes while no replica answers
    bar: { gapMs: { median: 6500, worst: 8000 }, lost: 0, switches: 1 },
    async inject(run) {
      const replicas = (await run.installation.replicas()).map((pod) => run.installation.processes(pod));
      const thaw = run.defer(() => replicas.forEach((one) => one.signal('CONT', SERVER)));
      replicas.forEach((one) => one.signal('STOP', SERVER));
      run.mark('deleted, replicas frozen');
      const replaced = run.installation.replace(run.master, () => remove(run, run.master));
      await sleep(5000);
      run.mark('replicas thawed');
      await thaw();
      await replaced;
    },
  },
  {
    name: 'no-replica-in-sync',
    what: 'The replicas are cut off from the master for 10 s, and after a second of that the master\'s pod is deleted.',
    // not beside the replicas: the Sentinels see the master all the time
    setups: [SEPARATE],
    needs: 'processes',
    // there is nobody to take over until the replicas are joined again, and TCP repeats what was lost: 12.6 s after the first time
    bar: { gapMs: { median: 15_000, worst: 18_000 }, lost: 0, switches: 1 },
    async inject(run) {
      const { installation, master } = run;
      const others = (await installation.replicas()).flatMap((pod) => installation.addressesOf(pod));
      const join = run.defer(installation.processes(master).cutOff(others, [6379]));
      run.mark('replicas cut off');
      await sleep(1000);
      run.mark('deleted');
      const replaced = installation.replace(master, () => remove(run, master));
      await sleep(9000);
      run.mark('joined');
      await join();
      await replaced;
    },
  },
  {
    name: 'delete-during-failover',
    what: 'The master\'s server is killed, and 0.2 s later its pod is deleted.',
    setups: [SIDECAR],
    needs: 'processes',
    bar: { gapMs: { median: 1500, worst: 5000 }, ...KILLED, switches: 1 },
    async inject(run) {
      run.mark('killed, deleted');
      run.installation.processes(run.master).signal('KILL', SERVER);
      await sleep(200);
      await run.installation.replace(run.master, () => remove(run, run.master));
    },
  },
  {
    name: 'bare-failover',
    what: '`SENTINEL FAILOVER` is sent by hand while the master is healthy.',
    setups: [SIDECAR],
    // the old master goes on until the Sentinels have agreed: no proxy can tell earlier
    bar: { gapMs: { median: 1500, worst: 3000 }, lost: 'cut', oldMasterMs: 2000, switches: 1 },
    async inject(run) {
      const sentinel = (await run.installation.sentinels()).find(({ name }) => name !== run.master.name)!;
      run.mark('SENTINEL FAILOVER');
      run.installation.run('exec', sentinel.name, '-c', 'sentinel', '--', 'sh', '-c',
        `REDISCLI_AUTH=$(cat "$PASSWORD_FILE") "$CLI_BIN" -s "$RUN_DIR/sentinel.sock" SENTINEL FAILOVER ${run.installation.redis.masterName}`);
      await run.moved();
    },
  },
  {
    name: 'rogue-replica',
    what: '`REPLICAOF NO ONE` is sent to a replica by hand.',
    setups: [SIDECAR],
    bar: { gapMs: UNNOTICED, lost: 0, switches: 0 },
    async inject(run) {
      const [replica] = await run.installation.replicas();
      run.mark('REPLICAOF NO ONE');
      run.installation.run('exec', replica.name, '-c', 'server', '--', 'sh', '-c', 'REDISCLI_AUTH=$(cat "$PASSWORD_FILE") "$CLI_BIN" REPLICAOF NO ONE');
      await until('the Sentinels demote it', async () => isSettled(await run.state()), 30_000);
    },
  },
  {
    name: 'sentinel-cut-off-hand-over',
    what: 'A Sentinel is cut off, the master\'s pod is deleted, and the Sentinel comes back.',
    setups: [SEPARATE],
    needs: 'processes',
    bar: { gapMs: HAND_OVER, lost: 0, switches: 1 },
    async inject(run) {
      const { installation, master } = run;
      const [sentinel, ...others] = await installation.sentinels();
      const everybody = [...others, ...await installation.pods('server'), ...await installation.pods('proxy')].flatMap((pod) => installation.addressesOf(pod));
      const join = run.defer(installation.processes(sentinel).cutOff(everybody));
      if (installation.processes(sentinel).find(SENTINEL).length === 0) run.fail('the cut-off pod is no Sentinel');
      await sleep(1000);
      run.mark('deleted');
      await installation.replace(master, () => remove(run, master));
      run.mark('Sentinel joined');
      await join();
    },
  },
];
