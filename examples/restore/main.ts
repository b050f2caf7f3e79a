import { App, Chart, Size } from 'cdk8s';
import { BackupTarget, Persistence, RedisHa, RedisKeyRestore, Restore } from 'cdk8s-redis-ha';

const app = new App();
const chart = new Chart(app, 'cache', { namespace: 'cache' });

const target = BackupTarget.s3({ bucket: 'backups', path: 'redis', region: 'eu-central-1', credentialsSecret: 'backup-s3', passwordSecret: 'backup-key' });

// Begins with the newest backup of the installation "cache-redis" of the namespace "old", once. The prop may stay: data that lives is never touched.
const redis = new RedisHa(chart, 'redis', {
  persistence: Persistence.volume(Size.gibibytes(10)),
  restore: Restore.fromBackup(target, { installation: 'cache-redis', namespace: 'old' }),
});

// Copies keys that somebody deleted out of an older backup, beside all that is going on. To be removed when it is done.
new RedisKeyRestore(chart, 'bring-back', { redis, from: Restore.fromBackup(target, { snapshot: '4f3c1d2e' }), pattern: 'user:*' });

app.synth();
