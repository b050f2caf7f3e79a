import { Result } from './runner';
import { Scenario } from './scenario';

export const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

/** All runs of a scenario on one setup. */
export interface Summary {
  readonly scenario: string;
  readonly setup: string;
  readonly runs: number;
  readonly gapMs: { readonly median: number; readonly worst: number };
  readonly recoveryMs?: { readonly median: number; readonly worst: number };
  readonly oldMasterMs: number;
  readonly lost: number;
  readonly acknowledged: number;
  readonly double: number;
  readonly linkedMs: number;
  readonly faults: readonly string[];
}

export function summarize(scenario: Scenario, results: readonly Result[]): Summary {
  const all = (value: (result: Result) => number) => results.map(value);
  const spread = (values: number[]) => ({ median: median(values), worst: Math.max(...values) });
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const gapMs = spread(all(({ verdict }) => verdict.gapMs));
  const recoveries = results.flatMap(({ verdict }) => verdict.recoveryMs ?? []);
  const recoveryMs = recoveries.length > 0 ? spread(recoveries) : undefined;
  const { bar } = scenario;
  // one run has no median
  const late = (what: string, value: number | undefined, limit: number | undefined) => (
    results.length >= 3 && value !== undefined && limit !== undefined && value > limit ? [`median ${what} ${value} ms, at most ${limit} ms`] : []);
  return {
    scenario: scenario.name,
    setup: results[0].setup,
    runs: results.length,
    gapMs,
    recoveryMs,
    oldMasterMs: Math.max(...all(({ verdict }) => verdict.oldMasterMs)),
    lost: sum(all(({ verdict }) => verdict.lost)),
    acknowledged: sum(all(({ verdict }) => verdict.acknowledged)),
    double: sum(all(({ verdict }) => verdict.double)),
    linkedMs: Math.max(...all(({ linkedMs }) => linkedMs)),
    faults: [
      ...late('gap', gapMs.median, bar.gapMs?.median), ...late('recovery', recoveryMs?.median, bar.recoveryMs?.median),
      ...new Set(results.flatMap(({ faults }) => faults)),
    ],
  };
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

/** One line about all runs. */
export function line(summary: Summary): string {
  const { gapMs, recoveryMs, runs } = summary;
  return [
    `${summary.faults.length === 0 ? 'pass' : 'FAIL'} ${summary.scenario} on ${summary.setup}:`,
    runs === 1 ? `gap ${seconds(gapMs.worst)},` : `gap ${seconds(gapMs.median)} (worst ${seconds(gapMs.worst)} of ${runs}),`,
    ...(recoveryMs ? [`recovery ${seconds(recoveryMs.median)} (worst ${seconds(recoveryMs.worst)}),`] : []),
    `${summary.lost} of ${summary.acknowledged} lost, ${summary.double} double, linked after ${seconds(summary.linkedMs)}`,
    ...(summary.oldMasterMs > 0 ? [`(old master until ${seconds(summary.oldMasterMs)})`] : []),
    ...(summary.faults.length > 0 ? [`— ${summary.faults.join('; ')}`] : []),
  ].join(' ');
}
