import { ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DataFolder } from './data-folder';
import { Sandbox } from './sandbox';
import { until } from '../agent/support/cluster';
import { describeWith, REDIS, RESTIC, VALKEY, withPrograms } from '../support/binaries';
import { freePort } from '../support/free-port';

jest.setTimeout(60_000);

const ASSETS = path.resolve(__dirname, '..', '..', 'lib', 'assets');

/** A sandbox as the pod of a restore has it: with a folder for what is restored, and another that stands for a volume. */
class RestorePod {
  public readonly folder: DataFolder;
  public readonly sandbox: Sandbox;
  public readonly dump: string;
  private readonly children: ChildProcess[] = [];

  constructor(public readonly server = REDIS['redis-server'], public readonly cli = REDIS['redis-cli']) {
    this.folder = new DataFolder(server);
    this.sandbox = this.folder.sandbox;
    this.dump = path.join(this.sandbox.root, 'dump');
    fs.mkdirSync(this.dump);
    this.sandbox.write('replicas', '3');
    // nobody answers there, and says so at once
    this.sandbox.program('getent', 'echo "127.0.0.1 STREAM $2"');
    this.sandbox.write('copy-keys.lua', fs.readFileSync(path.join(ASSETS, 'restore', 'copy-keys.lua')));
    this.sandbox.write('redis.conf', `port 0\nunixsocket ${this.sandbox.run}/server.sock\nsave ""\nlogfile ""\n`);
  }

  public get env() {
    return { SERVER_BIN: this.server, CLI_BIN: this.cli, DUMP_DIR: this.dump, SENTINEL_SERVICE: 'sentinel', SENTINEL_PORT: '1', MASTER_NAME: 'm' };
  }

  /** Runs a script of the pod to its end. */
  public run(script: string, env: { readonly [name: string]: string | undefined }, ...args: string[]) {
    return this.sandbox.sh(script, { ...this.env, ...env }, ...args);
  }

  /** Starts a script that goes on. */
  public start(script: string, env: { readonly [name: string]: string }) {
    const child = spawn('dash', [path.join(this.sandbox.config, script)], {
      env: { PATH: `${this.sandbox.root}/bin:${process.env.PATH}`, CONFIG_DIR: this.sandbox.config, RUN_DIR: this.sandbox.run, ...this.env, ...env },
      detached: true,
    });
    this.children.push(child);
    const state = { output: '', code: undefined as number | null | undefined };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { state.output += text; });
    child.once('exit', (code) => { state.code = code; });
    return state;
  }

  /** Asks the throw-away server. */
  public ask(...command: string[]): string {
    return spawnSync(this.cli, ['-s', path.join(this.sandbox.run, 'server.sock'), ...command], { encoding: 'utf8' }).stdout.trim();
  }

  public remove(): void {
    for (const { pid } of this.children) {
      try {
        process.kill(-pid!, 'SIGKILL');
      } catch {
        // it has ended
      }
    }
    this.folder.remove();
  }
}

const KEYS = [['SET', 'a', '1'], ['SET', 'b', '2']];

describeWith(['dash', RESTIC, 'redis-server', 'redis-cli'])('a backup that is fetched', () => {
  let pod: RestorePod;
  let repository: string;
  beforeAll(async () => {
    pod = new RestorePod();
    pod.sandbox.program('restic', `exec ${execFileSync('sh', ['-c', `command -v ${RESTIC}`], { encoding: 'utf8' }).trim()} "$@"`);
    repository = path.join(pod.sandbox.root, 'repository');
    await pod.folder.serve(false, ...KEYS, ['SAVE']);
    execFileSync(RESTIC, ['init'], { env: env(), stdio: 'ignore' });
    backup('shop/redis', fs.readFileSync(pod.folder.at('dump.rdb')));
    backup('other/cache', 'data of another installation');
  });
  afterAll(() => pod.remove());
  afterEach(() => {
    for (const file of fs.readdirSync(pod.dump)) fs.rmSync(path.join(pod.dump, file));
  });

  const env = (): NodeJS.ProcessEnv => ({ ...process.env, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: 'key', RESTIC_CACHE_DIR: path.join(pod.sandbox.root, 'cache') });
  const backup = (host: string, input: string | Buffer) => {
    execFileSync(RESTIC, ['backup', '--host', host, '--stdin', '--stdin-filename', '/dump/dump.rdb'], { env: env(), input });
  };
  const FETCH = { SNAPSHOT: 'latest', SNAPSHOT_NAMESPACE: 'shop', SNAPSHOT_INSTALLATION: 'redis', DUMP_FILE: '/dump/dump.rdb', CONTACT_SECONDS: '20', RUN_SECONDS: '20', LOCK_SECONDS: '0' };
  const fetch = (change: { readonly [name: string]: string } = {}) => {
    const { RESTIC_REPOSITORY, RESTIC_PASSWORD, RESTIC_CACHE_DIR } = env();
    return pod.run('fetch-backup.sh', { RESTIC_REPOSITORY, RESTIC_PASSWORD, RESTIC_CACHE_DIR, ...FETCH, ...change });
  };
  const idOf = (host: string) => JSON.parse(execFileSync(RESTIC, ['snapshots', '--json', '--host', host], { env: env(), encoding: 'utf8' }))[0].short_id;
  const dumped = () => fs.readFileSync(path.join(pod.dump, 'dump.rdb'));

  test('is the newest one of the installation, whole', () => {
    const run = fetch();
    expect([run.status, run.stderr]).toEqual([0, expect.stringContaining(`fetching the backup ${idOf('shop/redis')} of 20`)]);
    expect(dumped().equals(fs.readFileSync(pod.folder.at('dump.rdb')))).toBe(true);
    expect(fs.readdirSync(pod.dump).sort()).toEqual(['dump.rdb']);
  });

  test('may be that of another installation, or the one of an id', () => {
    expect(fetch({ SNAPSHOT_NAMESPACE: 'other', SNAPSHOT_INSTALLATION: 'cache' }).status).toBe(0);
    expect(dumped().toString()).toBe('data of another installation');
    fs.rmSync(path.join(pod.dump, 'dump.rdb'));
    expect(fetch({ SNAPSHOT: idOf('other/cache') }).status).toBe(0);
    expect(dumped().toString()).toBe('data of another installation');
  });

  test('is not fetched again, and not for an installation that lives', () => {
    fs.writeFileSync(path.join(pod.dump, 'dump.rdb'), 'x');
    expect([fetch().status, fetch().stderr, dumped().toString()]).toEqual([0, '', 'x']);
    fs.rmSync(path.join(pod.dump, 'dump.rdb'));
    fs.writeFileSync(path.join(pod.dump, 'not-needed'), '');
    expect([fetch().status, fs.existsSync(path.join(pod.dump, 'dump.rdb'))]).toEqual([0, false]);
  });

  test.each<[string, { readonly [name: string]: string }, number, string]>([
    ['another password', { RESTIC_PASSWORD: 'wrong' }, 77, 'the password in the Secret does not open the repository at '],
    ['no repository', { RESTIC_REPOSITORY: '/nowhere' }, 69, 'there is no repository at /nowhere'],
    ['no backup of the installation', { SNAPSHOT_INSTALLATION: 'none' }, 69, 'there is no backup of shop/none in '],
    ['no backup of that id', { SNAPSHOT: 'deadbeef' }, 69, 'there is no backup deadbeef in '],
  ])('%s: one line, and nothing is there', (_, change, status, line) => {
    const run = fetch(change);
    expect([run.status, run.stderr.trimEnd().split('\n')]).toEqual([status, [expect.stringContaining(`FAILED: ${line}`)]]);
    expect(fs.existsSync(path.join(pod.dump, 'dump.rdb'))).toBe(false);
  });

  test('a disk without room for it: one line, and nothing is there', () => {
    backup('shop/large', randomBytes(100_000));
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20k', 'tmpfs', pod.dump]).status).toBe(0);
    try {
      const { status, stderr } = fetch({ SNAPSHOT_INSTALLATION: 'large' });
      expect([status, stderr]).toEqual([74, expect.stringMatching(/FAILED: the backup [0-9a-f]{8} can't be read whole: .*no space left on device\n$/)]);
      expect(fs.readdirSync(pod.dump)).not.toContain('dump.rdb');
    } finally {
      spawnSync('umount', [pod.dump]);
    }
  });

  test('a repository that lost a part: one line, and nothing is there', () => {
    const packs = execFileSync('sh', ['-c', `find ${repository}/data -type f`], { encoding: 'utf8' }).trim().split('\n');
    const kept = packs.map((file) => [file, fs.readFileSync(file)] as const);
    for (const file of packs) { fs.chmodSync(file, 0o600); fs.writeFileSync(file, Buffer.alloc(fs.statSync(file).size, 'x')); }
    fs.rmSync(path.join(pod.sandbox.root, 'cache'), { recursive: true });
    const run = fetch();
    for (const [file, bytes] of kept) fs.writeFileSync(file, bytes);
    expect([run.status, run.stderr.trimEnd().split('\n').at(-1)]).toEqual([74, expect.stringMatching(/FAILED: .* can't be (read whole|listed|opened): /)]);
    expect(fs.existsSync(path.join(pod.dump, 'dump.rdb'))).toBe(false);
  });
});

const ENGINES = [REDIS, ...withPrograms(VALKEY) ? [VALKEY] : []].map((programs) => Object.values(programs));

describeWith(['dash', 'redis-server', 'redis-cli'])('restored data', () => {
  describe.each(ENGINES)('with %s', (server, cli) => {
    let pod: RestorePod;
    beforeEach(() => { pod = new RestorePod(server, cli); });
    afterEach(() => pod.remove());

    /** Until the throw-away server has loaded it, or the script has ended. */
    const served = async (env: { readonly [name: string]: string }) => {
      const state = pod.start('serve-restore.sh', env);
      await until('it is loaded, or refused', () => state.output.includes('offering the data') || state.code !== undefined);
      return state;
    };
    const keys = () => pod.ask('INFO', 'keyspace').match(/keys=(\d+)/)?.[1];
    const volume = () => ({ SOURCE: pod.folder.at() });

    test('a snapshot in a volume is served, and the volume stays as it is', async () => {
      await pod.folder.serve(false, ...KEYS, ['SAVE']);
      const before = pod.folder.hashes();
      const state = await served({ SOURCE: pod.folder.at('dump.rdb') });
      expect(state.output).toContain('loaded: 2 keys');
      expect(keys()).toBe('2');
      // what serves it can't be changed, read or stopped by who has the password
      for (const command of [['SET', 'c', '3'], ['GET', 'a'], ['SHUTDOWN']]) expect(pod.ask(...command)).toContain('NOPERM');
      expect(pod.folder.hashes()).toBe(before);
    });

    /** Programs that answer as an installation with a master and a replica in sync; the throw-away server is asked itself. */
    const begun = () => {
      const answers = "case \"$*\" in *'GET-MASTER-ADDR-BY-NAME'*) printf '10.0.0.1\\n6379\\n' ;; *) printf 'role:master\\nslave0:ip=10.0.0.2,port=6379,state=online\\n' ;; esac";
      return pod.sandbox.program('begun-cli', `case $1 in -s) exec ${cli} "$@" ;; esac; [ -e ${pod.sandbox.root}/begun ] || exit 1; ${answers}`);
    };

    test('is not loaded again, and no data that can not be either, once the installation has begun', async () => {
      fs.writeFileSync(pod.folder.at('dump.rdb'), 'a text that is no snapshot');
      const env = { ...volume(), CLI_BIN: begun() };
      expect(pod.run('serve-restore.sh', env).status).toBe(65);
      fs.writeFileSync(path.join(pod.sandbox.root, 'begun'), '');
      const { status, stderr } = pod.run('serve-restore.sh', env);
      expect([status, stderr.trimEnd().split('\n')]).toEqual([0, [expect.stringContaining('done: the installation has a master, 10.0.0.1')]]);
    });

    test('a password that is changed while it waits is taken', async () => {
      await pod.folder.serve(false, ...KEYS, ['SAVE']);
      const [secret, port] = [path.join(pod.sandbox.root, 'password'), await freePort('127.0.0.1')];
      pod.sandbox.write('redis.conf', `port ${port}\nunixsocket ${pod.sandbox.run}/server.sock\nsave ""\nlogfile ""\nrepl-diskless-sync yes\nrepl-diskless-sync-delay 0\n`);
      fs.writeFileSync(secret, 'former');
      fs.writeFileSync(`${secret}-alternate`, 'alternate');
      const env = { ...volume(), PASSWORD_FILE: secret, CLI_BIN: begun() };
      const state = await served(env);
      const ping = (password: string) => spawnSync(cli, ['-p', String(port), 'PING'], { encoding: 'utf8', env: { ...process.env, REDISCLI_AUTH: password } }).stdout.trim();
      const info = () => spawnSync(cli, ['-p', String(port), 'INFO'], { encoding: 'utf8', env: { ...process.env, REDISCLI_AUTH: 'former' } }).stdout;
      const pid = () => /process_id:(\d+)/.exec(info())?.[1];
      const first = pid();
      expect(first).toBeDefined();
      // one that is accepted already
      fs.writeFileSync(secret, 'alternate');
      fs.rmSync(`${secret}-alternate`);
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      expect(pid()).toBe(first);
      fs.writeFileSync(secret, 'new');
      await until('the new one is accepted', () => ping('new') === 'PONG');
      expect(ping('former')).not.toBe('PONG');
      expect(state.output).toContain('the password was changed: starting anew with the new one');
      expect(state.code).toBeUndefined();
    });

    test('a folder with a snapshot too', async () => {
      await pod.folder.serve(false, ...KEYS, ['SAVE']);
      expect((await served(volume())).output).toContain('loaded: 2 keys');
    });

    test('an append-only log in a volume is served, also beside an older snapshot, and the volume stays as it is', async () => {
      await pod.folder.serve(false, KEYS[0], ['SAVE']);
      await pod.folder.serve(true, ...KEYS);
      const before = pod.folder.hashes();
      expect((await served(volume())).output).toContain('loaded: 2 keys');
      expect(pod.folder.hashes()).toBe(before);
    });

    test('the log of Redis 6 too', async () => {
      fs.writeFileSync(pod.folder.at('appendonly.aof'), '*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n9\r\n');
      expect((await served(volume())).output).toContain('loaded: 1 keys');
    });

    const refused = async (env: { readonly [name: string]: string }, line: string) => {
      const before = pod.folder.hashes();
      const state = await served(env);
      await until('it has ended', () => state.code !== undefined);
      expect(state.code).toBe(65);
      expect(state.output.trimEnd().split('\n').filter((one) => one.includes('REFUSED'))).toEqual([expect.stringContaining(line)]);
      expect(pod.folder.hashes()).toBe(before);
    };

    test('a file that is not there, or empty, is refused: a server would begin empty', async () => {
      await refused({ SOURCE: '/source/none.rdb' }, 'REFUSED: there is no none.rdb in the volume. Nothing was changed.');
      fs.writeFileSync(pod.folder.at('dump.rdb'), '');
      await refused(volume(), 'is empty');
      fs.rmSync(pod.folder.at('dump.rdb'));
      await refused(volume(), 'the folder has neither appendonlydir nor appendonly.aof nor dump.rdb');
    });

    const log = (name: string) => pod.folder.at('appendonlydir', `appendonly.aof.${name}`);

    test('a log that its manifest does not list, or whose manifest is broken, is refused, and one that was never begun does not hide a snapshot', async () => {
      await pod.folder.serve(false, ...KEYS, ['SAVE']);
      fs.mkdirSync(pod.folder.at('appendonlydir'));
      fs.writeFileSync(pod.folder.at('appendonly.aof'), '');
      expect((await served(volume())).output).toContain('loaded: 2 keys');
      fs.writeFileSync(log('1.incr.aof'), '*1\r\n$4\r\nPING\r\n');
      await refused(volume(), 'REFUSED: appendonlydir has a log and no manifest, and a server would begin empty.');
      fs.writeFileSync(log('manifest'), '\0'.repeat(40));
      await refused(volume(), 'REFUSED: appendonlydir/appendonly.aof.manifest is broken.');
    });

    test('a snapshot beside a log is told of', async () => {
      await pod.folder.serve(true, ...KEYS);
      fs.writeFileSync(pod.folder.at('dump.rdb'), 'x');
      const { output } = await served(volume());
      expect([output, output]).toEqual([expect.stringContaining('WARNING: the folder has a dump.rdb beside its append-only log'), expect.stringContaining('loaded: 2 keys')]);
    });

    test.each([[true], [false]])('keys of any database come back, or the data is refused where the installation has too few (log: %s)', async (appendonly) => {
      const child = spawn(server, ['--port', '0', '--unixsocket', path.join(pod.sandbox.root, 's'), '--dir', pod.folder.at(), '--save', '', '--appendonly', appendonly ? 'yes' : 'no', '--databases', '64'], { stdio: 'ignore' });
      const tell = (...command: string[]) => spawnSync(pod.cli, ['-s', path.join(pod.sandbox.root, 's'), ...command], { encoding: 'utf8' }).stdout.trim();
      await until('it answers', () => tell('PING') === 'PONG');
      for (const database of ['0', '40']) expect(tell('-n', database, 'SET', 'a', database)).toBe('OK');
      if (!appendonly) tell('SAVE');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      // as restore.conf says it of an installation with as many
      fs.appendFileSync(path.join(pod.sandbox.config, 'redis.conf'), 'databases 41\n');
      expect((await served(volume())).output).toContain('loaded: 2 keys');
      expect(pod.ask('INFO', 'keyspace')).toMatch(/db0:keys=1[^]*db40:keys=1/);
      fs.appendFileSync(path.join(pod.sandbox.config, 'redis.conf'), 'databases 16\n');
      await refused(volume(), "REFUSED: the data has keys in database 40, and the installation has 16 databases, from 0 on: server.directives may say 'databases 41'.");
      if (appendonly) return;
      fs.copyFileSync(pod.folder.at('dump.rdb'), path.join(pod.dump, 'dump.rdb'));
      fs.writeFileSync(path.join(pod.dump, 'tags'), 'keys=2\n');
      expect(pod.run('backup-verify.sh', {}).stderr).toContain('verified: 2 keys were loaded');
    });

    test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
      ['with a broken byte', (bytes) => Buffer.concat([bytes.subarray(0, -3), Buffer.from('xyz')]), /can't load the data: .*[Ww]rong/],
      ['cut off', (bytes) => bytes.subarray(0, -12), /can't load the data: .*(Short read|unexpected EOF|Unexpected EOF)/],
      ['of a newer version', (bytes) => Buffer.concat([Buffer.from('REDIS0999'), bytes.subarray(9)]), /can't load data of .*\("(Can't handle RDB format version 999|Wrong signature)/],
      ['that is none', () => Buffer.from('a text that is no snapshot'), /can't load the data: .*Wrong signature/],
    ])('a snapshot %s is refused with one line', async (_, change, line) => {
      await pod.folder.serve(false, ...KEYS, ['SAVE']);
      fs.writeFileSync(pod.folder.at('dump.rdb'), change(fs.readFileSync(pod.folder.at('dump.rdb'))));
      const state = await served(volume());
      await until('it has ended', () => state.code !== undefined);
      expect([state.code, state.output.split('\n').filter((one) => one.includes('REFUSED'))]).toEqual([65, [expect.stringMatching(line)]]);
    });

    // of a value, and beside all values
    test.each(['fe00070161', 'f7'])('data of a module that is not loaded is refused with its name: %s', async (before) => {
      const id = [...'MyTypeXYZ'].reduce((sum, letter) => sum * 64n + BigInt('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(letter)), 0n) * 1024n + 1n;
      const type = `81${id.toString(16).padStart(16, '0')}`;
      const bytes = Buffer.from(`${Buffer.from('REDIS0010').toString('hex')}${before}${type}${before === 'f7' ? '0201020200' : '00'}ff${'00'.repeat(8)}`, 'hex');
      fs.writeFileSync(pod.folder.at('dump.rdb'), bytes);
      fs.writeFileSync(path.join(pod.dump, 'dump.rdb'), bytes);
      fs.writeFileSync(path.join(pod.dump, 'tags'), 'keys=1\n');
      const line = 'it has data of the module type MyTypeXYZ, and no module that is loaded here knows that: docs/how-to/backup.md says how to load yours';
      const { status, stderr } = pod.run('backup-verify.sh', {});
      expect([status, stderr]).toEqual([65, expect.stringMatching(new RegExp(`: FAILED: the backup can't be loaded: ${line}\\n$`))]);
      const state = await served(volume());
      await until('it has ended', () => state.code !== undefined);
      expect([state.code, state.output]).toEqual([65, expect.stringContaining(`can't load the data: ${line}. Nothing`)]);
    });

    describe('to a point in time', () => {
      /** Writes a and b, waits, and writes c. Returns a time before c. */
      const write = async (timestamps: boolean) => {
        const stamps = ['CONFIG', 'SET', 'aof-timestamp-enabled', timestamps ? 'yes' : 'no'];
        await pod.folder.serve(true, stamps, ['BGREWRITEAOF']);
        await pod.folder.serve(true, stamps, ...KEYS);
        await nextSecond();
        const time = Math.floor(Date.now() / 1000);
        await nextSecond();
        await pod.folder.serve(true, stamps, ['SET', 'c', '3']);
        return String(time);
      };
      const nextSecond = async () => {
        const now = Math.floor(Date.now() / 1000);
        await until('the next second', () => Math.floor(Date.now() / 1000) > now);
      };

      test('what came after it is left out', async () => {
        const RESTORE_UNTIL = await write(true);
        const state = await served({ ...volume(), RESTORE_UNTIL });
        expect(state.output).toContain('is left out');
        expect(state.output).toContain('loaded: 2 keys');
      });

      test('also where the next file of the log was just begun', async () => {
        const RESTORE_UNTIL = await write(true);
        fs.appendFileSync(log('manifest'), 'file appendonly.aof.9.incr.aof seq 9 type i\n');
        fs.writeFileSync(log('9.incr.aof'), '');
        expect((await served({ ...volume(), RESTORE_UNTIL })).output).toContain('loaded: 2 keys');
      });

      test('a log in which nothing was written since it was rewritten is refused', async () => {
        const RESTORE_UNTIL = await write(true);
        for (const file of fs.readdirSync(pod.folder.at('appendonlydir')).filter((name) => name.endsWith('.incr.aof'))) fs.truncateSync(pod.folder.at('appendonlydir', file));
        await refused({ ...volume(), RESTORE_UNTIL }, 'REFUSED: nothing was written since the log was last rewritten, and what it has from before does not say when that was.');
        fs.writeFileSync(log('manifest'), fs.readFileSync(log('manifest'), 'utf8').replace(/^.*type i\n/gm, ''));
        await refused({ ...volume(), RESTORE_UNTIL }, 'REFUSED: nothing was written');
      });

      test('a time before the log was rewritten, and a log without times, are refused', async () => {
        const RESTORE_UNTIL = await write(true);
        await refused({ ...volume(), RESTORE_UNTIL: '1600000000' }, 'the log can\'t be cut at 2020-09-13T12:26:40Z: ');
        fs.rmSync(pod.folder.at('appendonlydir'), { recursive: true });
        await write(false);
        await refused({ ...volume(), RESTORE_UNTIL }, 'the log does not say when it was written');
        fs.rmSync(pod.folder.at('appendonlydir'), { recursive: true });
        await pod.folder.serve(false, ...KEYS, ['SAVE']);
        await refused({ ...volume(), RESTORE_UNTIL }, 'a time needs an append-only log');
      });
    });

    describe('keys of it', () => {
      let port: number;
      let target: ChildProcess;
      beforeEach(async () => {
        port = await freePort('127.0.0.1');
        target = spawn(server, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--requirepass', 's3cret $x"'], { stdio: 'ignore' });
        await until('the installation answers', () => at('PING') === 'PONG');
      });
      afterEach(() => { target.kill('SIGKILL'); });

      const at = (...command: string[]) => spawnSync(cli, ['-p', String(port), ...command], { encoding: 'utf8', env: { ...process.env, REDISCLI_AUTH: 's3cret $x"' } }).stdout.trim();
      const copy = (env: { readonly [name: string]: string } = {}) => pod.run('copy-keys.sh', {
        ...volume(), REDIS_HOST: 'redis', REDIS_PORT: String(port), REDIS_PASSWORD: 's3cret $x"', PATTERN: 'user:*', ...env,
      });

      test('are copied by a pattern with all that they are, and those that are there stay', async () => {
        const odd = Array.from({ length: 1200 }, (_, n) => `user:${n}`);
        await pod.folder.serve(false, ['MSET', ...odd.flatMap((key) => [key, 'old'])], ['SET', 'user: with "quotes" and \n lines', 'x'], ['SET', 'other', 'x'],
          ['HSET', 'user:hash', 'f', 'v'], ['SET', 'user:soon', 'x', 'EX', '1000'], ['SAVE']);
        at('SET', 'user:7', 'new');
        const run = copy();
        expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('done: copied 1202 keys, and left 1 that were there as they are')]);
        expect([at('GET', 'user:7'), at('GET', 'user:8'), at('HGET', 'user:hash', 'f'), at('GET', 'user: with "quotes" and \n lines'), at('EXISTS', 'other')])
          .toEqual(['new', 'old', 'v', 'x', '0']);
        expect(Number(at('TTL', 'user:soon'))).toBeGreaterThan(900);
      });

      test('overwrite those that are there if that is asked for', async () => {
        await pod.folder.serve(false, ['SET', 'user:7', 'old'], ['SAVE']);
        at('SET', 'user:7', 'new');
        expect(copy({ REPLACE: 'true' }).stderr).toContain('done: copied 1 keys');
        expect(at('GET', 'user:7')).toBe('old');
      });

      test('of all databases, each into its own', async () => {
        await pod.folder.serve(false, ['SET', 'user:0', 'zero'], ['SAVE']);
        await pod.folder.serve(false, ['MOVE', 'user:0', '3'], ['SET', 'user:1', 'one'], ['SAVE']);
        expect(copy().stderr).toContain('done: copied 2 keys');
        expect(spawnSync(cli, ['-p', String(port), '-n', '3', 'GET', 'user:0'], { encoding: 'utf8', env: { ...process.env, REDISCLI_AUTH: 's3cret $x"' } }).stdout.trim()).toBe('zero');
      });

      test('of a database that the installation does not have get into no other one', async () => {
        await pod.folder.serve(false, ['SET', 'user:0', 'zero'], ['SAVE']);
        await pod.folder.serve(false, ['MOVE', 'user:0', '40'], ['SET', 'user:1', 'one'], ['SAVE']);
        const run = copy();
        expect([run.status, run.stderr]).toEqual([74, expect.stringMatching(/FAILED after 1 keys: "user:0" of database 40: the installation has no such database.*'databases 41'/)]);
        expect([at('GET', 'user:1'), at('EXISTS', 'user:0')]).toEqual(['one', '0']);
      });

      test('that can not be sent are named, and the others get there', async () => {
        const many = Array.from({ length: 1200 }, (_, n) => `user:${n}`);
        // more than the other server takes in one command
        const large = "local all = {} for n = 1, 100000 do all[n] = redis.sha1hex(n) end redis.call('SET', KEYS[1], table.concat(all))";
        await pod.folder.serve(false, ['MSET', ...many.flatMap((key) => [key, 'old'])], ['EVAL', large, '1', 'user: large\n'], ['SAVE']);
        at('CONFIG', 'SET', 'proto-max-bulk-len', String(1024 * 1024));
        const run = copy();
        expect([run.status, run.stderr]).toEqual([74, expect.stringMatching(/could not copy "user: large\\x0a" of database 0: (IO)?ERR .*\n(.*\n)*.*FAILED after 1200 keys: 1 could not be copied/)]);
        expect(at('DBSIZE')).toBe('1200');
      });

      test('that can not be written end it with one line', async () => {
        await pod.folder.serve(false, ['SET', 'user:7', 'old'], ['SAVE']);
        const wrong = copy({ REDIS_PASSWORD: 'wrong' });
        expect([wrong.status, wrong.stderr.trimEnd().split('\n').at(-1)]).toEqual([74, expect.stringMatching(/FAILED after 0 keys: .*(WRONGPASS|invalid)/)]);
        at('REPLICAOF', '127.0.0.1', '1');
        expect(copy().stderr).toMatch(/FAILED after 0 keys: .*READONLY/);
      });
    });
  });
});
