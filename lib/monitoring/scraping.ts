import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { IRedisHa } from '../options/i-redis-ha';
import { MetricsEndpoint } from '../options/metrics-endpoint';
import { LABEL_DOMAIN } from '../settings/label-domain';
import { MonitoringSettings } from '../settings/resolve-monitoring';

/** The label of a pod, as service discovery of Prometheus calls it. */
function discovered(label: string): string {
  return `__meta_kubernetes_pod_label_${`${LABEL_DOMAIN}/${label}`.replace(/[^a-zA-Z0-9]/g, '_')}`;
}

/** What samples of a pod are labelled with. Its name stays when it gets another address, so that counters go on. */
const RELABELINGS = [
  { sourceLabels: [discovered('installation')], targetLabel: 'installation', action: 'replace' },
  { sourceLabels: [discovered('component')], targetLabel: 'component', action: 'replace' },
  { sourceLabels: ['__meta_kubernetes_pod_name'], targetLabel: 'instance', action: 'replace' },
];

/** Endpoints by the kind of their pods. */
function byComponent(endpoints: readonly MetricsEndpoint[]): [string, MetricsEndpoint[]][] {
  const components = [...new Set(endpoints.map(({ component }) => component))];
  return components.map((component) => [component, endpoints.filter((one) => one.component === component)]);
}

/** A PodMonitor for each kind of pods. */
export function podMonitors(scope: Construct, redis: IRedisHa, { intervalSeconds, labels }: MonitoringSettings['scraping'], own: { [name: string]: string }): ApiObject[] {
  const interval = intervalSeconds === undefined ? undefined : `${intervalSeconds}s`;
  return byComponent(redis.metricsEndpoints).map(([component, endpoints]) => new ApiObject(scope, `PodMonitor-${component}`, {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: `${redis.name}-${component}`, labels: { ...own, ...labels } },
    spec: {
      selector: { matchLabels: endpoints[0].podSelector },
      namespaceSelector: redis.namespace === undefined ? undefined : { matchNames: [redis.namespace] },
      podMetricsEndpoints: endpoints.map(({ portName }) => ({ port: portName, path: '/metrics', interval, relabelings: RELABELINGS })),
    },
  }));
}

/** Name of the Service of a port. It says the kind of its pods once: with it twice, that of the longest name of an installation would be too long. */
function serviceName(installation: string, component: string, portName: string): string {
  return portName.startsWith(`${component}-`) ? `${installation}-${portName}` : `${installation}-${component}-${portName}`;
}

/** A headless Service for each port: annotations name one port only. In the namespace of the installation, as Services find only pods of their own. */
export function annotatedServices(scope: Construct, redis: IRedisHa, { labels }: MonitoringSettings['scraping'], own: { [name: string]: string }): k8s.KubeService[] {
  const namespace: { readonly [label: string]: string } = redis.namespace === undefined ? {} : { namespace: redis.namespace };
  return redis.metricsEndpoints.map(({ component, podSelector, portName, port }) => new k8s.KubeService(scope, `Service-${component}-${portName}`, {
    metadata: {
      ...namespace,
      name: serviceName(redis.name, component, portName),
      labels: { ...own, installation: redis.name, component, ...namespace, ...labels },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(port), 'prometheus.io/path': '/metrics' },
    },
    spec: {
      clusterIp: 'None',
      // a server that loads and a proxy that drains are worth to look at
      publishNotReadyAddresses: true,
      selector: podSelector,
      ports: [{ name: portName, port, protocol: 'TCP', targetPort: k8s.IntOrString.fromString(portName) }],
    },
  }));
}
