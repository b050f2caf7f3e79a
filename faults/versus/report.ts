import { cpus } from 'node:os';
import { Comparison, Kept, Side } from './kept';
import { VERSUS_SCENARIOS } from './scenarios';
import { defaultImage, IMAGES } from '../../lib/options/images';
import { table } from '../../tools/measurements';
import { Verdict } from '../judge';
import { putInto } from '../marked';
import { median } from '../summary';

const MARK = 'faults:versus';
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

/** What clients saw of one fault on one side. */
function cells(runs: readonly Kept[]): string[] {
  const verdicts = runs.flatMap(({ verdict }) => verdict ?? []);
  if (verdicts.length === 0) return ['not measured', '', ''];
  const gaps = verdicts.map(({ gapMs }) => gapMs);
  const sum = (of: (verdict: typeof verdicts[number]) => number) => verdicts.reduce((total, one) => total + of(one), 0);
  const broken = runs.length - verdicts.length;
  return [
    `${seconds(median(gaps))} / ${seconds(Math.max(...gaps))} (${verdicts.length})${broken > 0 ? `, ${broken} broke off` : ''}`,
    `${sum(({ lost }) => lost).toLocaleString('en')} of ${sum(({ acknowledged }) => acknowledged).toLocaleString('en')}`,
    String(sum(({ double }) => double)),
  ];
}

function tableOf(runs: readonly Kept[]): string {
  const rows = VERSUS_SCENARIOS.flatMap(({ name, what }) => {
    const of = (side: Side) => runs.filter((one) => one.scenario === name && one.side === side);
    return of('ours').length + of('chart').length === 0 ? [] : [[what, ...cells(of('ours')), ...cells(of('chart'))]];
  });
  return table(['', 'ours: without writes, median / worst (runs)', 'lost', 'double', 'chart: without writes, median / worst (runs)', 'lost', 'double'], rows);
}

/** The table for those who look whether they want it at all: medians, of what most have. */
function shortTable(runs: readonly Kept[]): string {
  const cell = (verdicts: readonly Verdict[]) => {
    const lost = verdicts.reduce((sum, one) => sum + one.lost, 0);
    return `${seconds(median(verdicts.map(({ gapMs }) => gapMs)))}${lost > 0 ? `, ${lost.toLocaleString('en')} lost` : ''}`;
  };
  const rows = VERSUS_SCENARIOS.flatMap(({ name, what }) => {
    const [ours, chart] = (['ours', 'chart'] as const).map((side) => runs.flatMap((one) => (one.volumes && one.scenario === name && one.side === side && one.verdict) || []));
    return ours.length === 0 || chart.length === 0 ? [] : [[what, cell(ours), cell(chart), String(Math.min(ours.length, chart.length))]];
  });
  return table(['no write acknowledged for (median)', 'this library', 'redis-ha chart', 'runs of each'], rows);
}

/** Puts the tables into docs/reference/comparison.md and the README, and prints them. */
export function write({ chart, runs }: Comparison): void {
  if (runs.length === 0) return;
  const loads = runs.map(({ load }) => load);
  const days = runs.map(({ at }) => at.slice(0, 10)).sort();
  const section = [
    `Chart ${chart}, ${days[0] === days.at(-1) ? days[0] : `${days[0]} to ${days.at(-1)}`}. Both sides run the same builds as ${defaultImage(IMAGES.redis)} and ${defaultImage(IMAGES.haproxy)}. `
    + `Three nodes on one machine of ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), whose load was ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}.`,
    ...[true, false].flatMap((volumes) => {
      const some = runs.filter((one) => one.volumes === volumes);
      return some.length === 0 ? [] : [`### ${volumes ? 'Append-only files on volumes' : 'Nothing on a volume'}`, tableOf(some)];
    }),
  ].join('\n\n');
  putInto('docs/reference/comparison.md', MARK, section);
  putInto('README.md', MARK, shortTable(runs));
  console.log(section);
}
