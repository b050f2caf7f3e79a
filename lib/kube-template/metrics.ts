import { Counter, exposition, Gauge, Summary } from '../metrics/registry';

/** Where an error happened. */
export type Stage = 'config' | 'render' | 'check' | 'write' | 'command' | 'haproxy';

/** What is known about one watched collection. */
interface SourceStatus {
  /** In words: `pods in namespace cache`. */
  readonly source: string;
  readonly synced: boolean;
  readonly connected: boolean;
  /** Milliseconds since it last told anything; undefined: it has not yet. */
  readonly lastEventAgeMs?: number;
  /** How often the watch was started again, by reason. */
  readonly restarts: Readonly<Record<string, number | undefined>>;
}

const counter = (name: string, help: string): Counter => new Counter(`kube_template_${name}`, help);
const gauge = (name: string, help: string): Gauge => new Gauge(`kube_template_${name}`, help);

/** All that /metrics tells. */
export class Metrics {
  public readonly renders = counter('renders_total', 'Templates rendered with complete data.');
  public readonly writes = counter('writes_total', 'Destinations written.');
  public readonly skipped = counter('skipped_total', 'Renders that left the destination as it was.');
  public readonly errors = counter('errors_total', 'Errors by stage.');
  public readonly applies = counter('haproxy_applies_total', 'New files HAProxy took over, by how.');
  public readonly reloadSeconds = new Summary('kube_template_haproxy_reload_seconds', 'Time HAProxy reloads took.');
  public readonly driftRepairs = counter('haproxy_drift_repairs_total', 'Runtime commands that brought HAProxy back to its file.');
  public readonly oldWorkers = gauge('haproxy_old_workers', 'HAProxy processes that only serve sessions from before a reload.');
  private readonly restarts = counter('watch_restarts_total', 'Watches started again, by reason.');
  private readonly synced = gauge('source_synced', '1 when the source has answered once.');
  private readonly connected = gauge('source_connected', '1 while the source is watched.');
  private readonly eventAge = gauge('source_last_event_age_seconds', 'Time since the source last told anything.');

  constructor() {
    for (const stage of ['config', 'render', 'check', 'write', 'command', 'haproxy'] satisfies Stage[]) this.errors.add({ stage }, 0);
  }

  /** Takes over the state of the sources. */
  public observe(sources: readonly SourceStatus[]): void {
    for (const metric of [this.synced, this.connected, this.eventAge, this.restarts]) metric.clear();
    for (const { source, synced, connected, lastEventAgeMs, restarts } of sources) {
      this.synced.set({ source }, Number(synced));
      this.connected.set({ source }, Number(connected));
      if (lastEventAgeMs !== undefined) this.eventAge.set({ source }, lastEventAgeMs / 1000);
      for (const [reason, count] of Object.entries(restarts)) this.restarts.set({ source, reason }, count ?? 0);
    }
  }

  /** Everything in Prometheus' text format. */
  public text(): string {
    return exposition(this);
  }
}
