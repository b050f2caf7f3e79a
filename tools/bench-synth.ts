// How long it takes to synthesize many clusters in one app, without Node.js's own start-up.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Chart } from 'cdk8s';
import { RedisHa } from '../lib';
import { record, table } from './measurements';

const COUNTS = [1, 100, 1000];

/** Layouts of an app: how many clusters share a chart. */
const LAYOUTS: { [title: string]: (clusters: number) => number } = {
  'a chart each': () => 1,
  'ten in a chart': () => 10,
};

/** Milliseconds of the processor: the clock's would also count what else the machine does. */
function synthesize(clusters: number, perChart: number): number {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-synth-'));
  const start = process.cpuUsage();
  const app = new App({ outdir });
  let chart: Chart | undefined;
  for (let index = 0; index < clusters; index += 1) {
    if (chart === undefined || index % perChart === 0) chart = new Chart(app, `chart-${index}`);
    new RedisHa(chart, `redis-${index}`);
  }
  app.synth();
  const { user, system } = process.cpuUsage(start);
  fs.rmSync(outdir, { recursive: true });
  return (user + system) / 1000;
}

synthesize(1, 1); // loads and compiles
const rows = Object.entries(LAYOUTS).flatMap(([title, perChart]) => COUNTS.map((count) => {
  const millis = synthesize(count, perChart(count));
  return [count, title, Math.round(millis), (millis / count).toFixed(1)];
}));
record('bench:synth', 'Synthesis', table(['clusters in one app', 'layout', 'CPU ms', 'CPU ms a cluster'], rows));
