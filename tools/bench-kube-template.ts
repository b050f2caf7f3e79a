// How fast kube-template follows the API server of KUBECONFIG, and what it needs: as a process of this host, with the flags of its container.
import * as fs from 'node:fs';
import { Bench } from './bench-kube-template/bench';
import { fileRun, FileRun } from './bench-kube-template/file';
import { haproxyRun } from './bench-kube-template/haproxy';
import { median, quantile, repeat } from './bench-kube-template/statistics';
import { record, table } from './measurements';
import { BUNDLE } from '../test/e2e/support/template-daemon';

const RUNS = 5;
const CHANGES = 200;
/** Changes with thousands of pods, each of which writes a long file. */
const SLOW_CHANGES = 50;
const KILO = 1000;

/** One figure beside what is promised. */
class Figure {
  constructor(
    private readonly what: string, private readonly unit: string, private readonly runs: readonly number[], private readonly limit?: number,
  ) {}

  public get held(): boolean {
    return this.limit === undefined || median(this.runs) <= this.limit;
  }

  public row(): string[] {
    const digits = (value: number) => (value < 100 ? value.toFixed(1) : value.toFixed(0));
    const limit = this.limit === undefined ? '' : `${this.limit} ${this.unit}`;
    return [this.what, `${digits(median(this.runs))} ${this.unit}`, this.runs.map(digits).join(', '), limit, this.held ? '' : 'missed'];
  }
}

function fileFigures(pods: number, runs: readonly FileRun[], limits: { p50?: number; p99?: number; memory: number; start?: number }): Figure[] {
  const latency = (part: number) => runs.map(({ latencies }) => quantile(latencies, part));
  return [
    new Figure(`API answered → file written, ${pods} pods, p50`, 'ms', latency(0.5), limits.p50),
    new Figure(`API answered → file written, ${pods} pods, p99`, 'ms', latency(0.99), limits.p99),
    new Figure(`change sent → file written, ${pods} pods, p50`, 'ms', runs.map(({ sinceSent }) => median(sinceSent))),
    new Figure(`start → first file, ${pods} pods`, 'ms', runs.map(({ firstFile }) => firstFile), limits.start),
    new Figure(`resident memory, ${pods} pods`, 'MiB', runs.map(({ memory }) => memory), limits.memory),
  ];
}

async function measure(bench: Bench): Promise<Figure[]> {
  const figures = [new Figure('size of the program', 'KB', [fs.statSync(BUNDLE).size / KILO], 256)];
  await bench.pods.grow(3);
  for (const [title, options, limit] of [['servers without checks', '', 10], ['servers checked every 200 ms', 'check inter 200ms']] as const) {
    const runs = await repeat(RUNS, () => haproxyRun(bench, SLOW_CHANGES, options));
    figures.push(new Figure(`API answered → HAProxy connects there, ${title}, p50`, 'ms', runs.map(median), limit));
  }
  figures.push(...fileFigures(3, await repeat(RUNS, () => fileRun(bench, CHANGES)), { memory: 52 }));
  await bench.pods.grow(100);
  figures.push(...fileFigures(100, await repeat(RUNS, () => fileRun(bench, CHANGES)), { p50: 5, p99: 50, start: 400, memory: 64 }));
  await bench.pods.grow(5000);
  figures.push(...fileFigures(5000, await repeat(RUNS, () => fileRun(bench, SLOW_CHANGES)), { memory: 128 }));
  return figures;
}

async function main(): Promise<void> {
  const bench = await Bench.create();
  try {
    const figures = await measure(bench);
    const what = `Medians of ${RUNS} runs of the program. 0 ms after the API server's answer: the watch event arrived before the answer. No HAProxy was reloaded. Resident memory includes the mapped binary of Node.js, which containers on a node share.`;
    record('bench:kube-template', 'kube-template', `${what}\n\n${table(['what', 'median', 'runs', 'limit', ''], figures.map((one) => one.row()))}`);
    if (figures.some(({ held }) => !held)) process.exitCode = 1;
  } finally {
    await bench.remove();
  }
}

void main();
