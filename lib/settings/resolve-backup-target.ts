import { dataKey, hostName, objectName, wholeNumber } from './checks';
import { reject } from './invalid-prop';
import { AzureTargetOptions, BackupTarget, GcsTargetOptions, HttpsTargetOptions, S3TargetOptions, SftpTargetOptions, VolumeTargetOptions } from '../options/backup-target';
import { TrustedCas } from '../options/tls-certificate';

/** Where the files of a target are mounted: CAs, keys of a cloud, keys of SSH. */
export const BACKUP_TARGET_DIR = '/etc/redis-ha-backup-target';

/** Where the volume of a target is mounted. */
export const BACKUP_VOLUME_DIR = '/backups';

/** A key of a Secret that exists. */
interface SecretKey {
  readonly secretName: string;
  readonly key: string;
}

/** A file of BACKUP_TARGET_DIR. */
export interface TargetFile {
  readonly kind: 'secret' | 'configMap';
  readonly name: string;
  readonly key: string;
  readonly path: string;
}

/** A repository of restic, as restic is told of it. */
export interface BackupTargetSettings {
  readonly repository: string;
  readonly variables: { readonly [name: string]: string };
  /** Variables whose values are in Secrets. */
  readonly secrets: { readonly [name: string]: SecretKey };
  readonly files: readonly TargetFile[];
  readonly volume?: { readonly claimName: string; readonly subPath?: string };
  /** Options of `-o`. */
  readonly options: { readonly [name: string]: string };
  /** Whether the program `ssh` has to find its user in the image. */
  readonly ssh: boolean;
}

/** What depends on the kind of target. */
type Location = Omit<BackupTargetSettings, 'options' | 'ssh'> & { readonly sshArguments?: string };

/**
 * A target of backups, checked.
 *
 * @param prop path of the prop that it was given by
 */
export function resolveBackupTarget(prop: string, target: BackupTarget): BackupTargetSettings {
  const place = target._place;
  const { passwordSecret, passwordKey = 'password', resticOptions = {} } = place.options;
  const { sshArguments, secrets, ...more } = locationOf(prop, place);
  return {
    ...more,
    secrets: { RESTIC_PASSWORD: secretKey(prop, passwordSecret, 'passwordSecret', passwordKey, 'passwordKey'), ...secrets },
    options: { ...checkedOptions(`${prop}.resticOptions`, resticOptions), ...sshArguments && { 'sftp.args': sshArguments } },
    ssh: sshArguments !== undefined,
  };
}

function locationOf(prop: string, place: BackupTarget['_place']): Location {
  switch (place.kind) {
    case 's3': return s3(prop, place.options);
    case 'gcs': return gcs(prop, place.options);
    case 'azure': return azure(prop, place.options);
    case 'sftp': return sftp(prop, place.options);
    case 'volume': return volume(prop, place.claimName, place.options);
  }
}

function s3(prop: string, options: S3TargetOptions): Location {
  const { endpoint = 'https://s3.amazonaws.com', region, credentialsSecret: name, sessionTokenKey } = options;
  if (!/^https?:\/\/[^\s/@]+$/.test(endpoint)) reject(`${prop}.endpoint`, endpoint, 'must be a URL without a path, like "https://minio.storage.svc:9000"');
  const { accessKeyIdKey = 'AWS_ACCESS_KEY_ID', secretAccessKeyKey = 'AWS_SECRET_ACCESS_KEY' } = options;
  needsSecret(prop, options, ['accessKeyIdKey', 'secretAccessKeyKey', 'sessionTokenKey']);
  const { files, variables } = https(prop, options);
  return {
    files,
    repository: `s3:${[endpoint, bucket(prop, options.bucket), ...folder(prop, options.path)].join('/')}`,
    variables: { ...variables, ...region === undefined ? {} : { AWS_DEFAULT_REGION: region } },
    secrets: name === undefined ? {} : {
      AWS_ACCESS_KEY_ID: secretKey(prop, name, 'credentialsSecret', accessKeyIdKey, 'accessKeyIdKey'),
      AWS_SECRET_ACCESS_KEY: secretKey(prop, name, 'credentialsSecret', secretAccessKeyKey, 'secretAccessKeyKey'),
      ...sessionTokenKey === undefined ? {} : { AWS_SESSION_TOKEN: secretKey(prop, name, 'credentialsSecret', sessionTokenKey, 'sessionTokenKey') },
    },
  };
}

function gcs(prop: string, options: GcsTargetOptions): Location {
  const { credentialsSecret, credentialsKey = 'credentials.json' } = options;
  needsSecret(prop, options, ['credentialsKey']);
  const { files, variables } = https(prop, options);
  return {
    repository: `gs:${bucket(prop, options.bucket)}:/${folder(prop, options.path).join('')}`,
    variables: {
      ...variables,
      ...credentialsSecret === undefined ? {} : { GOOGLE_APPLICATION_CREDENTIALS: `${BACKUP_TARGET_DIR}/google.json` },
    },
    secrets: {},
    files: credentialsSecret === undefined ? files : [...files, {
      kind: 'secret', path: 'google.json', name: objectName(`${prop}.credentialsSecret`, credentialsSecret), key: dataKey(`${prop}.credentialsKey`, credentialsKey),
    }],
  };
}

function azure(prop: string, options: AzureTargetOptions): Location {
  const { account, container, endpointSuffix, credentialsSecret: name, accountKeyKey, sasTokenKey } = options;
  if (!/^[a-z0-9]{3,24}$/.test(account)) reject(`${prop}.account`, account, 'must be the name of a storage account: 3 to 24 lower-case letters and digits');
  if (accountKeyKey !== undefined && sasTokenKey !== undefined) reject(`${prop}.sasTokenKey`, sasTokenKey, `must not be given together with '${prop}.accountKeyKey'`);
  needsSecret(prop, options, ['accountKeyKey', 'sasTokenKey']);
  const credentials = (secretName: string): Location['secrets'] => (sasTokenKey === undefined
    ? { AZURE_ACCOUNT_KEY: secretKey(prop, secretName, 'credentialsSecret', accountKeyKey ?? 'AZURE_ACCOUNT_KEY', 'accountKeyKey') }
    : { AZURE_ACCOUNT_SAS: secretKey(prop, secretName, 'credentialsSecret', sasTokenKey, 'sasTokenKey') });
  const { files, variables } = https(prop, options);
  return {
    files,
    repository: `azure:${bucket(prop, container, 'container')}:/${folder(prop, options.path).join('')}`,
    variables: {
      ...variables,
      AZURE_ACCOUNT_NAME: account,
      ...endpointSuffix === undefined ? {} : { AZURE_ENDPOINT_SUFFIX: hostName(`${prop}.endpointSuffix`, endpointSuffix) },
    },
    secrets: name === undefined ? {} : credentials(name),
  };
}

function sftp(prop: string, options: SftpTargetOptions): Location {
  const { host, port = 22, user, path, credentialsSecret, privateKeyKey = 'ssh-privatekey', knownHostsKey = 'known_hosts' } = options;
  if (!/^[A-Za-z0-9._-]+$/.test(user)) reject(`${prop}.user`, user, 'must be the name of a user: letters, digits, ".", "_" and "-"');
  if (!/^[^\s?#]+$/.test(path)) reject(`${prop}.path`, path, 'must be a folder without spaces, "?" or "#"');
  const name = objectName(`${prop}.credentialsSecret`, credentialsSecret);
  const file = (named: string) => `${BACKUP_TARGET_DIR}/${named}`;
  return {
    // restic takes what follows the first slash: another one makes it absolute
    repository: `sftp://${user}@${hostName(`${prop}.host`, host)}:${wholeNumber(`${prop}.port`, port, 1, 65535)}/${path}`,
    variables: {},
    secrets: {},
    files: [
      { kind: 'secret', name, key: dataKey(`${prop}.privateKeyKey`, privateKeyKey), path: 'ssh-key' },
      { kind: 'secret', name, key: dataKey(`${prop}.knownHostsKey`, knownHostsKey), path: 'known-hosts' },
    ],
    sshArguments: `-i ${file('ssh-key')} -o IdentitiesOnly=yes -o UserKnownHostsFile=${file('known-hosts')} -o StrictHostKeyChecking=yes -o BatchMode=yes -o ServerAliveInterval=30`,
  };
}

function volume(prop: string, claimName: string, { subPath }: VolumeTargetOptions): Location {
  folder(prop, subPath, 'subPath');
  return { repository: BACKUP_VOLUME_DIR, variables: {}, secrets: {}, files: [], volume: { claimName: objectName(prop, claimName), subPath } };
}

/** CAs of a target that is reached by HTTPS. */
function https(prop: string, { ca }: HttpsTargetOptions): { files: TargetFile[]; variables: { readonly [name: string]: string } } {
  if (ca === undefined) return { files: [], variables: {} };
  const { _kind: kind, _name: name, _key: key }: TrustedCas = ca;
  return {
    files: [{ kind, name: objectName(`${prop}.ca`, name), key: dataKey(`${prop}.ca.key`, key), path: 'ca.crt' }],
    variables: { RESTIC_CACERT: `${BACKUP_TARGET_DIR}/ca.crt` },
  };
}

/** Keys of a Secret that is not given would be forgotten without a word. */
function needsSecret<T extends { readonly credentialsSecret?: string }>(prop: string, options: T, keys: readonly (keyof T & string)[]): void {
  if (options.credentialsSecret !== undefined) return;
  for (const key of keys) {
    if (options[key] !== undefined) reject(`${prop}.${key}`, options[key], `must not be given without '${prop}.credentialsSecret'`);
  }
}

function secretKey(prop: string, secretName: string, nameProp: string, key: string, keyProp: string): SecretKey {
  return { secretName: objectName(`${prop}.${nameProp}`, secretName), key: dataKey(`${prop}.${keyProp}`, key) };
}

function bucket(prop: string, name: string, field: string = 'bucket'): string {
  if (!/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name)) {
    reject(`${prop}.${field}`, name, `must be the name of a ${field}: lower-case letters, digits, "-", "_" and ".", at least 3 characters`);
  }
  return name;
}

/** A folder, without slashes at its ends; none for the root. */
function folder(prop: string, path: string | undefined, field: string = 'path'): string[] {
  if (path === undefined) return [];
  const parts = path.split('/');
  if (!/^[^\s?#\\]+$/.test(path) || parts.includes('') || parts.includes('..')) {
    reject(`${prop}.${field}`, path, 'must be a folder without spaces, "?" or "#", and without "/" at its ends, like "redis/cache"');
  }
  return [path];
}

function checkedOptions(prop: string, options: { readonly [name: string]: string }): { readonly [name: string]: string } {
  for (const name of Object.keys(options)) {
    if (!/^[a-z0-9]+\.[a-z0-9-]+$/.test(name)) reject(prop, name, 'must be the name of an option of restic, like "s3.storage-class"');
    // it would replace the arguments that check the server's key
    if (/^sftp\.(args|command)$/.test(name)) reject(prop, name, 'must be another option: this one is written by the library');
  }
  return options;
}
