// How long it takes to synthesize many clusters in one app, without Node.js's own start-up.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import { record, table } from './measurements';
import { RedisHa } from '../lib';

const COUNTS = [1, 100, 1000];

/** How an app is laid out: clusters that share a chart, and what becomes a file. */
interface Layout {
  readonly perChart: number;
  readonly yamlOutputType?: YamlOutputType;
}

const LAYOUTS: { [title: string]: Layout } = {
  'all in one chart': { perChart: Infinity },
  'ten in a chart': { perChart: 10 },
  'a chart each, a folder each': { perChart: 1, yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE },
  'a chart each, a file each': { perChart: 1 },
};

/** Puts a cluster into a chart. */
type Fill = (chart: Chart, index: number) => void;

/** Milliseconds of the processor: the clock's would also count what else the machine does. */
function synthesize(clusters: number, { perChart, yamlOutputType }: Layout, fill: Fill): number {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-synth-'));
  const start = process.cpuUsage();
  const app = new App({ outdir, yamlOutputType });
  let chart: Chart | undefined;
  for (let index = 0; index < clusters; index += 1) {
    if (chart === undefined || index % perChart === 0) chart = new Chart(app, `chart-${index}`);
    fill(chart, index);
  }
  app.synth();
  const { user, system } = process.cpuUsage(start);
  fs.rmSync(outdir, { recursive: true });
  return (user + system) / 1000;
}

const cluster: Fill = (chart, index) => { new RedisHa(chart, `redis-${index}`); };

const sample = new Chart(new App(), 'sample');
cluster(sample, 0);
const manifests: any[] = sample.toJson();
/** The same objects without this library: what cdk8s itself needs. */
const bare: Fill = (chart, index) => manifests.forEach((manifest, number) => new ApiObject(chart, `object-${index}-${number}`, manifest));

for (const fill of [cluster, bare]) synthesize(50, LAYOUTS['ten in a chart'], fill); // loads and compiles
const rows = Object.entries(LAYOUTS).flatMap(([title, layout]) => COUNTS.map((count) => {
  const [ours, floor] = [cluster, bare].map((fill) => synthesize(count, layout, fill) / count);
  return [title, count, ours.toFixed(1), floor.toFixed(1)];
}));
record('bench:synth', 'Synthesis', `The last column is what cdk8s needs for the same objects without this library. Most of that time is spent on writing YAML; with a file
for each chart, cdk8s walks the whole construct tree once for each of them.

${table(['layout of the app', 'clusters in it', 'CPU ms a cluster', 'cdk8s alone'], rows)}`);
