import { spawnSync } from 'node:child_process';
import * as path from 'node:path';

jest.setTimeout(60_000);

const inNamespace = (command: string, args: readonly string[]) => spawnSync('unshare', ['-rn', command, ...args], {
  encoding: 'utf8', env: { ...process.env, TS_NODE_PROJECT: 'test/tsconfig.json' },
});

// The kernel answers keepalive probes whatever a program does, so the peer has to vanish in the network.
const possible = inNamespace('sh', ['-c', 'ip link set lo up && iptables -A INPUT -p tcp --dport 1 -j DROP']).status === 0;
if (!possible) console.warn('SKIPPED: a connection to a peer that vanished needs unshare, ip and iptables in a network namespace');

(possible ? test : test.skip)('a watch whose peer vanished without closing the connection goes on where it was, after keepalive probes', () => {
  const script = path.join(__dirname, 'half-open-process.ts');
  const { stdout, stderr } = inNamespace(process.execPath, ['-r', 'ts-node/register/transpile-only', script]);
  expect(stderr).toBe('');
  const { millis, lists, restarts } = JSON.parse(stdout);
  expect(restarts).toEqual({ network: 1 });
  expect(lists).toBe(1);
  // One second of silence and ten probes a second apart; without them, until the end of the watch after 255 s.
  expect(millis).toBeGreaterThan(5_000);
  expect(millis).toBeLessThan(20_000);
});
