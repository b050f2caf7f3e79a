import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { DataFolder } from './data-folder';
import { portDirectives, TLS_DIR } from '../../lib/manifests/tls';
import { TlsFront, TlsVersion } from '../../lib/options/tls';
import { TlsSettings } from '../../lib/settings/auth-settings';
import { until } from '../agent/support/cluster';
import { describeWith } from '../support/binaries';
import { TestCa } from '../support/pki';

jest.setTimeout(60_000);

/** Engines that are tried: that of the system, and others by their paths. */
const ENGINES = ['redis-server', ...(process.env.SERVER_BINS ?? '').split(':').filter(Boolean)];

describeWith(['dash', 'redis-server', 'redis-cli'])('data on the volume', () => {
  describe.each(ENGINES)('with %s', (server) => {
    let folder: DataFolder;
    beforeEach(() => { folder = new DataFolder(server); });
    afterEach(() => folder.remove());

    const at = (...parts: string[]) => folder.at(...parts);
    const hashes = () => folder.hashes();
    const serve = async (appendonly: boolean, ...commands: string[][]) => folder.serve(appendonly, ...commands);
    /** @param died whether the former process ended before it had loaded its data */
    const prepare = (appendonly: boolean, died = false) => {
      const env = { SERVER_BIN: server, CLI_BIN: 'redis-cli', START_OVER_SECONDS: '1' };
      // as the start script does it
      const repaired = died ? folder.sandbox.sh('repair-data.sh', env, folder.config(appendonly)) : undefined;
      return repaired && (repaired.status !== 0 || repaired.stderr !== '') ? repaired : folder.sandbox.sh('convert-data.sh', env, folder.config(appendonly));
    };
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
      const answered = spawn('sh', ['-c', `until [ -e ${folder.sandbox.run}/unusable-data ]; do sleep 0.1; done; : > ${folder.sandbox.run}/start-over`], { stdio: 'ignore' });
      const run = prepare(true, true);
      answered.kill();
      expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('starting over from the master')]);
      const [kept, ...others] = fs.readdirSync(at());
      expect(others).toEqual([]);
      expect(fs.readdirSync(at(kept)).sort()).toEqual(['appendonlydir', 'redis-ha-record.json']);
      expect(fs.existsSync(path.join(folder.sandbox.run, 'unusable-data'))).toBe(false);
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

    test('an empty snapshot is not taken for data', () => {
      fs.writeFileSync(at('dump.rdb'), '');
      const run = prepare(true);
      expect([run.status, run.stderr.trimEnd().split('\n')]).toEqual([65, [expect.stringContaining(`UNUSABLE: ${at('dump.rdb')} is empty. Nothing was changed.`)]]);
      expect(fs.readdirSync(at())).toEqual(['dump.rdb']);
    });

    test('the log of Redis 6 into which nothing was written does not count before a snapshot', async () => {
      await serve(false, ...KEYS, ['SAVE']);
      fs.writeFileSync(at('appendonly.aof'), '');
      expect(prepare(false).stderr).toBe('');
      expect(await serve(false, ['GET', 'a'])).toEqual(['1']);
      expect(prepare(true).stderr).toContain('begins with the data of');
      expect(await serve(true, ['GET', 'a'])).toEqual(['1']);
    });

    test('what a replica of a former version copied lies beside its log no more', async () => {
      await serve(true, ...KEYS);
      for (const [ending, left] of [['', false], [',"ending":""', true]] as const) {
        fs.writeFileSync(at('redis-ha-record.json'), `{"term":1,"epoch":1,"master":false,"offset":7,"streamId":"s"${ending}}`);
        fs.writeFileSync(at('dump.rdb'), 'x');
        fs.utimesSync(at('dump.rdb'), 0, 0);
        prepare(true);
        expect([fs.existsSync(at('dump.rdb')), fs.existsSync(at('dump.rdb.brought'))]).toEqual([false, left]);
      }
      // nor does another one replace what was kept
      fs.writeFileSync(at('dump.rdb'), 'y');
      prepare(true);
      expect(fs.readdirSync(at()).filter((name) => name.startsWith('dump.rdb.brought')).map((name) => fs.readFileSync(at(name), 'utf8')).sort()).toEqual(['x', 'y']);
    });

    test('a snapshot that is put beside a log is not loaded, and is kept, which is said', async () => {
      await serve(true, ...KEYS);
      fs.writeFileSync(at('dump.rdb'), 'x');
      fs.utimesSync(at('dump.rdb'), 0, 0);
      expect(prepare(true).stderr).toContain(`it is not loaded, and kept in ${at('dump.rdb.brought')}`);
      expect(fs.readFileSync(at('dump.rdb.brought'), 'utf8')).toBe('x');
      expect(prepare(true).stderr).toBe('');
    });

    test('a log is written as a snapshot where none is kept any more, and back', async () => {
      await serve(true, ...KEYS);
      const run = prepare(false);
      expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('the snapshot is written')]);
      expect(await serve(false, ['GET', 'a'], ['SET', 'c', '3'], ['SAVE'])).toEqual(['1', 'OK', 'OK']);
      expect(prepare(true).status).toBe(0);
      expect(await serve(true, ['GET', 'a'], ['GET', 'c'])).toEqual(['1', '3']);
    });

    test('no port is opened for that, with TLS neither', async () => {
      await serve(true, ...KEYS);
      const ca = new TestCa();
      const taken = net.createServer().listen(0);
      try {
        await once(taken, 'listening');
        const { port } = taken.address() as net.AddressInfo;
        for (const [file, text] of Object.entries(ca.leaf())) fs.writeFileSync(path.join(folder.sandbox.root, file), text);
        const tls: TlsSettings = { everywhere: true, front: TlsFront.PASSTHROUGH, clientCertificates: false, plainPorts: [], minVersion: TlsVersion.TLS_1_2, secretName: 'tls', serverName: 'redis' };
        const config = folder.config(false);
        fs.appendFileSync(config, portDirectives(tls, port).replaceAll(TLS_DIR, folder.sandbox.root));
        // who wants the port can't start
        const run = folder.sandbox.sh('convert-data.sh', { SERVER_BIN: server, CLI_BIN: 'redis-cli', START_OVER_SECONDS: '1' }, config);
        expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('the snapshot is written')]);
      } finally {
        taken.close();
        ca.remove();
      }
      expect(await serve(false, ['GET', 'a'])).toEqual(['1']);
    });

    test('a log that can not be written as a snapshot stays', async () => {
      await serve(true, ...KEYS);
      spoil(base(), 20);
      const before = hashes();
      const run = prepare(false);
      expect([run.status, run.stderr]).toEqual([65, expect.stringContaining("can't be loaded")]);
      expect(hashes()).toBe(before);
    });

    /** What the agent keeps beside the data. */
    const record = (streamId: string, offset: number, settled?: number, ending?: string, backlog?: boolean) => fs.writeFileSync(at('redis-ha-record.json'), JSON.stringify({
      term: 2, epoch: 3, master: true, offset, hasKeys: true, runId: 'before', streamId, backlog, settled, ending,
    }));
    const recorded = () => {
      const { offset, master, term, streamId } = JSON.parse(fs.readFileSync(at('redis-ha-record.json'), 'utf8'));
      return { offset, master, term, streamId };
    };

    test('a bad byte in a small log stops, as commands follow it', async () => {
      await serve(true, ...KEYS, ['SET', 'c', '3']);
      spoil(incr(), fs.readFileSync(incr(), 'latin1').indexOf('SET') - 4);
      const before = hashes();
      const run = prepare(true, true);
      expect([run.status, run.stderr]).toEqual([65, expect.stringContaining(`UNUSABLE: ${incr()} is broken`)]);
      expect(hashes()).toBe(before);
    });

    test.each([
      ['half a command', '*3\r\n$3\r\nSET\r\n$1\r\nc'],
      ['half a transaction', '*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\nc\r\n$1\r\n3\r\n'],
    ])('%s before the zeros is cut off with them', async (_, text) => {
      await serve(true, ...KEYS);
      const before = hashes();
      fs.appendFileSync(incr(), text + '\0'.repeat(4096));
      expect(prepare(true, true).stderr).toContain(`REPAIRED: ${text.length + 4096} bytes`);
      expect(hashes()).toBe(before);
    });

    test.each([
      ['less than the offset some seconds before counts, which replicas may have recorded last', 700, 699],
      ['no more than what is left, if that is less', 990, 936],
      ['nothing, if a former version wrote the record', undefined, 0],
    ])('what was cut off does not count when the servers compare their data: %s', async (_, settled, offset) => {
      await serve(true, ...KEYS);
      record('stream', 1000, settled);
      fs.appendFileSync(incr(), Buffer.alloc(64));
      expect(prepare(true, true).status).toBe(0);
      expect(recorded()).toEqual({ offset, master: false, term: 2, streamId: 'stream' });
    });

    test('a log that ends sooner than was recorded counts for less, once', async () => {
      await serve(true, ...KEYS);
      const size = (bytes: number) => `${path.basename(incr())} ${fs.statSync(incr()).size + bytes}`;
      // it grew since, or is another file
      for (const ending of [size(0), size(-1), 'appendonly.aof.9.incr.aof 100000', 'none']) {
        record('stream', 1000, 700, ending);
        expect([prepare(true).stderr, recorded().offset]).toEqual(['', 1000]);
      }
      record('stream', 1000, 700, size(33));
      expect(prepare(true).stderr).toContain(`WARNING: ${incr()} lost 33 bytes at its end`);
      expect(recorded()).toEqual({ offset: 699, master: false, term: 2, streamId: 'stream' });
      fs.appendFileSync(incr(), '*3\r\n$3\r\nSET');
      expect(prepare(true, true).stderr).toContain('REPAIRED');
      expect(prepare(true).stderr).toBe('');
      expect(recorded().offset).toBe(699);
    });

    test('a log that is that of before a copy, as the server was killed while it wrote that, counts for less', async () => {
      await serve(true, ...KEYS);
      const begun = at('appendonlydir', 'temp-appendonly.aof.incr');
      expect(await folder.killed(['SET', 'c', '3'], 0)).toBe(2);
      // of a rewrite without a copy nothing is left
      expect([fs.existsSync(begun), await folder.killedAfterCopy(), fs.existsSync(begun)]).toEqual([false, 1000, true]);
      // that of the copy, as a former version kept it
      record('stream', 1000, 700, `${path.basename(incr())} ${fs.statSync(incr()).size}`);
      expect(prepare(true).stderr).toContain("WARNING: the server was killed before a copy of the master's data was in its log");
      expect([recorded(), fs.existsSync(begun)]).toEqual([{ offset: 0, master: false, term: 2, streamId: 'stream' }, false]);
      expect([prepare(true).stderr, await serve(true, ['DBSIZE'])]).toEqual(['', ['3']]);
      // there may be none
      fs.rmSync(at('redis-ha-record.json'));
      fs.writeFileSync(begun, '');
      expect([prepare(true).status, fs.existsSync(begun), fs.existsSync(at('redis-ha-record.json'))]).toEqual([0, false, false]);
    });

    test('a snapshot that is put in the place of the recorded one is kept, if it has less', async () => {
      await serve(false, ...KEYS, ['SAVE']);
      const { size, mtimeMs } = fs.statSync(at('dump.rdb'));
      const ending = `dump.rdb ${size} ${Math.floor(mtimeMs / 1000)}`;
      record('stream', 1000, 700, ending);
      expect(prepare(false).stderr).toBe('');
      fs.utimesSync(at('dump.rdb'), 1, 1);
      expect(prepare(false).stderr).toContain(`kept in ${at('dump.rdb.brought')}`);
      const brought = fs.readFileSync(at('dump.rdb'));
      expect(prepare(false).stderr).toBe('');
      await serve(false, ['SET', 'c', '3'], ['SAVE']);
      expect(fs.readFileSync(at('dump.rdb.brought'))).toEqual(brought);
      // what the server saved after the last record has more
      fs.rmSync(at('dump.rdb.brought'));
      record('stream', 0, 0, ending);
      expect([prepare(false).stderr, fs.existsSync(at('dump.rdb.brought'))]).toEqual(['', false]);
    });

    test('where the record can not be written, as the volume is full, nothing is cut off, and the record stays', async () => {
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', at()]).status).toBe(0);
      try {
        await serve(true, ...KEYS);
        record('stream', 1000, 700);
        fs.appendFileSync(incr(), Buffer.alloc(64));
        expect(spawnSync('dd', ['if=/dev/zero', `of=${at('full')}`, 'bs=1k']).stderr.toString()).toContain('No space left');
        const before = hashes();
        const run = prepare(true, true);
        expect([run.status, run.stderr]).toEqual([74, expect.stringContaining(`FAILED: ${at('redis-ha-record.json')} can't be written: is the volume full? Nothing was changed.`)]);
        expect(hashes()).toBe(before);
      } finally {
        spawnSync('umount', [at()]);
      }
    });

    test('nor does what came after a snapshot that becomes the base of a log', async () => {
      const [info] = await serve(false, ['CONFIG', 'SET', 'repl-diskless-sync', 'yes'], ...KEYS, ['SAVE'], ['INFO', 'replication']).then((answers) => answers.slice(-1));
      record(/master_replid:(\w+)/.exec(info)![1], 1000);
      expect(prepare(true).stderr).toContain('begins with the data of');
      expect(recorded()).toMatchObject({ offset: 0, master: false, term: 2 });
    });

    const STREAM = 'a'.repeat(40);
    /** A snapshot as a server with a replica writes it, of this offset in 16 bits. */
    const ofStream = (offset: number) => {
      const bytes = fs.readFileSync(at('dump.rdb'));
      const fields = Buffer.concat([Buffer.from(`\xfa\x07repl-id\x28${STREAM}\xfa\x0brepl-offset\xc1`, 'latin1'), Buffer.from([offset % 256, Math.floor(offset / 256)])]);
      fs.writeFileSync(at('dump.rdb'), Buffer.concat([bytes.subarray(0, 9), fields, bytes.subarray(9)]));
    };

    test('what the server saved itself after the last record, and its agent did not see, was not put there', async () => {
      await serve(false, ...KEYS, ['SAVE']);
      const now = Math.floor(Date.now() / 1000);
      const kept = () => {
        const { stderr } = prepare(false);
        const is = fs.existsSync(at('dump.rdb.brought'));
        fs.rmSync(at('dump.rdb.brought'), { force: true });
        expect([stderr.includes('WARNING'), fs.existsSync(at('dump.rdb'))]).toEqual([is, true]);
        return is;
      };
      const after = (seconds: number, backlog?: boolean, streamId = STREAM) => {
        record(streamId, 1100, 700, `dump.rdb 3 ${now + seconds}`, backlog);
        return kept();
      };
      // without a stream: of a master that had no replica, and not from before; others write none without
      expect([after(-60, false), after(60, false), after(-60, true), after(-60)]).toEqual([false, true, true, true]);
      ofStream(1000);
      expect([after(-60, true), recorded().offset, after(60, true), after(-60, false, 'b'.repeat(40))]).toEqual([false, 1000, true, true]);
      record(STREAM, 1100, 700, 'none', true);
      expect(kept()).toBe(false);
      // somebody brought it when the server was gone
      record(STREAM, 1100, 700, 'none', true);
      fs.utimesSync(at('redis-ha-record.json'), now - 60, now - 60);
      expect(kept()).toBe(true);
    });

    test('a snapshot of the recorded stream counts up to where it goes', async () => {
      await serve(false, ...KEYS, ['SAVE']);
      ofStream(1000);
      record(STREAM, 900);
      expect(prepare(true).status).toBe(0);
      expect(recorded()).toMatchObject({ offset: 900, master: true });
      fs.rmSync(at('appendonlydir'), { recursive: true });
      fs.renameSync(at('dump.rdb.brought'), at('dump.rdb'));
      record(STREAM, 1100);
      expect(prepare(true).status).toBe(0);
      expect(recorded()).toMatchObject({ offset: 1000, master: false });
    });

    const OLD_LOG = '*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n9\r\n';

    test('the log of Redis 6 counts, not the snapshot beside it', async () => {
      await serve(false, ...KEYS, ['SAVE']);
      fs.writeFileSync(at('appendonly.aof'), OLD_LOG);
      expect(prepare(true).status).toBe(0);
      expect(await serve(true, ['GET', 'a'])).toEqual(['9']);
    });

    test('the log of Redis 6 is written as a snapshot too', async () => {
      fs.writeFileSync(at('appendonly.aof'), OLD_LOG);
      expect(prepare(false).stderr).toContain('the snapshot is written');
      expect(await serve(false, ['GET', 'a'])).toEqual(['9']);
    });

    test.each([[true], [false]])('files of a log without their manifest are not taken for nothing (log kept: %s)', async (appendonly) => {
      await serve(true, ...KEYS);
      fs.rmSync(at('appendonlydir', 'appendonly.aof.manifest'));
      const before = hashes();
      const run = prepare(appendonly);
      expect([run.status, run.stderr]).toEqual([65, expect.stringContaining('has a log and no manifest')]);
      expect(hashes()).toBe(before);
    });

    test.each([
      ['empty', () => ''],
      ['zeros', (text: string) => '\0'.repeat(text.length)],
      ['cut short', (text: string) => text.slice(0, -3)],
      ['without an increment\'s end of line', (text: string) => text.trimEnd()],
      ['something else', () => 'hello\n'],
    ])('a manifest that is %s stops, with one line', async (_, spoilt) => {
      await serve(true, ...KEYS);
      const manifest = at('appendonlydir', 'appendonly.aof.manifest');
      fs.writeFileSync(manifest, spoilt(fs.readFileSync(manifest, 'utf8')));
      const before = hashes();
      for (const died of [false, true]) {
        const run = prepare(true, died);
        expect([run.status, run.stderr.trimEnd().split('\n')]).toEqual([65, [expect.stringContaining(`UNUSABLE: ${manifest} is broken. Nothing was changed.`)]]);
      }
      expect(hashes()).toBe(before);
    });

    describe('a log that lost a part', () => {
      const manifest = () => at('appendonlydir', 'appendonly.aof.manifest');
      const lines = (keep: RegExp) => fs.writeFileSync(manifest(), fs.readFileSync(manifest(), 'utf8').split(/(?<=\n)/).filter((line) => keep.test(line)).join(''));
      const rewrite = async () => {
        await serve(true, ...KEYS, ['BGREWRITEAOF'], ['SET', 'c', '3']);
        await until('the next one is begun', () => fs.readFileSync(manifest(), 'utf8').includes('seq 2'));
      };

      test.each<readonly [string, () => void, () => string]>([
        ['its base is empty', () => fs.truncateSync(base()), () => `${base()} is empty`],
        ['the manifest has the base alone', () => lines(/type b/), () => `${manifest()} is broken`],
        ['the manifest has the base and what was before', () => fs.writeFileSync(manifest(), 'file appendonly.aof.2.base.rdb seq 2 type b\nfile appendonly.aof.1.incr.aof seq 1 type h\n'), () => `${manifest()} is broken`],
        ['the manifest has no base', () => lines(/type i/), () => `${manifest()} is broken`],
        ['the manifest has no base, which is gone', () => { fs.rmSync(base()); lines(/type i/); }, () => `${manifest()} is broken`],
        ['the manifest has only what was before', () => fs.writeFileSync(manifest(), 'file appendonly.aof.1.incr.aof seq 1 type h\n'), () => `${manifest()} is broken`],
      ])('does not start: %s', async (_, lose, reason) => {
        await rewrite();
        lose();
        const before = hashes();
        for (const appendonly of [true, false]) {
          const run = prepare(appendonly);
          expect([run.status, run.stderr.trimEnd().split('\n')]).toEqual([65, [expect.stringContaining(`UNUSABLE: ${reason()}. Nothing was changed.`)]]);
        }
        expect(hashes()).toBe(before);
      });

      test('what servers that are killed leave is no such log', async () => {
        await rewrite();
        const seq = Number(/(\d+)\.base/.exec(base())![1]);
        const next = (type: string, from: number) => at('appendonlydir', `appendonly.aof.${from}.${type}`);
        const last = Number(/(\d+)\.incr/.exec(incr())![1]);
        const listed = base();
        fs.writeFileSync(next('incr.aof', last + 1), '');
        expect(prepare(true).stderr).toBe('');
        fs.copyFileSync(listed, next('base.rdb', seq + 1));
        fs.writeFileSync(next('incr.aof', last + 1), 'x');
        if (seq > 1) fs.copyFileSync(listed, next('base.rdb', seq - 1));
        fs.writeFileSync(next('incr.aof', last - 1), 'x');
        expect(prepare(true).stderr).toBe('');
      });

      test('servers that are killed while they rewrite it start again', async () => {
        for (let round = 0; round < 10; round++) {
          expect([prepare(true).stderr, await folder.killed(['SET', `key:${round}`, 'x'.repeat(10_000)], round * 5)]).toEqual(['', round]);
        }
      });
    });

    test('a bad end is cut off before an increment that was just begun', async () => {
      await serve(true, ...KEYS);
      const before = fs.readFileSync(incr());
      const bad = incr();
      fs.appendFileSync(bad, '*3\r\n$3\r\nSET');
      fs.appendFileSync(at('appendonlydir', 'appendonly.aof.manifest'), 'file appendonly.aof.2.incr.aof seq 2 type i\n');
      fs.writeFileSync(at('appendonlydir', 'appendonly.aof.2.incr.aof'), '');
      expect(prepare(true, true).stderr).toContain(`REPAIRED: 11 bytes at the end of ${bad}`);
      expect(fs.readFileSync(bad)).toEqual(before);
      expect(await serve(true, ['GET', 'b'])).toEqual(['2']);
    });

    test.each([['base', base], ['increment', incr]])('a %s that the manifest lists and that is missing stops, with one line', async (_, file) => {
      await serve(true, ...KEYS);
      const gone = file();
      fs.rmSync(gone);
      const run = prepare(true, true);
      expect([run.status, run.stderr.trimEnd().split('\n')]).toEqual([65, [expect.stringContaining(`UNUSABLE: ${gone} is missing, and the manifest lists it.`)]]);
    });

    /** What a server of Redis 7 or newer makes of the log of Redis 6 before it loads it. */
    const takeOver = (log: string | Buffer) => {
      fs.mkdirSync(at('appendonlydir'));
      fs.writeFileSync(at('appendonlydir', 'appendonly.aof'), log);
      fs.writeFileSync(at('appendonlydir', 'appendonly.aof.manifest'), 'file appendonly.aof seq 1 type b\n');
    };

    test('zeros after a power loss are cut off from the log of Redis 6 too', async () => {
      takeOver(OLD_LOG + '\0'.repeat(64));
      expect(prepare(true, true).stderr).toContain(`REPAIRED: 64 bytes at the end of ${at('appendonlydir', 'appendonly.aof')}`);
      expect(await serve(true, ['GET', 'a'])).toEqual(['9']);
    });

    test('and where it begins with a snapshot', async () => {
      await serve(false, ...KEYS, ['SAVE']);
      // a snapshot of Valkey 9 was in no log of Redis 6
      if (fs.readFileSync(at('dump.rdb'), 'latin1').startsWith('VALKEY')) return;
      takeOver(Buffer.concat([fs.readFileSync(at('dump.rdb')), Buffer.from(OLD_LOG + '\0'.repeat(64))]));
      fs.rmSync(at('dump.rdb'));
      expect(prepare(true, true).stderr).toContain('REPAIRED: 64 bytes at the end of');
      expect(await serve(true, ['GET', 'a'], ['GET', 'b'])).toEqual(['9', '2']);
    });

    test('a snapshot beside a log that is written as one is kept', async () => {
      await serve(false, ['SET', 'a', 'other'], ['SAVE']);
      const other = fs.readFileSync(at('dump.rdb'), 'latin1');
      await serve(true, ...KEYS);
      expect(prepare(false).stderr).toContain(`kept in ${at('dump.rdb.former')}`);
      expect(fs.readFileSync(at('dump.rdb.former'), 'latin1')).toBe(other);
      expect(await serve(false, ['GET', 'a'])).toEqual(['1']);
    });

    test('of servers that all come from a log, the master counts', async () => {
      await serve(true, ...KEYS);
      record('stream', 1000);
      expect(prepare(false).status).toBe(0);
      expect(recorded()).toMatchObject({ offset: 0, master: true });
    });

    test.each(['backup.rdb', 'appendonly-6379.aof', 'other/log.aof.manifest'])('a first start over %s, which nobody would read, is refused', async (name) => {
      fs.mkdirSync(path.dirname(at(name)), { recursive: true });
      fs.writeFileSync(at(name), 'x');
      for (const appendonly of [true, false]) {
        const run = prepare(appendonly);
        expect([run.status, run.stderr]).toEqual([65, expect.stringContaining(`REFUSED: a server would begin empty beside ${at(name)}`)]);
      }
      // once the installation has data of its own, or had, it is somebody's copy
      record('stream', 1);
      expect(prepare(true).status).toBe(0);
    });

    test('files that a server leaves behind are no data', () => {
      for (const name of ['temp-7.rdb', 'unusable-20200101T000000Z/dump.rdb', 'appendonlydir.former/appendonly.aof.1.incr.aof', 'appendonlydir/temp-appendonly.aof.incr']) {
        fs.mkdirSync(path.dirname(at(name)), { recursive: true });
        fs.writeFileSync(at(name), 'x');
      }
      expect(prepare(true).status).toBe(0);
    });

    test('an empty volume is left alone', () => {
      expect(prepare(true, true).status).toBe(0);
      expect(prepare(false, true).status).toBe(0);
      expect(fs.readdirSync(at())).toEqual([]);
    });
  });
});
