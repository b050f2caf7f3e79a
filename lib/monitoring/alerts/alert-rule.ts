import { Alert } from '../../options/alert';

/** An alert, before it is one of an installation. */
export interface AlertRule {
  readonly severity: 'critical' | 'warning' | 'info';
  /** How long the expression has to hold, as Prometheus writes it: longer than it does in a planned hand-over, a failover and a rollout. */
  readonly for: string;
  /** Names of ports, all of which are needed: without them there is no such metric. */
  readonly needs?: readonly string[];
  /** PromQL. `@` within braces stands for the labels that select the installation, `<name>` for a threshold. */
  readonly expr: string;
  /** What somebody reads who was woken; a template of Prometheus. */
  readonly summary: string;
}

/** Alerts by name. */
export type AlertRules = { readonly [alert in Alert]?: AlertRule };
