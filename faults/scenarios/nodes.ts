/** Whole nodes: switched off, cut off, frozen, busy. */
import { cpus } from 'node:os';
import { Yaml } from 'cdk8s';
import { defaultImage, IMAGES } from '../../lib/options/images';
import { kubectl, sleep, until } from '../cluster';
import { lab, nodeNumber, pauseNode, resumeNode } from '../injection';
import { Run, Scenario, UNNOTICED } from '../scenario';
import { ALL, BOTH, SEPARATE, SIDECAR, SIDECAR_DIRECT, TLS } from '../setups';
import { Target } from '../target';

/** Of a node whose kernel gives no sign either. */
const NODE_LOSS = { median: 3500, worst: 4500 };
/** Of one whose programs are frozen: the Sentinels wait for down-after. */
const NODE_FREEZE = { median: 5300, worst: 7000 };

/** Switches a node off. @returns what starts it again */
export function powerOff(run: Run<Target>, node: string): () => Promise<void> {
  const boot = run.defer(() => lab('boot', nodeNumber(node)));
  lab('kill', nodeNumber(node));
  return boot;
}

async function loseMasterNode(run: Run): Promise<void> {
  run.mark('power off');
  const boot = powerOff(run, run.master.node);
  await run.moved();
  await sleep(2000);
  run.mark('boot');
  await boot();
}

export const NODE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'power-off-master-node',
    what: 'The master\'s node is switched off, and started again when another one is master.',
    setups: ALL,
    needs: 'nodes',
    bar: { gapMs: NODE_LOSS, lost: 'tail', switches: 1 },
    inject: loseMasterNode,
  },
  {
    name: 'power-off-without-dns',
    what: 'The same while the cluster\'s DNS is down.',
    setups: [SEPARATE],
    needs: 'nodes',
    bar: { gapMs: NODE_LOSS, lost: 'tail', switches: 1 },
    maxRuns: 2,
    async inject(run) {
      const rules = ['udp', 'tcp'].map((protocol) => ['INPUT', '-p', protocol, '--dport', '53', '-j', 'DROP']);
      const answer = run.defer(() => rules.forEach((rule) => lab('exec', 'control', 'iptables', '-w', '-D', ...rule)));
      rules.forEach((rule) => lab('exec', 'control', 'iptables', '-w', '-I', ...rule));
      await loseMasterNode(run);
      await answer();
    },
  },
  {
    name: 'freeze-master-node',
    what: 'Every process of the master\'s node is frozen for 10 s.',
    setups: [SIDECAR],
    needs: 'nodes',
    bar: { gapMs: NODE_FREEZE, lost: 'tail', switches: 1 },
    async inject(run) {
      const number = nodeNumber(run.master.node);
      const resume = run.defer(() => resumeNode(number));
      run.mark('frozen');
      pauseNode(number);
      await sleep(10_000);
      run.mark('thawed');
      await resume();
      await run.moved();
    },
  },
  {
    name: 'cut-off-master-node',
    what: 'The master\'s node, with clients on it, is cut off from the network for 20 s.',
    setups: [...BOTH, ...TLS, SIDECAR_DIRECT],
    needs: 'nodes',
    clientsBesideMaster: true,
    bar: { gapMs: NODE_LOSS, lost: 'cut', oldMasterMs: 1500, switches: 1 },
    async inject(run) {
      const number = nodeNumber(run.master.node);
      const heal = run.defer(() => lab('heal', number));
      run.mark('cut off');
      lab('cut', number);
      await sleep(20_000);
      run.mark('joined');
      await heal();
      await run.moved();
    },
  },
  {
    name: 'busy-nodes',
    what: 'Every core of every node is busy for 60 s.',
    setups: [SIDECAR],
    bar: { lost: 0, switches: 0 },
    maxRuns: 2,
    async inject(run) {
      const { installation } = run;
      const end = run.defer(() => installation.run('delete', 'pod', '-l', 'app=busy', '--force', '--grace-period=0', '--ignore-not-found'));
      const burn = `for (let n = 0; n < ${cpus().length}; n++) new (require('node:worker_threads').Worker)('for (;;) {}', { eval: true });`;
      const pods = installation.probes.map(({ node }) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `busy-${node}`, namespace: installation.namespace, labels: { app: 'busy' } },
        spec: {
          nodeName: node,
          terminationGracePeriodSeconds: 0,
          securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [{
            name: 'busy',
            image: defaultImage(IMAGES.node),
            command: ['node', '-e', burn],
            resources: { requests: { cpu: '200m' } },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          }],
        },
      }));
      run.mark('busy');
      kubectl(['create', '-f', '-'], Yaml.stringify(...pods));
      await sleep(60_000);
      await end();
      run.mark('idle');
    },
  },
  {
    name: 'power-off-replica-node',
    what: 'The node of a replica, with its HAProxy, is switched off and started again.',
    setups: [SIDECAR],
    needs: 'nodes',
    // clients of the HAProxy that is gone must find another one; the Service offers the dead one until its node is found lost
    bar: { gapMs: UNNOTICED, lost: 0, switches: 0 },
    maxRuns: 3,
    async inject(run) {
      const replica = (await run.installation.replicas()).find(({ node }) => node !== run.clients)!;
      run.mark('power off');
      const boot = powerOff(run, replica.node);
      await until('its server is gone', async () => !(await run.state()).servers.every(({ role }) => role === 'master' || role === 'replica'), 20_000);
      await sleep(5000);
      run.mark('boot');
      await boot();
    },
  },
];
