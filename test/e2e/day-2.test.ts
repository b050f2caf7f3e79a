import { Chart, Duration, Size } from 'cdk8s';
import { AclUser, Auth, BackupRetention, BackupTarget, Egress, Order, Persistence, RedisBackup, RedisHaProps, RedisOrder } from '../../lib';
import { Installation } from './support/installation';
import { jobEnd } from './support/job';
import { kubectl } from './support/kubectl';
import { Namespace } from './support/namespace';
import { S3, S3_KEYS, s3 } from './support/s3';
import { until } from './support/until';
import { runCli } from '../cli/support/cli';

const WAIT_MILLIS = 120_000;
/** What may be reached is decided within seconds of a pod's start. */
const REFUSED_SECONDS = 3;
const PROXIES = 2;

const PROPS: RedisHaProps = {
  auth: Auth.secret('redis-auth', { users: [AclUser.backup()] }),
  persistence: Persistence.volume(Size.mebibytes(64)),
  network: { egress: Egress.restricted() },
  proxy: { autoscaling: { minReplicas: PROXIES, maxReplicas: 3 } },
};

describe('backups, orders, limits of what leaves, and sleep on a cluster', () => {
  let namespace: Namespace;
  let installation: Installation;
  let backups: RedisBackup;

  const cli = async (...args: string[]) => runCli([...args, '-n', namespace.name], { kubectl: process.env.KUBECTL });

  /** Makes a Job by the command line and waits for its end. */
  async function backup(...args: string[]) {
    const { out, err } = await cli('backup', ...args);
    expect(err).toBe('');
    return jobEnd(namespace.name, /^job\/(\S+) was made/.exec(out)![1]!, WAIT_MILLIS);
  }

  /** Applies the chart with one more order, as somebody does who adds it there, and waits for its end. */
  async function ordered(id: string, order: Order) {
    const { redis } = installation;
    const { job } = new RedisOrder(Chart.of(redis), id, { redis, order });
    await namespace.apply(installation.manifests);
    return jobEnd(namespace.name, job.name, WAIT_MILLIS);
  }

  /** Asks until it is like this. */
  const shows = async (what: string, condition: (told: any, status: number) => boolean) => until(what, WAIT_MILLIS, async () => {
    const { status, out, err } = await cli('status', '--json');
    if (err !== '' || !condition(JSON.parse(out), status)) throw new Error(out + err);
    return JSON.parse(out);
  });
  const well = (told: any, status: number) => status === 0 && told.failover.possible;
  const paused = (told: any) => told.findings.some(({ code }: any) => code === 'failover-paused');
  const inServer = async (ordinal: number, script: string) => (
    namespace.exec(`${installation.redis.serverStatefulSet.name}-${ordinal}`, 'server', `export REDISCLI_AUTH=$(cat "$PASSWORD_FILE"); redis() { "$CLI_BIN" -s "$RUN_DIR/server.sock" "$@"; }; ${script}`));

  beforeAll(async () => {
    namespace = await Namespace.create('day-2');
    installation = new Installation(namespace, PROPS);
    const { redis } = installation;
    backups = new RedisBackup(Chart.of(redis), 'backup', {
      redis,
      connection: { user: 'backup' },
      target: BackupTarget.s3({ ...S3, path: 'redis', credentialsSecret: 's3', passwordSecret: 'restic' }),
      retention: BackupRetention.keep({ last: 1 }),
    });
    await namespace.secret('redis-auth', { 'password': 's3cret', 'backup-password': 'of-backups' });
    await namespace.secret('restic', { password: 'of-the-repository' });
    await namespace.secret('s3', S3_KEYS);
    await namespace.apply([...installation.manifests, ...s3()]);
    // by nobody's metrics the autoscaler makes its least number
    await shows('all is well', (told, status) => well(told, status) && told.proxies.length === PROXIES);
  });
  afterAll(() => namespace?.remove());

  test('a backup is taken of a replica, the newest one is restored and counted, and "restore" lists what there is', async () => {
    const { master } = await shows('all is well', well);
    await inServer(master, 'for i in $(seq 1 500); do echo SET key:$i $i; done | redis');
    const taken = await backup();
    expect(taken).toMatchObject({ type: 'Complete' });
    expect(taken.log).toMatch(/took 500 keys of \S+-announce-\d, \d+ bytes/);
    expect(taken.log).not.toMatch(new RegExp(`took 500 keys of \\S+-announce-${master},`));
    expect(taken.log).toMatch(/making a repository at s3:http:\/\/s3:9000\/backups\/redis\n.*stored 500 keys/);
    // the same as an object
    const job = backups.backupNow('before-upgrade');
    await namespace.apply([job.toJson()]);
    expect((await jobEnd(namespace.name, job.name, WAIT_MILLIS)).log).toContain(`kept 1 backups of ${namespace.name}/`);
    expect(await backup('--verify')).toMatchObject({ type: 'Complete', log: expect.stringContaining('verified: 500 keys were loaded') });
    const { status, out, err } = await cli('restore');
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/^SNAPSHOT +TAKEN +KEYS +SIZE +ENGINE\n([0-9a-f]{8} +\S+Z +500 .* redis-\S+ *\n)\n/);
    expect((await kubectl(['-n', namespace.name, 'get', 'jobs', '-o', 'name'])).match(/-ls-/)).toBeNull();
  });

  test('orders are carried out by Jobs', async () => {
    const { master } = await shows('all is well', well);
    const [successor, other] = [0, 1, 2].filter((ordinal) => ordinal !== master) as [number, number];
    expect(await ordered('move', Order.failover({ to: successor }))).toMatchObject({ type: 'Complete', log: expect.stringMatching(/^done /m) });
    await shows(`server ${successor} is the master`, (told, status) => told.master === successor && well(told, status));
    expect(await ordered('pause', Order.pause(Duration.minutes(10)))).toMatchObject({ type: 'Complete', log: expect.stringMatching(/^(done .*\n){3}/) });
    await shows('failovers are paused', paused);
    expect(await cli('resume')).toMatchObject({ status: 0, out: expect.stringMatching(/^(server \d: done .*\n){3}$/) });
    expect(await ordered('rebuild', Order.rebuild(other))).toMatchObject({ type: 'Complete', log: expect.stringMatching(/^done /m) });
    await shows('all is well', (told, status) => well(told, status) && !paused(told));
    expect((await inServer(other, 'redis DBSIZE')).stdout.trim()).toBe('500');
  });

  test('servers reach each other and the DNS, and nobody else', async () => {
    const { stdout, code } = await inServer(0, `getent hosts s3 && timeout ${REFUSED_SECONDS} "$CLI_BIN" -h s3 -p 9000 PING`);
    expect([/^\d/.test(stdout), code]).toEqual([true, 124]);
    const outside = await inServer(0, `timeout ${REFUSED_SECONDS} "$CLI_BIN" -h kubernetes.default.svc -p 443 PING`);
    expect(outside.code).toBe(124);
    // the way is there for others: the backups went it
    const peer = await inServer(0, `timeout ${REFUSED_SECONDS} "$CLI_BIN" -h ${installation.redis.announceServices[1]!.name} -p 6379 PING`);
    expect(peer.stdout.trim()).toBe('PONG');
  });

  test('it sleeps without pods, and wakes up with its data', async () => {
    const awake = installation.manifests;
    await namespace.apply(new Installation(namespace, { ...PROPS, hibernate: true }).manifests);
    const asleep = await shows('it hibernates', (told, status) => told.hibernation?.stopping.length === 0 && status === 0);
    expect(asleep.findings.map(({ code }: any) => code)).toEqual(['hibernates']);
    expect((await cli('doctor')).out).toMatch(/hibernates/);
    await namespace.apply(awake);
    const { master } = await shows('all is well', (told, status) => well(told, status) && told.proxies.length === PROXIES);
    expect((await inServer(master, 'redis DBSIZE')).stdout.trim()).toBe('500');
    expect((await inServer(master, 'redis GET key:77')).stdout.trim()).toBe('77');
  });

  test('with another password a backup fails once, and says so', async () => {
    await kubectl(['-n', namespace.name, 'delete', 'secret', 'restic']);
    await namespace.secret('restic', { password: 'another-one' });
    const { type, reason, failed, log } = await backup();
    expect({ type, reason, failed }).toEqual({ type: 'Failed', reason: 'PodFailurePolicy', failed: 1 });
    expect(log).toMatch(/FAILED: the password in the Secret does not open the repository/);
    const { status, err } = await cli('restore');
    expect([status, err]).toEqual([69, expect.stringContaining('the repository was not read: ')]);
  });
});
