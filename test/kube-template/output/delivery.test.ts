import * as fs from 'node:fs';
import * as path from 'node:path';
import { textOf as bytesIn } from '../../../lib/go-template';
import { withDefaults } from '../../../lib/kube-template/config/layer';
import { TemplateSettings } from '../../../lib/kube-template/config/settings';
import { HaproxyApplied, HaproxyControl } from '../../../lib/kube-template/haproxy/control';
import { Metrics } from '../../../lib/kube-template/metrics';
import { Delivery } from '../../../lib/kube-template/output/delivery';
import { Log } from '../../../lib/log/log';
import { temporaryFolder, textOf } from '../support/files';

let file: string;
beforeEach(() => { file = path.join(temporaryFolder(), 'out.conf'); });

/** A delivery to the file, with what it logs, prints and counts. */
function deliveryTo(settings: Partial<TemplateSettings> = {}, tools: { dryRun?: boolean; haproxy?: HaproxyControl } = {}) {
  const lines: string[] = [];
  const printed: string[] = [];
  const metrics = new Metrics();
  const [template] = withDefaults([{ templates: [{ source: 'a', destination: file }] }]).templates;
  const log = new Log({ level: 'debug', write: (line) => lines.push(line.replace(/^\S+ (\w+) test /, '$1 ').trimEnd()) }).about('test');
  const delivery = new Delivery({ ...template, ...settings }, { log, metrics, print: (text) => printed.push(text), dryRun: false, ...tools });
  return { delivery, lines, printed, metrics, errors: () => lines.filter((line) => line.startsWith('error')) };
}

describe('files', () => {
  test('bytes that are no text are written as they are, and put back where a check refuses what follows', async () => {
    const bytes = Buffer.of(0xfe, 0xed, 0x00, 0xc3, 0x28, 0x0a);
    const { delivery, lines } = deliveryTo({});
    await delivery.deliver(bytesIn(bytes));
    expect(fs.readFileSync(file)).toEqual(bytes);
    expect(lines).toContain(`info wrote ${file} (6 bytes)`);
    const next = deliveryTo({ check: 'false' });
    expect(await next.delivery.deliver(bytesIn(bytes))).toBe(false);
    await next.delivery.deliver('other');
    expect(fs.readFileSync(file)).toEqual(bytes);
  });

  test('a new text is written once', async () => {
    const { delivery, metrics, lines } = deliveryTo();
    expect(delivery.delivered).toBe(false);
    expect(await delivery.deliver('text\n')).toBe(true);
    expect(textOf(file)).toBe('text\n');
    const { ino } = fs.statSync(file);
    expect(await delivery.deliver('text\n')).toBe(false);
    expect(fs.statSync(file).ino).toBe(ino);
    expect(delivery.delivered).toBe(true);
    expect([metrics.writes.total(), metrics.skipped.total()]).toEqual([1, 1]);
    expect(lines).toEqual([`info wrote ${file} (5 bytes)`]);
  });

  test('a text that the file holds from an earlier run is not written', async () => {
    fs.writeFileSync(file, 'text');
    const { ino } = fs.statSync(file);
    const { delivery } = deliveryTo();
    expect(await delivery.deliver('text')).toBe(false);
    expect(fs.statSync(file).ino).toBe(ino);
    expect(delivery.delivered).toBe(true);
  });

  test('an unchanged file with another mode than the one asked for is written', async () => {
    fs.writeFileSync(file, 'text');
    fs.chmodSync(file, 0o644);
    const { delivery } = deliveryTo({ perms: 0o600 });
    expect(await delivery.deliver('text')).toBe(true);
    expect(fs.statSync(file).mode % 0o1000).toBe(0o600);
  });

  test('force writes what is there already', async () => {
    const { delivery } = deliveryTo();
    await delivery.deliver('text');
    fs.writeFileSync(file, 'changed by hand');
    expect(await delivery.deliver('text', true)).toBe(true);
    expect(textOf(file)).toBe('text');
  });

  test('a file that cannot be written is reported once, not tried again with the same text, and recovers', async () => {
    fs.mkdirSync(file);
    expect(() => deliveryTo()).toThrow('EISDIR');
    fs.rmdirSync(file);
    const { delivery, errors, metrics, lines } = deliveryTo();
    fs.mkdirSync(file);
    expect(await delivery.deliver('text')).toBe(false);
    expect(delivery).toMatchObject({ delivered: false, hasFailed: true });
    expect(await delivery.deliver('text')).toBe(false);
    expect(metrics.errors.get({ stage: 'write' })).toBe(1);
    delivery.retry();
    await delivery.deliver('text');
    expect(errors()).toEqual([expect.stringContaining(`${file}: `)]);
    expect(metrics.errors.get({ stage: 'write' })).toBe(2);
    fs.rmdirSync(file);
    delivery.retry();
    expect(await delivery.deliver('text')).toBe(true);
    expect(delivery).toMatchObject({ delivered: true, hasFailed: false });
    expect(lines.at(-1)).toBe(`info ${file}: recovered`);
  });
});

describe('a file that could not be written to its end', () => {
  test('is written again when the text goes back to the one before, and is no backup', async () => {
    fs.writeFileSync(file, 'good');
    const { delivery, lines } = deliveryTo({ inPlace: true, backup: true });
    await delivery.deliver('good');
    jest.spyOn(jest.requireActual<typeof fs>('node:fs'), 'ftruncateSync').mockImplementationOnce(() => { throw new Error('ENOSPC: no space left on device'); });
    expect(await delivery.deliver('bad')).toBe(false);
    expect(textOf(file)).toBe('badd');
    expect(await delivery.deliver('good')).toBe(true);
    expect(textOf(file)).toBe('good');
    expect(textOf(`${file}.bak`)).toBe('good');
    expect(lines.at(-1)).toBe(`info ${file}: recovered`);
    expect(await delivery.deliver('good')).toBe(false);
  });

  test('is left alone when the text goes back to the one before, and it was not touched', async () => {
    const { delivery, metrics } = deliveryTo();
    await delivery.deliver('good');
    jest.spyOn(jest.requireActual<typeof fs>('node:fs'), 'renameSync').mockImplementationOnce(() => { throw new Error('ENOSPC: no space left on device'); });
    expect(await delivery.deliver('bad')).toBe(false);
    expect(await delivery.deliver('good')).toBe(false);
    expect(delivery.hasFailed).toBe(false);
    expect(metrics.writes.total()).toBe(1);
  });
});

describe('check', () => {
  test('a text that fails keeps the old file; the next good one is written', async () => {
    fs.writeFileSync(file, 'good 1');
    const { delivery, errors, metrics } = deliveryTo({ check: 'grep -q good {{.}} || { echo no good; exit 1; }' });
    expect(await delivery.deliver('bad')).toBe(false);
    expect(textOf(file)).toBe('good 1');
    expect(fs.readdirSync(path.dirname(file))).toEqual(['out.conf']);
    expect(metrics.errors.get({ stage: 'check' })).toBe(1);
    expect(errors()).toEqual([`error ${file}: the check failed: exit status 1: no good`]);
    expect(await delivery.deliver('good 2')).toBe(true);
    expect(textOf(file)).toBe('good 2');
  });

  test('sees the new text while the destination still holds the old one', async () => {
    fs.writeFileSync(file, 'old');
    const seen = path.join(temporaryFolder(), 'seen');
    const { delivery } = deliveryTo({ check: `cat {{.}} ${file} > ${seen}` });
    await delivery.deliver('new,');
    expect(textOf(seen)).toBe('new,old');
  });

  test('of the texts that arrive while one is checked only the last is delivered', async () => {
    const checked = path.join(temporaryFolder(), 'checked');
    const { delivery } = deliveryTo({ check: `cat {{.}} >> ${checked}` });
    const results = await Promise.all(['a', 'b', 'c', 'd'].map(async (text) => delivery.deliver(text)));
    expect(textOf(checked)).toBe('ad');
    expect(textOf(file)).toBe('d');
    // One of the callers is told, so that the command runs once.
    expect(results.filter(Boolean)).toHaveLength(1);
  });
});

describe('standard output and dry runs', () => {
  test('- prints each new text', async () => {
    const { delivery, printed } = deliveryTo({ destination: '-' });
    for (const text of ['a', 'a', 'b']) await delivery.deliver(text);
    expect(printed).toEqual(['a', 'b']);
  });

  test('a dry run prints the destination and the text, and writes nothing', async () => {
    const { delivery, printed } = deliveryTo({ check: 'exit 1' }, { dryRun: true });
    for (const text of ['a', 'a', 'b\n']) await delivery.deliver(text);
    expect(printed).toEqual([`> ${file}\na\n`, `> ${file}\nb\n`]);
    expect(fs.existsSync(file)).toBe(false);
  });
});

describe('HAProxy', () => {
  /** An HAProxy that records what it is told. */
  class FakeHaproxy implements HaproxyControl {
    public readonly calls: string[] = [];
    public failure?: Error;
    public repairs = 0;
    public applied: HaproxyApplied = { how: 'runtime', commands: 2 };
    /** Resolves the call under way, when set. */
    public hold?: Promise<void>;

    public prepare(old: string, config: string): void { this.calls.push(`prepare ${old} -> ${config}, file ${textOf(file)}`); }

    public async apply(old: string, config: string): Promise<HaproxyApplied> {
      this.calls.push(`apply ${old} -> ${config}, file ${textOf(file)}`);
      await this.hold;
      if (this.failure) throw this.failure;
      return this.applied;
    }

    public takenBack(): void { this.calls.push(`taken back, file ${textOf(file)}`); }

    public async drift(config: string): Promise<number> {
      this.calls.push(`drift ${config}`);
      await this.hold;
      if (this.failure) throw this.failure;
      return this.repairs;
    }

    public async oldWorkers(): Promise<number> { return 3; }
  }
  let haproxy: FakeHaproxy;
  beforeEach(() => { haproxy = new FakeHaproxy(); });

  test('is prepared before each file appears, and follows from file to file', async () => {
    const { delivery, metrics, lines } = deliveryTo({}, { haproxy });
    await delivery.deliver('1');
    haproxy.applied = { how: 'reload', commands: 0, reason: 'options changed' };
    await delivery.deliver('2');
    expect(haproxy.calls).toEqual([
      'prepare  -> 1, file ', 'apply  -> 1, file 1', 'prepare 1 -> 2, file 1', 'apply 1 -> 2, file 2',
    ]);
    expect([metrics.applies.get({ how: 'runtime' }), metrics.applies.get({ how: 'reload' }), metrics.reloadSeconds.count()]).toEqual([1, 1, 1]);
    expect(lines.filter((line) => line.includes('took over'))).toEqual([
      `info HAProxy took over ${file}: runtime (2 commands)`, `info HAProxy took over ${file}: reload (options changed)`,
    ]);
  });

  test('keeps its old file when it refuses the new one, and is asked again on retry', async () => {
    fs.writeFileSync(file, '1');
    fs.chmodSync(file, 0o600);
    const { delivery, metrics, errors } = deliveryTo({}, { haproxy });
    haproxy.failure = new Error('reload failed');
    expect(await delivery.deliver('2')).toBe(false);
    expect(textOf(file)).toBe('1');
    expect(haproxy.calls.at(-1)).toBe('taken back, file 1');
    expect(fs.statSync(file).mode % 0o1000).toBe(0o600);
    expect(metrics.errors.get({ stage: 'haproxy' })).toBe(1);
    expect(errors()).toEqual([`error ${file}: reload failed`]);
    expect(delivery).toMatchObject({ delivered: false, hasFailed: true });
    haproxy.failure = undefined;
    delivery.retry();
    expect(await delivery.deliver('2')).toBe(true);
    expect(textOf(file)).toBe('2');
    expect(haproxy.calls.at(-1)).toBe('apply 1 -> 2, file 2');
  });

  test('is asked again on retry also when there was no file to go back to', async () => {
    const { delivery } = deliveryTo({}, { haproxy });
    haproxy.failure = new Error('reload failed');
    await delivery.deliver('1');
    expect(textOf(file)).toBe('1');
    delivery.retry();
    await delivery.deliver('1');
    expect(delivery).toMatchObject({ delivered: false, hasFailed: true });
    haproxy.failure = undefined;
    delivery.retry();
    expect(await delivery.deliver('1')).toBe(true);
    expect(haproxy.calls.filter((call) => call.startsWith('apply'))).toEqual(Array(3).fill('apply  -> 1, file 1'));
  });

  test('is asked again on retry also when its old file cannot be put back', async () => {
    const { delivery } = deliveryTo({}, { haproxy });
    await delivery.deliver('1');
    haproxy.failure = new Error('reload failed');
    haproxy.hold = Promise.resolve().then(() => {
      fs.rmSync(file);
      fs.mkdirSync(file);
    });
    await delivery.deliver('2');
    expect(delivery.hasFailed).toBe(true);
    fs.rmdirSync(file);
    haproxy.failure = undefined;
    delivery.retry();
    expect(await delivery.deliver('2')).toBe(true);
    expect(haproxy.calls.at(-1)).toBe('apply 1 -> 2, file 2');
  });

  test('gets its old file back where the text goes back to it and it could not be put back before', async () => {
    const { delivery } = deliveryTo({ inPlace: true }, { haproxy });
    await delivery.deliver('1');
    haproxy.failure = new Error('reload failed');
    haproxy.hold = Promise.resolve().then(() => {
      fs.renameSync(file, `${file}.kept`);
      fs.mkdirSync(file);
    });
    await delivery.deliver('2');
    fs.rmdirSync(file);
    fs.renameSync(`${file}.kept`, file);
    expect(textOf(file)).toBe('2');
    haproxy.failure = undefined;
    expect(await delivery.deliver('1')).toBe(true);
    expect(textOf(file)).toBe('1');
    expect(haproxy.calls.at(-1)).toBe('drift 1');
  });

  test('files that arrive while one is applied collapse into the last, applied from what HAProxy has', async () => {
    let release: () => void = () => undefined;
    haproxy.hold = new Promise((resolve) => { release = resolve; });
    const { delivery } = deliveryTo({}, { haproxy });
    const all = ['1', '2', '3'].map(async (text) => delivery.deliver(text));
    release();
    await Promise.all(all);
    expect(haproxy.calls.filter((call) => call.startsWith('apply'))).toEqual(['apply  -> 1, file 1', 'apply 1 -> 3, file 3']);
  });

  test('an unchanged file after a restart is compared with the running HAProxy', async () => {
    fs.writeFileSync(file, '1');
    const { delivery } = deliveryTo({}, { haproxy });
    expect(await delivery.deliver('1')).toBe(false);
    expect(haproxy.calls).toContain('drift 1');
    expect(haproxy.calls).not.toContainEqual(expect.stringContaining('apply'));
    expect(delivery.delivered).toBe(true);
  });

  test('force compares the running HAProxy with an unchanged file', async () => {
    const { delivery } = deliveryTo({}, { haproxy });
    await delivery.deliver('1');
    await delivery.deliver('1', true);
    expect(haproxy.calls.slice(-3)).toEqual(['apply  -> 1, file 1', 'prepare 1 -> 1, file 1', 'drift 1']);
  });

  test('repairs are counted and told', async () => {
    const { delivery, metrics, lines } = deliveryTo({}, { haproxy });
    await delivery.deliver('1');
    haproxy.repairs = 2;
    await delivery.repair();
    expect(metrics.driftRepairs.total()).toBe(2);
    expect(metrics.oldWorkers.get({ destination: file })).toBe(3);
    expect(lines.at(-1)).toBe(`warn ${file}: HAProxy had left its file, 2 commands brought it back`);
  });

  test('a file that arrives during a repair is delivered after it, and its caller is told', async () => {
    const { delivery } = deliveryTo({}, { haproxy });
    await delivery.deliver('1');
    let release: () => void = () => undefined;
    haproxy.hold = new Promise((resolve) => { release = resolve; });
    const repair = delivery.repair();
    const delivered = delivery.deliver('2');
    release();
    expect(await delivered).toBe(true);
    await repair;
    expect(haproxy.calls.slice(-3)).toEqual(['drift 1', 'prepare 1 -> 2, file 1', 'apply 1 -> 2, file 2']);
  });

  test('an HAProxy that cannot be asked is a warning, and there is no repair before the first delivery', async () => {
    const { delivery, lines, metrics } = deliveryTo({}, { haproxy });
    await delivery.repair();
    expect(haproxy.calls).toEqual([]);
    await delivery.deliver('1');
    haproxy.failure = new Error('refused');
    await delivery.repair();
    expect(lines.at(-1)).toBe(`warn ${file}: cannot compare HAProxy with its file: refused`);
    expect(metrics.errors.get({ stage: 'haproxy' })).toBe(1);
    expect(await delivery.deliver('1')).toBe(false);
    expect(delivery.retryAt! - Date.now()).toBeLessThanOrEqual(250);
    await delivery.repair();
    expect(lines.at(-1)).toBe(`debug ${file}: cannot compare HAProxy with its file: refused`);
    expect(delivery.retryAt! - Date.now()).toBeGreaterThan(250);
    haproxy.failure = undefined;
    await delivery.repair();
    expect(delivery.retryAt).toBeUndefined();
  });
});
