import { ContainerResources } from './container-resources';
import { KubeTemplateImage } from './kube-template-image';

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
   * No proxy: for clients that ask the Sentinels themselves.
   */
  public static none(): Routing {
    return new Routing(['Routing.none', ...arguments], 'none');
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** `service`, `podIp` or `none`. */
    public readonly kind: string,
    /** Options of `podIp`. */
    public readonly podIpOptions: PodIpRoutingOptions = {},
  ) {}
}
