import { Duration, Size } from 'cdk8s';
import { annotations, bytes, label, objectName, seconds, wholeNumber } from './checks';
import { Description, reject, together } from './invalid-prop';
import { checked } from './kinds';
import { redisMonitoringProps } from './shapes-add-ons';
import { Alert } from '../options/alert';
import { Alerts, AlertThresholds, Dashboards, RedisMonitoringProps, Scraping } from '../options/monitoring';

type Texts = { readonly [name: string]: string };

/** From when on alerts fire. */
interface ThresholdSettings {
  readonly memoryPercent: number;
  readonly replicaLagBytes: number;
  readonly clientsPercent: number;
  readonly certificateExpirySeconds: number;
  readonly backupAgeSeconds: number;
  readonly verificationAgeSeconds: number;
}

/** The alerts of an installation. */
export interface AlertsSettings {
  readonly kind: 'prometheusRule' | 'configMap' | 'none';
  readonly disabled: readonly Alert[];
  readonly thresholds: ThresholdSettings;
  /** Names of their CronJobs; undefined for the default one. */
  readonly backups?: readonly string[];
  readonly alertLabels: Texts;
  readonly labels: Texts;
  readonly runbooks: string;
}

/** How an installation is monitored. */
export interface MonitoringSettings {
  readonly scraping: { readonly kind: 'podMonitors' | 'annotatedServices' | 'none'; readonly intervalSeconds?: number; readonly labels: Texts };
  readonly alerts: AlertsSettings;
  /** Undefined without dashboards. */
  readonly dashboards?: { readonly labels: Texts; readonly annotations: Texts };
}

/** Where this project keeps its runbooks. */
const RUNBOOKS = 'https://example.invalid/cdk8s-redis-ha/blob/main/docs/runbooks';

/** Props of RedisMonitoring, with defaults and checked. */
export function resolveMonitoring(given: RedisMonitoringProps): MonitoringSettings {
  const props = checked(redisMonitoringProps, given);
  return together(() => ({
    scraping: scraping(props.scraping ?? Scraping.podMonitors()),
    alerts: alerts(props.alerts ?? Alerts.prometheusRule()),
    dashboards: dashboards(props.dashboards ?? Dashboards.configMap()),
  }));
}

function scraping({ _kind: kind, _options: { interval, labels } }: Scraping): MonitoringSettings['scraping'] {
  return { kind, intervalSeconds: interval && seconds('scraping.interval', interval, 1, 3600), labels: checkedLabels('scraping.labels', labels) };
}

function alerts({ _kind: kind, _options: options }: Alerts): AlertsSettings {
  const { disabled = [], thresholds = {}, backups, alertLabels = {}, labels, runbooks = RUNBOOKS } = options;
  for (const name of Object.keys(alertLabels)) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) reject(`alerts.alertLabels["${name}"]`, name, 'must be the name of a label of Prometheus: letters, digits and "_"');
  }
  if (!/^https?:\/\/[^\s]+[^\s/]$/.test(runbooks)) reject('alerts.runbooks', runbooks, 'must be a URL without a slash at its end');
  if (backups?.length === 0) reject('alerts.backups', new Description('an empty list'), "must name some: leave it out, or put the alerts of backups into 'disabled'");
  for (const [index, name] of (backups ?? []).entries()) objectName(`alerts.backups[${index}]`, name);
  return { kind, disabled, thresholds: resolveThresholds(thresholds), backups, alertLabels, labels: checkedLabels('alerts.labels', labels), runbooks };
}

function resolveThresholds(given: AlertThresholds): ThresholdSettings {
  return {
    memoryPercent: wholeNumber('alerts.thresholds.memoryPercent', given.memoryPercent ?? 90, 1, 100),
    replicaLagBytes: bytes('alerts.thresholds.replicaLag', given.replicaLag ?? Size.mebibytes(8), 0),
    clientsPercent: wholeNumber('alerts.thresholds.clientsPercent', given.clientsPercent ?? 85, 1, 100),
    certificateExpirySeconds: seconds('alerts.thresholds.certificateExpiry', given.certificateExpiry ?? Duration.days(7), 3600, 365 * 86400),
    backupAgeSeconds: seconds('alerts.thresholds.backupAge', given.backupAge ?? Duration.hours(26), 600, 366 * 86400),
    verificationAgeSeconds: seconds('alerts.thresholds.verificationAge', given.verificationAge ?? Duration.days(8), 600, 366 * 86400),
  };
}

function dashboards({ _written: written, _options: options }: Dashboards): MonitoringSettings['dashboards'] {
  if (!written) return undefined;
  return {
    labels: checkedLabels('dashboards.labels', options.labels ?? { grafana_dashboard: '1' }),
    annotations: annotations('dashboards.annotations', options.annotations ?? {}),
  };
}

function checkedLabels(prop: string, labels: Texts = {}): Texts {
  for (const [name, value] of Object.entries(labels)) label(prop, name, value);
  return labels;
}
