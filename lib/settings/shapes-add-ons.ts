import { flag, list, made, number, oneOf, required, secret, Shape, struct, text } from './kinds';
import { duration, size, texts, resources, pod, trustedCas, installation, client } from './shapes-common';
import { Alert } from '../options/alert';
import { BackupConnectionOptions, BackupJobOptions, BackupSource, RedisBackupProps } from '../options/backup';
import { BackupRetention, BackupRetentionOptions } from '../options/backup-retention';
import { AzureTargetOptions, BackupTarget, BackupTargetOptions, GcsTargetOptions, HttpsTargetOptions, S3TargetOptions, SftpTargetOptions, VolumeTargetOptions } from '../options/backup-target';
import { BackupVerification, BackupVerificationOptions } from '../options/backup-verification';
import { BenchmarkLoad, BenchmarkTest, RedisBenchmarkProps } from '../options/benchmark';
import { RedisKeyRestoreProps } from '../options/key-restore';
import { Alerts, AlertsOptions, AlertThresholds, AnnotatedServicesOptions, Dashboards, DashboardsOptions, RedisMonitoringProps, Scraping, ScrapingOptions } from '../options/monitoring';
import { FailoverOrderOptions, Order, RedisOrderProps } from '../options/order';
import { BackupRestoreOptions, Restore, RestoreOptions, VolumeRestoreOptions } from '../options/restore';

// What the props of constructs beside an installation may be, and where data comes from and goes to.

const TARGET: Shape<BackupTargetOptions> = { passwordSecret: required(text), passwordKey: text, resticOptions: texts };
const HTTPS_TARGET: Shape<HttpsTargetOptions> = { ...TARGET, path: text, ca: trustedCas };
const s3Target = struct<S3TargetOptions>({
  ...HTTPS_TARGET,
  bucket: required(text),
  endpoint: text,
  region: text,
  credentialsSecret: text,
  accessKeyIdKey: text,
  secretAccessKeyKey: text,
  sessionTokenKey: text,
});

const azureTarget = struct<AzureTargetOptions>({
  ...HTTPS_TARGET,
  account: required(text),
  container: required(text),
  endpointSuffix: text,
  credentialsSecret: text,
  accountKeyKey: text,
  sasTokenKey: text,
});

const sftpTarget = struct<SftpTargetOptions>({
  ...TARGET,
  host: required(text),
  port: number,
  user: required(text),
  path: required(text),
  credentialsSecret: required(text),
  privateKeyKey: text,
  knownHostsKey: text,
});

/** Where backups are kept. */
export const backupTarget = made<BackupTarget, typeof BackupTarget>(BackupTarget, 'BackupTarget', 'BackupTarget.s3({ … })', {
  s3: [['', required(s3Target)]],
  gcs: [['', required(struct<GcsTargetOptions>({ ...HTTPS_TARGET, bucket: required(text), credentialsSecret: text, credentialsKey: text }))]],
  azure: [['', required(azureTarget)]],
  sftp: [['', required(sftpTarget)]],
  volume: [['', required(text)], ['', required(struct<VolumeTargetOptions>({ ...TARGET, subPath: text }))]],
});

const RESTORE: Shape<RestoreOptions> = { resources, pod };

/** Where restored data comes from. */
export const restore = made<Restore, typeof Restore>(Restore, 'Restore', 'Restore.fromBackup(target, { snapshot: "latest" })', {
  fromBackup: [['.target', required(backupTarget)], ['', struct<BackupRestoreOptions>({ ...RESTORE, snapshot: text, installation: text, namespace: text, image: text })]],
  fromVolume: [['', required(text)], ['.path', required(text)], ['', struct<VolumeRestoreOptions>({ ...RESTORE, until: text })]],
});

const scraping = made<Scraping, typeof Scraping>(Scraping, 'Scraping', 'Scraping.podMonitors()', {
  podMonitors: [['', struct<ScrapingOptions>({ interval: duration, labels: texts })]],
  annotatedServices: [['', struct<AnnotatedServicesOptions>({ labels: texts })]],
  none: [],
});

const alertsOptions = struct<AlertsOptions>({
  disabled: list(oneOf('Alert', Alert)),
  thresholds: struct<AlertThresholds>({
    memoryPercent: number,
    replicaLag: size,
    clientsPercent: number,
    certificateExpiry: duration,
    backupAge: duration,
    verificationAge: duration,
  }),
  backups: list(text),
  alertLabels: texts,
  labels: texts,
  runbooks: text,
});

const alerts = made<Alerts, typeof Alerts>(Alerts, 'Alerts', 'Alerts.prometheusRule()', {
  prometheusRule: [['', alertsOptions]],
  configMap: [['', alertsOptions]],
  none: [],
});

const dashboards = made<Dashboards, typeof Dashboards>(Dashboards, 'Dashboards', 'Dashboards.configMap()', {
  configMap: [['', struct<DashboardsOptions>({ labels: texts, annotations: texts })]],
  none: [],
});

/** Props of RedisMonitoring. */
export const redisMonitoringProps = struct<RedisMonitoringProps>({
  redis: required(installation),
  scraper: client,
  scraping,
  alerts,
  dashboards,
});

const retention = made<BackupRetention, typeof BackupRetention>(BackupRetention, 'BackupRetention', 'BackupRetention.keep({ daily: 7 })', {
  keep: [['', required(struct<BackupRetentionOptions>({
    last: number, hourly: number, daily: number, weekly: number, monthly: number, yearly: number, within: duration,
  }))]],
  forever: [],
});

const verification = made<BackupVerification, typeof BackupVerification>(BackupVerification, 'BackupVerification', 'BackupVerification.schedule()', {
  schedule: [['', struct<BackupVerificationOptions>({ schedule: text, resources })]],
  none: [],
});

/** Props of RedisBackup. */
export const redisBackupProps = struct<RedisBackupProps>({
  redis: required(installation),
  target: required(backupTarget),
  schedule: text,
  timeZone: text,
  retention,
  verification,
  source: oneOf('BackupSource', BackupSource),
  connection: struct<BackupConnectionOptions>({ user: text, secretName: text, ca: trustedCas, clientCertificate: text }),
  pushgateway: secret(text),
  name: text,
  image: text,
  engineImage: text,
  imagePullSecrets: list(text),
  resources,
  pod,
  serviceAccountName: text,
  job: struct<BackupJobOptions>({
    deadline: duration,
    retries: number,
    startingDeadline: duration,
    successfulHistory: number,
    failedHistory: number,
    lockTimeout: duration,
    suspend: flag,
  }),
  fixedIds: flag,
});

/** Props of RedisKeyRestore. */
export const keyRestoreProps = struct<RedisKeyRestoreProps>({
  redis: required(installation),
  from: required(restore),
  pattern: required(text),
  replace: flag,
  databases: list(number),
  name: text,
  engineImage: text,
  imagePullSecrets: list(text),
  fixedIds: flag,
});

const order = made<Order, typeof Order>(Order, 'Order', 'Order.failover()', {
  failover: [['', struct<FailoverOrderOptions>({ to: number })]],
  pause: [['.time', required(duration)]],
  resume: [],
  rebuild: [['.server', required(number)]],
});

/** Props of RedisOrder. */
export const redisOrderProps = struct<RedisOrderProps>({
  redis: required(installation),
  order: required(order),
  name: text,
  image: text,
  imagePullSecrets: list(text),
  fixedIds: flag,
  pod,
});

/** Props of RedisBenchmark. */
export const redisBenchmarkProps = struct<RedisBenchmarkProps>({
  redis: required(installation),
  load: struct<BenchmarkLoad>({
    tests: list(oneOf('BenchmarkTest', BenchmarkTest)),
    clients: number,
    requests: number,
    pipeline: number,
    valueBytes: number,
    keys: number,
    threads: number,
  }),
  clientCertificate: text,
  deadline: duration,
  timeToLive: duration,
  name: text,
  image: text,
  imagePullSecrets: list(text),
  fixedIds: flag,
  resources,
  pod,
});
