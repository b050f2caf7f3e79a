// What each way from a client to the master costs, on the cluster of KUBECONFIG: the table of 2020, measured again. Writes docs/reference/benchmark.md.
//   npm run bench:topologies [-- --rounds N] [--requests N] [--loads] [--chart PATH]
//     --loads: other pipelines, sizes and numbers of connections too; --chart: the Helm chart redis-ha beside ours, as helm takes it (env: HELM)
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { Command, Figures, Load, measure } from './bench-topologies/load';
import { chart, loadTable, mainTable, Series } from './bench-topologies/report';
import { byChart, Setup, WAYS } from './bench-topologies/setups';
import { Namespace } from '../test/e2e/support/namespace';

const DOCS = path.resolve(__dirname, '..', 'docs', 'reference');
const COMMANDS: readonly Command[] = ['get', 'set'];
/** With fewer cores the parts take them from each other. */
const PARTS = 4;

const { values: flags } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, requests: { type: 'string', default: '50000' }, loads: { type: 'boolean', default: false }, chart: { type: 'string' } },
});
const requests = Number(flags.requests);
const AS_IN_2020: Load = { title: '100 connections, 3 bytes', connections: 100, pipeline: 1, bytes: 3, requests };
const OTHERS: readonly Load[] = [
  { title: '1 connection', connections: 1, pipeline: 1, bytes: 3, requests: Math.round(requests / 10) },
  { title: '1,000 connections', connections: 1000, pipeline: 1, bytes: 3, requests },
  { title: '100 connections, pipelines of 16', connections: 100, pipeline: 16, bytes: 3, requests: requests * 4 },
  { title: '100 connections, 100 bytes', connections: 100, pipeline: 1, bytes: 100, requests },
  { title: '100 connections, 10 kB', connections: 100, pipeline: 1, bytes: 10_000, requests: Math.round(requests / 2) },
];

const ways = flags.chart === undefined ? WAYS : [...WAYS, byChart(flags.chart)];

/** All ways in turns, each round beginning with another one: what the machine does besides hits all alike. */
async function rounds(setups: readonly Setup[], load: Load, count: number): Promise<Series[]> {
  const all = COMMANDS.flatMap((command) => setups.map((setup, index) => ({ setup, way: ways[index]!, load, command, rounds: [] as Figures[] })));
  for (let round = 0; round < count; round++) {
    for (let turn = 0; turn < setups.length; turn++) {
      const setup = setups[(turn + round) % setups.length]!;
      for (const series of all) if (series.setup === setup) series.rounds.push(await measure(setup, series.command, load));
    }
    console.log(`${load.title}: round ${round + 1} of ${count}`);
  }
  return all;
}

function document(first: readonly Series[], others: readonly Series[]): string {
  const cores = os.cpus().length;
  return [
    '# Benchmark',
    `Written by \`npm run bench:topologies\`: redis-benchmark in a pod, ${AS_IN_2020.connections} connections, SET and GET, ${first[0]!.rounds.length} rounds of ${requests.toLocaleString('en')} requests in which the ways take turns; medians. `
    + `All nodes on one machine of ${cores} cores (${os.cpus()[0]?.model ?? 'unknown'}), ${new Date().toISOString().slice(0, 10)}. The figures of 2020 are of another machine and of the versions of then: compare the ratios.`,
    cores < PARTS
      ? `**${cores} cores are too few for the ratios to mean much**: client, HAProxy, server and kernel take them from each other, so that every microsecond of HAProxy is missing to the others, which with a core each it is not. `
      + '*bound* is computed, not measured: the requests a second that the busiest part could do with a core of its own, by the CPU of a request that was measured.'
      : '*bound* is computed: the requests a second that the busiest part could do with a core of its own, by the CPU of a request that was measured.',
    mainTable(first),
    '![requests a second, of standalone](benchmark/topologies.svg)',
    'Bars are medians, points are rounds, red lines are the ratios of 2020. CPU is that of the containers\' control groups, of all HAProxies together; interrupts are those of the whole node, which no container is charged for.',
    ...others.length === 0 ? [] : ['## Other loads', 'Requests a second, and p99.', loadTable(others)],
  ].join('\n\n') + '\n';
}

async function main(): Promise<void> {
  const setups: Setup[] = [];
  const namespaces: Namespace[] = [];
  try {
    for (const way of ways) {
      const namespace = await Namespace.create('bench');
      namespaces.push(namespace);
      setups.push({ title: way.title, namespace, ...await way.up(namespace) });
    }
    const count = Number(flags.rounds);
    const first = await rounds(setups, AS_IN_2020, count);
    const others: Series[] = [];
    if (flags.loads) for (const load of OTHERS) others.push(...await rounds(setups, load, 3));
    fs.mkdirSync(path.join(DOCS, 'benchmark'), { recursive: true });
    fs.writeFileSync(path.join(DOCS, 'benchmark', 'topologies.svg'), await chart(first));
    const text = document(first, others);
    fs.writeFileSync(path.join(DOCS, 'benchmark.md'), text);
    console.log(text);
  } finally {
    for (const namespace of namespaces) await namespace.remove();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
