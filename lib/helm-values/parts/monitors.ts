import { duration } from './amounts';
import { Build } from '../base/build';
import { Expression } from '../base/expression';
import { PRESENT } from '../base/model';
import { anything, dictionary, flag, text, time } from '../base/readers';
import { mapped, noted, refused, Table } from '../base/table';

const SCRAPING = 'RedisMonitoring: Scraping.podMonitors';

/** Two monitors of the chart are one here: of what they say differently, that of the one whose name comes first counts. */
function put(build: Build, path: readonly string[], value: Expression, key: string): void {
  const { monitoring } = build.model;
  const other = monitoring.find((item) => item.path.join('\0') === path.join('\0'));
  const same = other === undefined || JSON.stringify(other.value) === JSON.stringify(value);
  const [first, second] = [key, ...other?.keys ?? []].sort();
  if (!same) build.refuse(second, `is one for all PodMonitors: that of ${first} counts`);
  if (!same && first === key) monitoring.splice(monitoring.indexOf(other), 1);
  if (same || first === key) monitoring.push({ path, value, keys: [key] });
}

/** A monitor of the Prometheus Operator. */
export function monitorEntries(prefix: string): Table {
  return {
    [`${prefix}.enabled`]: mapped('RedisMonitoring', flag, (build, on, key) => { if (on) put(build, ['scraping', PRESENT], true, key); },
      { idle: [false], note: 'a PodMonitor for each kind of pods, named for the installation. Who scrapes is let in by its `scraper`, where there are policies' }),
    [`${prefix}.interval`]: mapped(SCRAPING, time('s'), (build, ms: number, key) => put(build, ['scraping', 'interval'], duration(ms), key)),
    [`${prefix}.labels`]: mapped(SCRAPING, dictionary, (build, value: { [name: string]: string }, key) => {
      for (const [name, one] of Object.entries(value)) put(build, ['scraping', 'labels', name], one, `${key}.${name}`);
    }),
    [`${prefix}.namespace`]: refused("PodMonitors stand in the installation's own namespace, where a Prometheus with `podMonitorNamespaceSelector: {}` finds them"),
    [`${prefix}.telemetryPath`]: refused('metrics are at /metrics', '/metrics'),
    [`${prefix}.scrapePath`]: refused('metrics are at /metrics', '/metrics'),
    [`${prefix}.disableAPICheck`]: noted('nothing is asked of the cluster when manifests are made', anything, { idle: [false] }),
    [`${prefix}.*`]: refused('has no option: change the PodMonitor by `Overrides.merge`', false, 'http-metrics', 'metrics'),
  };
}

/** Alerts. */
export function ruleEntries(prefix: string): Table {
  return {
    [`${prefix}.enabled`]: mapped('RedisMonitoring: Alerts.prometheusRule', flag, (build, on, key) => { if (on) put(build, ['alerts', PRESENT], true, key); },
      { idle: [false], note: "with the library's own alerts" }),
    [`${prefix}.additionalLabels`]: mapped('RedisMonitoring: Alerts.prometheusRule', dictionary, (build, value: { [name: string]: string }, key) => {
      for (const [name, one] of Object.entries(value)) put(build, ['alerts', 'labels', name], one, `${key}.${name}`);
    }),
    [`${prefix}.namespace`]: refused("the PrometheusRule stands in the installation's own namespace"),
    [`${prefix}.interval`]: noted('rules are evaluated as often as Prometheus does by default', text),
    [`${prefix}.rules`]: refused('rules of your own belong in a PrometheusRule of your own: they speak of series and labels of the chart. The alerts of `RedisMonitoring` cover what is known to go wrong'),
  };
}
