/**
 * What Kubernetes shows of the installation. The agents write it, so their pods get a ServiceAccount with the rights for what is switched on (docs/reference/rbac.md).
 * Nothing waits for it: without the API server or without rights a failover is the same, and what could not be written is tried again.
 */
export interface KubernetesOptions {
  /**
   * Events of the servers' pods, for `kubectl get events` and `kubectl describe pod`: a failover, a hand-over, an election, a server that does not start because of its data.
   * docs/how-to/monitoring.md lists them.
   *
   * @default false
   */
  readonly events?: boolean;

  /**
   * Label `redis-ha.cdk8s.io/role` of the servers' pods, for `kubectl get pods -L redis-ha.cdk8s.io/role`: `master`, `replica`, `standby` or `unknown`. For people, never for
   * selectors: it comes late, two pods may have the same for a while, and on a node that is lost it stays as it was.
   *
   * @default false
   */
  readonly roleLabel?: boolean;
}
