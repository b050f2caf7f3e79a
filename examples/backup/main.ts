import { App, Chart, Duration, Size } from 'cdk8s';
import { AclUser, Auth, BackupRetention, BackupTarget, Order, Persistence, RedisBackup, RedisHa, RedisMonitoring, RedisOrder } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache', { namespace: 'cache' });
const redis = new RedisHa(chart, 'redis', {
  persistence: Persistence.volume(Size.gibibytes(10)),
  // May take a copy of all data, and nothing else: its password is in the key `backup-password`.
  auth: Auth.secret('cache-redis-auth', { users: [AclUser.application('shop'), AclUser.backup()] }),
});

// Each night from a replica, encrypted by the password in `backup-key`; on Sundays the newest one is restored and its keys are counted.
const backup = new RedisBackup(chart, 'backup', {
  redis,
  connection: { user: 'backup' },
  target: BackupTarget.s3({
    bucket: 'backups', path: 'redis', endpoint: 'https://minio.storage.svc:9000', credentialsSecret: 'backup-s3', passwordSecret: 'backup-key',
  }),
  retention: BackupRetention.keep({ daily: 14, weekly: 8, within: Duration.days(2) }),
  timeZone: 'Europe/Berlin',
});

// Alerts when there is no new backup, or one can't be restored.
new RedisMonitoring(chart, 'monitoring', { redis });

// One more before an upgrade, and the master elsewhere before its node is drained: Jobs that run once. To be removed when they are done.
backup.backupNow('before-upgrade');
new RedisOrder(chart, 'to-server-2', { redis, order: Order.failover({ to: 2 }) });

app.synth();
