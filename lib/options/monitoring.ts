import { Duration, Size } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Alert } from './alert';
import { IRedisHa } from './i-redis-ha';

/**
 * Options of `Scraping.podMonitors` and `Scraping.annotatedServices`.
 */
export interface ScrapingOptions {
  /**
   * Time between two scrapes.
   *
   * @default - that of Prometheus
   */
  readonly interval?: Duration;

  /**
   * Labels of the objects: by them a Prometheus of the operator chooses its monitors, like `release: kube-prometheus-stack`.
   *
   * @default - none but our own
   */
  readonly labels?: { [name: string]: string };
}

/**
 * Options of `Scraping.annotatedServices`.
 */
export interface AnnotatedServicesOptions {
  /**
   * Labels of the Services.
   *
   * @default - none but our own
   */
  readonly labels?: { [name: string]: string };
}

/**
 * How Prometheus finds the pods.
 */
export class Scraping {
  /**
   * A PodMonitor of the Prometheus Operator for each kind of pods. All samples have the labels `installation` and `component`, and the pod's name as `instance`.
   */
  public static podMonitors(options?: ScrapingOptions): Scraping {
    return new Scraping(['Scraping.podMonitors', ...arguments], 'podMonitors', options ?? {});
  }

  /**
   * A headless Service for each port of each kind of pods, with the annotations `prometheus.io/scrape`, `prometheus.io/port` and `prometheus.io/path`, as jobs
   * like `kubernetes-service-endpoints` of the Prometheus chart follow them. These take the labels of the Service over: `installation`, `component` and `namespace`.
   */
  public static annotatedServices(options?: AnnotatedServicesOptions): Scraping {
    return new Scraping(['Scraping.annotatedServices', ...arguments], 'annotatedServices', options ?? {});
  }

  /**
   * Nothing: something else has the pods scraped. Alerts and dashboards need the labels `installation` and `namespace` on all samples.
   */
  public static none(): Scraping {
    return new Scraping(['Scraping.none', ...arguments], 'none', {});
  }

  private constructor(
    /** @internal The static function that made it, and its arguments. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _kind: 'podMonitors' | 'annotatedServices' | 'none',
    /** @internal */
    public readonly _options: ScrapingOptions,
  ) {}
}

/**
 * From when on an alert fires.
 */
export interface AlertThresholds {
  /**
   * Used memory, in percent of `maxmemory`, with the policy `noeviction`.
   *
   * @default 90
   */
  readonly memoryPercent?: number;

  /**
   * Stream that a replica has not confirmed.
   *
   * @default Size.mebibytes(8)
   */
  readonly replicaLag?: Size;

  /**
   * Clients of a server, in percent of `maxclients`.
   *
   * @default 85
   */
  readonly clientsPercent?: number;

  /**
   * Time until the certificate ends. Less than the time before its end at which it is renewed, as with certificates of a short life (`renewBefore` of `TlsCertificate.certManager()`).
   *
   * @default Duration.days(7)
   */
  readonly certificateExpiry?: Duration;

  /**
   * Age of the last good backup: more than the time between two of the schedule, and as long as one takes.
   *
   * @default Duration.hours(26)
   */
  readonly backupAge?: Duration;

  /**
   * Time since a backup was last restored and found complete.
   *
   * @default Duration.days(8)
   */
  readonly verificationAge?: Duration;
}

/**
 * Options of `Alerts.prometheusRule`.
 */
export interface AlertsOptions {
  /**
   * Alerts that are left out.
   *
   * @default - none
   */
  readonly disabled?: Alert[];

  /**
   * From when on alerts fire.
   *
   * @default - see AlertThresholds
   */
  readonly thresholds?: AlertThresholds;

  /**
   * Names of the `RedisBackup` that alerts are about. Their metrics are those of kube-state-metrics about CronJobs; without backups none of these alerts fires.
   *
   * @default - the one with the default name, `NAME-backup`
   */
  readonly backups?: string[];

  /**
   * Labels of each alert, for routes of Alertmanager, like `team: shop`.
   *
   * @default - `severity` (critical, warning or info), `installation` and, where it is known, `namespace`
   */
  readonly alertLabels?: { [name: string]: string };

  /**
   * Labels of the object: by them a Prometheus of the operator chooses its rules, like `release: kube-prometheus-stack`.
   *
   * @default - none but our own
   */
  readonly labels?: { [name: string]: string };

  /**
   * Where the runbooks are: the annotation `runbook_url` is this, a slash, the name of the alert and `.md`.
   *
   * @default - those of this project
   */
  readonly runbooks?: string;
}

/**
 * The alerts.
 */
export class Alerts {
  /**
   * A PrometheusRule of the Prometheus Operator. What each alert means and asks for is in docs/runbooks.
   */
  public static prometheusRule(options?: AlertsOptions): Alerts {
    return new Alerts(['Alerts.prometheusRule', ...arguments], 'prometheusRule', options ?? {});
  }

  /**
   * The same rules as a ConfigMap with the key `redis-ha.rules.yaml`, for a Prometheus that reads files (`rule_files`).
   */
  public static configMap(options?: AlertsOptions): Alerts {
    return new Alerts(['Alerts.configMap', ...arguments], 'configMap', options ?? {});
  }

  /**
   * No alerts.
   */
  public static none(): Alerts {
    return new Alerts(['Alerts.none', ...arguments], 'none', {});
  }

  private constructor(
    /** @internal The static function that made it, and its arguments. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _kind: 'prometheusRule' | 'configMap' | 'none',
    /** @internal */
    public readonly _options: AlertsOptions,
  ) {}
}

/**
 * Options of `Dashboards.configMap`.
 */
export interface DashboardsOptions {
  /**
   * Labels by which the sidecar of Grafana finds ConfigMaps with dashboards.
   *
   * @default { grafana_dashboard: '1' }
   */
  readonly labels?: { [name: string]: string };

  /**
   * Annotations, like `grafana_folder: Redis`.
   *
   * @default - none
   */
  readonly annotations?: { [name: string]: string };
}

/**
 * The dashboards: one of an installation, which has a list of all to choose from, and one of all installations.
 */
export class Dashboards {
  /**
   * A ConfigMap with both, for the sidecar of Grafana's chart. They are the same for all installations: one `RedisMonitoring` with them is enough for a Grafana.
   */
  public static configMap(options?: DashboardsOptions): Dashboards {
    return new Dashboards(['Dashboards.configMap', ...arguments], true, options ?? {});
  }

  /**
   * None.
   */
  public static none(): Dashboards {
    return new Dashboards(['Dashboards.none', ...arguments], false, {});
  }

  private constructor(
    /** @internal The static function that made it, and its arguments. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _written: boolean,
    /** @internal */
    public readonly _options: DashboardsOptions,
  ) {}
}

/**
 * Monitoring of an installation.
 */
export interface RedisMonitoringProps {
  /**
   * The installation, made here or imported. With `metrics: Metrics.exporter()` there is more to see, and more alerts have data.
   */
  readonly redis: IRedisHa;

  /**
   * Who scrapes: is admitted by NetworkPolicy to the ports of metrics, and nobody else. A workload, pods, a namespace, or a `Peer`.
   *
   * @default - nobody is admitted: for clusters without NetworkPolicies, and where `allowMetricsFrom` is called
   */
  readonly scraper?: IConstruct;

  /**
   * How Prometheus finds the pods.
   *
   * @default Scraping.podMonitors()
   */
  readonly scraping?: Scraping;

  /**
   * The alerts.
   *
   * @default Alerts.prometheusRule()
   */
  readonly alerts?: Alerts;

  /**
   * The dashboards.
   *
   * @default Dashboards.configMap()
   */
  readonly dashboards?: Dashboards;
}
