// What installations cost at rest, by their number, on the cluster of KUBECONFIG, whose nodes run on this machine (as root, to see their processes).
//   npm run bench:scale [-- --counts 1,5,10]
import * as fs from 'node:fs';
import { parseArgs } from 'node:util';
import { cpuMs } from './cpu';
import { record, table } from './measurements';
import { AGENT, SENTINEL, SERVER } from '../faults/injection';
import { RedisHaProps, Routing, Sentinel } from '../lib';
import { Installation } from '../test/e2e/support/installation';
import { kubectl } from '../test/e2e/support/kubectl';
import { Namespace } from '../test/e2e/support/namespace';

/** After the last installation is ready: programs start, and the first snapshots of the cluster's components pass. */
const SETTLE_MILLIS = 60_000;
const WINDOW_MILLIS = 60_000;
/** Behind pod IPs, so that every HAProxy's kube-template watches the API. */
const PROPS: RedisHaProps = { routing: Routing.podIp(), sentinel: Sentinel.sidecar() };

/** Who is who by the command line; the first that fits. What containers' exec probes use is charged to the shim that runs them. */
const KINDS: readonly (readonly [name: string, command: RegExp])[] = [
  ['Sentinels', SENTINEL],
  ['servers', SERVER],
  ['agents', AGENT],
  ['kube-template', /kube-template\.js/],
  ['HAProxy', /^\S*haproxy /],
  ['probes and shims', /containerd-shim/],
  ['kubelet and containerd', /(^|\/)(kubelet|containerd) /],
  ['API server and etcd', /(^|\/)(kube-apiserver|etcd) /],
];
const { values: flags } = parseArgs({ options: { counts: { type: 'string', default: '1,5,10' } } });

interface Usage {
  cpuMs: number;
  bytes: number;
}

const sleep = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

/** CPU time so far with that of children that ended, and private memory, of each kind. */
function usage(): Map<string, Usage> {
  const all = new Map(KINDS.map(([name]): [string, Usage] => [name, { cpuMs: 0, bytes: 0 }]));
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const kind = KINDS.find(([, pattern]) => pattern.test(command));
      if (kind === undefined) continue;
      const memory = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      const one = all.get(kind[0])!;
      one.cpuMs += cpuMs(pid, true);
      one.bytes += [...memory.matchAll(/^Private_\w+: +(\d+) kB/gm)].reduce((sum, [, kib]) => sum + 1024 * Number(kib), 0);
    } catch { /* it ended meanwhile */ }
  }
  return all;
}

/** Requests that the API server has answered so far. */
async function requests(): Promise<number> {
  const metrics = await kubectl(['get', '--raw', '/metrics']);
  return [...metrics.matchAll(/^apiserver_request_total\{.*\} (\S+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** What installations use, in percent of a core and MiB, and the requests to the API server in a second. */
interface Figures {
  readonly count: number;
  readonly cpu: ReadonlyMap<string, number>;
  readonly mebibytes: ReadonlyMap<string, number>;
  readonly requests: number;
}

async function atRest(count: number): Promise<Figures> {
  await sleep(SETTLE_MILLIS);
  const [before, asked, from] = [usage(), await requests(), Date.now()];
  await sleep(WINDOW_MILLIS);
  const [after, millis] = [usage(), Date.now() - from];
  console.log(`${count} installations measured`);
  return {
    count,
    cpu: new Map([...after].map(([name, used]) => [name, 100 * (used.cpuMs - before.get(name)!.cpuMs) / millis])),
    mebibytes: new Map([...after].map(([name, { bytes }]) => [name, bytes / 1024 / 1024])),
    requests: 1000 * (await requests() - asked) / millis,
  };
}

async function main(): Promise<void> {
  const counts = flags.counts.split(',').map(Number);
  const namespaces: Namespace[] = [];
  try {
    const figures = [await atRest(0)];
    for (const count of counts) {
      while (namespaces.length < count) {
        const namespace = await Namespace.create('scale');
        namespaces.push(namespace);
        await new Installation(namespace, PROPS).start();
      }
      figures.push(await atRest(count));
    }
    const head = ['', ...figures.map(({ count }) => `${count} installations`), 'each, of the last step'];
    const [last, former] = [figures.at(-1)!, figures.at(-2)!];
    const row = (name: string, of: (figure: typeof last) => number) =>
      [name, ...[...figures.map(of), (of(last) - of(former)) / (last.count - former.count)].map((value) => value.toFixed(1))];
    const names = KINDS.map(([name]) => name);
    record('bench:scale', 'At scale', [
      'Installations of 3 servers with Sentinels beside them and 3 HAProxies behind pod IPs, without clients, data or scrapers, on the three nodes of one machine; private memory, and CPU as the '
      + `mean of ${WINDOW_MILLIS / 1000} s in percent of a core.`,
      table(head, [
        ...names.map((name) => row(`${name} (%)`, ({ cpu }) => cpu.get(name)!)),
        row('**sum (%)**', ({ cpu }) => [...cpu.values()].reduce((sum, value) => sum + value, 0)),
        ...names.map((name) => row(`${name} (MiB)`, ({ mebibytes }) => mebibytes.get(name)!)),
        row('requests to the API server a second', (figure) => figure.requests),
      ]),
    ].join('\n\n'));
  } finally {
    await Promise.all(namespaces.map((namespace) => namespace.remove()));
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
