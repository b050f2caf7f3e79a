/**
 * Helm charts whose values can be taken over.
 */
export enum HelmChart {
  /** redis-ha of DandyDeveloper, once stable/redis-ha: 4.39 and before. */
  REDIS_HA = 'redis-ha',
  /** redis of Bitnami: 23 and before. */
  BITNAMI_REDIS = 'redis',
  /** valkey of Bitnami: 4 and before. */
  BITNAMI_VALKEY = 'valkey',
}

/**
 * Options of `RedisHa.fromHelmValues`.
 */
export interface HelmValuesOptions {
  /**
   * The chart that the values are for.
   *
   * @default - found out from their keys
   */
  readonly chart?: HelmChart;

  /**
   * Whether a key that can't be taken over is an error. Otherwise Node.js warns of each, with the code `HELM_VALUE_REFUSED`, and the rest becomes an installation.
   *
   * @default false
   */
  readonly strict?: boolean;
}
