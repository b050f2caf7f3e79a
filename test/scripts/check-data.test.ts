import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DataFolder } from './data-folder';
import { describeWith } from '../support/binaries';

jest.setTimeout(30_000);

/** A real server writes the data, and a real one judges it: only the version in its header is changed. */
describeWith(['dash', 'redis-server', 'redis-cli'])('check-data.sh', () => {
  let folder: DataFolder;
  beforeEach(() => { folder = new DataFolder(); });
  afterEach(() => folder.remove());

  const check = (appendonly: boolean, env: { [name: string]: string } = {}) => (
    folder.sandbox.sh('check-data.sh', { SERVER_BIN: 'redis-server', ...env }, folder.config(appendonly)));

  /** Has a server write one key. Returns the file whose header tells the version. */
  async function write(appendonly: boolean): Promise<string> {
    await folder.serve(appendonly, ['SET', 'key', 'value'], ...appendonly ? [] : [['SAVE']]);
    return folder.at(appendonly ? 'appendonlydir/appendonly.aof.1.base.rdb' : 'dump.rdb');
  }

  function setHeader(file: string, header: string): void {
    const bytes = fs.readFileSync(file);
    bytes.write(header, 'latin1');
    fs.writeFileSync(file, bytes);
  }

  const files = () => folder.hashes();

  describe.each([['an append-only file', true], ['a snapshot', false]])('over %s', (_, appendonly) => {
    test('takes what the server wrote itself, and says who wrote it', async () => {
      const file = await write(appendonly);
      const run = check(appendonly);
      expect([run.status, run.stdout]).toEqual([0, '']);
      expect(run.stderr).toMatch(/check-data\.sh: the data in \S+ is that of redis \d+\.\d+\.\d+ \(REDIS00\d\d\)\n$/);
      expect(run.stderr).toContain(file);
    });

    test.each([
      ['a newer version', 'REDIS0099', "Can't handle RDB format version 99"],
      ['the other engine', 'VALKEY080', 'Wrong signature trying to load DB'],
    ])('refuses that of %s in one line, and leaves it as it is', async (__, header, reason) => {
      setHeader(await write(appendonly), header);
      const before = files();
      const run = check(appendonly);
      expect(run.status).toBe(65);
      expect(run.stderr.trimEnd().split('\n')).toEqual([
        expect.stringContaining(`(${header})`), expect.stringContaining(`REFUSED: redis-server can't load data of redis`),
      ]);
      expect(run.stderr).toContain(`("${reason}")`);
      expect(files()).toBe(before);
      expect(fs.readdirSync(folder.sandbox.run)).toEqual([]);
    });
  });

  test('stops the start of the server, and lets it go on when that is asked for', async () => {
    setHeader(await write(false), 'REDIS0099');
    folder.sandbox.program('getent', 'echo "10.0.0.11 STREAM $2"');
    // the server that judges is the real one, the server that starts is not
    folder.sandbox.program('the-server', 'case $1 in --port) exec redis-server "$@" ;; esac\necho "started with $*"');
    const env = { SERVER_BIN: 'the-server', POD_NAME: 'redis-server-1', ANNOUNCE_PREFIX: 'redis-announce', ALLOW_FLUSH: 'false' };
    folder.config(false);
    const refused = folder.sandbox.sh('start-server.sh', env);
    expect([refused.status, refused.stdout]).toEqual([65, '']);
    const started = folder.sandbox.sh('start-server.sh', { ...env, SKIP_DATA_CHECK: 'true' });
    expect([started.status, started.stdout]).toEqual([0, `started with ${folder.sandbox.run}/redis.conf\n`]);
    expect(started.stderr).toContain('and starts because SKIP_DATA_CHECK is true');
  });

  /** As a user who is not root, and owns nothing of it. */
  const asOther = (appendonly: boolean) => {
    for (const dir of [folder.sandbox.root, folder.sandbox.config]) fs.chmodSync(dir, 0o755);
    fs.chmodSync(folder.sandbox.run, 0o777);
    const env = { PATH: process.env.PATH, CONFIG_DIR: folder.sandbox.config, RUN_DIR: folder.sandbox.run, SERVER_BIN: 'redis-server' };
    return spawnSync('dash', [path.join(folder.sandbox.config, 'check-data.sh'), folder.config(appendonly)], { encoding: 'utf8', env, uid: 65534, gid: 65534 });
  };

  (process.getuid!() === 0 ? test : test.skip)('what the server may not read or write is told in one line, and is not called broken', async () => {
    await write(true);
    const [aof, incr] = [folder.at('appendonlydir'), folder.at('appendonlydir', 'appendonly.aof.1.incr.aof')];
    const refused = (file: string, mode: string, appendonly = true) => {
      const run = asOther(appendonly);
      const line = `UNREADABLE: ${file} belongs to 0:0, mode ${mode}, and this server is 65534:65534`;
      expect([run.status, run.stderr.trimEnd().split('\n')]).toEqual([77, [expect.stringContaining(line)]]);
    };
    fs.chmodSync(folder.at(), 0o755);
    refused(folder.at(), 'drwxr-xr-x');
    fs.chmodSync(folder.at(), 0o777);
    fs.chmodSync(aof, 0o700);
    refused(aof, 'drwx------');
    fs.chmodSync(aof, 0o777);
    fs.chmodSync(incr, 0o644);
    refused(incr, '-rw-r--r--');
    fs.chmodSync(incr, 0o666);
    // of the rest, reading is enough
    expect(asOther(true).status).toBe(0);
    fs.writeFileSync(folder.at('dump.rdb'), 'x');
    fs.chmodSync(folder.at('dump.rdb'), 0o600);
    refused(folder.at('dump.rdb'), '-rw-------', false);
  });

  (process.getuid!() === 0 ? test : test.skip)('a file system that became read-only is no matter of owner and mode', async () => {
    const mount = (...args: string[]) => expect(spawnSync('mount', [...args, folder.at()]).status).toBe(0);
    mount('-t', 'tmpfs', 'tmpfs');
    try {
      for (const appendonly of [true, false]) {
        await write(appendonly);
        mount('-o', 'remount,ro');
        const run = check(appendonly);
        mount('-o', 'remount,rw');
        expect([run.status, run.stderr.trimEnd().split('\n')]).toEqual([77, [expect.stringContaining(`READ-ONLY: the file system of ${folder.at()} can't be written to`)]]);
        fs.rmSync(folder.at('appendonlydir'), { recursive: true, force: true });
      }
    } finally {
      spawnSync('umount', [folder.at()]);
    }
  });

  test.each([['no data', undefined], ['an empty file', ''], ['no RDB file', 'junk that is longer than a header'], ['half a header', 'REDIS00']])(
    'leaves %s to the server', (_, text) => {
      if (text !== undefined) fs.writeFileSync(folder.at('dump.rdb'), text);
      const run = check(false);
      expect([run.status, run.stderr]).toEqual([0, '']);
    });

  test.each([
    ['a snapshot that would become the base of a log', 'dump.rdb'],
    ['the log of Redis 6', 'appendonly.aof'],
  ])('judges %s before anything is made of it', async (_, name) => {
    const snapshot = await write(false);
    setHeader(snapshot, 'REDIS0099');
    fs.renameSync(snapshot, folder.at(name));
    const run = check(true);
    expect([run.status, run.stderr]).toEqual([65, expect.stringContaining(`the data in ${folder.at(name)}`)]);
    expect(fs.readdirSync(folder.at())).toEqual([name]);
  });

  test('does not judge a snapshot that a server with an append-only file would not load', async () => {
    await write(true);
    fs.writeFileSync(folder.at('dump.rdb'), 'REDIS0099');
    expect(check(true).status).toBe(0);
  });
});
