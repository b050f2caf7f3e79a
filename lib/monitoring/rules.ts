import { ALERTS } from './alerts';
import { IRedisHa } from '../options/i-redis-ha';
import { MetricsEndpoint } from '../options/metrics-endpoint';
import { PROXY_PORTS } from '../settings/ports';
import { AlertsSettings } from '../settings/resolve-monitoring';

/** What stands for what in an expression. */
type Words = { readonly [word: string]: string };

/** Labels by which series are selected. */
type Labels = { readonly [name: string]: string | RegExp };

/** What stands for labels, beside those of the namespace. */
type Selections = { readonly [word: string]: Labels };

/** A rule as Prometheus reads it. */
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly [name: string]: string };
  readonly annotations: { readonly [name: string]: string };
}

/** The alerts of an installation, as the content of a rules file. */
export function alertRules(redis: IRedisHa, { disabled, thresholds, backups = [`${redis.name}-backup`], alertLabels, runbooks }: AlertsSettings): { readonly groups: readonly object[] } {
  const ports = new Set(redis.metricsEndpoints.map(({ portName }) => portName));
  const { dataClaims: claims } = redis;
  const namespace: { readonly [label: string]: string } = redis.namespace === undefined ? {} : { namespace: redis.namespace };
  // another installation of this name, elsewhere, may have another number
  const { pods, customFronts }: Partial<MetricsEndpoint> = redis.metricsEndpoints.find(({ portName }) => portName === PROXY_PORTS.stats) ?? {};
  const counts = { pods: redis.namespace === undefined ? undefined : pods, fronts: customFronts === undefined ? undefined : 1 + customFronts };
  const words: Words = Object.fromEntries(Object.entries({ ...thresholds, ...counts }).map(([name, value]) => [name, String(value)]));
  const ofCluster: Selections = {
    backups: { cronjob: new RegExp(backups.join('|')) },
    verifications: { cronjob: new RegExp(backups.map((name) => `${name}-verify`).join('|')) },
    claims: { persistentvolumeclaim: claims?.length === 1 ? claims[0] : new RegExp(claims?.join('|') ?? `data-${redis.name}-server-[0-9]+`) },
  };
  const on = matchers({ installation: redis.name, ...namespace });
  const rules = ALERTS
    .filter(([alert, { needs = [], awake, counts: counted, claims: onClaims }]) => (
      !disabled.includes(alert) && !(awake && redis.hibernates) && needs.every((port) => ports.has(port))
      && !(counted && counts[counted] === undefined) && !(onClaims && claims?.length === 0)))
    .map(([alert, { severity, for: duration, expr, summary, ofCluster: wide }]): Rule => ({
      alert,
      expr: wide ? clusterWide(filled(expr, words), ofCluster, redis.namespace) : filled(expr.replace(/@/g, on), words),
      for: duration,
      labels: { severity, installation: redis.name, ...namespace, ...alertLabels },
      annotations: { summary: `${redis.name}: ${filled(summary, words)}`, runbook_url: `${runbooks}/${alert}.md` },
    }));
  return { groups: [{ name: ['redis-ha', ...Object.values(namespace), redis.name].join('.'), rules }] };
}

/** A text with what its words stand for, as far as they are known here. */
function filled(text: string, words: Words): string {
  return text.replace(/<(\w+)>/g, (all, word: string) => words[word] ?? all);
}

/**
 * An expression about metrics of the cluster. Who tells them has a namespace, too: a Prometheus that does not honour labels calls that `namespace`, and the one that they
 * are about `exported_namespace`.
 */
function clusterWide(expr: string, selections: Selections, namespace: string | undefined): string {
  const about = (label: string, those: Labels): string => {
    const words = Object.entries(selections).map(([word, labels]) => [word, matchers({ ...those, ...labels })]);
    return filled(expr, { namespace: label, ...Object.fromEntries(words) });
  };
  const exported = 'exported_namespace';
  const own: Labels = namespace === undefined ? {} : { namespace };
  return `(${about('namespace', { ...own, [exported]: '' })}) or (${about(exported, { [exported]: namespace ?? /.+/ })})`;
}

/** Label matchers, as PromQL has them between braces. */
function matchers(labels: Labels): string {
  return Object.entries(labels).map(([name, value]) => (value instanceof RegExp ? `${name}=~"${value.source}"` : `${name}="${value}"`)).join();
}
