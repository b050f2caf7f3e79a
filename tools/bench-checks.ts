// What HAProxy's checks and the agents cost while nobody does anything, with real processes on loopback addresses.
import * as fs from 'node:fs';
import { cpuMs } from './cpu';
import { record, table } from './measurements';
import { sleep, TestCluster } from '../test/agent/support/cluster';
import { ClusterProxy } from '../test/agent/support/proxy';

const SIZES: [number, number][] = [[3, 3], [5, 5], [9, 7]];
const SETTLE_MS = 5_000;
const WINDOW_MS = 20_000;
/** Private memory of a process. In MiB. */
function memory(pid: number): number {
  const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)![1]);
  return (kib('Private_Dirty') + kib('Private_Clean')) / 1024;
}

/** CPU of each process over the window. In percent of a core. */
async function shares(pids: readonly number[]): Promise<number[]> {
  const before = pids.map((pid) => cpuMs(pid));
  const start = performance.now();
  await sleep(WINDOW_MS);
  const elapsed = performance.now() - start;
  return pids.map((pid, index) => (cpuMs(pid) - before[index]) / elapsed * 100);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

async function measure(servers: number, sentinels: number): Promise<(string | number)[]> {
  const cluster = new TestCluster({ downAfterMs: 3_500 }, servers, '', sentinels);
  const proxy = new ClusterProxy(cluster);
  try {
    await cluster.start();
    await cluster.converged();
    const groups = {
      server: cluster.servers.map((_, i) => cluster.pid(`redis-${i}`)),
      sentinel: cluster.sentinels.map((_, j) => cluster.pid(`sentinel-${j}`)),
      agent: cluster.servers.map((_, i) => cluster.pid(`agent-${i}`)),
    };
    await sleep(SETTLE_MS);
    const unchecked = { server: await shares(groups.server) };
    await proxy.start();
    await proxy.leads();
    await sleep(SETTLE_MS);
    const all = [proxy.pid, ...groups.server, ...groups.sentinel, ...groups.agent];
    const used = await shares(all);
    const part = (pids: readonly number[]) => pids.map((pid) => used[all.indexOf(pid)]);
    const percent = (value: number) => value.toFixed(1);
    return [
      `${servers} × ${sentinels}`, servers * sentinels + 2 * servers, percent(used[0]), memory(proxy.pid).toFixed(0),
      `${percent(mean(unchecked.server))} → ${percent(mean(part(groups.server)))}`, percent(mean(part(groups.sentinel))),
      percent(mean(part(groups.agent))), Math.max(...groups.agent.map(memory)).toFixed(0),
    ];
  } finally {
    await proxy.stop();
    await cluster.stop();
  }
}

async function main(): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const [servers, sentinels] of SIZES) rows.push(await measure(servers, sentinels));
  const head = [
    'servers × Sentinels', 'checks each 200 ms', 'HAProxy (%)', 'HAProxy (MiB)', 'a server, before → with HAProxy (%)', 'a Sentinel (%)', 'an agent (%)', 'an agent (MiB)',
  ];
  const what = `One HAProxy with default intervals, no clients, no data; percent of a core over ${WINDOW_MS / 1000} s, mean of all processes of a kind. `
    + 'Memory is private memory, without pages shared with other processes.';
  record('bench:checks', 'What checks and agents cost', `${what}\n\n${table(head, rows)}`);
}

void main();
