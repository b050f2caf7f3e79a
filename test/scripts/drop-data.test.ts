import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const SCRIPTS = path.resolve(__dirname, '..', '..', 'lib', 'assets', 'scripts');

describe('drop-data.sh', () => {
  let folder: string;
  beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'drop-')); });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  test('drops all data and the mark, and nothing else', () => {
    const file = (...names: string[]) => path.join(folder, ...names);
    for (const name of ['data/appendonlydir', 'data/lost+found', 'data/unusable-1', 'run']) fs.mkdirSync(file(name), { recursive: true });
    for (const name of ['data/dump.rdb', 'data/.hidden', 'data/redis-ha-record.json', 'data/appendonlydir/x.aof', 'run/rebuild', 'run/status.json']) fs.writeFileSync(file(name), 'x');
    fs.writeFileSync(file('redis.conf'), `dir ${file('data')}\n`);

    const { status, stderr } = spawnSync('sh', [path.join(SCRIPTS, 'drop-data.sh'), file('redis.conf')], {
      encoding: 'utf8', env: { ...process.env, CONFIG_DIR: SCRIPTS, RUN_DIR: file('run') },
    });

    expect(stderr).toMatch(/drop-data\.sh: dropping the data in .*: the server starts over from the master, as it was asked to\n$/);
    expect(status).toBe(0);
    expect(fs.readdirSync(file('data'))).toEqual(['lost+found']);
    expect(fs.readdirSync(file('run'))).toEqual(['status.json']);
  });

  test('leaves the mark if it can\'t drop the data, so that the next start does', () => {
    fs.writeFileSync(path.join(folder, 'redis.conf'), `dir ${path.join(folder, 'nowhere')}\n`);
    fs.writeFileSync(path.join(folder, 'rebuild'), '');
    const { status } = spawnSync('sh', [path.join(SCRIPTS, 'drop-data.sh'), path.join(folder, 'redis.conf')], {
      env: { ...process.env, CONFIG_DIR: SCRIPTS, RUN_DIR: folder },
    });
    expect(status).not.toBe(0);
    expect(fs.existsSync(path.join(folder, 'rebuild'))).toBe(true);
  });
});
