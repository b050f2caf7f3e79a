/** Processes that die or stop without a word. */
import { sleep, until } from '../cluster';
import { AGENT, SERVER } from '../injection';
import { CRASH, KILLED, Run, Scenario } from '../scenario';
import { ALL, BOTH, SIDECAR } from '../setups';

/** Waits until kubelet has started the server's container again. */
const restarted = (run: Run) => until('the container restarts', async () => (
  (await run.installation.pods('server')).find(({ name }) => name === run.master.name)!.restarts > run.master.restarts), 60_000);

export const CRASH_SCENARIOS: readonly Scenario[] = [
  {
    name: 'kill-master',
    what: 'The master\'s server is killed.',
    setups: ALL,
    needs: 'processes',
    bar: { gapMs: CRASH, ...KILLED, switches: 1 },
    async inject(run) {
      run.mark('killed');
      run.installation.processes(run.master).signal('KILL', SERVER);
      await run.moved();
    },
  },
  {
    name: 'out-of-memory',
    what: 'The OOM killer kills the master\'s server.',
    setups: [SIDECAR],
    needs: 'processes',
    bar: { gapMs: CRASH, ...KILLED, switches: 1 },
    async inject(run) {
      run.mark('out of memory');
      // its limit comes down to what it uses, and then it wants more, in values that it takes; to fill it up to its limit would take it a second
      run.installation.processes(run.master).starve(SERVER);
      const want = 'for n in 1 2; do REDISCLI_AUTH=$(cat "$PASSWORD_FILE") "$CLI_BIN" SETRANGE "want-$n" 41943039 x; done';
      let answer = '';
      try { answer = run.installation.run('exec', run.master.name, '-c', 'server', '--', 'sh', '-c', want); } catch { /* killed meanwhile */ }
      if (answer.includes('ERR')) throw new Error(`the server refused what it should take: ${answer}`);
      await run.moved();
      await restarted(run);
    },
  },
  {
    name: 'force-delete-master',
    what: 'The master\'s pod is deleted with force and no grace.',
    setups: BOTH,
    bar: { gapMs: { median: 5000, worst: 7000 }, lost: 'tail', switches: 1 },
    async inject(run) {
      run.mark('deleted');
      await run.installation.replace(run.master, () => run.installation.run('delete', 'pod', run.master.name, '--force', '--grace-period=0'));
    },
  },
  {
    name: 'freeze-master',
    what: 'The master\'s server is frozen for 10 s, and then continues.',
    setups: BOTH,
    needs: 'processes',
    bar: { gapMs: { median: 5300, worst: 7000 }, lost: 'tail', switches: 1 },
    async inject(run) {
      const server = run.installation.processes(run.master);
      const thaw = run.defer(() => server.signal('CONT', SERVER));
      run.mark('frozen');
      server.signal('STOP', SERVER);
      await sleep(10_000);
      run.mark('thawed');
      await thaw();
      await run.moved();
    },
  },
  {
    name: 'kill-master-and-agent',
    what: 'The master\'s server, which keeps nothing on disk, and its agent are killed; both are back before the Sentinels notice.',
    setups: [SIDECAR],
    needs: 'processes',
    bar: { gapMs: { median: 5000, worst: 7000 }, ...KILLED },
    async inject(run) {
      run.mark('killed');
      run.installation.processes(run.master).signal('KILL', AGENT, SERVER);
      await restarted(run);
    },
  },
];
