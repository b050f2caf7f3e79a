/** Disks. */
import { sleep } from '../cluster';
import { Scenario } from '../scenario';
import { SMALL_DISK } from '../setups';

export const DISK_SCENARIOS: readonly Scenario[] = [
  {
    name: 'full-disk',
    what: 'The master\'s volume is full for 10 s.',
    setups: [SMALL_DISK],
    // it refuses writes while it can't keep them, and even PING: so the Sentinels replace it
    bar: { gapMs: { median: 5300, worst: 7000 }, lost: 0, switches: 1 },
    maxRuns: 2,
    async inject(run) {
      const { installation, master } = run;
      const shell = (command: string) => installation.run('exec', master.name, '-c', 'server', '--', 'sh', '-c', command);
      const empty = run.defer(() => shell('rm -f /data/fill'));
      run.mark('full');
      shell('dd if=/dev/zero of=/data/fill bs=64k 2>/dev/null || true');
      await sleep(10_000);
      run.mark('room again');
      await empty();
      await run.written();
    },
  },
];
