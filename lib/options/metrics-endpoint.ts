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
}
