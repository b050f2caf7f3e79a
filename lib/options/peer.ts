import { Construct } from 'constructs';

/**
 * Options of `Peer.pods`.
 */
export interface PeerPodsOptions {
  /**
   * Labels that the pods have, all of them. At least one.
   */
  readonly labels: { [name: string]: string };

  /**
   * Name of their namespace. Not together with `namespaceLabels`.
   *
   * @default - the namespace of the installation
   */
  readonly namespace?: string;

  /**
   * Labels of their namespaces. Not together with `namespace`.
   *
   * @default - the namespace of the installation
   */
  readonly namespaceLabels?: { [name: string]: string };
}

/**
 * Options of `Peer.cidr`.
 */
export interface PeerCidrOptions {
  /**
   * Ranges inside it that stay out.
   *
   * @default - none
   */
  readonly except?: string[];
}

/**
 * A client for `allowFrom` and its like that is no construct of the app: pods, namespaces or addresses. It is a construct itself, without a
 * scope and without any manifest, so that one parameter takes it, workloads, and the peers of every cdk8s-plus.
 *
 * @example
 *
 * redis.allowFrom(Peer.pods({ labels: { app: 'worker' }, namespace: 'jobs' }));
 */
export class Peer extends Construct {
  /**
   * Pods with labels, of the installation's own namespace unless told.
   */
  public static pods(options: PeerPodsOptions): Peer {
    return new Peer(['Peer.pods', ...arguments], { pods: options?.labels, namespace: options?.namespace, namespaces: options?.namespaceLabels });
  }

  /**
   * All pods of the namespace with this name.
   */
  public static namespace(name: string): Peer {
    return new Peer(['Peer.namespace', ...arguments], { namespace: name });
  }

  /**
   * All pods of the namespaces that have these labels. At least one.
   */
  public static namespaces(labels: { [name: string]: string }): Peer {
    return new Peer(['Peer.namespaces', ...arguments], { namespaces: labels });
  }

  /**
   * Addresses outside the cluster, like `203.0.113.0/24`.
   */
  public static cidr(range: string, options?: PeerCidrOptions): Peer {
    return new Peer(['Peer.cidr', ...arguments], { cidr: range, except: options?.except });
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: they are checked where it is used. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _who: {
      readonly pods?: { readonly [name: string]: string };
      readonly namespace?: string;
      readonly namespaces?: { readonly [name: string]: string };
      readonly cidr?: string;
      readonly except?: readonly string[];
    },
  ) {
    super(undefined as any, ''); // as App does: the root of a tree of its own
  }
}
