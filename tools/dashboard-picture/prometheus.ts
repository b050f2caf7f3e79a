import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { until } from '../../playground/stack';
import { freePort } from '../../test/support/free-port';

/** What is scraped, with the labels that a PodMonitor gives it. */
export interface Target {
  readonly address: string;
  readonly labels: { readonly [label: string]: string };
}

/** A series of a query over time. */
export interface Matrix {
  readonly metric: { readonly [label: string]: string };
  /** Seconds since 1970, and a number. */
  readonly values: readonly (readonly [number, string])[];
}

/** A time, in seconds since 1970. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Between scrapes, and between points of a picture. In seconds. */
export const STEP_SECONDS = 5;

/** A Prometheus as a process of this machine. */
export class Prometheus {
  /** @param program path of it @param targets what it scrapes, with a job for each label `endpoint` */
  public static async start(program: string, targets: readonly Target[]): Promise<Prometheus> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'prometheus-'));
    const jobs = [...new Set(targets.map(({ labels }) => labels.endpoint))];
    // JSON is YAML
    fs.writeFileSync(path.join(folder, 'prometheus.yml'), JSON.stringify({
      global: { scrape_interval: `${STEP_SECONDS}s`, scrape_timeout: '4s' },
      scrape_configs: jobs.map((job) => ({
        job_name: job,
        static_configs: targets.filter(({ labels }) => labels.endpoint === job).map(({ address, labels }) => ({ targets: [address], labels })),
      })),
    }));
    const port = await freePort();
    const process = spawn(program, [
      `--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error',
    ], { stdio: ['ignore', 'ignore', 'inherit'] });
    const prometheus = new Prometheus(process, folder, `http://127.0.0.1:${port}`);
    await until('Prometheus answers', async () => fetch(`${prometheus.url}/-/ready`).then(({ ok }) => ok, () => false), 60_000);
    return prometheus;
  }

  private constructor(private readonly process: ChildProcess, private readonly folder: string, private readonly url: string) {}

  /** @throws Error if the query is none */
  public async over(expr: string, { start, end }: Window): Promise<Matrix[]> {
    const words = new URLSearchParams({ query: expr, start: String(start), end: String(end), step: String(STEP_SECONDS) });
    const { status, data, error } = await (await fetch(`${this.url}/api/v1/query_range?${words}`)).json() as any;
    if (status !== 'success') throw new Error(`${expr}: ${error}`);
    return data.result;
  }

  public async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill();
    await ended;
    fs.rmSync(this.folder, { recursive: true });
  }
}
