import { ContainerResources } from './container-resources';
import { KubeTemplateImage } from './kube-template-image';
import { TrustedCas } from './tls-certificate';

/**
 * Options of `Routing.podIp`.
 */
export interface PodIpRoutingOptions {
  /**
   * Where kube-template comes from.
   *
   * @default KubeTemplateImage.node(): a stock Node.js image, the program from a ConfigMap
   */
  readonly image?: KubeTemplateImage;

  /**
   * Requests and limits of kube-template. Below 64Mi of memory it has to read its own program from the disk again and again.
   * What is not given keeps its default; `{}` in place of the limits or of the requests stands for none.
   *
   * @default - 20m CPU and 48Mi memory requested, 128Mi memory at most
   */
  readonly resources?: ContainerResources;
}

/**
 * Options of `Routing.consul`.
 */
export interface ConsulRoutingOptions {
  /**
   * URL of Consul's HTTP API, for the agents beside the servers and for consul-template. `$(HOST_IP)` stands for the address of the pod's node, in brackets where that
   * is one of IPv6: `http://[$(HOST_IP)]:8500`.
   *
   * @default "http://$(HOST_IP):8500": the Consul agent of the node; with `IpStack.IPV6` in brackets, which needs a cluster whose first family is IPv6
   */
  readonly address?: string;

  /**
   * Name of the service whose instances the servers are: a DNS label of at most 63 characters. Installations must not share one.
   *
   * @default - "NAMESPACE-NAME-server", or "NAME-server" where the namespace is not known
   */
  readonly service?: string;

  /**
   * Name of a Secret of the installation's namespace with the token of an ACL. It needs `service:write` for the service, and `service:read` and `node:read`.
   *
   * @default - no token is sent
   */
  readonly tokenSecret?: string;

  /**
   * Key of the token in that Secret.
   *
   * @default "token"
   */
  readonly tokenKey?: string;

  /**
   * CAs that the certificate of Consul's HTTP API is checked against, where `address` is an https URL. A Secret or ConfigMap of the installation's namespace.
   *
   * @default - those that the images trust
   */
  readonly ca?: TrustedCas;

  /**
   * Image of consul-template.
   *
   * @default - the release that docs/reference/versions.md names
   */
  readonly image?: string;

  /**
   * Requests and limits of consul-template. What is not given keeps its default; `{}` in place of the limits or of the requests stands for none.
   *
   * @default - 10m CPU and 32Mi memory requested, 64Mi memory at most
   */
  readonly resources?: ContainerResources;
}

/**
 * Options of `Routing.direct`.
 */
export interface DirectRoutingOptions {
  /**
   * Port of the Service that leads to the master.
   *
   * @default 6379
   */
  readonly port?: number;

  /**
   * Port of the Service that leads to replicas in sync, and to the master while there is none.
   *
   * @default 6380
   */
  readonly readPort?: number;
}

/**
 * How clients find the master.
 */
export class Routing {
  /**
   * Through HAProxy, which reaches each server through its announce Service.
   */
  public static service(): Routing {
    return new Routing(['Routing.service', ...arguments], 'service');
  }

  /**
   * Through HAProxy, which reaches each server at its pod's address, without a Service's address translation. kube-template
   * beside it keeps the addresses current.
   */
  public static podIp(options?: PodIpRoutingOptions): Routing {
    return new Routing(['Routing.podIp', ...arguments], 'podIp', options);
  }

  /**
   * Through HAProxy, which reaches each server at its pod's address, as an instance of a service in Consul: the agent beside each server registers it there,
   * consul-template beside HAProxy tells the addresses. For clusters that have Consul already; `podIp` needs none.
   */
  public static consul(options?: ConsulRoutingOptions): Routing {
    return new Routing(['Routing.consul', ...arguments], 'consul', undefined, options);
  }

  /**
   * Through a Service alone, without HAProxy: its EndpointSlices, which the agents beside the servers write, name the pod of the master and those of replicas in
   * sync. A request costs one hop less; docs/how-to/direct.md tells what is given up for it.
   */
  public static direct(options?: DirectRoutingOptions): Routing {
    return new Routing(['Routing.direct', ...arguments], 'direct', undefined, undefined, options);
  }

  /**
   * No proxy: for clients that ask the Sentinels themselves.
   */
  public static none(): Routing {
    return new Routing(['Routing.none', ...arguments], 'none');
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** `service`, `podIp`, `consul`, `direct` or `none`. */
    public readonly kind: string,
    /** Options of `podIp`. */
    public readonly podIpOptions: PodIpRoutingOptions = {},
    /** Options of `consul`. */
    public readonly consulOptions: ConsulRoutingOptions = {},
    /** Options of `direct`. */
    public readonly directOptions: DirectRoutingOptions = {},
  ) {}
}
