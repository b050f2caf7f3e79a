import { Chart } from 'cdk8s';
import { AclUser, Auth, BackupRetention, BackupTarget, RedisBackup } from '../../lib';
import { Installation } from './support/installation';
import { attempt, kubectl } from './support/kubectl';
import { Namespace } from './support/namespace';
import { until } from './support/until';
import { runCli } from '../cli/support/cli';
import { Manifest } from '../support/manifests';

/** Serves S3 from a folder; where images can't be pulled, one that is there by another name. */
const RCLONE_IMAGE = process.env.RCLONE_IMAGE ?? 'docker.io/rclone/rclone:1.76.0';
const WAIT_MILLIS = 120_000;
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'of-the-bucket' };

/** A pod that serves S3, and its Service. The pod has no other way to get its keys than arguments; they are those of a test. */
function s3(): Manifest[] {
  const labels = { app: 's3' };
  const security = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };
  const container = {
    name: 's3',
    image: RCLONE_IMAGE,
    args: ['serve', 's3', '--addr', ':9000', '--auth-key', Object.values(KEYS).join(), '--config', '/tmp/rclone.conf', '/data'],
    readinessProbe: { tcpSocket: { port: 9000 }, periodSeconds: 1 },
    securityContext: security,
    volumeMounts: [{ name: 'data', mountPath: '/data/backups' }],
  };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 's3' }, spec: { selector: labels, ports: [{ port: 9000 }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 's3' },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container], volumes: [{ name: 'data', emptyDir: {} }], securityContext: { fsGroup: 1000 } } } },
    },
  ];
}

describe('backups on a cluster', () => {
  let namespace: Namespace;
  let installation: Installation;

  /** Makes a Job by the command line and waits for its end. */
  async function backup(...args: string[]) {
    const { out, err } = await runCli(['backup', '-n', namespace.name, ...args], { kubectl: process.env.KUBECTL });
    expect(err).toBe('');
    const [, job] = /^job\/(\S+) was made/.exec(out)!;
    const log = async () => (await attempt(['-n', namespace.name, 'logs', `job/${job}`, '--all-containers'])).stdout;
    const end = await until(`the end of ${job}`, WAIT_MILLIS, async () => {
      const { status } = JSON.parse(await kubectl(['-n', namespace.name, 'get', 'job', job, '-o', 'json']));
      const last = (status.conditions ?? []).find(({ type }: any) => type === 'Complete' || type === 'Failed');
      if (!last) throw new Error(await log());
      return { type: last.type as string, reason: last.reason as string, failed: status.failed as number | undefined };
    });
    return { ...end, log: await log() };
  }

  beforeAll(async () => {
    namespace = await Namespace.create('backup');
    installation = new Installation(namespace, { auth: Auth.secret('redis-auth', { users: [AclUser.backup()] }) });
    const { redis } = installation;
    new RedisBackup(Chart.of(redis), 'backup', {
      redis,
      connection: { user: 'backup' },
      target: BackupTarget.s3({ bucket: 'backups', endpoint: 'http://s3:9000', path: 'redis', credentialsSecret: 's3', passwordSecret: 'restic' }),
      retention: BackupRetention.keep({ last: 2 }),
    });
    await namespace.secret('redis-auth', { 'password': 's3cret', 'backup-password': 'of-backups' });
    await namespace.secret('restic', { password: 'of-the-repository' });
    await namespace.secret('s3', KEYS);
    const manifests = [...installation.manifests, ...s3()];
    await namespace.apply(manifests);
    await namespace.ready(manifests, 2 * WAIT_MILLIS);
  });
  afterAll(() => namespace?.remove());

  test('one is taken of a replica, and the newest one is restored and counted', async () => {
    const master = 'for i in $(seq 1 500); do echo SET key:$i $i; done | REDISCLI_AUTH=$(cat "$PASSWORD_FILE") "$CLI_BIN" -s "$RUN_DIR/server.sock"';
    const roles = await installation.ask('server', 'server', 'ROLE');
    const pods = await namespace.pods('app.kubernetes.io/component=server');
    const { name } = pods[roles.findIndex((role) => role.includes('master'))];
    await namespace.exec(name, 'server', master);
    const taken = await backup();
    expect(taken).toMatchObject({ type: 'Complete' });
    expect(taken.log).toMatch(/took 500 keys of \S+-announce-\d, \d+ bytes/);
    expect(taken.log).not.toMatch(new RegExp(`took 500 keys of ${name.replace('server', 'announce')},`));
    expect(taken.log).toMatch(/making a repository at s3:http:\/\/s3:9000\/backups\/redis\n.*stored 500 keys/);
    for (const count of [2, 2]) expect((await backup()).log).toContain(`kept ${count} backups of ${namespace.name}/`);
    const verified = await backup('--verify');
    expect(verified).toMatchObject({ type: 'Complete', log: expect.stringContaining('verified: 500 keys were loaded') });
  });

  test('with another password it fails once, and says so', async () => {
    await kubectl(['-n', namespace.name, 'delete', 'secret', 'restic']);
    await namespace.secret('restic', { password: 'another-one' });
    const { type, reason, failed, log } = await backup();
    expect({ type, reason, failed }).toEqual({ type: 'Failed', reason: 'PodFailurePolicy', failed: 1 });
    expect(log).toMatch(/FAILED: the password in the Secret does not open the repository/);
  });
});
