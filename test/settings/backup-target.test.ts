import { Testing } from 'cdk8s';
import { BackupTarget, S3TargetOptions, TrustedCas } from '../../lib/index';
import { resticParts } from '../../lib/manifests/restic';
import { together } from '../../lib/settings/invalid-prop';
import { argument } from '../../lib/settings/kinds';
import { resolveBackupTarget } from '../../lib/settings/resolve-backup-target';
import { backupTarget } from '../../lib/settings/shapes-add-ons';

const resolved = (target: BackupTarget) => together(() => resolveBackupTarget('target', argument(backupTarget, target, 'target')));
const parts = (target: BackupTarget) => resticParts(resolved(target));

/** Each target with all its options. */
const TARGETS = {
  s3: BackupTarget.s3({
    bucket: 'backups',
    endpoint: 'https://minio.storage.svc:9000',
    region: 'eu-1',
    path: 'redis/cache',
    ca: TrustedCas.configMap('minio-ca'),
    credentialsSecret: 's3',
    accessKeyIdKey: 'id',
    secretAccessKeyKey: 'secret',
    sessionTokenKey: 'token',
    passwordSecret: 'restic',
    passwordKey: 'key',
    resticOptions: { 's3.storage-class': 'STANDARD_IA' },
  }),
  gcs: BackupTarget.gcs({ bucket: 'backups', path: 'redis', credentialsSecret: 'google', credentialsKey: 'sa.json', passwordSecret: 'restic' }),
  azure: BackupTarget.azure({
    account: 'shop', container: 'backups', path: 'redis', endpointSuffix: 'core.usgovcloudapi.net', credentialsSecret: 'azure', sasTokenKey: 'sas', passwordSecret: 'restic',
  }),
  sftp: BackupTarget.sftp({ host: 'nas.example.com', port: 2222, user: 'redis', path: '/srv/backups', credentialsSecret: 'ssh', passwordSecret: 'restic' }),
  volume: BackupTarget.volume('nfs', { subPath: 'redis', passwordSecret: 'restic' }),
};

test.each(Object.entries(TARGETS))('%s as variables, volumes and arguments of restic', (_, target) => {
  expect(parts(target)).toMatchSnapshot();
});

test.each([
  ['s3', BackupTarget.s3({ bucket: 'backups', passwordSecret: 'restic' }), 's3:https://s3.amazonaws.com/backups'],
  ['gcs', BackupTarget.gcs({ bucket: 'backups', passwordSecret: 'restic' }), 'gs:backups:/'],
  ['azure', BackupTarget.azure({ account: 'shop', container: 'backups', passwordSecret: 'restic' }), 'azure:backups:/'],
])('%s without credentials leaves them to the ServiceAccount', (_, target, repository) => {
  const { env, volumes } = parts(target);
  expect(env).toContainEqual({ name: 'RESTIC_REPOSITORY', value: repository });
  expect(env.filter(({ valueFrom }) => valueFrom).map(({ name }) => name)).toEqual(['RESTIC_PASSWORD']);
  expect(volumes).toEqual([{ name: 'restic-cache', emptyDir: {} }]);
});

test('a key of Azure is the default, a SAS token takes its place', () => {
  const names = (target: BackupTarget) => Object.keys(resolved(target).secrets);
  const common = { account: 'shop', container: 'backups', passwordSecret: 'restic', credentialsSecret: 'azure' };
  expect(names(BackupTarget.azure(common))).toContain('AZURE_ACCOUNT_KEY');
  expect(names(BackupTarget.azure({ ...common, sasTokenKey: 'sas' }))).not.toContain('AZURE_ACCOUNT_KEY');
});

const s3 = (options: Partial<S3TargetOptions>) => BackupTarget.s3({ bucket: 'backups', passwordSecret: 'restic', ...options });

test.each([
  [s3({ bucket: 'Backups' }), '\'target.bucket\' ("Backups") must be the name of a bucket: lower-case letters, digits, "-", "_" and ".", at least 3 characters'],
  [s3({ endpoint: 'minio:9000' }), '\'target.endpoint\' ("minio:9000") must be a URL without a path, like "https://minio.storage.svc:9000"'],
  [s3({ path: '/redis' }), '\'target.path\' ("/redis") must be a folder without spaces, "?" or "#", and without "/" at its ends, like "redis/cache"'],
  [s3({ path: 'a/../b' }), '\'target.path\' ("a/../b") must be a folder'],
  [s3({ passwordSecret: 'Restic' }), '\'target.passwordSecret\' ("Restic") must be the name of a Kubernetes object'],
  [s3({ passwordSecret: undefined }), '\'target.passwordSecret\' (undefined) must be a string'],
  [s3({ sessionTokenKey: 'token' }), '\'target.sessionTokenKey\' ("token") must not be given without \'target.credentialsSecret\''],
  [s3({ resticOptions: { storage: 'x' } }), '\'target.resticOptions\' ("storage") must be the name of an option of restic, like "s3.storage-class"'],
  [s3({ resticOptions: { 'sftp.args': '-o StrictHostKeyChecking=no' } }), '\'target.resticOptions\' ("sftp.args") must be another option: this one is written by the library'],
  [s3({ ca: TrustedCas.secret('Ca') }), '\'target.ca\' ("Ca") must be the name of a Kubernetes object'],
  [BackupTarget.azure({ account: 'my-shop', container: 'backups', passwordSecret: 'restic' }),
    '\'target.account\' ("my-shop") must be the name of a storage account: 3 to 24 lower-case letters and digits'],
  [BackupTarget.azure({ account: 'shop', container: 'backups', passwordSecret: 'restic', credentialsSecret: 'azure', accountKeyKey: 'a', sasTokenKey: 'b' }),
    '\'target.sasTokenKey\' ("b") must not be given together with \'target.accountKeyKey\''],
  [BackupTarget.sftp({ host: 'nas', user: 'r d', path: '/x', credentialsSecret: 'ssh', passwordSecret: 'restic' }),
    '\'target.user\' ("r d") must be the name of a user: letters, digits, ".", "_" and "-"'],
  [BackupTarget.sftp({ host: 'nas', user: 'redis', path: 'a b', credentialsSecret: 'ssh', passwordSecret: 'restic' }),
    '\'target.path\' ("a b") must be a folder without spaces, "?" or "#"'],
  [BackupTarget.sftp({ host: 'nas', port: 0, user: 'redis', path: 'x', credentialsSecret: 'ssh', passwordSecret: 'restic' }), '\'target.port\' (0) must be a whole number from 1 to 65535'],
  [BackupTarget.volume('NFS', { passwordSecret: 'restic' }), '\'target\' ("NFS") must be the name of a Kubernetes object'],
  [BackupTarget.volume('nfs', { passwordSecret: 'restic', subPath: '../x' }), '\'target.subPath\' ("../x") must be a folder'],
  [Testing.chart() as unknown as BackupTarget, '\'target\' (an object of the class Chart) must be of the class BackupTarget, like BackupTarget.s3({ … })'],
])('a wrong target %#', (target, message) => {
  expect(() => resolved(target)).toThrow(message);
});
