import { Duration } from 'cdk8s';
import { BackupRetention } from './backup-retention';
import { BackupTarget } from './backup-target';
import { BackupVerification } from './backup-verification';
import { ContainerResources } from './container-resources';
import { IRedisHa } from './i-redis-ha';
import { PodOptions } from './pod-options';
import { TrustedCas } from './tls-certificate';

/**
 * Which server a backup is taken from.
 */
export enum BackupSource {
  /** The replica in sync that has most of the data. Without one the backup fails, and says so. */
  REPLICA = 'replica',
  /** The same; the master where no replica is in sync. It forks for the dump: clients wait for as long as the fork takes, and memory grows by what is written meanwhile. */
  REPLICA_OR_MASTER = 'replica-or-master',
}

/**
 * How backups get in to the servers.
 */
export interface BackupConnectionOptions {
  /**
   * The user that backups log in as, one of `auth`: `AclUser.backup`. Needed where there are users.
   *
   * @default - `default`, where it is the only one
   */
  readonly user?: string;

  /**
   * Name of a Secret in the chart's namespace that holds the password, under the same key as that of the installation. Needed where the installation is in another one.
   *
   * @default - the Secret of the installation
   */
  readonly secretName?: string;

  /**
   * CAs that servers' certificates are checked against, in the chart's namespace. Only with TLS; needed where the installation is in another namespace.
   *
   * @default - those of the installation
   */
  readonly ca?: TrustedCas;

  /**
   * Name of a Secret with a certificate to show, in `tls.crt` and `tls.key`. Only with TLS, for `ClientCertificates.REQUIRED`.
   *
   * @default - none is shown
   */
  readonly clientCertificate?: string;
}

/**
 * The Jobs of both CronJobs.
 */
export interface BackupJobOptions {
  /**
   * Time after which one that still runs is ended.
   *
   * @default Duration.hours(6)
   */
  readonly deadline?: Duration;

  /**
   * How often one that failed is tried again. What a repetition would not change, like a wrong password, is not tried again.
   *
   * @default 3
   */
  readonly retries?: number;

  /**
   * How long after its time one may still start, when it could not at once.
   *
   * @default Duration.hours(1)
   */
  readonly startingDeadline?: Duration;

  /**
   * Jobs that succeeded and are kept, with their logs.
   *
   * @default 3
   */
  readonly successfulHistory?: number;

  /**
   * Jobs that failed and are kept, with their logs.
   *
   * @default 3
   */
  readonly failedHistory?: number;

  /**
   * How long one waits while others use the repository. A lock that somebody left who died lasts 30 minutes: keep it above.
   *
   * @default Duration.minutes(45)
   */
  readonly lockTimeout?: Duration;

  /**
   * Whether nothing is started on schedule. Jobs can still be made from the CronJobs.
   *
   * @default false; backups of an installation that hibernates are suspended
   */
  readonly suspend?: boolean;
}

/**
 * Backups of an installation.
 */
export interface RedisBackupProps {
  /**
   * The installation, made here or imported. Of one that is imported, `engine` must be as it is there.
   */
  readonly redis: IRedisHa;

  /**
   * Where backups are kept.
   */
  readonly target: BackupTarget;

  /**
   * When, as cron has it, like `30 5 * * 1-5`.
   *
   * @default - each day between two and three o'clock; the minute depends on the name, so that not all installations begin at once
   */
  readonly schedule?: string;

  /**
   * Time zone of the schedules, by its name in the IANA database, like `Europe/Berlin`. Needs Kubernetes ≥ 1.27.
   *
   * @default - that of the kube-controller-manager, mostly UTC
   */
  readonly timeZone?: string;

  /**
   * Which backups are kept.
   *
   * @default BackupRetention.keep({ daily: 7, weekly: 5, monthly: 12, within: Duration.hours(48) })
   */
  readonly retention?: BackupRetention;

  /**
   * Whether backups are proven by restoring them.
   *
   * @default BackupVerification.schedule()
   */
  readonly verification?: BackupVerification;

  /**
   * Which server they are taken from.
   *
   * @default BackupSource.REPLICA
   */
  readonly source?: BackupSource;

  /**
   * User, password and certificates.
   *
   * @default - those of the installation
   */
  readonly connection?: BackupConnectionOptions;

  /**
   * URL of a Pushgateway, which is told how each backup went, like `http://pushgateway.monitoring:9091`: time, keys, sizes and duration.
   *
   * @default - none: kube-state-metrics knows when each CronJob last succeeded, which is what the alerts of RedisMonitoring are about
   */
  readonly pushgateway?: string;

  /**
   * Name of the CronJob of backups, and of the other objects with an ending. Give one where there are several RedisBackup of one installation.
   *
   * @default - `NAME-backup`
   */
  readonly name?: string;

  /**
   * Image of restic: repository with a tag, a digest or both. It must hold a POSIX shell.
   *
   * @default - the official image, from the installation's registry; docs/reference/versions.md has its version
   */
  readonly image?: string;

  /**
   * Image of the engine that takes and loads dumps.
   *
   * @default - that of the servers
   */
  readonly engineImage?: string;

  /**
   * Secrets for private registries, in the chart's namespace.
   *
   * @default - those of the installation
   */
  readonly imagePullSecrets?: string[];

  /**
   * Requests and limits of the containers that run restic. It keeps the repository's index in memory.
   *
   * @default - requests 100m CPU and 128Mi of memory, limit 1Gi of memory
   */
  readonly resources?: ContainerResources;

  /**
   * Scheduling, metadata and additions of the pods of both CronJobs. The main container of a backup is `store`, that of a verification is `verify`. The dump lies in the
   * volume `dump`: to have it elsewhere than on the node's disk, `podSpecOverrides: { volumes: [{ name: 'dump', emptyDir: null, ephemeral: { … } }] }`.
   *
   * @default - see PodOptions; `spread` does nothing here
   */
  readonly pod?: PodOptions;

  /**
   * Name of a ServiceAccount that exists, for targets whose credentials are those of a cloud's workload identity. Its token of the Kubernetes API is not mounted.
   *
   * @default - that of the namespace, without a token
   */
  readonly serviceAccountName?: string;

  /**
   * Deadlines, repetitions and history.
   *
   * @default - see BackupJobOptions
   */
  readonly job?: BackupJobOptions;

  /**
   * Whether pods name the user and group that they run as. False where the platform assigns them, as on OpenShift.
   *
   * @default - as the installation does
   */
  readonly fixedIds?: boolean;
}
