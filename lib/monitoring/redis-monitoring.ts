import { ApiObject, Yaml } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { alertRules } from './rules';
import { annotatedServices, podMonitors } from './scraping';
import { readAsset } from '../manifests/assets';
import { asWritten } from '../manifests/config-map';
import { claimNames } from '../manifests/unique-names';
import { IRedisHa } from '../options/i-redis-ha';
import { RedisMonitoringProps } from '../options/monitoring';
import { AlertsSettings, resolveMonitoring } from '../settings/resolve-monitoring';
import { objectLabels } from '../topology/topology';

/** The dashboards, as files of lib/assets/dashboards. */
const DASHBOARDS = ['redis-ha-installation.json', 'redis-ha-fleet.json'];

/**
 * Monitoring of an installation, beside it: what makes Prometheus scrape all its pods, alerts with a runbook each, and dashboards of Grafana.
 *
 * Objects of the Prometheus Operator are in the namespace of the chart; they select pods of that of the installation. Installations of one name need charts with a namespace each.
 *
 * @throws an error that names the prop, its value and what is accepted
 *
 * @example
 *
 * new RedisMonitoring(chart, 'monitoring', { redis, scraper: Peer.namespace('monitoring') });
 */
export class RedisMonitoring extends Construct {
  /** The PodMonitors, one for each kind of pods; none with another `scraping`. */
  public readonly podMonitors: ApiObject[];

  /** The annotated Services, one for each port; none with another `scraping`. */
  public readonly services: k8s.KubeService[];

  /** The PrometheusRule, or the ConfigMap with the same rules; undefined without alerts. */
  public readonly alerts?: ApiObject;

  /** The ConfigMap with the dashboards; undefined without. */
  public readonly dashboards?: k8s.KubeConfigMap;

  constructor(scope: Construct, id: string, props: RedisMonitoringProps) {
    super(scope, id);
    const { scraping, alerts, dashboards } = resolveMonitoring(props);
    const { redis, scraper } = props;
    const labels = objectLabels(redis.name, 'monitoring');
    this.podMonitors = scraping.kind === 'podMonitors' ? podMonitors(this, redis, scraping, labels) : [];
    this.services = scraping.kind === 'annotatedServices' ? annotatedServices(this, redis, scraping, labels) : [];
    this.alerts = this.rules(redis, alerts, labels);
    const files = Object.fromEntries(DASHBOARDS.map((file) => [file, readAsset(`dashboards/${file}`)]));
    this.dashboards = dashboards && new k8s.KubeConfigMap(this, 'Dashboards', {
      metadata: { name: `${redis.name}-dashboards`, labels: { ...labels, ...dashboards.labels }, annotations: { ...dashboards.annotations, ...asWritten(files) } },
      data: files,
    });
    // installations of one name, in namespaces of their own, would take each other's place in that of the chart
    claimNames(this, { name: redis.name }, 'redis');
    if (scraper) redis.allowMetricsFrom(scraper);
  }

  private rules(redis: IRedisHa, settings: AlertsSettings, own: { [name: string]: string }): ApiObject | undefined {
    if (settings.kind === 'none') return undefined;
    const rules = alertRules(redis, settings);
    const metadata = { name: `${redis.name}-alerts`, labels: { ...own, ...settings.labels }, annotations: asWritten(rules) };
    switch (settings.kind) {
      case 'prometheusRule':
        return new ApiObject(this, 'Alerts', { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata, spec: rules });
      case 'configMap':
        return new k8s.KubeConfigMap(this, 'Alerts', { metadata, data: { 'redis-ha.rules.yaml': Yaml.stringify(rules) } });
    }
  }
}
