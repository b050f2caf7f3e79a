/** Programs and nodes that are silent for a moment, shorter than the Sentinels wait: nobody is replaced, and no client loses its connection. */
import { sleep } from '../cluster';
import { nodeNumber, pauseNode, resumeNode, SERVER } from '../injection';
import { Run, Scenario } from '../scenario';
import { ALL, BOTH } from '../setups';

const STALLS_MS = [1300, 2000, 3000];
/** The stall, and what a busy machine adds. In milliseconds. */
const GAP = { median: 3500, worst: 4500 };
const PROXY = /^\S*haproxy/;

/** How often HAProxies found a server of clients down, and ended its sessions. */
async function sessionsEnded({ installation }: Run): Promise<number> {
  const logs = (await installation.pods('proxy')).map(({ name }) => installation.run('logs', name, '-c', 'proxy'));
  return logs.join('\n').match(/Server (master_\d+|replicas)\/R\d+ is DOWN/g)?.length ?? 0;
}

/** Stalls something for each of the times, and fails the run if sessions ended. */
async function stalls(run: Run, stop: () => void, resume: () => void): Promise<void> {
  const before = await sessionsEnded(run);
  for (const ms of STALLS_MS) {
    const mend = run.defer(resume);
    run.mark(`${ms / 1000} s`);
    stop();
    await sleep(ms);
    await mend();
    await run.written();
    await sleep(2000);
  }
  const ended = await sessionsEnded(run) - before;
  if (ended > 0) run.fail(`HAProxy ended the sessions of servers ${ended} times`);
}

export const STALL_SCENARIOS: readonly Scenario[] = [
  {
    name: 'stall-master',
    what: 'The master\'s server is frozen for 1.3 s, for 2 s and for 3 s.',
    setups: ALL,
    needs: 'processes',
    bar: { gapMs: GAP, lost: 0, switches: 0 },
    async inject(run) {
      const server = run.installation.processes(run.master);
      await stalls(run, () => server.signal('STOP', SERVER), () => server.signal('CONT', SERVER));
    },
  },
  {
    name: 'stall-master-node',
    what: 'Every process of the master\'s node is frozen for 1.3 s, for 2 s and for 3 s.',
    setups: BOTH,
    needs: 'nodes',
    bar: { gapMs: GAP, lost: 0, switches: 0 },
    async inject(run) {
      const number = nodeNumber(run.master.node);
      await stalls(run, () => pauseNode(number), () => resumeNode(number));
    },
  },
  {
    name: 'stall-proxy',
    what: 'All HAProxies are frozen for 1.3 s, for 2 s and for 3 s.',
    setups: BOTH,
    needs: 'processes',
    bar: { gapMs: GAP, lost: 0, switches: 0 },
    async inject(run) {
      const pods = (await run.installation.pods('proxy')).map((pod) => run.installation.processes(pod));
      const tell = (signal: 'STOP' | 'CONT') => pods.forEach((processes) => processes.signal(signal, PROXY));
      await stalls(run, () => tell('STOP'), () => tell('CONT'));
    },
  },
];
