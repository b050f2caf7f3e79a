import { api, kubectl, until } from '../cluster';
import { Manifest } from '../installation';

/** Of the Prometheus Operator's own default, so that alerts take their time as they do for users. */
const INTERVAL = '15s';
const IMAGE = 'quay.io/prometheus/prometheus:v3.5.3';
const PORT = 9090;
const NAME = 'prometheus';
/** What RedisMonitoring is told that the scraper is. */
export const LABELS = { app: NAME };

/** An alert that Prometheus knows of. */
export interface ActiveAlert {
  readonly name: string;
  readonly state: 'pending' | 'firing';
  readonly labels: { readonly [label: string]: string };
  /** Of its expression. */
  readonly value: string;
}

/** A Prometheus in a namespace of its own, that does what PodMonitors and PrometheusRules say, as the Prometheus Operator would have it. */
export class Prometheus {
  private readonly path: string;

  constructor(public readonly namespace: string) {
    this.path = `/api/v1/namespaces/${namespace}/pods/${NAME}:${PORT}/proxy/api/v1`;
  }

  /** @param node where it runs, which no fault may hurt */
  public async up(manifests: readonly Manifest[], watched: string, node: string): Promise<void> {
    const configuration = {
      global: { scrape_interval: INTERVAL, evaluation_interval: INTERVAL },
      rule_files: ['/etc/prometheus/rules.json'],
      scrape_configs: manifests.filter(({ kind }) => kind === 'PodMonitor').flatMap(scrapeConfigs(watched)),
    };
    const rules = { groups: manifests.filter(({ kind }) => kind === 'PrometheusRule').flatMap(({ spec }) => spec.groups) };
    kubectl(['create', 'namespace', this.namespace]);
    // JSON is YAML
    kubectl(['create', '-f', '-'], JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: objects(this.namespace, watched, node, { 'prometheus.yml': JSON.stringify(configuration), 'rules.json': JSON.stringify(rules) }),
    }));
    await until('Prometheus answers', async () => (await this.targets()).length > 0, 120_000);
  }

  public down(): void {
    kubectl(['delete', 'namespace', this.namespace, '--wait=false', '--ignore-not-found']);
  }

  /** Whether each of the targets can be scraped. */
  public async targets(): Promise<{ readonly instance: string; readonly up: boolean; readonly error: string }[]> {
    const { data } = await api(`${this.path}/targets?state=active`);
    return data.activeTargets.map(({ labels, health, lastError, scrapeUrl }: any) => ({ instance: `${labels.instance} ${scrapeUrl}`, up: health === 'up', error: lastError }));
  }

  public async alerts(): Promise<ActiveAlert[]> {
    const { data } = await api(`${this.path}/alerts`);
    return data.alerts.map(({ labels: { alertname: name, ...labels }, state, value }: any) => ({ name, state, labels, value }));
  }

  /** The series that an expression gives now. */
  public async query(expr: string): Promise<{ readonly metric: { readonly [label: string]: string }; readonly value: readonly [number, string] }[]> {
    return (await api(`${this.path}/query?query=${encodeURIComponent(expr)}`)).data.result;
  }

  /** Names of all alerts that fired within the last seconds, be it between two looks. */
  public async firedWithin(seconds: number): Promise<string[]> {
    const series = await this.query(`count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[${Math.ceil(seconds)}s]))`);
    return series.map(({ metric }) => metric.alertname).sort();
  }
}

/** What the operator makes of a PodMonitor. */
function scrapeConfigs(namespace: string): (monitor: Manifest) => object[] {
  return ({ metadata, spec }) => spec.podMetricsEndpoints.map(({ port, path, interval, relabelings }: any, index: number) => ({
    job_name: `podMonitor/${metadata.name}/${index}`,
    metrics_path: path,
    scrape_interval: interval,
    scrape_timeout: '10s',
    kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [namespace] } }],
    relabel_configs: [
      ...Object.entries<string>(spec.selector.matchLabels).map(([label, value]) => (
        { action: 'keep', source_labels: [`__meta_kubernetes_pod_label_${label.replace(/[^a-zA-Z0-9]/g, '_')}`], regex: value })),
      { action: 'drop', source_labels: ['__meta_kubernetes_pod_phase'], regex: '(Failed|Succeeded)' },
      { action: 'keep', source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: port },
      { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
      { source_labels: ['__meta_kubernetes_pod_container_name'], target_label: 'container' },
      { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
      ...relabelings.map(({ sourceLabels, targetLabel, action }: any) => ({ source_labels: sourceLabels, target_label: targetLabel, action })),
    ],
  }));
}

function objects(namespace: string, watched: string, node: string, files: { readonly [file: string]: string }): object[] {
  const metadata = { name: NAME, namespace };
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: NAME, namespace: watched } };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: files },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { ...role, kind: 'Role', rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }] },
    {
      ...role,
      kind: 'RoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: NAME },
      subjects: [{ kind: 'ServiceAccount', name: NAME, namespace }],
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, labels: LABELS },
      spec: {
        nodeName: node,
        serviceAccountName: NAME,
        terminationGracePeriodSeconds: 1,
        securityContext: { runAsUser: 65534, runAsGroup: 65534, fsGroup: 65534 },
        containers: [{
          name: NAME,
          image: IMAGE,
          args: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus', '--storage.tsdb.retention.time=2h'],
          ports: [{ containerPort: PORT }],
          volumeMounts: [{ name: 'files', mountPath: '/etc/prometheus' }, { name: 'data', mountPath: '/prometheus' }],
        }],
        volumes: [{ name: 'files', configMap: { name: NAME } }, { name: 'data', emptyDir: {} }],
      },
    },
  ];
}
