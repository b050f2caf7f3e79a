import { Peer } from './peer';

/**
 * Where pods may connect to.
 */
export interface EgressRule {
  /**
   * Whom they may reach.
   *
   * @default - anybody, at `ports`
   */
  readonly to?: Peer;

  /**
   * TCP ports that they may reach. For DNS also UDP.
   *
   * @default - all, of `to`
   */
  readonly ports?: number[];
}

/**
 * Options of `Egress.restricted`.
 */
export interface RestrictedEgressOptions {
  /**
   * Where names are resolved. NetworkPolicies see the pods of the DNS, not its Service: on OpenShift they listen on 5353.
   *
   * @default - anybody at port 53
   */
  readonly dns?: EgressRule;

  /**
   * The API server, which has no pods that a policy could select in most clusters. Only pods that ask it may reach it: HAProxy's with `Routing.podIp()`, servers' with `Routing.direct()` or
   * `kubernetes`.
   *
   * @default - anybody at the ports 443 and 6443
   */
  readonly apiServer?: EgressRule;

  /**
   * What all pods may reach beside that, for containers of yours: where logs or metrics are sent.
   *
   * @default - nothing
   */
  readonly more?: EgressRule[];
}

/**
 * Where the pods may connect to: servers, Sentinels and HAProxy.
 */
export class Egress {
  /**
   * Anywhere.
   */
  public static any(): Egress {
    return new Egress(['Egress.any', ...arguments]);
  }

  /**
   * Only where the installation has to: to each other, to DNS, to the API server where kube-template or the agents ask it, to Consul with `Routing.consul()`, to the master of `follow` and to
   * what a `restore` copies from; and where you say. All else is refused. Needs `networkPolicies`.
   */
  public static restricted(options?: RestrictedEgressOptions): Egress {
    return new Egress(['Egress.restricted', ...arguments], options ?? {});
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal Undefined where it is not restricted. */
    public readonly _restricted?: RestrictedEgressOptions,
  ) {}
}

/**
 * The network of an installation.
 */
export interface NetworkOptions {
  /**
   * Where the pods may connect to.
   *
   * @default Egress.any()
   */
  readonly egress?: Egress;

  /**
   * `appProtocol` of the ports of all Services, for service meshes and load balancers: `tcp` keeps them from guessing. A name as IANA registers it, or one with a domain in
   * front of it, like `kubernetes.io/h2c`.
   *
   * @default - none
   */
  readonly appProtocol?: string;
}
