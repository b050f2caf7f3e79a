// What each way from a client to the master costs, on the cluster of KUBECONFIG: the table of 2020, measured again. Writes docs/reference/benchmark.md.
//   npm run bench:topologies [-- OPTION...]
//     --rounds N             of each way, 7 by default; 0 writes the report of --json again
//     --requests N           of each round, 50000 by default
//     --matrix N             N rounds of twelve other loads too: pipelines 1 and 16, 100 B and 10 kB, 1, 100 and 1,000 connections
//     --consul IMAGE         by way of Consul, too: this image of it runs in the cluster
//     --consul-template IMAGE  another one than our default, for that
//     --chart CHART          the Helm chart redis-ha too, as helm takes it (env: HELM)
//     --ways KEYS            only these of standalone,service,pod-ip,direct,consul,chart: on a small machine all at once take its cores at rest. With --json, in several runs
//     --json FILE            keeps all runs in this file, beside those that it has; after each round
//     --out FOLDER           docs/reference by default
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { cpuChart, requestsChart } from './bench-topologies/charts';
import { loadsOf, seriesOf } from './bench-topologies/figures';
import { COMMANDS, Load, loadOf2020, matrix, measure, Rest, rest } from './bench-topologies/load';
import { page } from './bench-topologies/report';
import { keep, Recorded, recordedIn } from './bench-topologies/runs';
import { byChart, byConsul, Setup, versions, Way, WAYS } from './bench-topologies/setups';
import { chartVersion } from '../faults/versus/helm';
import { Namespace } from '../test/e2e/support/namespace';

/** How long all set-ups are looked at without a request, before each load. In milliseconds. */
const REST_MS = 10_000;

const { values: flags } = parseArgs({
  options: {
    'rounds': { type: 'string', default: '7' },
    'requests': { type: 'string', default: '50000' },
    'matrix': { type: 'string', default: '0' },
    'consul': { type: 'string' },
    'consul-template': { type: 'string' },
    'chart': { type: 'string' },
    'ways': { type: 'string' },
    'json': { type: 'string' },
    'out': { type: 'string', default: path.resolve(__dirname, '..', 'docs', 'reference') },
  },
});

function number(name: 'rounds' | 'requests' | 'matrix', least: number): number {
  const value = Number(flags[name]);
  if (!Number.isInteger(value) || value < least) throw new Error(`--${name} ${flags[name]} must be a whole number of at least ${least}`);
  return value;
}

function chosen(all: readonly Way[]): readonly Way[] {
  const keys = flags.ways?.split(',') ?? all.map(({ key }) => key);
  const unknown = keys.find((key) => !all.some((way) => way.key === key));
  if (unknown !== undefined) throw new Error(`--ways: there is no "${unknown}"; there are ${all.map(({ key }) => key).join(', ')}`);
  return all.filter(({ key }) => keys.includes(key));
}

/** All ways in turns, each round beginning with another one: what the machine does besides hits all alike. */
async function rounds(setups: readonly Setup[], load: Load, count: number, recorded: Recorded): Promise<void> {
  const resting: Rest[] = await Promise.all(setups.map(async (setup) => rest(setup, REST_MS)));
  for (let round = 0; round < count; round++) {
    const began = Date.now();
    for (let turn = 0; turn < setups.length; turn++) {
      const index = (turn + round) % setups.length;
      const setup = setups[index]!;
      for (const command of COMMANDS) {
        recorded.runs.push({ way: setup.title, command, load, ...await measure(setup, command, load, resting[index]!), at: Date.now() });
      }
    }
    keep(flags.json, recorded);
    console.log(`${load.connections} connections, pipelines of ${load.pipeline}, ${load.bytes} bytes: round ${round + 1} of ${count}, ${Math.round((Date.now() - began) / 1000)} s`);
  }
}

async function write(recorded: Recorded): Promise<void> {
  const [load] = loadsOf(recorded);
  if (load !== undefined) {
    const all = seriesOf(recorded, load);
    const pictures = path.join(flags.out, 'benchmark');
    fs.mkdirSync(pictures, { recursive: true });
    fs.writeFileSync(path.join(pictures, 'requests.svg'), await requestsChart(all));
    fs.writeFileSync(path.join(pictures, 'cpu.svg'), await cpuChart(all));
  }
  const text = page(recorded);
  fs.writeFileSync(path.join(flags.out, 'benchmark.md'), text);
  console.log(text);
}

async function main(): Promise<void> {
  const [count, requests, others] = [number('rounds', 0), number('requests', 1), number('matrix', 0)];
  if (count === 0) return write(recordedIn(flags.json, undefined));
  const { consul, chart } = flags;
  const all: Way[] = [
    ...WAYS,
    ...consul === undefined ? [] : [byConsul({ consul, consulTemplate: flags['consul-template'] })],
    ...chart === undefined ? [] : [byChart(chart)],
  ];
  const ways = chosen(all);
  const recorded = recordedIn(flags.json, [...versions({ consul }), ...chart === undefined ? [] : [`chart ${chartVersion(chart)}`]]);
  const setups: Setup[] = [];
  const namespaces: Namespace[] = [];
  try {
    for (const way of ways) {
      const namespace = await Namespace.create('bench');
      namespaces.push(namespace);
      setups.push({ title: way.title, namespace, ...await way.up(namespace) });
      console.log(`${way.title}: up`);
    }
    await rounds(setups, loadOf2020(requests), count, recorded);
    if (others > 0) for (const load of matrix(requests)) await rounds(setups, load, others, recorded);
  } finally {
    for (const namespace of namespaces) await namespace.remove();
  }
  return write(recorded);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
