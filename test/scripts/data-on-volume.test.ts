import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Sandbox } from './sandbox';
import { until } from '../agent/support/cluster';
import { describeWith } from '../support/binaries';

jest.setTimeout(60_000);

/** Engines that are tried: that of the system, and others by their paths. */
const ENGINES = ['redis-server', ...(process.env.SERVER_BINS ?? '').split(':').filter(Boolean)];

describeWith(['dash', 'redis-server', 'redis-cli'])('data on the volume', () => {
  describe.each(ENGINES)('with %s', (server) => {
    let sandbox: Sandbox;
    let data: string;

    beforeEach(() => {
      sandbox = new Sandbox();
      data = path.join(sandbox.root, 'data');
      fs.mkdirSync(data);
    });
    afterEach(() => sandbox.remove());

    const at = (...parts: string[]) => path.join(data, ...parts);
    const config = (appendonly: boolean) => sandbox.write('redis.conf', `dir ${data}\nappendonly ${appendonly ? 'yes' : 'no'}\nsave ""\n`);
    /** @param died whether the former process ended before it had loaded its data */
    const prepare = (appendonly: boolean, died = false) => {
      const env = { SERVER_BIN: server, CLI_BIN: 'redis-cli', START_OVER_SECONDS: '1' };
      // as the start script does it
      const repaired = died ? sandbox.sh('repair-data.sh', env, config(appendonly)) : undefined;
      return repaired && (repaired.status !== 0 || repaired.stderr !== '') ? repaired : sandbox.sh('convert-data.sh', env, config(appendonly));
    };
    const hashes = () => execFileSync('sh', ['-c', 'find . -type f -exec sha256sum {} + | sort'], { cwd: data, encoding: 'utf8' });

    /** Runs a server over the data. @returns what it answers */
    async function serve(appendonly: boolean, ...commands: string[][]): Promise<string[]> {
      const socket = path.join(sandbox.root, 'socket');
      const child = spawn(server, ['--port', '0', '--unixsocket', socket, '--dir', data, '--save', '', '--appendonly', appendonly ? 'yes' : 'no'], { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const cli = (...args: string[]) => execFileSync('redis-cli', ['-s', socket, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
      await until('the server answers', () => cli('PING') === 'PONG' || child.exitCode !== null);
      const answers = commands.map((command) => cli(...command));
      child.kill('SIGTERM');
      await ended;
      return answers;
    }
    const incr = () => at('appendonlydir', fs.readdirSync(at('appendonlydir')).filter((file) => file.endsWith('.incr.aof')).sort().pop()!);
    const base = () => at('appendonlydir', fs.readdirSync(at('appendonlydir')).find((file) => file.endsWith('.base.rdb'))!);
    const spoil = (file: string, position: number) => {
      const bytes = fs.readFileSync(file);
      bytes.write('????', position, 'latin1');
      fs.writeFileSync(file, bytes);
    };
    const KEYS = [['SET', 'a', '1'], ['SET', 'b', '2']];

    test('zeros after a power loss are cut off, and nothing else', async () => {
      await serve(true, ...KEYS);
      const before = hashes();
      fs.appendFileSync(incr(), Buffer.alloc(64));
      const run = prepare(true, true);
      expect([run.status, run.stderr]).toEqual([0, expect.stringContaining(`REPAIRED: 64 bytes at the end of ${incr()} were no commands`)]);
      expect(hashes()).toBe(before);
      expect(await serve(true, ['GET', 'a'], ['GET', 'b'])).toEqual(['1', '2']);
    });

    test('a great many zeros too, but not many other bytes', async () => {
      await serve(true, ...KEYS);
      const before = hashes();
      fs.appendFileSync(incr(), Buffer.alloc(5_000_000));
      expect(prepare(true, true).status).toBe(0);
      expect(hashes()).toBe(before);
      fs.appendFileSync(incr(), Buffer.alloc(5_000_000, 'x'));
      const spoilt = hashes();
      const run = prepare(true, true);
      expect([run.status, run.stderr]).toEqual([65, expect.stringContaining(`UNUSABLE: ${incr()} is broken`)]);
      expect(hashes()).toBe(spoilt);
    });

    test('a broken base stays as it is, with one line', async () => {
      await serve(true, ...KEYS, ['BGREWRITEAOF']);
      spoil(base(), 20);
      const before = hashes();
      const run = prepare(true, true);
      expect([run.status, run.stderr.trimEnd().split('\n')]).toEqual([65, [expect.stringContaining(`UNUSABLE: ${base()} is broken. Nothing was changed.`)]]);
      expect(hashes()).toBe(before);
    });

    test('a broken snapshot too', async () => {
      await serve(false, ...KEYS, ['SAVE']);
      spoil(at('dump.rdb'), 20);
      const run = prepare(false, true);
      expect([run.status, run.stderr]).toEqual([65, expect.stringContaining(`UNUSABLE: ${at('dump.rdb')} is broken`)]);
    });

    test('broken data is set aside when the agent says that there is a master', async () => {
      await serve(true, ...KEYS);
      spoil(base(), 20);
      fs.writeFileSync(at('redis-ha-record.json'), '{}');
      fs.mkdirSync(at('unusable-20200101T000000Z'));
      // as the agent does, once it is asked
      const answered = spawn('sh', ['-c', `until [ -e ${sandbox.run}/unusable-data ]; do sleep 0.1; done; : > ${sandbox.run}/start-over`], { stdio: 'ignore' });
      const run = prepare(true, true);
      answered.kill();
      expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('starting over from the master')]);
      const [kept, ...others] = fs.readdirSync(data);
      expect(others).toEqual([]);
      expect(fs.readdirSync(at(kept)).sort()).toEqual(['appendonlydir', 'redis-ha-record.json']);
      expect(fs.existsSync(path.join(sandbox.run, 'unusable-data'))).toBe(false);
    });

    test('what was loaded once in this pod is not looked at again', async () => {
      await serve(true, ...KEYS);
      fs.appendFileSync(incr(), Buffer.alloc(64));
      const before = hashes();
      expect(prepare(true).status).toBe(0);
      expect(hashes()).toBe(before);
    });

    test('a snapshot that was put there becomes the base of the append-only log', async () => {
      await serve(false, ...KEYS, ['SAVE']);
      const run = prepare(true);
      expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('the append-only log begins with the data of')]);
      expect(await serve(true, ['GET', 'a'], ['SET', 'c', '3'])).toEqual(['1', 'OK']);
      expect(prepare(true).stderr).toBe('');
      expect(await serve(true, ['GET', 'b'], ['GET', 'c'])).toEqual(['2', '3']);
    });

    test('a snapshot that is put beside a log is not loaded, and that is said', async () => {
      await serve(true, ...KEYS);
      const past = new Date(Date.now() - 60_000);
      for (const file of fs.readdirSync(at('appendonlydir'))) fs.utimesSync(at('appendonlydir', file), past, past);
      fs.writeFileSync(at('dump.rdb'), 'x');
      expect(prepare(true).stderr).toContain('is newer than the append-only log, and is not loaded');
    });

    test('a log is written as a snapshot where none is kept any more, and back', async () => {
      await serve(true, ...KEYS);
      const run = prepare(false);
      expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('the snapshot is written')]);
      expect(await serve(false, ['GET', 'a'], ['SET', 'c', '3'], ['SAVE'])).toEqual(['1', 'OK', 'OK']);
      expect(prepare(true).status).toBe(0);
      expect(await serve(true, ['GET', 'a'], ['GET', 'c'])).toEqual(['1', '3']);
    });

    test('a log that can not be written as a snapshot stays', async () => {
      await serve(true, ...KEYS);
      spoil(base(), 20);
      const before = hashes();
      const run = prepare(false);
      expect([run.status, run.stderr]).toEqual([65, expect.stringContaining("can't be loaded")]);
      expect(hashes()).toBe(before);
    });

    test('an empty volume is left alone', () => {
      expect(prepare(true, true).status).toBe(0);
      expect(prepare(false, true).status).toBe(0);
      expect(fs.readdirSync(data)).toEqual([]);
    });
  });
});
