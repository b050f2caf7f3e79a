import { Duration } from 'cdk8s';

/**
 * A further port of the proxy.
 */
export interface ProxyPort {
  /**
   * Name of the port in Service and pods: at most 15 lower-case letters, digits and "-".
   */
  readonly name: string;

  /**
   * The port.
   */
  readonly port: number;

  /**
   * Port of each node, from 30000 to 32767. Needs a Service of the type NODE_PORT or LOAD_BALANCER.
   *
   * @default - chosen by the cluster
   */
  readonly nodePort?: number;
}

/**
 * A HorizontalPodAutoscaler for the proxy. New pods get new connections only: those that are open stay where they are. Deployments that had `replicas` before have one
 * pod until the autoscaler has seen them. What is in percent of requests needs one in each container, also in those of `pod.containers`: Kubernetes counts nothing otherwise.
 */
export interface ProxyAutoscaling {
  /**
   * Fewest pods.
   *
   * @default - `proxy.replicas`
   */
  readonly minReplicas?: number;

  /**
   * Most pods. What servers take of clients is shared among as many.
   */
  readonly maxReplicas: number;

  /**
   * CPU that is used on average, in percent of what is requested.
   *
   * @default 70, unless `memoryPercent` is given
   */
  readonly cpuPercent?: number;

  /**
   * Memory that is used on average, in percent of what is requested.
   *
   * @default - memory does not count
   */
  readonly memoryPercent?: number;
}

/**
 * How changed pods of the proxy take the place of those that run.
 */
export interface ProxyRollout {
  /**
   * Pods more than usual meanwhile.
   *
   * @default 1, and 0 where `pod.spread` is REQUIRED or ONE_PER_NODE
   */
  readonly maxSurge?: number;

  /**
   * Pods fewer than usual meanwhile.
   *
   * @default 0, and 1 where `pod.spread` is REQUIRED or ONE_PER_NODE
   */
  readonly maxUnavailable?: number;

  /**
   * How long a pod has to be ready before the next one is changed, in whole seconds.
   *
   * @default - not at all
   */
  readonly minReady?: Duration;

  /**
   * Former versions that are kept for `kubectl rollout undo`.
   *
   * @default - the cluster's default, 10
   */
  readonly revisionHistoryLimit?: number;
}

/**
 * Routes of the Gateway API (TCPRoute, v1alpha2) that lead to the Service. `redis.allowFrom()` has to let the Gateway's pods in.
 */
export interface TcpRouteOptions {
  /**
   * Name of the Gateway.
   */
  readonly gateway: string;

  /**
   * Namespace of the Gateway.
   *
   * @default - that of the installation
   */
  readonly namespace?: string;

  /**
   * Its listener for writes.
   *
   * @default - all listeners that take such routes
   */
  readonly listener?: string;

  /**
   * Its listener for reads.
   *
   * @default - no route for reads
   */
  readonly readListener?: string;
}
