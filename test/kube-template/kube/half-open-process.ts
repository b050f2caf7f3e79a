// Run in a network namespace of its own, by half-open.test.ts: prints after how many ms a source saw a change although nothing of its
// connection arrives any more, and how often it had to connect again.
import { execFileSync } from 'node:child_process';
import { Harness, expectFollowing } from './harness';

async function main(): Promise<void> {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const harness = await Harness.start();
  const followed = await harness.followed({ timing: { keepAliveMs: 1000 } });
  const { clientPort } = harness.api.seen('watch')[0];
  for (const direction of ['--dport', '--sport']) {
    execFileSync('iptables', ['-A', 'INPUT', '-p', 'tcp', direction, String(clientPort), '-j', 'DROP']);
  }
  const start = Date.now();
  await expectFollowing(harness.api, followed, 30_000);
  const { lists, restarts } = followed.reflector.stats;
  process.stdout.write(JSON.stringify({ millis: Date.now() - start, lists, restarts }));
  process.exit();
}

void main();
