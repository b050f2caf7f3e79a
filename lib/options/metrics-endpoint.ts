/**
 * Where pods of an installation tell metrics: at `/metrics` of a port.
 */
export interface MetricsEndpoint {
  /**
   * Kind of the pods: `server`, `sentinel` or `proxy`.
   */
  readonly component: string;

  /**
   * Labels that select the pods.
   */
  readonly podSelector: { [name: string]: string };

  /**
   * Name of the container's port: `agent-stats`, `redis-stats`, `sentinel-stats`, `stats` (HAProxy) or `templates` (kube-template).
   */
  readonly portName: string;

  /**
   * The port.
   */
  readonly port: number;

  /**
   * How many of these pods there should be at least: of an autoscaled proxy the least number, 0 with `hibernate`.
   *
   * @default - not known: the proxy of an installation that is made elsewhere
   */
  readonly pods?: number;

  /**
   * Frontends in `proxy.customSections`, each of which may have as many clients as all others together; of `stats` alone.
   *
   * @default - not known: the proxy of an installation that is made elsewhere
   */
  readonly customFronts?: number;
}
