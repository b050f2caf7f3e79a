import { ALERTS } from './alerts';
import { IRedisHa } from '../options/i-redis-ha';
import { AlertsSettings } from '../settings/resolve-monitoring';

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
  const namespace: { readonly [label: string]: string } = redis.namespace === undefined ? {} : { namespace: redis.namespace };
  const words: { readonly [word: string]: string } = {
    ...Object.fromEntries(Object.entries(thresholds).map(([name, value]) => [name, String(value)])),
    backups: matchers({ ...namespace, cronjob: new RegExp(backups.join('|')) }),
    verifications: matchers({ ...namespace, cronjob: new RegExp(backups.map((name) => `${name}-verify`).join('|')) }),
    claims: matchers({ ...namespace, persistentvolumeclaim: new RegExp(`data-${redis.name}-server-[0-9]+`) }),
  };
  const on = matchers({ installation: redis.name, ...namespace });
  const rules = ALERTS
    .filter(([alert, { needs = [], awake }]) => !disabled.includes(alert) && !(awake && redis.hibernates) && needs.every((port) => ports.has(port)))
    .map(([alert, { severity, for: duration, expr, summary }]): Rule => ({
      alert,
      expr: expr.replace(/@/g, on).replace(/<(\w+)>/g, (_, word: string) => words[word]),
      for: duration,
      labels: { severity, installation: redis.name, ...namespace, ...alertLabels },
      annotations: { summary: `${redis.name}: ${summary}`, runbook_url: `${runbooks}/${alert}.md` },
    }));
  return { groups: [{ name: ['redis-ha', ...Object.values(namespace), redis.name].join('.'), rules }] };
}

/** Label matchers, as PromQL has them between braces. */
function matchers(labels: { readonly [name: string]: string | RegExp }): string {
  return Object.entries(labels).map(([name, value]) => (value instanceof RegExp ? `${name}=~"${value.source}"` : `${name}="${value}"`)).join();
}
