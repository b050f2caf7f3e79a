import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Chart } from 'cdk8s';
import { AclUser, Auth, BackupSource, BackupTarget, RedisBackup, RedisHaProps, Tls, TlsCertificate } from '../../lib';
import { Stack, until, WriteProbe } from '../../playground/stack';
import { describeWith } from '../support/binaries';
import { TestCa } from '../support/pki';

const SCRIPTS = path.resolve(__dirname, '..', '..', 'lib', 'assets', 'scripts');

describeWith(['redis-server', 'redis-cli', 'haproxy', 'openssl', 'dash'])('a backup of an installation', () => {
  const ca = new TestCa();
  const dump = fs.mkdtempSync(path.join(os.tmpdir(), 'dump-'));
  let stack: Stack | undefined;
  afterEach(async () => {
    await stack?.stop();
    stack = undefined;
  });
  afterAll(() => {
    ca.remove();
    fs.rmSync(dump, { recursive: true });
  });

  /** An installation with backups, whose dump is taken as the CronJob says, but for names and files of Secrets. */
  async function up(props: RedisHaProps, user?: string, source?: BackupSource) {
    let env: { [name: string]: string } = {};
    stack = await Stack.create({
      props: { proxy: { replicas: 1 }, ...props },
      secrets: props.tls ? { 'redis-tls': { ...ca.leaf() } } : {},
      then: (redis, chart) => {
        // beside the installation: the stack has no CronJobs
        const beside = new Chart(chart.node.scope as any, 'beside');
        const { cronJob } = new RedisBackup(beside, 'backup', { redis, source, connection: { user }, target: BackupTarget.volume('backups', { passwordSecret: 'restic' }) });
        const { env: given } = cronJob.toJson().spec.jobTemplate.spec.template.spec.initContainers[0];
        env = Object.fromEntries(given.map((one: any) => [one.name, one.value ?? one.valueFrom.secretKeyRef.key]));
      },
    });
    const one = stack;
    if (user) one.writeSecret(`${user}-password`, 'of-backups');
    one.start();
    await one.converged();
    const HOSTS = env.HOSTS.split(' ').map((name) => one.serviceAddress(name)).join(' ');
    const tls = one.redis.serverTls ? { REDIS_CA_FILE: one.secretFile('ca.crt', 'redis-tls') } : {};
    const vars = { ...env, ...tls, HOSTS, CONFIG_DIR: SCRIPTS, DUMP_DIR: dump, ...env.REDIS_PASSWORD && { REDIS_PASSWORD: fs.readFileSync(one.secretFile(env.REDIS_PASSWORD), 'utf8') } };
    const take = async (more: { readonly [name: string]: string } = {}) => {
      const child = spawn('dash', [path.join(SCRIPTS, 'backup-dump.sh')], { env: { PATH: process.env.PATH, ...vars, ...more } });
      let said = '';
      child.stderr.on('data', (text) => { said += text; });
      const status = await new Promise((resolve) => child.once('exit', resolve));
      return { status, said };
    };
    return { one, take };
  }
  const forks = async (one: Stack, ordinal: number) => Number(/total_forks:(\d+)/.exec(await one.ask(one.servers[ordinal], 'INFO', 'stats'))![1]);
  const known = async (one: Stack) => Promise.all(one.sentinels.map(async (sentinel) => (await one.ask(sentinel, 'SENTINEL', 'REPLICAS', one.redis.masterName)).length));

  test.each<readonly [string, RedisHaProps, string | undefined]>([
    ['with the password of all', {}, undefined],
    ['with TLS and a user that may do nothing else', { tls: Tls.everywhere(TlsCertificate.secret('redis-tls')), auth: Auth.secret('redis-auth', { users: [AclUser.backup()] }) }, 'backup'],
    ['without a password', { auth: Auth.none() }, undefined],
  ])('%s is that of a replica, costs clients nothing, and leaves nothing behind', async (_, props, user) => {
    const { one, take } = await up(props, user);
    const master = await one.converged();
    const before = await forks(one, master);
    const probe = new WriteProbe(one);
    await until('clients write', () => probe.acknowledged.length > 300);
    const taken = await take();
    expect(taken).toEqual({ status: 0, said: expect.stringMatching(/took \d+ keys of/) });
    expect(taken.said).not.toContain(`keys of ${one.serviceAddress(`redis-announce-${master}`)}`);
    expect(await forks(one, master)).toBe(before);
    expect(await known(one)).toEqual(one.sentinels.map(() => 2));
    expect(await one.converged()).toBe(master);
    expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
    const keys = Number(/^keys=(\d+)$/m.exec(fs.readFileSync(path.join(dump, 'tags'), 'utf8'))![1]);
    expect(keys).toBeGreaterThan(0);
    expect(spawnSync('redis-check-rdb', [path.join(dump, 'dump.rdb')], { encoding: 'utf8' }).stdout).toContain(`${keys} keys read`);
  });

  test('of the master, where that is asked for, makes no replica of the pod that takes it', async () => {
    const { one, take } = await up({ server: { directives: ['repl-diskless-sync-delay 0'] } }, undefined, BackupSource.REPLICA_OR_MASTER);
    const master = await one.converged();
    // the others are not asked: as if none were in sync
    const taken = await take({ HOSTS: one.serviceAddress(`redis-announce-${master}`) });
    expect(taken).toEqual({ status: 0, said: expect.stringMatching(/no replica is in sync: taking the master/) });
    const asked = Date.now();
    // a Sentinel asks the master each second while its replicas change
    await until('Sentinels have asked the master since', async () => (await Promise.all(one.sentinels.map(async (sentinel) => {
      const [fields] = await one.ask(sentinel, 'SENTINEL', 'MASTERS');
      return Date.now() - Number(fields[fields.indexOf('info-refresh') + 1]) > asked;
    }))).every(Boolean), 30_000);
    expect(await known(one)).toEqual(one.sentinels.map(() => 2));
  });
});
