import * as fs from 'node:fs';
import * as path from 'node:path';
import { CommandQueue } from '../../../lib/kube-template/action/command-queue';
import { Layer, TemplateLayer, withDefaults } from '../../../lib/kube-template/config/layer';
import { Metrics } from '../../../lib/kube-template/metrics';
import { Runner, RunnerTools } from '../../../lib/kube-template/render/runner';
import { Log } from '../../../lib/log/log';
import { temporaryFolder, textOf } from '../support/files';
import { until } from '../support/until';

let folder: string;
const runners: Runner[] = [];
beforeEach(() => { folder = temporaryFolder(); });
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.stop();
});

/** Values by name; what has no value yet is missing. */
class FakeSources {
  public passes = 0;
  public readonly values = new Map<string, string>();
  private missing?: Set<string>;

  public begin(): void { this.passes++; }

  public end(): void { /* nothing is dropped */ }

  public track(render: () => string) {
    const missing = this.missing = new Set<string>();
    try {
      return { value: render(), missing };
    } catch (error) {
      return { error, missing };
    }
  }

  public get(name: string): string {
    const value = this.values.get(name);
    if (value === undefined) this.missing!.add(name);
    return value ?? '';
  }
}

/** A runner whose templates are lists of names in braces; `{!}` fails, `{x!}` fails while x is empty. */
function runnerOf(templates: Record<string, Omit<TemplateLayer, 'destination'>>, options: Partial<RunnerTools> = {}, layer: Layer = {}) {
  const sources = new FakeSources();
  const lines: string[] = [];
  const rounds: { changed: boolean; complete: boolean }[] = [];
  const printed: string[] = [];
  const metrics = new Metrics();
  const layers = Object.entries(templates).map(([name, template]) => ({ ...template, destination: path.join(folder, name) }));
  const settings = withDefaults([{ ...layer, templates: layers }]);
  const log = new Log({ level: 'debug', write: (line) => lines.push(line.replace(/^\S+ (\w+) test /, '$1 ').trimEnd()) }).about('test');
  const commands = CommandQueue.logging(log, metrics);
  const runner = new Runner(settings.templates, {
    sources,
    commands,
    compile: ({ contents }) => ({
      execute: () => contents!.replace(/\{(\w*)(!?)\}/g, (_, name: string, strict: string) => {
        const value = name ? sources.get(name) : '';
        if (strict && !value) throw new Error(`${name || 'it'} fails`);
        return value;
      }),
    }),
    haproxy: () => { throw new Error('no HAProxy here'); },
    log,
    metrics,
    print: (text) => printed.push(text),
    dryRun: false,
    onRound: (changed, complete) => rounds.push({ changed, complete }),
    ...options,
  });
  runners.push(runner);
  const set = (values: Record<string, string>): void => {
    for (const [name, value] of Object.entries(values)) sources.values.set(name, value);
    runner.poke();
  };
  const out = (name: string): string => textOf(path.join(folder, name));
  return { runner, commands, sources, lines, rounds, printed, metrics, set, out };
}

describe('waiting for data', () => {
  test('nothing is written from partial data', async () => {
    const { runner, set, out, sources } = runnerOf({ a: { contents: '{x} {y}' } });
    runner.start();
    await until(() => sources.passes === 1, 'first pass');
    expect(runner.unready()).toEqual([`${folder}/a: waits for x, y`]);
    set({ x: '1' });
    await until(() => sources.passes === 2, 'second pass');
    expect(fs.readdirSync(folder)).toEqual([]);
    set({ y: '2' });
    await until(() => out('a') === '1 2', 'a is written');
    expect(runner.unready()).toEqual([]);
  });

  test('a template that waits does not hold up another', async () => {
    const { runner, set, out, sources } = runnerOf({ a: { contents: '{x}' }, b: { contents: '{y}' } });
    runner.start();
    set({ y: '2' });
    await until(() => out('b') === '2', 'b is written');
    expect(sources.passes).toBe(1);
    expect(runner.unready()).toEqual([`${folder}/a: waits for x`]);
  });

  test('a template that fails while its data is incomplete is no error', async () => {
    const { runner, set, out, metrics, lines, sources } = runnerOf({ a: { contents: '{x!}' } });
    runner.start();
    await until(() => sources.passes === 1, 'first pass');
    expect(metrics.errors.total()).toBe(0);
    expect(lines).toEqual([]);
    set({ x: '1' });
    await until(() => out('a') === '1', 'a is written');
  });
});

describe('errors of templates', () => {
  test('are counted each time and logged once, the file stays, and a good render follows', async () => {
    const { runner, set, out, metrics, lines, sources } = runnerOf({ a: { contents: '{x!}' }, b: { contents: '{y}' } });
    set({ x: '1', y: '1' });
    runner.start();
    await until(() => out('a') === '1', 'a is written');
    set({ x: '' });
    await until(() => metrics.errors.get({ stage: 'render' }) === 1, 'the first error');
    set({ y: '2' });
    await until(() => metrics.errors.get({ stage: 'render' }) === 2, 'the second error');
    await until(() => out('b') === '2', 'b is written');
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([`error the contents for ${folder}/a: x fails`]);
    expect(out('a')).toBe('1');
    const next = runnerOf({ c: { contents: '{!}' } });
    next.runner.start();
    await until(() => next.metrics.errors.get({ stage: 'render' }) === 1, 'an error before the first text');
    expect(next.runner.unready()).toEqual([`${folder}/c: cannot be rendered, see the log`]);
    set({ x: '3' });
    await until(() => out('a') === '3', 'a is written again');
    expect(sources.passes).toBe(4);
  });
});

describe('coalescing', () => {
  test('changes of one turn cause one pass', async () => {
    const { runner, set, out, sources, metrics } = runnerOf({ a: { contents: '{x}' } });
    runner.start();
    for (let i = 0; i <= 100; i++) set({ x: String(i) });
    await until(() => out('a') === '100', 'the last value is written');
    expect(sources.passes).toBe(1);
    expect(metrics.writes.total()).toBe(1);
  });

  test('an unchanged text is neither written nor acted on', async () => {
    const { runner, set, out, metrics, lines } = runnerOf({ a: { contents: '{x}', command: 'true' } });
    set({ x: '1' });
    runner.start();
    await until(() => lines.includes('info ran true'), 'the command ran');
    const { mtimeMs, ino } = fs.statSync(path.join(folder, 'a'));
    set({ x: '1' });
    await until(() => metrics.skipped.total() === 1, 'a pass without change');
    expect(fs.statSync(path.join(folder, 'a'))).toMatchObject({ mtimeMs, ino });
    expect(lines.filter((line) => line === 'info ran true')).toHaveLength(1);
    expect(out('a')).toBe('1');
  });

  test('a wait holds changes back; the first text is not held back', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    try {
      const turn = async (): Promise<void> => { for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve)); };
      const { runner, set, out, sources } = runnerOf({ a: { contents: '{x}' }, b: { contents: '{x}', wait: { min: 1000, max: 2000 } } }, {}, { wait: { min: 100, max: 300 } });
      set({ x: '1' });
      runner.start();
      await turn();
      expect([out('a'), out('b')]).toEqual(['1', '1']);
      set({ x: '2' });
      await turn();
      expect([out('a'), out('b'), sources.passes]).toEqual(['1', '1', 1]);
      jest.advanceTimersByTime(99);
      await turn();
      expect(out('a')).toBe('1');
      jest.advanceTimersByTime(1);
      await turn();
      expect([out('a'), out('b')]).toEqual(['2', '1']);
      jest.advanceTimersByTime(900);
      await turn();
      expect(out('b')).toBe('2');
      await runner.stop();
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('commands', () => {
  test('run once a round, in the order of the templates, after all files are written', async () => {
    const log = path.join(temporaryFolder(), 'log');
    const { runner, commands, set } = runnerOf({
      a: { contents: '{x}', command: `cat ${folder}/* >> ${log}` },
      b: { contents: '{x}', command: ['sh', '-c', `echo b >> ${log}`] },
      c: { contents: '{x}', command: `cat ${folder}/* >> ${log}` },
      d: { contents: '{z}', command: `echo d >> ${log}` },
    });
    set({ x: '1', z: '1' });
    runner.start();
    await until(() => textOf(log) === '1111b\nd\n', 'the first round');
    set({ x: '2' });
    await until(() => textOf(log) === '1111b\nd\n2221b\n', 'the second round');
    await runner.stop();
    await commands.idle();
    expect(textOf(log)).toBe('1111b\nd\n2221b\n');
  });

  test('a failing command is an error, and the file stays', async () => {
    const { runner, set, out, metrics, lines } = runnerOf({ a: { contents: '{x}', command: 'exit 3' } });
    set({ x: '1' });
    runner.start();
    await until(() => metrics.errors.get({ stage: 'command' }) === 1, 'the error');
    expect(lines).toContain('error exit 3: exit status 3');
    expect(out('a')).toBe('1');
  });

  test('do not run for a destination whose check failed', async () => {
    const { runner, commands, set, metrics, out } = runnerOf({ a: { contents: '{x}', check: 'exit 1', command: `touch ${folder}/ran` } });
    set({ x: '1' });
    runner.start();
    await until(() => metrics.errors.get({ stage: 'check' }) === 1, 'the check');
    await runner.stop();
    await commands.idle();
    expect(fs.existsSync(path.join(folder, 'ran'))).toBe(false);
    expect(out('a')).toBe('');
  });
});

test('force renders, writes and runs everything again', async () => {
  const { runner, set, out, lines } = runnerOf({ a: { contents: '{x}', command: 'true' } });
  set({ x: '1' });
  runner.start();
  await until(() => lines.includes('info ran true'), 'the command ran');
  fs.writeFileSync(path.join(folder, 'a'), 'changed by hand');
  runner.force();
  await until(() => lines.filter((line) => line === 'info ran true').length === 2, 'the command ran again');
  expect(out('a')).toBe('1');
});

test('a destination that somebody removes or changes is restored within 30 s; one that was only touched is left', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  try {
    const turn = async (): Promise<void> => { for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve)); };
    const { runner, set, out, lines } = runnerOf({ a: { contents: '{x}' } });
    const file = path.join(folder, 'a');
    set({ x: '1' });
    runner.start();
    await turn();
    expect(out('a')).toBe('1');
    const later = async (): Promise<void> => {
      jest.advanceTimersByTime(30_000);
      await turn();
    };
    fs.rmSync(file);
    await later();
    expect(out('a')).toBe('1');
    fs.writeFileSync(file, 'other');
    await later();
    expect(out('a')).toBe('1');
    const { ino } = fs.statSync(file);
    fs.utimesSync(file, 1, 1);
    await later();
    expect(fs.statSync(file).ino).toBe(ino);
    expect(lines.filter((line) => line.startsWith('warn'))).toEqual([1, 2].map(() => `warn ${file}: somebody changed or removed it`));
    await runner.stop();
  } finally {
    jest.useRealTimers();
  }
});

test('a failed delivery is tried again after 250 ms, then ever later, at the latest after 30 s; a new text starts over', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  try {
    const turn = async (): Promise<void> => { for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve)); };
    const { runner, set, out, metrics } = runnerOf({ a: { contents: '{x}' } });
    fs.mkdirSync(path.join(folder, 'a'));
    set({ x: '1' });
    runner.start();
    await turn();
    const errors = (): number => metrics.errors.get({ stage: 'write' });
    let tries = 1;
    expect(errors()).toBe(tries);
    const triedAfter = async (ms: number): Promise<void> => {
      jest.advanceTimersByTime(ms - 1);
      await turn();
      expect(errors()).toBe(tries);
      jest.advanceTimersByTime(1);
      await turn();
      expect(errors()).toBe(++tries);
    };
    for (const ms of [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) await triedAfter(ms);
    set({ x: '2' });
    await turn();
    expect(errors()).toBe(++tries);
    await triedAfter(250);
    fs.rmdirSync(path.join(folder, 'a'));
    jest.advanceTimersByTime(500);
    await turn();
    expect(out('a')).toBe('2');
    await runner.stop();
  } finally {
    jest.useRealTimers();
  }
});

describe('rounds', () => {
  test('are told when something changed, and whether every destination was up to date once', async () => {
    const { runner, set, rounds, out, metrics } = runnerOf({ a: { contents: '{x}' }, b: { contents: '{y}' } });
    set({ x: '1' });
    runner.start();
    await until(() => out('a') === '1', 'a is written');
    set({ x: '2' });
    await until(() => out('a') === '2', 'a is written again');
    await until(() => rounds.length === 2, 'two rounds');
    set({ y: '1' });
    await until(() => rounds.length === 3, 'the first with all');
    set({ y: '1' });
    await until(() => metrics.skipped.get({ destination: `${folder}/b` }) === 1, 'a round without change');
    set({ x: '3' });
    await until(() => rounds.length === 4, 'the last round');
    expect(rounds).toEqual([false, false, true, true].map((complete) => ({ changed: true, complete })));
  });

  test('a restart that finds its files up to date tells a round without change', async () => {
    fs.writeFileSync(path.join(folder, 'a'), '1');
    const { runner, set, rounds } = runnerOf({ a: { contents: '{x}' } });
    set({ x: '1' });
    runner.start();
    await until(() => rounds.length === 1, 'the first round');
    expect(rounds).toEqual([{ changed: false, complete: true }]);
  });
});

describe('upToDateOnce', () => {
  test('waits for data, checks and commands', async () => {
    const { runner, set, out, sources } = runnerOf({ a: { contents: '{x}', check: 'true', command: `cp ${folder}/a ${folder}/copy` } });
    let settled = false;
    runner.start();
    const done = runner.upToDateOnce().then(() => { settled = true; });
    await until(() => sources.passes === 1, 'first pass');
    expect(settled).toBe(false);
    set({ x: '1' });
    await done;
    expect(out('copy')).toBe('1');
  });

  test('comes too when a template fails for good', async () => {
    const { runner, metrics } = runnerOf({ a: { contents: '{!}' } });
    runner.start();
    await runner.upToDateOnce();
    expect(metrics.errors.total()).toBe(1);
  });
});

test('a dry run prints and runs nothing', async () => {
  const { runner, set, printed } = runnerOf({ a: { contents: '{x}', command: `touch ${folder}/ran` } }, { dryRun: true });
  set({ x: '1' });
  runner.start();
  await runner.upToDateOnce();
  expect(printed).toEqual([`> ${folder}/a\n1\n`]);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('after stop nothing is rendered', async () => {
  const { runner, set, sources } = runnerOf({ a: { contents: '{x}' } });
  runner.start();
  await until(() => sources.passes === 1, 'first pass');
  await runner.stop();
  set({ x: '1' });
  runner.force();
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(sources.passes).toBe(1);
});
