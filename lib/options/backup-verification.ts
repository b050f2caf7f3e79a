import { ContainerResources } from './container-resources';

/**
 * Options of `BackupVerification.schedule`.
 */
export interface BackupVerificationOptions {
  /**
   * When, as cron has it, in the time zone of the backups.
   *
   * @default - Sundays, four hours after midnight; the minute depends on the name
   */
  readonly schedule?: string;

  /**
   * Requests and limits of the throw-away server. It needs as much memory as the data does in the installation.
   *
   * @default - requests 50m CPU and 64Mi of memory, no limit
   */
  readonly resources?: ContainerResources;
}

/**
 * Whether backups are proven by restoring them.
 */
export class BackupVerification {
  /**
   * A second CronJob brings the newest backup out of the repository, loads it into a throw-away server of the engine's image, and compares the number of keys
   * with that which was counted when the backup was taken.
   */
  public static schedule(options?: BackupVerificationOptions): BackupVerification {
    return new BackupVerification(['BackupVerification.schedule', ...arguments], options ?? {});
  }

  /**
   * Never: a backup that was never restored may be none.
   */
  public static none(): BackupVerification {
    return new BackupVerification(['BackupVerification.none', ...arguments]);
  }

  private constructor(
    /** @internal The static function that made it, and its arguments. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _options?: BackupVerificationOptions,
  ) {}
}
