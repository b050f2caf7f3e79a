import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { Kept, Record, Side } from './kept';
import { VERSUS_SCENARIOS } from './scenarios';
import { defaultImage, IMAGES } from '../../lib/options/images';
import { table } from '../../tools/measurements';
import { median } from '../summary';

const FILE = resolve(__dirname, '../../docs/comparison.md');
const [FIRST, LAST] = ['<!-- faults:versus -->', '<!-- /faults:versus -->'];
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

/** Puts the tables into docs/comparison.md, and prints them. */
export function write({ chart, runs }: Record): void {
  if (runs.length === 0) return;
  const text = readFileSync(FILE, 'utf8');
  const [start, end] = [text.indexOf(FIRST), text.indexOf(LAST)];
  if (start < 0 || end < start) throw new Error(`${FILE} has no ${FIRST} … ${LAST}`);
  const loads = runs.map(({ load }) => load);
  const days = runs.map(({ at }) => at.slice(0, 10)).sort();
  const section = [
    `Chart ${chart}, ${days[0] === days.at(-1) ? days[0] : `${days[0]} to ${days.at(-1)}`}. Both sides run the images ${defaultImage(IMAGES.redis)} and ${defaultImage(IMAGES.haproxy)}. `
    + `Three nodes on one machine of ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), whose load was ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}.`,
    ...[true, false].flatMap((volumes) => {
      const some = runs.filter((one) => one.volumes === volumes);
      return some.length === 0 ? [] : [`### ${volumes ? 'Append-only files on volumes' : 'Nothing on a volume'}`, tableOf(some)];
    }),
  ].join('\n\n');
  writeFileSync(FILE, `${text.slice(0, start)}${FIRST}\n${section}\n${text.slice(end)}`);
  console.log(section);
}
