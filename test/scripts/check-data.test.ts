import * as fs from 'node:fs';
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
