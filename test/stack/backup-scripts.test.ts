import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Sandbox } from '../scripts/sandbox';
import { describeWith, RCLONE, REDIS, RESTIC, VALKEY, withPrograms } from '../support/binaries';
import { freePort } from '../support/free-port';

const REPOSITORY_PASSWORD = 'of the repository';
const SERVER_PASSWORD = 'of-the-servers';
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'of-the-bucket' };

jest.setTimeout(90_000);

/** What a test started; ended after it. */
const started: ChildProcess[] = [];
const mounts: string[] = [];
const end = async (child: ChildProcess) => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
};

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
  fs.mkdirSync(path.join(sandbox.root, 'dump'));
  sandbox.program('restic', `exec ${RESTIC} "$@"`);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map(end));
  for (const folder of mounts.splice(0)) spawnSync('umount', [folder]);
  sandbox.remove();
});

const dumpFile = (name: string) => path.join(sandbox.root, 'dump', name);

/** Waits for something that a program does. */
async function until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await is()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within 30 s`);
}

/** S3 on the loopback, whose buckets are folders. */
async function s3(folder: string): Promise<string> {
  const port = await freePort();
  fs.mkdirSync(path.join(folder, 'backups'), { recursive: true });
  const child = spawn(RCLONE, ['serve', 's3', '--addr', `127.0.0.1:${port}`, '--auth-key', Object.values(KEYS).join(), folder], { stdio: 'ignore', env: { ...process.env, RCLONE_CONFIG: '/dev/null' } });
  started.push(child);
  const url = `http://127.0.0.1:${port}`;
  await until('S3 answers', () => fetch(url).then(() => true, () => false));
  return `s3:${url}/backups/redis`;
}

/** Variables of the scripts of a backup. */
function variables(engine: string, env: { readonly [name: string]: string }): { readonly [name: string]: string } {
  return {
    PATH: `${sandbox.root}/bin:${process.env.PATH}`,
    CONFIG_DIR: sandbox.config,
    RUN_DIR: sandbox.run,
    DUMP_DIR: path.join(sandbox.root, 'dump'),
    CLI_BIN: `${engine}-cli`,
    SERVER_BIN: `${engine}-server`,
    RESTIC_PASSWORD: REPOSITORY_PASSWORD,
    RESTIC_CACHE_DIR: path.join(sandbox.root, 'cache'),
    TMPDIR: sandbox.run,
    SNAPSHOT_HOST: 'shop/cache',
    BACKUP_NAME: 'cache-backup',
    CONTACT_SECONDS: '5',
    RUN_SECONDS: '20',
    LOCK_SECONDS: '0',
    WAIT_SECONDS: '0',
    NAMESPACE: 'shop',
    INSTALLATION: 'cache',
    ...KEYS,
    ...env,
  };
}

/** A run of a script of a backup. */
function run(name: string, engine: string, env: { readonly [name: string]: string }, ...args: string[]) {
  const result = spawnSync('dash', [path.join(sandbox.config, name), ...args], { encoding: 'utf8', timeout: 60_000, env: variables(engine, env) });
  return { status: result.status, said: result.stderr };
}

const ENGINES = Object.entries({ redis: REDIS, valkey: VALKEY }).filter(([, programs]) => withPrograms(programs));

describeWith(['dash', 'redis-server', RESTIC, RCLONE]).each(ENGINES)('backups of %s', (engine, programs) => {
  const [serverBin, cliBin] = ['server', 'cli'].map((kind) => (
    spawnSync('sh', ['-c', `command -v ${programs[`${engine}-${kind}`]}`], { encoding: 'utf8' }).stdout.trim()));
  const ask = (host: string, port: number, ...args: string[]) => (
    spawnSync(cliBin, ['-h', host, '-p', String(port), ...args], { encoding: 'utf8', env: { ...process.env, REDISCLI_AUTH: SERVER_PASSWORD } }).stdout.trim());

  beforeEach(() => {
    sandbox.program(`${engine}-cli`, `exec ${cliBin} "$@"`);
    // its own name is what makes it check files
    fs.symlinkSync(serverBin, path.join(sandbox.root, 'bin', `${engine}-server`));
  });

  const address = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
  /** A master and two replicas of one port, at an address each. */
  async function servers(count = 3): Promise<number> {
    const port = await freePort();
    for (const [index, host] of address.slice(0, count).entries()) {
      const dir = path.join(sandbox.root, `server-${index}`);
      fs.mkdirSync(dir);
      started.push(spawn(serverBin, [
        '--port', String(port), '--bind', host, '--dir', dir, '--save', '', '--repl-diskless-sync-delay', '0', '--requirepass', SERVER_PASSWORD, '--masterauth', SERVER_PASSWORD, ...index > 0 ? ['--replicaof', '127.0.0.1', String(port)] : [],
      ], { stdio: 'ignore' }));
    }
    const info = (host: string) => ask(host, port, 'INFO', 'replication');
    await until('the master answers', () => info(address[0]).includes('role:master'));
    await until('replicas are in sync', () => address.slice(1, count).every((host) => info(host).includes('master_link_status:up')));
    ask(address[0], port, 'EVAL', "for n = 1, 1000 do redis.call('SET', 'key:' .. n, string.rep(n, 50)) end", '0');
    ask(address[0], port, 'SET', 'soon', 'gone', 'PX', '1');
    ask(address[0], port, '-n', '3', 'SET', 'other', 'database');
    await until('replicas have it', () => address.slice(1, count).every((host) => ask(host, port, '-n', '3', 'EXISTS', 'other') === '1'));
    return port;
  }
  const on = (port: number, more: { readonly [name: string]: string } = {}) => ({ HOSTS: address.join(' '), PORT: String(port), ALLOW_MASTER: 'false', REDIS_PASSWORD: SERVER_PASSWORD, ...more });
  const forks = (port: number, host: string) => Number(/total_forks:(\d+)/.exec(ask(host, port, 'INFO', 'stats'))![1]);

  test('are taken of a replica, stored, kept as long as is asked for, and verified', async () => {
    const port = await servers();
    const repository = { RESTIC_REPOSITORY: await s3(path.join(sandbox.root, 's3')), KEEP: '--keep-last 2' };
    const before = address.map((host) => forks(port, host));
    const dumped = run('backup-dump.sh', engine, on(port));
    expect(dumped).toEqual({ status: 0, said: expect.stringMatching(/took 100[12] keys of 127\.0\.0\.[23], \d+ bytes\n$/) });
    expect(address.map((host, index) => forks(port, host) - before[index])[0]).toBe(0);
    expect(fs.statSync(dumpFile('dump.rdb')).mode.toString(8)).toMatch(/0$/);
    const tags = fs.readFileSync(dumpFile('tags'), 'utf8');
    expect(tags).toMatch(new RegExp(`^keys=100[12]\nbytes=\\d+\ntaken=\\d+\nengine=${engine}-\\d+\\.\\d+\\.\\d+\nfrom=127\\.0\\.0\\.[23]\nreplid=[0-9a-f]{40}\noffset=\\d+\n$`));
    for (const kept of [1, 2, 2]) {
      const stored = run('backup-store.sh', engine, repository);
      expect(stored).toEqual({ status: 0, said: expect.stringMatching(new RegExp(`stored 100[12] keys, \\d+ bytes, as snapshot [0-9a-f]{8}: \\d+ bytes more in the repository, in \\d+ s\n.*kept ${kept} backups of shop/cache by cache-backup\n$`)) });
    }
    for (const name of ['dump.rdb', 'tags']) fs.rmSync(dumpFile(name));
    expect(run('backup-fetch.sh', engine, repository).status).toBe(0);
    expect(fs.readFileSync(dumpFile('tags'), 'utf8')).toBe(`backup=cache-backup\n${tags}`);
    expect(run('backup-verify.sh', engine, {})).toEqual({ status: 0, said: expect.stringMatching(/verified: 100[12] keys were loaded, as many as were counted when the backup was taken\n$/) });
    // one that takes its time, and answers meanwhile
    fs.rmSync(path.join(sandbox.root, 'bin', `${engine}-server`));
    fs.symlinkSync(serverBin, path.join(sandbox.root, 'redis-check-rdb'));
    sandbox.program(`${engine}-server`, `case $0 in *redis-check-rdb) exec ${sandbox.root}/redis-check-rdb "$@" ;; esac
exec ${serverBin} "$@" --key-load-delay 1000 --loading-process-events-interval-bytes 1024`);
    expect(run('backup-verify.sh', engine, {})).toEqual({ status: 0, said: expect.stringMatching(/verified: 100[12] keys were loaded/) });
    fs.writeFileSync(dumpFile('tags'), 'keys=7');
    expect(run('backup-verify.sh', engine, {})).toEqual({ status: 65, said: expect.stringMatching(/FAILED: the backup has 100[12] keys, and 7 were counted when it was taken\n$/) });
  });

  test('of a user that may do nothing else', async () => {
    const port = await servers();
    for (const host of address) ask(host, port, 'ACL', 'SETUSER', 'backup', 'reset', 'on', '>pw', '-@all', '+ping', '+info', '+sync', '+replconf|capa', '+replconf|rdb-only');
    expect(run('backup-dump.sh', engine, on(port, { REDIS_USERNAME: 'backup', REDIS_PASSWORD: 'pw' })).status).toBe(0);
    expect(run('backup-dump.sh', engine, on(port, { REDIS_USERNAME: 'backup', REDIS_PASSWORD: 'other' }))).toEqual({
      status: 77, said: expect.stringMatching(/FAILED: the servers refuse the user backup: look at the password in the Secret, and what the user may do\n$/),
    });
    for (const host of address) ask(host, port, 'ACL', 'SETUSER', 'backup', '-sync');
    expect(run('backup-dump.sh', engine, on(port, { REDIS_USERNAME: 'backup', REDIS_PASSWORD: 'pw' }))).toEqual({
      status: 77, said: expect.stringMatching(/FAILED: 127\.0\.0\.[23] refuses to give its data to the user backup: .*NOPERM.*\n$/),
    });
  });

  test('wait for what passes by itself: two masters, and a replica that is not in sync; not for a right', async () => {
    const port = await servers(2);
    const long = { HOSTS: '127.0.0.1 127.0.0.2', WAIT_SECONDS: '50' };
    ask(address[1], port, 'REPLICAOF', 'NO', 'ONE');
    // what happens while it waits, a step each time
    const steps = [`REPLICAOF 127.0.0.1 1`, `REPLICAOF 127.0.0.1 ${port}`, 'PING'];
    fs.writeFileSync(path.join(sandbox.root, 'steps'), steps.join('\n'));
    sandbox.program('sleep', `step=$(sed -n 1p ${sandbox.root}/steps); sed -i 1d ${sandbox.root}/steps
[ -z "$step" ] || REDISCLI_AUTH=${SERVER_PASSWORD} ${cliBin} -h 127.0.0.2 -p ${port} $step; exec /bin/sleep 0.7`);
    const began = Date.now() / 1000;
    expect(run('backup-dump.sh', engine, on(port, long))).toEqual({
      status: 0, said: expect.stringMatching(/waiting, at most \d+ s: 2 servers say that they are the master.*\n(.*\n)*.*waiting, at most \d+ s: no replica is in sync.*\n(.*\n)*.*took 100[12] keys of 127\.0\.0\.2/),
    });
    // the time is that of the backup, in whole seconds: without the wait it is before
    expect(Number(fs.readFileSync(dumpFile('started'), 'utf8'))).toBeGreaterThan(began);
    ask(address[1], port, 'ACL', 'SETUSER', 'backup', 'reset', 'on', '>pw');
    ask(address[0], port, 'ACL', 'SETUSER', 'backup', 'reset', 'on', '>pw');
    const refused = Date.now();
    expect(run('backup-dump.sh', engine, on(port, { ...long, REDIS_USERNAME: 'backup', REDIS_PASSWORD: 'pw' })).status).toBe(77);
    expect(Date.now() - refused).toBeLessThan(20_000);
  });

  test('wait for servers that do not know a new password yet, for three minutes', async () => {
    const port = await servers(2);
    const wrong = on(port, { HOSTS: '127.0.0.1 127.0.0.2', WAIT_SECONDS: '900', REDIS_PASSWORD: 'new' });
    // a minute goes by in each sleep
    const minutes = path.join(sandbox.root, 'minutes');
    const reset = () => fs.writeFileSync(minutes, '');
    sandbox.program('date', `case $1 in +%s) echo $(($(/bin/date +%s) + $(wc -c <${minutes}) * 60)) ;; *) exec /bin/date "$@" ;; esac`);
    sandbox.program('sleep', `printf x >>${minutes}`);
    reset();
    expect(run('backup-dump.sh', engine, wrong)).toEqual({
      status: 77, said: expect.stringMatching(/waiting, at most \d+ s: the servers refuse the password.*\n(.*\n)*.*FAILED: the servers refuse the user default: /),
    });
    expect(fs.statSync(minutes).size).toBe(3);
    reset();
    sandbox.program('sleep', `printf x >>${minutes}; for host in 127.0.0.1 127.0.0.2; do REDISCLI_AUTH=${SERVER_PASSWORD} ${cliBin} -h $host -p ${port} CONFIG SET requirepass new; done`);
    expect(run('backup-dump.sh', engine, wrong)).toEqual({ status: 0, said: expect.stringMatching(/the servers refuse the password.*\n(.*\n)*.*took 100[12] keys of 127\.0\.0\.2/) });
  });

  test('tell a right that is missing from what fails later', async () => {
    const port = await servers(2);
    for (const host of address.slice(0, 2)) ask(host, port, 'ACL', 'SETUSER', 'backup', 'reset', 'on', '>pw', '-@all', '+ping', '+info', '+sync');
    const full = path.join(sandbox.root, 'dump');
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20k', 'tmpfs', full]).status).toBe(0);
    mounts.push(full);
    expect(run('backup-dump.sh', engine, on(port, { REDIS_USERNAME: 'backup', REDIS_PASSWORD: 'pw' }))).toEqual({
      status: 74, said: expect.stringMatching(/FAILED: there is no room in \S+ for the dump of 127\.0\.0\.2\n$/),
    });
  });

  test('are not taken of the master unless that is asked for, nor where two say that they are it', async () => {
    const port = await servers(1);
    expect(run('backup-dump.sh', engine, on(port))).toEqual({
      status: 69, said: expect.stringMatching(/127\.0\.0\.2 does not say: .*\n(.*\n)*.*FAILED: no replica is in sync\. The master is not asked for its data unless 'source' is BackupSource\.REPLICA_OR_MASTER\n$/),
    });
    expect(run('backup-dump.sh', engine, on(port, { ALLOW_MASTER: 'true' }))).toEqual({ status: 0, said: expect.stringMatching(/no replica is in sync: taking the master\n.*took 100[12] keys of 127\.0\.0\.1/) });
    expect(run('backup-dump.sh', engine, on(port, { ALLOW_MASTER: 'true', HOSTS: '127.0.0.1 127.0.0.1' }))).toEqual({
      status: 69, said: expect.stringMatching(/FAILED: 2 servers say that they are the master\. Which data is right is not known until one gives way\n$/),
    });
  });

  test('that are damaged are refused before they are stored; a disk that is full is told', async () => {
    const port = await servers();
    sandbox.program(`${engine}-cli`, `${cliBin} "$@" || exit $?\nfor file; do case $file in *.part) printf XXXX | dd of="$file" bs=1 seek=1000 conv=notrunc 2>/dev/null ;; esac; done`);
    expect(run('backup-dump.sh', engine, on(port))).toEqual({ status: 65, said: expect.stringMatching(/FAILED: the dump of 127\.0\.0\.[23] is damaged: .+\n$/) });
    expect(fs.existsSync(dumpFile('dump.rdb'))).toBe(false);
    sandbox.program(`${engine}-cli`, `exec ${cliBin} "$@"`);
    const full = path.join(sandbox.root, 'dump');
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20k', 'tmpfs', full]).status).toBe(0);
    mounts.push(full);
    expect(run('backup-dump.sh', engine, on(port))).toEqual({ status: 74, said: expect.stringMatching(/FAILED: there is no room in \S+ for the dump of 127\.0\.0\.[23]\n$/) });
    expect(fs.readdirSync(full)).not.toContain('dump.rdb.part');
  });

  test('of a version that can\'t be loaded are told when they are verified', () => {
    fs.writeFileSync(dumpFile('dump.rdb'), 'REDIS9999junk');
    fs.writeFileSync(dumpFile('tags'), 'keys=1');
    expect(run('backup-verify.sh', engine, {})).toEqual({ status: 65, said: expect.stringMatching(/FAILED: the backup is damaged: (Can't handle RDB format version 9999|Wrong signature)/) });
  });
});

describeWith(['dash', RESTIC, RCLONE])('a repository', () => {
  let repository: string;
  const store = (env: { readonly [name: string]: string } = {}, ...args: string[]) => run('backup-store.sh', 'redis', { RESTIC_REPOSITORY: repository, ...env }, ...args);
  /** One that goes on beside the test. */
  const storing = (env: { readonly [name: string]: string }, said: 'pipe' | 'ignore') => spawn('dash', [path.join(sandbox.config, 'backup-store.sh')], {
    env: variables('redis', { RESTIC_REPOSITORY: repository, ...env }), stdio: ['ignore', 'ignore', said],
  });
  const restic = (...args: string[]) => spawnSync(RESTIC, args, { encoding: 'utf8', env: { ...process.env, ...KEYS, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: REPOSITORY_PASSWORD, RESTIC_CACHE_DIR: path.join(sandbox.root, 'cache') } });
  const snapshots = () => JSON.parse(restic('snapshots', '--json', '--no-lock').stdout).length;
  beforeEach(async () => {
    repository = await s3(path.join(sandbox.root, 's3'));
    fs.writeFileSync(dumpFile('dump.rdb'), Buffer.alloc(300_000, 'data of a dump'));
    fs.writeFileSync(dumpFile('tags'), 'keys=3\nbytes=300000\ntaken=1700000000\nengine=redis-8.2.10\n');
    fs.writeFileSync(dumpFile('started'), String(Math.floor(Date.now() / 1000)));
  });

  test('is made by the first backup, with options of restic that have blanks', () => {
    expect(store({}, '-o', 'sftp.args=-p 22', '-o', 's3.connections=2')).toEqual({ status: 0, said: expect.stringMatching(/making a repository at s3:.*\n.*stored 3 keys/) });
    expect(store({}, '-o', 's3.connections=x y').said).toMatch(/FAILED: .*x y/);
    const [{ hostname, tags }] = JSON.parse(restic('snapshots', '--json').stdout);
    expect([hostname, tags]).toEqual(['shop/cache', ['backup=cache-backup', 'keys=3', 'bytes=300000', 'taken=1700000000', 'engine=redis-8.2.10']]);
  });

  test('keeps what other installations stored there', () => {
    for (const SNAPSHOT_HOST of ['shop/other', 'shop/cache', 'shop/cache']) expect(store({ SNAPSHOT_HOST, KEEP: '--keep-last 1' }).status).toBe(0);
    expect(JSON.parse(restic('snapshots', '--json').stdout).map(({ hostname }: any) => hostname)).toEqual(['shop/other', 'shop/cache']);
  });

  test('keeps by default both of two backups of one day', () => {
    const KEEP = '--keep-daily 7 --keep-weekly 5 --keep-monthly 12 --keep-within 48h';
    for (const said of ['kept 1 backups', 'kept 2 backups']) expect(store({ KEEP })).toEqual({ status: 0, said: expect.stringContaining(said) });
  });

  test('holds no backup whose dump could not be read; where that can not be removed, it is not the newest one', () => {
    expect(store().status).toBe(0);
    const [{ short_id: good }] = JSON.parse(restic('snapshots', '--json').stdout);
    const line = /FAILED: the backup can't be stored: (open|read) \S+dump\.rdb: [^"]+\n$/;
    expect(spawnSync('mount', ['--bind', '/proc/1/mem', dumpFile('dump.rdb')]).status).toBe(0);
    mounts.push(dumpFile('dump.rdb'));
    expect(store()).toEqual({ status: 74, said: expect.stringMatching(line) });
    expect(snapshots()).toBe(1);
    sandbox.program('restic', `for word; do [ "$word" != forget ] || { echo "Fatal: access denied" >&2; exit 1; }; done; exec ${RESTIC} "$@"`);
    expect(store()).toEqual({ status: 74, said: expect.stringMatching(/WARNING: [0-9a-f]+, which has no dump, could not be removed: access denied\n.*FAILED/) });
    expect(snapshots()).toBe(2);
    spawnSync('umount', [mounts.pop()!]);
    fs.rmSync(dumpFile('dump.rdb'));
    expect(run('backup-fetch.sh', 'redis', { RESTIC_REPOSITORY: repository })).toEqual({ status: 0, said: expect.stringContaining(`fetching the backup ${good}: `) });
    expect(fs.statSync(dumpFile('dump.rdb')).size).toBe(300_000);
    fs.rmSync(dumpFile('dump.rdb'));
    const latest = { SNAPSHOT: 'latest', SNAPSHOT_NAMESPACE: 'shop', SNAPSHOT_INSTALLATION: 'cache', DUMP_FILE: dumpFile('dump.rdb') };
    expect(run('fetch-backup.sh', 'redis', { RESTIC_REPOSITORY: repository, ...latest })).toEqual({ status: 0, said: expect.stringContaining(`fetching the backup ${good} of `) });
  });

  test('keeps what another RedisBackup of the installation stored there', () => {
    for (const BACKUP_NAME of ['hourly', 'daily', 'daily']) expect(store({ BACKUP_NAME, KEEP: '--keep-last 1' }).status).toBe(0);
    expect(JSON.parse(restic('snapshots', '--json').stdout).map(({ tags }: any) => tags[0])).toEqual(['backup=hourly', 'backup=daily']);
  });

  test('that another password opens, or none can be reached, is told in one line', async () => {
    expect(store().status).toBe(0);
    expect(store({ RESTIC_PASSWORD: 'other' })).toEqual({ status: 77, said: expect.stringMatching(/FAILED: the password in the Secret does not open the repository at s3:.*: it was made with another one\n$/) });
    expect(store({ AWS_SECRET_ACCESS_KEY: 'other' })).toEqual({ status: 74, said: expect.stringMatching(/FAILED: the repository can't be opened: .* within 5 s: .*signature.*\n$/) });
    await end(started[0]);
    expect(store()).toEqual({ status: 74, said: expect.stringMatching(/FAILED: the repository can't be opened: not done by s3:.* within 5 s: .*connection refused\n$/) });
  });

  test('that is full is told, and holds no backup then', async () => {
    const full = path.join(sandbox.root, 'full');
    fs.mkdirSync(full);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', full]).status).toBe(0);
    mounts.push(full);
    repository = await s3(full);
    expect(store().status).toBe(0);
    fs.writeFileSync(dumpFile('dump.rdb'), randomBytes(2_000_000));
    expect(store({ RUN_SECONDS: '8' })).toEqual({ status: 74, said: expect.stringMatching(/FAILED: the backup can't be stored: .*\n$/) });
    expect(snapshots()).toBe(1);
  });

  test('that goes away in the middle holds no backup, and the next one is whole', async () => {
    expect(store().status).toBe(0);
    const size = 1_500_000;
    fs.writeFileSync(dumpFile('dump.rdb'), randomBytes(size));
    // so slow that it is still on its way
    sandbox.program('restic', `exec ${RESTIC} --limit-upload 50 "$@"`);
    const child = storing({ RUN_SECONDS: '10' }, 'pipe');
    started.push(child);
    let said = '';
    child.stderr!.on('data', (text) => { said += text; });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await until('it has a lock', () => restic('list', 'locks', '--no-lock').stdout.trim() !== '');
    await end(started[0]);
    expect(await ended).toBe(74);
    expect(said).toMatch(/FAILED: the backup can't be stored: not done by s3:.* within 10 s: .*\n$/);
    // the same folder, served again
    repository = await s3(path.join(sandbox.root, 's3'));
    expect(snapshots()).toBe(1);
    sandbox.program('restic', `exec ${RESTIC} "$@"`);
    fs.writeFileSync(dumpFile('tags'), `keys=3\nbytes=${size}\n`);
    expect(store()).toMatchObject({ status: 0, said: expect.stringMatching(/stored 3 keys/) });
    expect(snapshots()).toBe(2);
  });

  test('is waited for while another one removes; a lock of somebody who is gone does not stay', async () => {
    expect(store().status).toBe(0);
    // of a host that does not refresh it any more
    const lock = spawn(RESTIC, ['check', '--read-data', '--limit-download', '1'], {
      stdio: 'ignore', env: { ...process.env, ...KEYS, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: REPOSITORY_PASSWORD, RESTIC_CACHE_DIR: path.join(sandbox.root, 'cache2') },
    });
    started.push(lock);
    await until('there is a lock', () => restic('list', 'locks', '--no-lock').stdout.trim() !== '');
    lock.kill('SIGSTOP');
    expect(store()).toEqual({ status: 75, said: expect.stringMatching(/FAILED: the backup can't be stored: others have had the repository for 0 s: repository is already locked exclusively by PID \d+ on [^"]*\n$/) });
    await end(lock);
    expect(restic('list', 'locks', '--no-lock').stdout.trim()).not.toBe('');
    expect(store({ LOCK_SECONDS: '20', RUN_SECONDS: '60' })).toEqual({ status: 0, said: expect.stringMatching(/waiting for others that use the repository: .*\n.*stored 3 keys/) });
  });

  test('that others use for long leaves older ones to the next backup, which is stored', async () => {
    expect(store().status).toBe(0);
    fs.writeFileSync(path.join(sandbox.root, 'large'), randomBytes(2_000_000));
    const other = spawn(RESTIC, ['backup', '--limit-upload', '10', path.join(sandbox.root, 'large')], {
      stdio: 'ignore', env: { ...process.env, ...KEYS, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: REPOSITORY_PASSWORD, RESTIC_CACHE_DIR: path.join(sandbox.root, 'cache2') },
    });
    started.push(other);
    await until('there is a lock', () => restic('list', 'locks', '--no-lock').stdout.trim() !== '');
    expect(store({ KEEP: '--keep-last 1' })).toEqual({
      status: 0, said: expect.stringMatching(/stored 3 keys.*\n.*WARNING: older backups are left to the next one to remove: others have had the repository for 0 s: repository is already locked by PID \d+ on .*\n$/),
    });
    expect(snapshots()).toBe(2);
    await end(other);
    restic('unlock', '--remove-all');
    expect(store({ KEEP: '--keep-last 1' }).status).toBe(0);
    expect(snapshots()).toBe(1);
  });

  test('takes two backups at once, of which both stay', async () => {
    expect(store().status).toBe(0);
    const both = await Promise.all(['a', 'b'].map((name) => {
      const child = storing({
        RESTIC_CACHE_DIR: path.join(sandbox.root, name), CONTACT_SECONDS: '20', RUN_SECONDS: '60', LOCK_SECONDS: '60', KEEP: '--keep-last 5',
      }, 'ignore');
      return new Promise((resolve) => child.once('exit', resolve));
    }));
    expect(both).toEqual([0, 0]);
    expect(snapshots()).toBe(3);
    expect(restic('check').status).toBe(0);
  });

  test('that keeps older ones because they can\'t be removed says that this backup is stored', () => {
    expect(store().status).toBe(0);
    sandbox.program('restic', `for word; do [ "$word" != forget ] || { echo "Fatal: access denied" >&2; exit 1; }; done; exec ${RESTIC} "$@"`);
    expect(store({ KEEP: '--keep-last 1' })).toEqual({ status: 73, said: expect.stringMatching(/stored 3 keys.*\n.*FAILED: this backup is stored, but older ones could not be removed: access denied\n$/) });
    expect(snapshots()).toBe(2);
  });

  test('without a backup of the installation is told by its verification', () => {
    expect(store({ SNAPSHOT_HOST: 'shop/other' }).status).toBe(0);
    expect(run('backup-fetch.sh', 'redis', { RESTIC_REPOSITORY: repository })).toEqual({ status: 69, said: expect.stringMatching(/FAILED: there is no backup of shop\/cache by cache-backup in s3:/) });
  });

  test('what was stored is told to a Pushgateway, whose absence fails nothing', async () => {
    sandbox.program('wget', `for word; do case $word in --post-file=*) cat "\${word#*=}" ;; http*) echo "$word" ;; esac; done >"${sandbox.run}/pushed"`);
    expect(store({ PUSHGATEWAY: 'http://pushgateway:9091' }).status).toBe(0);
    const pushed = sandbox.read('pushed');
    expect(pushed).toMatch(/^redis_ha_backup_keys 3$/m);
    expect(pushed).toMatch(/^redis_ha_backup_size_bytes 300000$/m);
    expect(pushed).toMatch(/^redis_ha_backup_stored_bytes \d+$/m);
    expect(pushed).toMatch(/^http:\/\/pushgateway:9091\/metrics\/job\/redis-ha-backup\/namespace\/shop\/installation\/cache\/backup\/cache-backup$/m);
    // another one must not replace them
    expect(store({ PUSHGATEWAY: 'http://pushgateway:9091', BACKUP_NAME: 'hourly' }).status).toBe(0);
    expect(sandbox.read('pushed')).toMatch(/\/installation\/cache\/backup\/hourly$/m);
    sandbox.program('wget', 'exit 4');
    expect(store({ PUSHGATEWAY: 'http://pushgateway:9091' })).toEqual({ status: 0, said: expect.stringMatching(/WARNING: the Pushgateway at http:\/\/pushgateway:9091 did not take the metrics/) });
  });
});
