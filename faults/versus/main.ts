/**
 * The probe of the fault suite on an installation of this library and on one of the Helm chart redis-ha, hurt in turns on one cluster.
 * Writes docs/reference/comparison.md, and the table of the README, from all that FILE has.
 *
 * npm run faults:versus -- --chart PATH [--values FILE]… [--runs N] [--minutes N] [--memory] [--json FILE] [SCENARIO…]
 * npm run faults:versus -- --report --json FILE
 *
 * --chart     folder, archive or name of the chart, as helm takes it: it is rendered, nothing of it is kept
 * --values    files of values that win over ours
 * --runs      of each scenario on each side, default 3; those that FILE has already count
 * --minutes   begins nothing further after so long
 * --memory    nobody has a volume, instead of both having one with an append-only file
 * --json      keeps what was measured, and goes on from there
 *
 * env: KUBECONFIG; HELM; LAB, the script that switches the nodes off, cuts them off and reaches their processes
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Size } from 'cdk8s';
import { chartVersion } from './helm';
import { HelmChart } from './helm-chart';
import { Kept, load, save, Side } from './kept';
import { write } from './report';
import { VERSUS_SCENARIOS } from './scenarios';
import { Persistence } from '../../lib/index';
import { Installation } from '../installation';
import { mendAll, runOnce } from '../runner';
import { Scenario } from '../scenario';
import { labIsReached } from '../scenarios/partitions';
import { Target } from '../target';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    chart: { type: 'string' },
    values: { type: 'string', multiple: true, default: [] },
    runs: { type: 'string', default: '3' },
    minutes: { type: 'string', default: '90' },
    memory: { type: 'boolean', default: false },
    json: { type: 'string', default: 'versus.json' },
    report: { type: 'boolean', default: false },
  },
});

const start = Date.now();
const volumes = !flags.memory;

/** One side: its target, made when it is needed and anew when a run broke it. */
class Contender {
  private target?: Target;

  constructor(public readonly side: Side, private readonly create: (namespace: string) => Target & { up(): Promise<void> }) {}

  public async ready(): Promise<Target> {
    if (this.target === undefined) {
      const target = this.create(`versus-${this.side}-${Date.now().toString(36).slice(-4)}`);
      this.target = target;
      await target.up();
    }
    return this.target;
  }

  public down(): void {
    this.target?.down();
    this.target = undefined;
  }
}

const contenders = [
  new Contender('ours', (namespace) => new Installation(namespace, volumes ? { persistence: Persistence.volume(Size.mebibytes(256)) } : {})),
  new Contender('chart', (namespace) => new HelmChart(namespace, { chart: flags.chart!, values: flags.values, volumes })),
];

/** Hurts one side once. */
async function once(contender: Contender, scenario: Scenario<Target>): Promise<Kept> {
  const common = { scenario: scenario.name, side: contender.side, volumes, at: new Date().toISOString() };
  try {
    const { verdict, linkedMs, faults } = await runOnce(await contender.ready(), contender.side, scenario);
    console.log(`${scenario.name} on ${contender.side}: gap ${verdict.gapMs} ms, ${verdict.lost} of ${verdict.acknowledged} lost, ${verdict.double} double`
      + `, linked after ${linkedMs} ms${faults.map((fault) => `; ${fault}`).join('')}`);
    return { ...common, load: loadavg()[0], verdict, linkedMs, notes: faults };
  } catch (error) {
    const failure = String((error as Error).message).slice(0, 500);
    console.log(`${scenario.name} on ${contender.side} broke off: ${failure}`);
    // whatever state it is in, the next run is to begin with a sound one
    contender.down();
    return { ...common, load: loadavg()[0], failure };
  }
}

/** How often each scenario is to be run on each side. @throws Error for flags that are wrong, and where nothing can be hurt */
async function wantedRuns(): Promise<number> {
  const count = Number(flags.runs);
  if (!(count >= 1)) throw new Error(`--runs is ${flags.runs}; it must be a number from 1`);
  const unknown = positionals.find((name) => !VERSUS_SCENARIOS.some((one) => one.name === name));
  if (unknown !== undefined) throw new Error(`there is no scenario ${unknown}; there are ${VERSUS_SCENARIOS.map(({ name }) => name).join(', ')}`);
  if (!await labIsReached()) throw new Error('LAB is not set, or the cluster is not its own: nodes and processes can\'t be hurt');
  return count;
}

/** Each round does every fault on one side and then on the other, and the next round the other way round. */
async function measure(chart: string): Promise<void> {
  const count = await wantedRuns();
  const kept = load(flags.json);
  kept.chart = chartVersion(chart);
  const scenarios = VERSUS_SCENARIOS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const done = (scenario: string, side: Side) => kept.runs.filter((one) => (
    one.scenario === scenario && one.side === side && one.volumes === volumes && one.verdict !== undefined)).length;
  for (const one of contenders) await one.ready();
  for (let round = 1; round <= count; round++) {
    for (const scenario of scenarios) {
      for (const contender of round % 2 === 1 ? contenders : [...contenders].reverse()) {
        if (done(scenario.name, contender.side) >= round) continue;
        if (Date.now() - start > Number(flags.minutes) * 60_000) return;
        kept.runs.push(await once(contender, scenario));
        save(flags.json, kept);
      }
    }
  }
}

async function main(): Promise<void> {
  if (flags.report) return;
  if (flags.chart === undefined) throw new Error('--chart is missing: the chart redis-ha as helm takes it');
  await measure(flags.chart);
}

async function end(): Promise<void> {
  await mendAll();
  for (const one of contenders) one.down();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end().then(() => process.exit(1)));
main().finally(end).then(() => write(load(flags.json))).then(() => process.exit(0), (error) => {
  console.error(String(error.message ?? error));
  process.exit(2);
});
