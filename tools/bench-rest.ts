// What each container uses at rest, beside what its defaults request and allow.
import { Chart, Testing } from 'cdk8s';
import { Metrics, Peer, RedisHa, RedisHaProps, RedisMonitoring, Routing, Sentinel } from '../lib';
import { record, table } from './measurements';
import { LABELS, Prometheus } from '../faults/alerts/prometheus';
import { Installation } from '../test/e2e/support/installation';
import { Namespace, Pod } from '../test/e2e/support/namespace';

const SETTLE_MILLIS = 30_000;
/** Four scrapes. */
const WINDOW_MILLIS = 60_000;
const MEBI = 1024 * 1024;
const CASES: { [title: string]: RedisHaProps } = {
  'sidecars, pod IPs': { routing: Routing.podIp() },
  'separate Sentinels': { sentinel: Sentinel.deployments(3) },
  'the first, with exporters': { routing: Routing.podIp(), metrics: Metrics.exporter() },
};
/** Is scraped by a Prometheus, every 15 s. */
const SCRAPED = 'the first, with exporters';

/** What a container's cgroup says. */
interface Usage {
  readonly title: string;
  readonly container: any;
  readonly workingSet: number;
  readonly anonymous: number;
  readonly cpuMicros: number;
  readonly throttled: number;
  readonly at: number;
}

const sleep = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

/** Prints the figures of the container's group, of either version, by the names of the newer one. */
const FIGURES = `cd /sys/fs/cgroup
if [ -e memory.current ]; then
  cat memory.stat cpu.stat
  echo current "$(cat memory.current)"
else
  sed -n 's/^total_rss /anon /p; s/^total_inactive_file /inactive_file /p' memory/memory.stat
  cat cpu/cpu.stat
  echo usage_usec "$(($(cat cpuacct/cpuacct.usage) / 1000))"
  echo current "$(cat memory/memory.usage_in_bytes)"
fi`;

async function usage(namespace: Namespace, pod: Pod, container: any): Promise<Usage> {
  const { stdout, stderr } = await namespace.exec(pod.name, container.name, FIGURES);
  const read = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stdout)?.[1]);
  const current = read('current');
  if (Number.isNaN(current)) throw new Error(`${pod.name} ${container.name} has no control group: ${stderr || stdout}`);
  return {
    title: container.name,
    container,
    workingSet: current - read('inactive_file'),
    anonymous: read('anon'),
    cpuMicros: read('usage_usec'),
    throttled: read('nr_throttled') || 0,
    at: Date.now(),
  };
}

async function all(namespace: Namespace): Promise<Usage[]> {
  const found: Usage[] = [];
  for (const pod of await namespace.pods()) {
    for (const container of pod.containers) found.push(await usage(namespace, pod, container));
  }
  return found;
}

const mebis = (bytes: number) => (bytes / MEBI).toFixed(1);
const most = (list: readonly number[]) => Math.max(...list);

async function measure(title: string, props: RedisHaProps): Promise<(string | number)[][]> {
  const namespace = await Namespace.create('rest');
  const prometheus = title === SCRAPED ? new Prometheus(`${namespace.name}-prometheus`) : undefined;
  try {
    const installation = new Installation(namespace, props);
    if (prometheus) installation.redis.allowMetricsFrom(Peer.pods({ namespace: prometheus.namespace, labels: LABELS }));
    await installation.start();
    if (prometheus) await prometheus.up(monitors(installation.redis), namespace.name, (await namespace.pods())[0]!.node);
    await sleep(SETTLE_MILLIS);
    const before = await all(namespace);
    await sleep(WINDOW_MILLIS);
    const after = await all(namespace);
    return [...new Set(after.map((one) => one.title))].sort().map((name) => {
      const pairs = after.map((one, index) => ({ one, then: before[index]! })).filter(({ one }) => one.title === name);
      const { requests = {}, limits = {} } = pairs[0]!.one.container.resources;
      const millicores = pairs.map(({ one, then }) => (one.cpuMicros - then.cpuMicros) / (one.at - then.at));
      return [
        title, name,
        mebis(most(pairs.map(({ one }) => one.anonymous))), mebis(most(pairs.map(({ one }) => one.workingSet))),
        requests.memory ?? 'none', limits.memory ?? 'none',
        most(millicores).toFixed(1), requests.cpu ?? 'none', limits.cpu ?? 'none',
      ];
    });
  } finally {
    prometheus?.down();
    await namespace.remove();
  }
}

/** What makes a Prometheus scrape an installation. */
function monitors(redis: RedisHa): any[] {
  const chart = new Chart(Testing.app(), 'monitoring');
  new RedisMonitoring(chart, 'monitoring', { redis });
  return Testing.synth(chart);
}

async function main(): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const [title, props] of Object.entries(CASES)) rows.push(...await measure(title, props));
  const head = [
    'installation', 'container', 'anonymous (MiB)', 'working set (MiB)', 'memory requested', 'memory limit',
    'CPU (millicores)', 'CPU requested', 'CPU limit',
  ];
  const what = `The highest value of all containers of a kind, ${(SETTLE_MILLIS / 1000)} s after the start, without clients and data. CPU is the mean over ${WINDOW_MILLIS / 1000} s, including the processes of exec probes. That with exporters is scraped by a Prometheus every 15 s.`;
  record('bench:rest', 'At rest', `${what}\n\n${table(head, rows)}`);
}

void main();
