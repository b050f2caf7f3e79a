import { Metric } from './registry';

/** Where an error happened. */
export type Stage = 'config' | 'render' | 'check' | 'write' | 'command' | 'haproxy';

/** What is known about one watched collection. */
export interface SourceStatus {
  /** In words: `pods in namespace cache`. */
  readonly source: string;
  readonly synced: boolean;
  readonly connected: boolean;
  /** Milliseconds since it last told anything; undefined: it has not yet. */
  readonly lastEventAgeMs?: number;
  /** How often the watch was started again, by reason. */
  readonly restarts: Readonly<Record<string, number | undefined>>;
}

const counter = (name: string, help: string): Metric => new Metric(`kube_template_${name}`, 'counter', help);
const gauge = (name: string, help: string): Metric => new Metric(`kube_template_${name}`, 'gauge', help);

/** All that /metrics tells. */
export class Metrics {
  readonly renders = counter('renders_total', 'Templates rendered with complete data.');
  readonly writes = counter('writes_total', 'Destinations written.');
  readonly skipped = counter('skipped_total', 'Renders that left the destination as it was.');
  readonly errors = counter('errors_total', 'Errors by stage.');
  readonly applies = counter('haproxy_applies_total', 'New files HAProxy took over, by how.');
  readonly reloadSeconds = counter('haproxy_reload_seconds_sum', 'Time HAProxy reloads took.');
  readonly reloads = counter('haproxy_reload_seconds_count', 'HAProxy reloads that were timed.');
  readonly driftRepairs = counter('haproxy_drift_repairs_total', 'Runtime commands that brought HAProxy back to its file.');
  readonly oldWorkers = gauge('haproxy_old_workers', 'HAProxy processes that only serve sessions from before a reload.');
  private readonly restarts = counter('watch_restarts_total', 'Watches started again, by reason.');
  private readonly synced = gauge('source_synced', '1 when the source has answered once.');
  private readonly connected = gauge('source_connected', '1 while the source is watched.');
  private readonly eventAge = gauge('source_last_event_age_seconds', 'Time since the source last told anything.');

  constructor() {
    for (const stage of ['config', 'render', 'check', 'write', 'command', 'haproxy'] satisfies Stage[]) this.errors.add({ stage }, 0);
  }

  /** Takes over the state of the sources. */
  observe(sources: readonly SourceStatus[]): void {
    for (const metric of [this.synced, this.connected, this.eventAge, this.restarts]) metric.clear();
    for (const { source, synced, connected, lastEventAgeMs, restarts } of sources) {
      this.synced.set({ source }, Number(synced));
      this.connected.set({ source }, Number(connected));
      if (lastEventAgeMs !== undefined) this.eventAge.set({ source }, lastEventAgeMs / 1000);
      for (const [reason, count] of Object.entries(restarts)) this.restarts.set({ source, reason }, count ?? 0);
    }
  }

  /** Everything in Prometheus' text format. */
  text(): string {
    return Object.values(this).filter((value): value is Metric => value instanceof Metric).map((metric) => metric.text()).join('');
  }
}
