import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Chart, ChartProps, Size, Testing } from 'cdk8s';
import { PROMTOOL } from './binaries';
import { AlertsOptions, Alerts, Metrics, Persistence, RedisHa, RedisHaProps, RedisMonitoring, Routing } from '../../lib';

/** Series by their names with labels, like `up{instance="a"}`: `value` or `value+step×n` of promtool, a minute each. Labels of the installation are added. */
export type Series = { readonly [series: string]: string };

/** The rules of an installation with all that it may have, as a file of Prometheus. */
export function rulesOf(
  options?: AlertsOptions, props: RedisHaProps = { persistence: Persistence.volume(Size.gibibytes(1)), metrics: Metrics.exporter(), routing: Routing.podIp(), proxy: { replicas: 2 } }, inside: ChartProps = { namespace: 'shop' },
): any {
  const chart = new Chart(Testing.app(), 'shop', inside);
  const redis = new RedisHa(chart, 'redis', { name: 'cache', ...props });
  new RedisMonitoring(chart, 'monitoring', { redis, alerts: Alerts.prometheusRule(options) });
  return Testing.synth(chart).find(({ kind }) => kind === 'PrometheusRule').spec;
}

/** Some of the rules. */
export function someOf({ groups: [group] }: any, alerts: readonly string[]): object {
  return { groups: [{ ...group, rules: group.rules.filter(({ alert }: any) => alerts.includes(alert)) }] };
}

/** The same series with the labels by which rules select. */
function labelled(series: string): string {
  const own = [
    ...series.includes('namespace="') ? [] : ['namespace="shop"'],
    ...(/^kube(let|_cronjob)_/.test(series) ? [] : ['installation="cache"']),
  ].join();
  if (own === '') return series;
  return series.includes('{') ? series.replace('{', `{${own},`) : `${series}{${own}}`;
}

/** Series over time, and minutes of it. */
export interface Course {
  readonly series: Series;
  /** Between two values. Default: 1m */
  readonly interval?: string;
  /** Times to look at, as Prometheus writes them, like `10m`. */
  readonly at: readonly string[];
}

/** Rules, and courses over which they are evaluated. */
export interface Trial {
  readonly rules: object;
  readonly courses: readonly Course[];
  /** Default: 1m, as series have values. All rules are evaluated each time, also those that nobody asks for. */
  readonly evaluationInterval?: string;
}

/** Which alerts of the rules fire at each time of each course, as promtool finds it. */
export function firing(rules: object, courses: readonly Course[], evaluationInterval?: string): string[][][] {
  return firingOfAll([{ rules, courses, evaluationInterval }])[0];
}

/** The same of several rules, each with courses of their own, by one promtool. */
export function firingOfAll(trials: readonly Trial[]): string[][][][] {
  const files = trials.map(({ rules, courses, evaluationInterval = '1m' }, index): [string, object][] => [
    [`rules-${index}.json`, rules],
    [`test-${index}.json`, {
      rule_files: [`rules-${index}.json`],
      evaluation_interval: evaluationInterval,
      tests: courses.map(({ series, interval = '1m', at }) => ({
        interval,
        input_series: Object.entries(series).map(([name, values]) => ({ series: labelled(name), values })),
        // what is expected never is, so promtool tells what there is instead, in order
        promql_expr_test: at.map((time) => (
          { expr: 'count by (alertname) (ALERTS{alertstate="firing"})', eval_time: time, exp_samples: [{ labels: 'none', value: 0 }] })),
      })),
    }],
  ]);
  return inFolder(Object.fromEntries(files.flat()), (cwd) => {
    const { stdout, stderr, error } = spawnSync(PROMTOOL, ['test', 'rules', ...trials.map((_, index) => `test-${index}.json`)], { cwd, encoding: 'utf8', maxBuffer: 64e6 });
    if (error) throw error;
    const got = [...(stdout + stderr).matchAll(/^\s+got:(.*)$/gm)].map(([, line]) => line);
    if (got.length !== trials.flatMap(({ courses }) => courses).flatMap(({ at }) => at).length) throw new Error(`promtool: ${stdout}${stderr}`);
    return trials.map(({ rules, courses }) => {
      const alerts = (rules as any).groups[0].rules.map(({ alert }: any) => alert) as string[];
      return courses.map(({ at }) => got.splice(0, at.length).map((line) => alerts.filter((alert) => line.includes(`alertname="${alert}"`))));
    });
  });
}

/** What `promtool check rules` finds. */
export function ruleErrors(rules: object): string {
  return inFolder({ 'rules.json': rules }, (cwd) => {
    const { stdout, stderr, status } = spawnSync(PROMTOOL, ['check', 'rules', '--lint=all', 'rules.json'], { cwd, encoding: 'utf8' });
    return status === 0 ? '' : stdout + stderr;
  });
}

function inFolder<T>(files: { readonly [name: string]: object }, use: (folder: string) => T): T {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rules-'));
  try {
    for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), JSON.stringify(content));
    return use(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** What promtool answers to each query at a time; `nil` is nothing. */
export function resultsOf(series: Series, queries: readonly string[], at: string): string[] {
  return inFolder({
    'test.json': {
      rule_files: [],
      evaluation_interval: '1m',
      tests: [{
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: labelled(name), values })),
        promql_expr_test: queries.map((expr) => ({ expr, eval_time: at, exp_samples: [{ labels: 'none', value: 0 }] })),
      }],
    },
  }, (cwd) => {
    const { stdout, stderr, error } = spawnSync(PROMTOOL, ['test', 'rules', 'test.json'], { cwd, encoding: 'utf8', maxBuffer: 64e6 });
    if (error) throw error;
    const got = [...(stdout + stderr).matchAll(/^\s+got:\s*(.*)$/gm)].map(([, line]) => line);
    if (got.length !== queries.length) throw new Error(`promtool: ${stdout}${stderr}`);
    return got;
  });
}
