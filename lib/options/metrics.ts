import { ContainerResources } from './container-resources';

/**
 * Options of `Metrics.exporter`.
 */
export interface ExporterOptions {
  /**
   * Image to run: redis_exporter with a shell, which is what the variant `-alpine` of the official image has.
   *
   * @default - the official image of the release that docs/reference/versions.md names
   */
  readonly image?: string;

  /**
   * Requests and limits of each exporter.
   * What is not given keeps its default; `{}` in place of the limits or of the requests stands for none.
   *
   * @default - 10m CPU and 32Mi memory requested, 64Mi memory at most
   */
  readonly resources?: ContainerResources;

  /**
   * Lua scripts for metrics of your own, by the name of their file, like `{ 'carts.lua': "return {'carts', tostring(redis.call('SCARD', 'carts'))}" }`: each
   * returns names and values by turns, and becomes `redis_script_values`. They run at each scrape, in the server's one thread, and can't write. A change
   * restarts nothing but the exporter.
   *
   * @default - none
   */
  readonly scripts?: { [file: string]: string };

  /**
   * Keys of which value and length are told (`redis_key_value`, `redis_key_size`) by the replicas, with their database if it is not 0, like
   * `db1=queue:mails`. Here and below: with a single server, by that one.
   *
   * @default - none
   */
  readonly keys?: string[];

  /**
   * Patterns of such keys, like `queue:*`. Replicas look for them by SCAN at each scrape, over all keys.
   *
   * @default - none
   */
  readonly keyPatterns?: string[];

  /**
   * Patterns of keys that are counted (`redis_keys_count`), like `session:*`. Replicas look for them by SCAN at each scrape, over all keys.
   *
   * @default - none
   */
  readonly countedPatterns?: string[];
}

/**
 * Metrics of servers and Sentinels. Agents, HAProxy and kube-template have theirs without.
 */
export class Metrics {
  /**
   * redis_exporter beside each server and each Sentinel: `/metrics` at 9121, port name `redis-stats`, and at 9122, port name `sentinel-stats`.
   */
  public static exporter(options?: ExporterOptions): Metrics {
    return new Metrics(['Metrics.exporter', ...arguments], options ?? {});
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _options: ExporterOptions,
  ) {}
}
