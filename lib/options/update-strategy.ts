/**
 * Options of `UpdateStrategy.rolling`.
 */
export interface RollingUpdateOptions {
  /**
   * Servers with a lower ordinal keep their pods: with `partition: 2` and three servers only the last one is updated, as a canary. All share one ConfigMap: the
   * container of a held-back server that starts again has its former image and environment, and the new configuration and scripts. Let it follow soon.
   *
   * @default 0: all are updated
   */
  readonly partition?: number;
}

/**
 * How changed pods of the servers take the place of those that run.
 *
 * @example
 *
 * UpdateStrategy.onDelete();
 */
export class UpdateStrategy {
  /**
   * One after the other, from the highest ordinal down, as soon as the manifests are applied. The master hands over to a server that was updated before: the
   * master changes once, or twice if it has the highest ordinal.
   */
  public static rolling(options?: RollingUpdateOptions): UpdateStrategy {
    return new UpdateStrategy(['UpdateStrategy.rolling', ...arguments], 'RollingUpdate', options?.partition ?? 0);
  }

  /**
   * Each when its pod is deleted: `npx cdk8s-redis-ha roll` deletes replicas first and the master last, so that the master changes once, and may leave the master to
   * a better hour. Do so soon: a container that starts again before has the new configuration and scripts, and its former image.
   */
  public static onDelete(): UpdateStrategy {
    return new UpdateStrategy(['UpdateStrategy.onDelete', ...arguments], 'OnDelete', 0);
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _type: 'RollingUpdate' | 'OnDelete',
    /** @internal */
    public readonly _partition: number,
  ) {}
}
