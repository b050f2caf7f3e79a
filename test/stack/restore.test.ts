import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration, Size } from 'cdk8s';
import { Auth, BackupTarget, DurabilityMode, Engine, Persistence, RedisHaProps, Restore, Sentinel, Tls, TlsCertificate } from '../../lib';
import { Stack, StackOptions, until } from '../../playground/stack';
import { describeWith, REDIS, RESTIC, VALKEY, withPrograms } from '../support/binaries';
import { TestCa } from '../support/pki';

jest.setTimeout(180_000);

const BACKUP = BackupTarget.volume('backups', { passwordSecret: 'backup-key' });
const PERSISTENCE = Persistence.volume(Size.gibibytes(1));
const KEY = { 'backup-key': { password: 'right' } };

describeWith(['redis-server', 'redis-cli', 'haproxy', RESTIC])('restore', () => {
  let stack: Stack | undefined;
  afterEach(async () => {
    await stack?.stop();
    stack = undefined;
  });

  const create = async (props: RedisHaProps, options: StackOptions = {}) => {
    stack = await Stack.create({
      props: { persistence: PERSISTENCE, proxy: { replicas: 1 }, restore: Restore.fromVolume('old', '.'), ...props },
      secrets: KEY,
      restartMs: 300,
      programs: { ...REDIS, ...VALKEY, restic: RESTIC },
      ...options,
    });
    return stack;
  };

  /** A snapshot with some keys, as a server of the engine writes it. */
  const snapshot = (one: Stack, keys: readonly string[], programs = REDIS): Buffer => {
    const folder = fs.mkdtempSync(path.join(one.folder, 'snapshot-'));
    const [server, cli] = Object.values(programs);
    const script = `${server} --port 0 --unixsocket s --save "" & until ${cli} -s s ${keys.length === 0 ? 'PING' : `MSET ${keys.map((key) => `${key} restored`).join(' ')}`}; do sleep 0.1; done; ${cli} -s s SAVE; ${cli} -s s SHUTDOWN NOSAVE; wait`;
    execFileSync('sh', ['-c', script], { cwd: folder, stdio: 'ignore' });
    return fs.readFileSync(path.join(folder, 'dump.rdb'));
  };
  /** Puts a snapshot into the volume that is restored from. */
  const give = (one: Stack, bytes: Buffer) => fs.writeFileSync(path.join(one.jobs[0].container('source').file('/source'), 'dump.rdb'), bytes);
  const values = async (one: Stack, key: string) => Promise.all(one.servers.map(async (server) => one.ask(server, 'GET', key)));
  const logs = (one: Stack) => [...one.agents, ...one.jobs].map((each) => each.log()).join('');
  const done = async (one: Stack) => until('the Job is done', () => one.jobs[0].succeeded);
  /** Ends all that a pod is, at once, as with its node. */
  const killAll = async (one: Stack) => Promise.all([...one.servers, ...one.agents, ...one.sentinels].map(async (each) => each.destroy()));
  const lose = (one: Stack, ordinal: number) => {
    for (const entry of fs.readdirSync(one.servers[ordinal].file('/data'))) fs.rmSync(path.join(one.servers[ordinal].file('/data'), entry), { recursive: true });
  };
  const masters = async (one: Stack) => (await one.look()).servers.flatMap(({ role }, ordinal) => (role === 'master' ? [ordinal] : []));
  /** Nobody becomes master for as long as agents and Job have time for several rounds and attempts. */
  const staysWithout = async (one: Stack, line: string | RegExp) => {
    const said = () => one.jobs[0].log().match(new RegExp(typeof line === 'string' ? line.replace(/[()'?.]/g, '.') : line, 'g'))?.length ?? 0;
    await until('the Job has tried several times', () => said() >= 3);
    await until('an agent says what it waits for', () => /does not offer that of the restore/.test(logs(one)));
    expect(await masters(one)).toEqual([]);
    for (const server of one.servers) expect(await one.ask(server, 'DBSIZE')).toBe(0);
  };

  const ENGINES: [string, Engine, typeof REDIS][] = [['Redis', Engine.redis(), REDIS], ['Valkey', Engine.valkey(), VALKEY]];

  test.each(ENGINES.filter(([, , programs]) => withPrograms(programs)))('a whole installation of %s begins with a snapshot in a volume: one server copies it, the others that one, and the Job ends', async (_, engine, programs) => {
    const one = await create({ engine });
    give(one, snapshot(one, ['key'], programs));
    one.start();
    const master = await one.converged();
    expect(await values(one, 'key')).toEqual(['restored', 'restored', 'restored']);
    await done(one);
    expect(one.agents.filter((agent) => agent.log().includes('restore no server has data: copies that of redis-restore')).length).toBe(1);
    expect(one.agents[master].log()).toContain('restore copied, and on the disk: the installation begins with this data');
    expect(one.jobs[0].log()).toContain('done: the installation has a master');
  });

  test('with TLS, without a password, Sentinels of their own, and one server only', async () => {
    const ca = new TestCa();
    try {
      const one = await create({ replicas: 1, auth: Auth.none(), sentinel: Sentinel.deployments(3), tls: Tls.everywhere(TlsCertificate.secret('tls')) }, { secrets: { tls: { ...ca.leaf() } } });
      give(one, snapshot(one, ['key']));
      one.start();
      await done(one);
      expect(await masters(one)).toEqual([0]);
      expect(await values(one, 'key')).toEqual(['restored']);
    } finally {
      ca.remove();
    }
  });

  test.each([DurabilityMode.APPEND_ONLY, DurabilityMode.SNAPSHOT])('it happens once (%s): a restart of all servers, and the Job made again, bring nothing back', async (mode) => {
    const one = await create({ persistence: Persistence.volume(Size.gibibytes(1), { mode }) });
    give(one, snapshot(one, ['key', 'other']));
    one.start();
    await one.converged();
    await done(one);
    await until('HAProxy has found the master', async () => one.client().call('PING').then(() => true, () => false));
    await one.client({ timeoutMs: 10_000 }).call('SET', 'key', 'later');
    await one.client().call('DEL', 'other');
    await until('all have it', async () => (await values(one, 'key')).every((value) => value === 'later'));
    if (mode === DurabilityMode.SNAPSHOT) for (const server of one.servers) await one.ask(server, 'SAVE');
    // while it lives
    await one.jobs[0].restart();
    await done(one);
    expect(one.jobs[0].log()).toContain('NOT RESTORED: the installation has a master');
    // and while it does not: the Job serves, and nobody wants it
    await killAll(one);
    await one.jobs[0].restart();
    await until('the Job offers the data again', () => one.jobs[0].log().split('offering the data').length === 3);
    one.start();
    await one.converged(60_000);
    expect([await values(one, 'key'), await values(one, 'other')]).toEqual([['later', 'later', 'later'], [null, null, null]]);
    await done(one);
  });

  test('a server that lost its volume copies from the master, also in a restart of all', async () => {
    const one = await create({});
    give(one, snapshot(one, ['key']));
    one.start();
    const master = await one.converged();
    await done(one);
    await until('HAProxy has found the master', async () => one.client().call('SET', 'key', 'later').then(() => true, () => false));
    await until('all have it', async () => (await values(one, 'key')).every((value) => value === 'later'));
    const blank = (master + 1) % 3;
    await one.servers[blank].destroy();
    lose(one, blank);
    one.servers[blank].start();
    await until('it has the data', async () => await one.ask(one.servers[blank], 'GET', 'key') === 'later');
    await until('all records are written', () => one.servers.every((server) => fs.existsSync(path.join(server.file('/data'), 'redis-ha-record.json'))));
    await killAll(one);
    lose(one, 0);
    await one.jobs[0].restart();
    one.start();
    await one.converged(60_000);
    expect(await values(one, 'key')).toEqual(['later', 'later', 'later']);
    expect(one.agents[0].log().split('copies that of redis-restore').length).toBeLessThanOrEqual(2);
  });

  test('a backup in a repository of restic, with the wrong key at first: nothing begins empty, and it goes on once the key is right', async () => {
    const one = await create({ restore: Restore.fromBackup(BACKUP, { installation: 'shop', namespace: 'former' }) });
    const fetch = one.jobs[0].container('fetch');
    const env = { ...process.env, RESTIC_REPOSITORY: fetch.file('/backups'), RESTIC_PASSWORD: 'right', RESTIC_CACHE_DIR: path.join(one.folder, 'cache') };
    execFileSync(RESTIC, ['init'], { env, stdio: 'ignore' });
    execFileSync(RESTIC, ['backup', '--host', 'former/shop', '--stdin', '--stdin-filename', fetch.file('/dump/dump.rdb')], { env, input: snapshot(one, ['key']), stdio: ['pipe', 'ignore', 'ignore'] });
    one.writeSecret('password', 'wrong', 'backup-key');
    one.start();
    await staysWithout(one, 'FAILED: the password in the Secret does not open the repository');
    one.writeSecret('password', 'right', 'backup-key');
    await one.converged(60_000);
    expect(await values(one, 'key')).toEqual(['restored', 'restored', 'restored']);
  });

  test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['is broken', (bytes) => Buffer.concat([bytes.subarray(0, -3), Buffer.from('xyz')]), /REFUSED: .* can't load the data: /],
    ['is of a newer version', (bytes) => Buffer.concat([Buffer.from('REDIS0999'), bytes.subarray(9)]), /REFUSED: .* can't load data of /],
  ])('a snapshot that %s: one clear line, and nothing begins empty', async (_, change, line) => {
    const one = await create({});
    give(one, change(snapshot(one, ['key'])));
    one.start();
    await staysWithout(one, line);
    // mended, it goes on
    give(one, snapshot(one, ['key']));
    await one.converged(60_000);
    expect(await values(one, 'key')).toEqual(['restored', 'restored', 'restored']);
  });

  /** Keys enough for a copy to take some time, and a source that sends slowly. */
  const MANY = Array.from({ length: 200 }, (_, n) => `key${n}`);
  const slow = { edit: ({ name, text }: { name: string; text: string }) => (name === 'redis.conf' && text.includes('throw-away') ? `${text}rdb-key-save-delay 20000\n` : text) };
  const copying = async (one: Stack) => {
    const ordinal = await new Promise<number>((resolve, reject) => {
      let found = -1;
      until('a server copies', () => {
        found = one.agents.findIndex((agent) => agent.log().includes('wait copies the data of the restore'));
        return found >= 0;
      }).then(() => resolve(found), reject);
    });
    return ordinal;
  };

  test.each<[string, (one: Stack, ordinal: number) => Promise<void>]>([
    ['the server that copies is killed', async (one, ordinal) => one.servers[ordinal].kill()],
    ['its whole pod is lost, with its volume', async (one, ordinal) => {
      for (const each of [one.servers, one.agents, one.sentinels]) await each[ordinal].destroy();
      lose(one, ordinal);
    }],
    ['the Job is killed', async (one) => one.jobs[0].container('source').kill()],
    ['everything is restarted', async (one) => {
      await killAll(one);
      await one.jobs[0].restart();
      one.start();
    }],
  ])('%s during the restore: the data is there in the end, whole', async (_, disaster) => {
    const one = await create({ server: { agent: { bootTimeout: Duration.seconds(5) } } }, slow);
    give(one, snapshot(one, MANY));
    one.start();
    await disaster(one, await copying(one));
    await until('there is a master', async () => (await masters(one)).length === 1, 60_000);
    const master = one.servers[(await masters(one))[0]];
    expect(await one.ask(master, 'DBSIZE')).toBe(MANY.length);
    one.start();
    await one.converged(60_000);
    await done(one);
    for (const server of one.servers) expect(await one.ask(server, 'DBSIZE')).toBe(MANY.length);
  });

  test('a backup without keys is one too', async () => {
    const one = await create({});
    give(one, snapshot(one, []));
    one.start();
    await one.converged();
    await done(one);
    expect(logs(one)).toContain('restore copied, and on the disk');
  });

  test('all volumes are lost later: nothing begins empty, and the Job made again restores', async () => {
    const one = await create({});
    give(one, snapshot(one, ['key']));
    one.start();
    await one.converged();
    await done(one);
    await killAll(one);
    for (const ordinal of one.servers.keys()) lose(one, ordinal);
    for (const each of [...one.servers, ...one.agents, ...one.sentinels]) each.start();
    await until('an agent says what it waits for', () => /redis-restore does not offer that of the restore: its Job's log says why/.test(logs(one)));
    expect(await masters(one)).toEqual([]);
    await one.jobs[0].restart();
    give(one, snapshot(one, ['key']));
    await one.converged(60_000);
    expect(await values(one, 'key')).toEqual(['restored', 'restored', 'restored']);
  });

  test('a restart of a master right after the restore, before it has a replica: the data stays', async () => {
    const one = await create({});
    give(one, snapshot(one, ['key']));
    // the others do not come at first
    for (const each of [...one.sentinels, ...one.jobs, one.servers[0], one.agents[0], one.servers[1], one.agents[1]]) each.start();
    await until('there is a master', async () => (await one.ask(one.servers[0], 'ROLE'))[0] === 'master' || (await one.ask(one.servers[1], 'ROLE'))[0] === 'master', 120_000);
    await killAll(one);
    one.start();
    await one.converged(90_000);
    expect(await values(one, 'key')).toEqual(['restored', 'restored', 'restored']);
  });
});
