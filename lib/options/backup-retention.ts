import { Duration } from 'cdk8s';

/**
 * Options of `BackupRetention.keep`. What one of them keeps is kept; at least one must be given.
 */
export interface BackupRetentionOptions {
  /**
   * The newest ones, by count.
   *
   * @default - none
   */
  readonly last?: number;

  /**
   * The newest one of each of so many hours in which there is one.
   *
   * @default - none
   */
  readonly hourly?: number;

  /**
   * The newest one of each of so many days.
   *
   * @default - none
   */
  readonly daily?: number;

  /**
   * The newest one of each of so many weeks.
   *
   * @default - none
   */
  readonly weekly?: number;

  /**
   * The newest one of each of so many months.
   *
   * @default - none
   */
  readonly monthly?: number;

  /**
   * The newest one of each of so many years.
   *
   * @default - none
   */
  readonly yearly?: number;

  /**
   * All that are not older than this, in whole hours, counted back from the newest one. Without it, a backup by hand removes that of the same day.
   *
   * @default - none
   */
  readonly within?: Duration;
}

/**
 * Which backups are kept. Those of other installations in the same repository are never touched.
 */
export class BackupRetention {
  /**
   * By count, by age, or both. Each backup then removes the others, and gives the space back.
   */
  public static keep(options: BackupRetentionOptions): BackupRetention {
    return new BackupRetention(['BackupRetention.keep', ...arguments], options);
  }

  /**
   * All: for credentials that may not delete, and where something else removes them.
   */
  public static forever(): BackupRetention {
    return new BackupRetention(['BackupRetention.forever', ...arguments]);
  }

  private constructor(
    /** @internal The static function that made it, and its arguments. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _options?: BackupRetentionOptions,
  ) {}
}
