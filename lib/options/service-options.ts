import { Duration } from 'cdk8s';

/**
 * Type of the Service that clients connect to.
 */
export enum ProxyServiceType {
  /** Inside the cluster. */
  CLUSTER_IP = 'ClusterIP',
  /** A port of each node. */
  NODE_PORT = 'NodePort',
  /** A load balancer of the cloud. */
  LOAD_BALANCER = 'LoadBalancer',
}

/**
 * Which nodes take connections from outside.
 */
export enum ExternalTrafficPolicy {
  /** All nodes; the client's address is lost on the way. */
  CLUSTER = 'Cluster',
  /** Only nodes that have a pod; the client's address is kept, for NetworkPolicies too. */
  LOCAL = 'Local',
}

/**
 * Which endpoints of a Service are preferred.
 */
export enum TrafficDistribution {
  /** Those of the client's zone, where there are any. Kubernetes ≥ 1.31. */
  PREFER_CLOSE = 'PreferClose',
  /** The same, by its newer name. Kubernetes ≥ 1.35. */
  PREFER_SAME_ZONE = 'PreferSameZone',
  /** Those of the client's node, then those of its zone. Kubernetes ≥ 1.35. */
  PREFER_SAME_NODE = 'PreferSameNode',
}

/**
 * The Service that clients connect to.
 */
export interface ProxyServiceOptions {
  /**
   * Type of the Service.
   *
   * @default ProxyServiceType.CLUSTER_IP
   */
  readonly type?: ProxyServiceType;

  /**
   * Annotations of the Service, like those a cloud's load balancer reads.
   *
   * @default - none
   */
  readonly annotations?: { [name: string]: string };

  /**
   * Port of each node for the write port, from 30000 to 32767. Needs NODE_PORT or LOAD_BALANCER.
   *
   * @default - chosen by the cluster
   */
  readonly nodePort?: number;

  /**
   * Port of each node for the read port, from 30000 to 32767. Needs NODE_PORT or LOAD_BALANCER.
   *
   * @default - chosen by the cluster
   */
  readonly readNodePort?: number;

  /**
   * Class of the load balancer. Needs LOAD_BALANCER.
   *
   * @default - the cluster's default
   */
  readonly loadBalancerClass?: string;

  /**
   * Addresses that may use the load balancer, as CIDR. Needs LOAD_BALANCER.
   *
   * @default - any
   */
  readonly loadBalancerSourceRanges?: string[];

  /**
   * Which nodes take connections from outside. Needs NODE_PORT or LOAD_BALANCER.
   *
   * @default - the cluster's default, ExternalTrafficPolicy.CLUSTER
   */
  readonly externalTrafficPolicy?: ExternalTrafficPolicy;

  /**
   * Name that external-dns gives the Service: a DNS name, as the annotation `external-dns.alpha.kubernetes.io/hostname` has it. Certificates of cert-manager need it,
   * too, in `extraNames`.
   *
   * @default - none
   */
  readonly hostname?: string;

  /**
   * Connections of one client's address go to one pod of HAProxy, for as long after the last one, in whole seconds up to a day.
   *
   * @default - to any
   */
  readonly sessionAffinity?: Duration;

  /**
   * Which pods of HAProxy clients are sent to. From there connections go to a server of any zone, but for reads with `proxy.reads.otherZoneWeight`.
   *
   * @default - any
   */
  readonly trafficDistribution?: TrafficDistribution;

  /**
   * Merged over the Service's spec at the end, for anything that has no option, like `{ internalTrafficPolicy: 'Local' }`: objects are merged,
   * ports by name, null removes. Fields that the Kubernetes 1.27 API does not know are kept. For other objects there is `Overrides.merge`.
   *
   * @default - nothing
   */
  readonly specOverrides?: { [field: string]: any };
}

/**
 * Services of `server.memberServices`: one for each server, beside the one that it announces.
 */
export interface MemberServiceOptions {
  /**
   * Type of the Services.
   *
   * @default ProxyServiceType.LOAD_BALANCER
   */
  readonly type?: ProxyServiceType;

  /**
   * Annotations of the Services.
   *
   * @default - none
   */
  readonly annotations?: { [name: string]: string };

  /**
   * Ports of each node, from 30000 to 32767: one for each server, in order. Not with CLUSTER_IP.
   *
   * @default - chosen by the cluster
   */
  readonly nodePorts?: number[];

  /**
   * Class of the load balancers. Needs LOAD_BALANCER.
   *
   * @default - the cluster's default
   */
  readonly loadBalancerClass?: string;

  /**
   * Addresses that may use the load balancers, as CIDR. Needs LOAD_BALANCER.
   *
   * @default - any
   */
  readonly loadBalancerSourceRanges?: string[];

  /**
   * Which nodes take connections from outside. Not with CLUSTER_IP.
   *
   * @default - the cluster's default, ExternalTrafficPolicy.CLUSTER
   */
  readonly externalTrafficPolicy?: ExternalTrafficPolicy;

  /**
   * Name that external-dns gives them, with `{ordinal}` for the server's: `redis-{ordinal}.example.com`.
   *
   * @default - none
   */
  readonly hostname?: string;
}
