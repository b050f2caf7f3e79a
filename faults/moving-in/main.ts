/**
 * An installation of this library takes over from a running release of the Helm chart redis-ha, while clients write. Puts what they saw into
 * docs/how-to/moving-in.md, and fails if a write was lost, two masters acknowledged, or nobody did for more than 5 s.
 *
 * npm run faults:moving-in -- --chart PATH [--values FILE]… [--runs N]
 *
 * --chart    folder, archive or name of the chart, as helm takes it: it is rendered, nothing of it is kept
 * --values   files of values that win over ours
 * --runs     default 3
 *
 * env: KUBECONFIG; HELM
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Newcomer } from './newcomer';
import { sleep, until } from '../cluster';
import { judge, Verdict } from '../judge';
import { putInto } from '../marked';
import { median } from '../summary';
import { chartVersion } from '../versus/helm';
import { HelmChart } from '../versus/helm-chart';

const WRITERS = 8;
const AROUND_MS = 5000;
const MOST_MS = 5000;
const COPIED_MS = 180_000;
/** kubelet, which is told to look, brings the change to the pods; then the agents begin. */
const CUT_OVER_MS = 120_000;

const { values: flags } = parseArgs({
  options: { chart: { type: 'string' }, values: { type: 'string', multiple: true, default: [] }, runs: { type: 'string', default: '3' } },
});
/** What is removed in any case. */
const targets = new Set<{ down(): void }>();

function dropped(target: { down(): void }): void {
  target.down();
  targets.delete(target);
}

/** Moves from the chart once. */
async function move(chart: HelmChart, run: number): Promise<Verdict> {
  const newcomer = new Newcomer(`moving-in-${run}-${Date.now().toString(36).slice(-4)}`, chart);
  targets.add(newcomer);
  try {
    await newcomer.create();
    await until('all servers copy the master of the chart', async () => (await newcomer.state()).servers.every(({ role }) => role === 'replica'), COPIED_MS);
    const [clients] = newcomer.probes;
    await clients.start(WRITERS);
    await sleep(AROUND_MS);
    const faultAt = Date.now();
    await newcomer.cutOver();
    await until('the installation has taken over', () => clients.settled(), CUT_OVER_MS);
    await sleep(AROUND_MS);
    const report = await clients.stop();
    const here = report.acknowledged.filter(([, server]) => server >= 0).length;
    if (here === 0 || here === report.acknowledged.length) throw new Error(`${here} of ${report.acknowledged.length} writes were acknowledged here: clients did not move`);
    return judge([report], { faultAt });
  } finally {
    dropped(newcomer);
    chart.acceptWrites();
  }
}

function write(version: string, verdicts: readonly Verdict[], loads: readonly number[]): void {
  const gaps = verdicts.map(({ gapMs }) => gapMs);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0).toLocaleString('en');
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  const section = `From a release of the chart ${version} with its HAProxy, on a cluster of three nodes (\`npm run faults:moving-in\`, ${verdicts.length} moves, ${WRITERS} writers): `
    + `${sum(verdicts.map(({ lost }) => lost))} of ${sum(verdicts.map(({ acknowledged }) => acknowledged))} acknowledged writes lost, ${sum(verdicts.map(({ double }) => double))} by two masters at once, `
    + `${seconds(median(gaps))} without any (median; worst ${seconds(Math.max(...gaps))}). All nodes on one machine of ${cpus().length} cores, load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}, ${new Date().toISOString().slice(0, 10)}.`;
  putInto('docs/how-to/moving-in.md', 'faults:moving-in', section);
  console.log(section);
}

async function main(): Promise<number> {
  if (flags.chart === undefined) throw new Error('--chart is missing: the chart redis-ha as helm takes it');
  const runs = Number(flags.runs);
  if (!(runs >= 1)) throw new Error(`--runs is ${flags.runs}; it must be a number from 1`);
  const version = chartVersion(flags.chart);
  const chart = new HelmChart(`moving-out-${Date.now().toString(36).slice(-4)}`, { chart: flags.chart, values: flags.values, volumes: true });
  targets.add(chart);
  await chart.up();
  const verdicts: Verdict[] = [];
  const loads: number[] = [];
  for (let run = 1; run <= runs; run++) {
    const verdict = await move(chart, run);
    console.log(`move ${run}: gap ${verdict.gapMs} ms, ${verdict.lost} of ${verdict.acknowledged} lost, ${verdict.double} double`);
    verdicts.push(verdict);
    loads.push(loadavg()[0]);
  }
  write(version, verdicts, loads);
  return verdicts.every(({ gapMs, lost, double }) => gapMs <= MOST_MS && lost === 0 && double === 0) ? 0 : 1;
}

function end(): void {
  for (const target of targets) dropped(target);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => { end(); process.exit(1); });
main().finally(end).then((code) => process.exit(code), (error) => {
  console.error(String(error.message ?? error));
  process.exit(2);
});
