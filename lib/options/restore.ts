import { BackupTarget } from './backup-target';
import { ContainerResources } from './container-resources';
import { PodOptions } from './pod-options';

/**
 * What the Job of every restore has. Its throw-away server holds the whole data in memory for as long as the restore takes.
 */
export interface RestoreOptions {
  /**
   * Requests and limits of the throw-away server. What fetches a backup has the same limit of memory, if that is more than 1Gi.
   * What is not given keeps its default; `{}` in place of the limits or of the requests stands for none.
   *
   * @default - those of the installation's servers
   */
  readonly resources?: ContainerResources;

  /**
   * Scheduling, metadata and additions of its pod. What is restored lies in an emptyDir of the node; `podSpecOverrides` may put another volume in the
   * place of that named `dump`.
   *
   * @default - none
   */
  readonly pod?: PodOptions;
}

/**
 * Options of `Restore.fromBackup`.
 */
export interface BackupRestoreOptions extends RestoreOptions {
  /**
   * The backup: an id, as `restic snapshots` shows it, or `latest`. The newest is that of the time when the Job runs, also of one that begins again after a
   * disaster.
   *
   * @default 'latest'
   */
  readonly snapshot?: string;

  /**
   * Name of the installation whose newest backup is meant. An id is found whosever backup it is.
   *
   * @default - this installation
   */
  readonly installation?: string;

  /**
   * Namespace of that installation.
   *
   * @default - the namespace of this installation
   */
  readonly namespace?: string;

  /**
   * Image of restic.
   *
   * @default - the official image of the release that docs/reference/versions.md names
   */
  readonly image?: string;
}

/**
 * Options of `Restore.fromVolume`.
 */
export interface VolumeRestoreOptions extends RestoreOptions {
  /**
   * Restore the data as it was at a time, like `2026-11-28T10:30:00Z`. Only from an append-only log that was written with
   * `aof-timestamp-enabled yes`, and only to a time after it was last rewritten: docs/how-to/restore.md.
   *
   * @default - all that is there
   */
  readonly until?: string;
}

/**
 * Where data comes from that is restored.
 *
 * @example
 *
 * Restore.fromBackup(target, { snapshot: '4f3c1d2e' });
 */
export class Restore {
  /**
   * A backup that `RedisBackup` made, of this installation or of another one. Any repository of restic does whose snapshots have the file `/dump/dump.rdb`.
   */
  public static fromBackup(target: BackupTarget, options?: BackupRestoreOptions): Restore {
    return new Restore(['Restore.fromBackup', ...arguments], { kind: 'backup', target, options: options ?? {} });
  }

  /**
   * Files in a volume, which is only read: a snapshot (`dump.rdb`), or a folder with an append-only log (`appendonlydir`, or an `appendonly.aof` of older
   * versions) or a snapshot: what the claim of a former server holds.
   *
   * @param claimName name of the PersistentVolumeClaim, in the namespace of the installation. One that only a single node may use must not be in use elsewhere
   * @param path of the file or folder in the volume, like `dump.rdb`; `.` is its root
   */
  public static fromVolume(claimName: string, path: string, options?: VolumeRestoreOptions): Restore {
    return new Restore(['Restore.fromVolume', ...arguments], { kind: 'volume', claimName, path, options: options ?? {} });
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _from:
    | { readonly kind: 'backup'; readonly target: BackupTarget; readonly options: BackupRestoreOptions }
    | { readonly kind: 'volume'; readonly claimName: string; readonly path: string; readonly options: VolumeRestoreOptions },
  ) {}
}
