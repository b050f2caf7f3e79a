import { Duration } from 'cdk8s';
import { IRedisHa } from './i-redis-ha';
import { PodOptions } from './pod-options';

/**
 * Options of `Order.failover`.
 */
export interface FailoverOrderOptions {
  /**
   * Ordinal of the server that becomes the master. If it is the master already, nothing happens.
   *
   * @default - the next one above the master, else the lowest, of those in sync with the lowest `replica-priority`; whichever server is the master
   */
  readonly to?: number;
}

/**
 * What an installation is asked to do, once: the commands of `npx cdk8s-redis-ha` as objects.
 *
 * @example
 *
 * new RedisOrder(chart, 'maintenance', { redis, order: Order.pause(Duration.minutes(10)) });
 */
export class Order {
  /**
   * Hands the master's role over: writes pause for some tenths of a second, and no acknowledged one is lost. If the replica is not in sync, or not electable, the master stays.
   */
  public static failover(options?: FailoverOrderOptions): Order {
    return new Order(['Order.failover', ...arguments], { word: 'failover', to: options?.to });
  }

  /**
   * No failover because a master is silent, for maintenance of networks and storage. A pod that is deleted still hands over.
   *
   * @param time until it ends by itself: whole seconds, up to 12 hours
   */
  public static pause(time: Duration): Order {
    return new Order(['Order.pause', ...arguments], { word: 'pause', time });
  }

  /**
   * Ends a pause before its time.
   */
  public static resume(): Order {
    return new Order(['Order.resume', ...arguments], { word: 'resume' });
  }

  /**
   * Drops the data of a broken replica, which copies it from the master. Refused for the master, and, with three servers and more, for the last replica in sync.
   *
   * @param server its ordinal
   */
  public static rebuild(server: number): Order {
    return new Order(['Order.rebuild', ...arguments], { word: 'rebuild', server });
  }

  private constructor(
    /** @internal The static function that made it, and its arguments. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _order:
    | { readonly word: 'failover'; readonly to?: number }
    | { readonly word: 'pause'; readonly time: Duration }
    | { readonly word: 'resume' }
    | { readonly word: 'rebuild'; readonly server: number },
  ) {}
}

/**
 * Props of `RedisOrder`.
 */
export interface RedisOrderProps {
  /**
   * The installation that is asked, of the chart's namespace.
   */
  readonly redis: IRedisHa;

  /**
   * What it is asked to do.
   */
  readonly order: Order;

  /**
   * Name of the Job and its ConfigMap.
   *
   * @default - the installation's name and the construct's id, like `cache-redis-maintenance`
   */
  readonly name?: string;

  /**
   * Image with the engine's command line client.
   *
   * @default - that of the installation's servers
   */
  readonly image?: string;

  /**
   * Names of the Secrets that the image is pulled with.
   *
   * @default - those of the installation
   */
  readonly imagePullSecrets?: string[];

  /**
   * Run the pod as user and group 999.
   *
   * @default - as the installation does
   */
  readonly fixedIds?: boolean;

  /**
   * Scheduling, metadata and additions of the pod.
   *
   * @default - none
   */
  readonly pod?: PodOptions;
}
