import { IN_2020, KIND_TITLES, KINDS, loadsOf, Series, seriesOf, standaloneOf, total, waysOf } from './figures';
import { Load } from './load';
import { Recorded } from './runs';
import { table } from '../measurements';

/** With fewer cores, client, HAProxy, server and interrupts take them from each other. */
const PARTS = 4;

const round = (value: number) => Math.round(value).toLocaleString('en');
const ratio = (value: number, of: number | undefined) => (of === undefined ? '' : (value / of).toFixed(2));

const HEAD = [
  '# Benchmark',
  'What each way from a client to the master costs, beside the figures of 2020, by which the library began. For your own installation: [measuring](../how-to/measuring.md).',
];

/** The page of all that was recorded: the first load is that of 2020, the others are the matrix. */
export function page(recorded: Recorded): string {
  const { machine, runs } = recorded;
  const [first, ...others] = loadsOf(recorded);
  if (first === undefined) return `${HEAD.join('\n\n')}\n\nNo run is recorded: \`npm run bench:topologies\` measures on a cluster, and writes this page.\n`;
  const all = seriesOf(recorded, first);
  const rounds = [...new Set(all.map((series) => series.rounds.length))];
  const days = [...new Set(runs.map(({ at }) => new Date(at).toISOString().slice(0, 10)))];
  const few = machine.cores < PARTS;
  return [
    ...HEAD,
    `Written by \`npm run bench:topologies\`: \`redis-benchmark -c ${first.connections} -t get,set\` in a pod, ${rounds.join(' or ')} rounds of ${round(first.requests)} requests each, in which the ways take turns; medians. `
    + `All nodes on one machine of ${machine.cores} cores (${machine.model}), ${days.join(', ')}; ${machine.versions.join(', ')}. The figures of 2020 are of another machine and of the versions of then: compare ratios.`,
    ...few ? [`**${machine.cores} cores are too few for the measured ratios to mean much**: client, HAProxy, server and the kernel's interrupts want a core each, and take these from each other, so that what HAProxy needs is missing to the server. Compare the bounds.`] : [],
    '## Requests a second',
    mainTable(all),
    '*Bound* is computed, not measured: 1 / CPU seconds of a request at the part that needs the most (client, HAProxy or server), each on a core of its own. All HAProxy pods count as one part.',
    '![Requests a second, of standalone](benchmark/requests.svg)',
    'Bars are medians, points are rounds, red lines are the ratios of 2020.',
    '## CPU of a request',
    cpuTable(all),
    'In microseconds, by the control groups of the containers; in brackets the part that the kernel spends for the container (system). Interrupts, hard and soft, are those of the whole machine, which no container is charged for. What each takes at rest in the same time, as HAProxy for its checks, is subtracted.',
    '![CPU of a request](benchmark/cpu.svg)',
    ...others.length === 0 ? [] : ['## Other loads', 'Requests a second, of standalone, and the 99th percentile of latencies.', matrixTable(recorded, others)],
  ].join('\n\n') + '\n';
}

function mainTable(all: readonly Series[]): string {
  const rows = all.map((series) => {
    const { way, command, perSecond, bound } = series;
    const alone = standaloneOf(all, series);
    const rates = series.rounds.map((one) => one.perSecond);
    const then = IN_2020[way]?.[command];
    return [
      command.toUpperCase(), way, round(perSecond), `${round(Math.min(...rates))} to ${round(Math.max(...rates))}`, ratio(perSecond, alone?.perSecond),
      series.median(({ p50 }) => p50).toFixed(2), series.median(({ p99 }) => p99).toFixed(2), round(bound), ratio(bound, alone?.bound),
      then === undefined ? '' : then.toLocaleString('en', { minimumFractionDigits: 2 }), then === undefined || alone === undefined ? '' : ratio(then, IN_2020[alone.way]![command]),
    ];
  });
  return table(['', 'way', 'requests a second', 'least to most', 'of standalone', 'p50 (ms)', 'p99 (ms)', 'bound (computed)', 'of standalone', '2020', 'of standalone'], rows);
}

function cpuTable(all: readonly Series[]): string {
  const rows = all.map((series) => [
    series.command.toUpperCase(), series.way,
    ...KINDS.map((kind) => {
      const cpu = series.cpu(kind);
      return cpu === undefined ? '' : `${total(cpu).toFixed(1)} (${cpu.system.toFixed(1)})`;
    }),
    series.interrupts.toFixed(1),
  ]);
  return table(['', 'way', ...KINDS.map((kind) => KIND_TITLES[kind]), 'interrupts'], rows);
}

const titleOf = ({ connections, pipeline, bytes }: Load) => (
  `${round(connections)} ${connections === 1 ? 'connection' : 'connections'}, pipeline ${pipeline}, ${bytes >= 1000 ? `${bytes / 1000} kB` : `${bytes} B`}`);

function matrixTable(recorded: Recorded, loads: readonly Load[]): string {
  const ways = waysOf(recorded);
  const rows = loads.flatMap((load) => {
    const all = seriesOf(recorded, load);
    return [...new Set(all.map(({ command }) => command))].map((command) => [titleOf(load), command.toUpperCase(), ...ways.map((way) => {
      const series = all.find((one) => one.way === way && one.command === command);
      if (series === undefined) return '';
      const alone = standaloneOf(all, series);
      const share = alone === undefined || alone === series ? '' : `, ${ratio(series.perSecond, alone.perSecond)}`;
      return `${round(series.perSecond)}${share}, ${series.median(({ p99 }) => p99).toFixed(2)} ms`;
    })]);
  });
  return table(['load', '', ...ways], rows);
}
