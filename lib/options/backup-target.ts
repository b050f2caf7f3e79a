import { TrustedCas } from './tls-certificate';

/**
 * What every target of backups has.
 */
export interface BackupTargetOptions {
  /**
   * Name of the Secret with the password that the repository is encrypted with. Whoever loses it has no backups: keep a copy outside the cluster.
   *
   * It never changes by itself: `restic key passwd` changes it in the repository, then in the Secret.
   */
  readonly passwordSecret: string;

  /**
   * Key of that Secret.
   *
   * @default 'password'
   */
  readonly passwordKey?: string;

  /**
   * Further options of restic's `-o`, by name, as `restic options` lists them, like `{ 's3.storage-class': 'STANDARD_IA' }`.
   *
   * @default - none
   */
  readonly resticOptions?: { [name: string]: string };
}

/**
 * Options of targets that are reached by HTTPS.
 */
export interface HttpsTargetOptions extends BackupTargetOptions {
  /**
   * Folder in the bucket, like `redis/cache`. Several installations may share one: their backups are told apart by namespace and name.
   *
   * @default - the bucket's root
   */
  readonly path?: string;

  /**
   * CAs that the server's certificate is checked against, in place of those that the image of restic has.
   *
   * @default - those of the image
   */
  readonly ca?: TrustedCas;
}

/**
 * Options of `BackupTarget.s3`.
 */
export interface S3TargetOptions extends HttpsTargetOptions {
  /**
   * The bucket. It must exist.
   */
  readonly bucket: string;

  /**
   * URL of the server, like `https://minio.storage.svc:9000`.
   *
   * @default 'https://s3.amazonaws.com'
   */
  readonly endpoint?: string;

  /**
   * Region of the bucket.
   *
   * @default - the server's default
   */
  readonly region?: string;

  /**
   * Name of the Secret with the credentials.
   *
   * @default - none: the pods' ServiceAccount stands for them, as with IAM roles for service accounts
   */
  readonly credentialsSecret?: string;

  /**
   * Key of that Secret with the access key's id.
   *
   * @default 'AWS_ACCESS_KEY_ID'
   */
  readonly accessKeyIdKey?: string;

  /**
   * Key of that Secret with the secret access key.
   *
   * @default 'AWS_SECRET_ACCESS_KEY'
   */
  readonly secretAccessKeyKey?: string;

  /**
   * Key of that Secret with a session token, for temporary credentials.
   *
   * @default - no session token
   */
  readonly sessionTokenKey?: string;
}

/**
 * Options of `BackupTarget.gcs`.
 */
export interface GcsTargetOptions extends HttpsTargetOptions {
  /**
   * The bucket. It must exist.
   */
  readonly bucket: string;

  /**
   * Name of the Secret with the key file of a service account.
   *
   * @default - none: the pods' ServiceAccount stands for it, as with Workload Identity Federation
   */
  readonly credentialsSecret?: string;

  /**
   * Key of that Secret with the file.
   *
   * @default 'credentials.json'
   */
  readonly credentialsKey?: string;
}

/**
 * Options of `BackupTarget.azure`.
 */
export interface AzureTargetOptions extends HttpsTargetOptions {
  /**
   * Name of the storage account.
   */
  readonly account: string;

  /**
   * The container. It must exist.
   */
  readonly container: string;

  /**
   * What the names of the cloud's endpoints end with.
   *
   * @default 'core.windows.net'
   */
  readonly endpointSuffix?: string;

  /**
   * Name of the Secret with the credentials.
   *
   * @default - none: the pods' ServiceAccount stands for them, as with Microsoft Entra Workload ID
   */
  readonly credentialsSecret?: string;

  /**
   * Key of that Secret with the account's key.
   *
   * @default 'AZURE_ACCOUNT_KEY', unless there is `sasTokenKey`
   */
  readonly accountKeyKey?: string;

  /**
   * Key of that Secret with a SAS token, in place of the account's key.
   *
   * @default - the account's key is used
   */
  readonly sasTokenKey?: string;
}

/**
 * Options of `BackupTarget.sftp`.
 */
export interface SftpTargetOptions extends BackupTargetOptions {
  /**
   * Host of the server.
   */
  readonly host: string;

  /**
   * Port of the server.
   *
   * @default 22
   */
  readonly port?: number;

  /**
   * User to log in as.
   */
  readonly user: string;

  /**
   * Folder on the server; one that does not start with `/` is within the user's home.
   */
  readonly path: string;

  /**
   * Name of the Secret with the private key, and with the server's host key in the format of `known_hosts`. A server whose key is not in there is refused.
   */
  readonly credentialsSecret: string;

  /**
   * Key of that Secret with the private key, which has no passphrase.
   *
   * @default 'ssh-privatekey', as in Secrets of the type `kubernetes.io/ssh-auth`
   */
  readonly privateKeyKey?: string;

  /**
   * Key of that Secret with the host key.
   *
   * @default 'known_hosts'
   */
  readonly knownHostsKey?: string;
}

/**
 * Options of `BackupTarget.volume`.
 */
export interface VolumeTargetOptions extends BackupTargetOptions {
  /**
   * Folder in the volume.
   *
   * @default - the volume's root
   */
  readonly subPath?: string;
}

/**
 * Where backups are kept: a repository of restic, encrypted by a password, in which each backup takes only what differs from those before.
 *
 * It is made by the first backup. Its Secrets and claims exist already, in the namespace of the pods that use it, and are never written.
 *
 * @example
 *
 * BackupTarget.s3({ bucket: 'backups', path: 'redis', region: 'eu-central-1', credentialsSecret: 'backup-s3', passwordSecret: 'backup-key' });
 */
export class BackupTarget {
  /**
   * A bucket of S3, or of anything that speaks its protocol, like MinIO, Ceph or Cloudflare R2.
   */
  public static s3(options: S3TargetOptions): BackupTarget {
    return new BackupTarget(['BackupTarget.s3', ...arguments], { kind: 's3', options });
  }

  /**
   * A bucket of Google Cloud Storage.
   */
  public static gcs(options: GcsTargetOptions): BackupTarget {
    return new BackupTarget(['BackupTarget.gcs', ...arguments], { kind: 'gcs', options });
  }

  /**
   * A container of Azure Blob Storage.
   */
  public static azure(options: AzureTargetOptions): BackupTarget {
    return new BackupTarget(['BackupTarget.azure', ...arguments], { kind: 'azure', options });
  }

  /**
   * A folder of a server that speaks SFTP. The image of restic must have `ssh`, as the official one has.
   */
  public static sftp(options: SftpTargetOptions): BackupTarget {
    return new BackupTarget(['BackupTarget.sftp', ...arguments], { kind: 'sftp', options });
  }

  /**
   * A claim that exists, like one of NFS. Keep it elsewhere than the data: what takes the cluster's disks must not take the backups.
   *
   * @param claimName name of the PersistentVolumeClaim, whose access mode lets the pods that use it run where they are scheduled
   */
  public static volume(claimName: string, options: VolumeTargetOptions): BackupTarget {
    return new BackupTarget(['BackupTarget.volume', ...arguments], { kind: 'volume', claimName, options });
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** @internal */
    public readonly _place:
    | { readonly kind: 's3'; readonly options: S3TargetOptions }
    | { readonly kind: 'gcs'; readonly options: GcsTargetOptions }
    | { readonly kind: 'azure'; readonly options: AzureTargetOptions }
    | { readonly kind: 'sftp'; readonly options: SftpTargetOptions }
    | { readonly kind: 'volume'; readonly claimName: string; readonly options: VolumeTargetOptions },
  ) {}
}
