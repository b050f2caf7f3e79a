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
  /** What has to be known of HAProxy: how many of its pods there should be, `<pods>`, or among how many its connections are divided, `<fronts>`: ours together, and each of the user's. */
  readonly counts?: 'pods' | 'fronts';
  /** Whether it is about the claims that data is on, of which there may be none. */
  readonly claims?: boolean;
  /** Whether it is about metrics of the cluster, which have a namespace of their own: `<namespace>` stands for the label with that of what they are about. */
  readonly ofCluster?: boolean;
  /**
   * PromQL. `@` within braces stands for the labels that select the installation, `<name>` for a threshold. All that is added up or compared is so by cluster and namespace: where
   * the namespace of the installation is not known, others of its name may be elsewhere, and a Prometheus of several clusters, whose samples have a label `cluster`, has them all.
   *
   * What is counted or added up is so by `instance`, as another job may scrape the same pods once more.
   *
   * A sample that is not there says nothing: one missed scrape takes all that a pod tells away, at once.
   */
  readonly expr: string;
  /** What somebody reads who was woken; a template of Prometheus. */
  readonly summary: string;
}

/**
 * Nobody is, nor should be, the master while the servers copy one outside, or the data that they begin with. Where the one that does so is gone, another one takes its place once it
 * has waited for it; that the Sentinels name somebody says that it is over.
 */
export const UNLESS_COPYING = [
  'unless on (cluster, namespace) ((max_over_time(redis_ha_follow_link_up{@}[5m]) or max_over_time(redis_ha_restoring{@}[5m]) == 1)',
  'unless on (cluster, namespace) redis_ha_named_master{@})',
].join(' ');

/** Agents that are not heard may have the master beside them: it is there as long as all others have their links to it. */
export const UNLESS_UNHEARD = [
  'unless on (cluster, namespace) (min by (cluster, namespace) (redis_ha_link_up{@}) == 1',
  'and on (cluster, namespace) count by (cluster, namespace) (redis_ha_server_up{@}) < on (cluster, namespace) max by (cluster, namespace) (redis_ha_servers{@}))',
].join(' ');

/** Where something fails again and again, and is well now and then: a series had a value that long ago, too. One that began with the pod says how long that took to start. */
export const known = (series: string) => `max_over_time(${series}[10m] offset 10m) >= 0`;

/** Alerts by name. */
export type AlertRules = { readonly [alert in Alert]?: AlertRule };
