import { Alert } from '../../options/alert';

/** An alert, before it is one of an installation. */
export interface AlertRule {
  readonly severity: 'critical' | 'warning' | 'info';
  /** How long the expression has to hold, as Prometheus writes it: longer than it does in a planned hand-over, a failover and a rollout. */
  readonly for: string;
  /** Names of ports, all of which are needed: without them there is no such metric. */
  readonly needs?: readonly string[];
  /** Whether it is about something that is not there while the installation hibernates, as is known then. */
  readonly awake?: boolean;
  /** Kind of pods whose number, `<pods>`, has to be known. */
  readonly counts?: 'proxy';
  /** Whether it is about metrics of the cluster, which have a namespace of their own: `<namespace>` stands for the label with that of what they are about. */
  readonly ofCluster?: boolean;
  /**
   * PromQL. `@` within braces stands for the labels that select the installation, `<name>` for a threshold. All that is added up or compared is so by namespace: where that
   * of the installation is not known, others of its name may be elsewhere.
   */
  readonly expr: string;
  /** What somebody reads who was woken; a template of Prometheus. */
  readonly summary: string;
}

/** Nobody is, nor should be, the master while the servers copy one outside, or the data that they begin with. */
export const UNLESS_COPYING = 'unless on (namespace) (redis_ha_follow_link_up{@} or redis_ha_restoring{@} == 1)';

/** Alerts by name. */
export type AlertRules = { readonly [alert in Alert]?: AlertRule };
