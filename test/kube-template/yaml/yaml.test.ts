import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import * as yaml from 'js-yaml';
import { EXCEPTIONS } from './exceptions';
import { TEXTS } from './texts';
import { parseYaml } from '../../../lib/kube-template/yaml/yaml';
import { hasGo } from '../../go-template/oracle/oracle';
import { temporaryFolder } from '../support/files';

const SCHEMA = yaml.CORE_SCHEMA;

/** What kubectl reads in each text, as JSON; null: it refuses. `RECORD_ORACLE=1` with this test records them again. */
const FIXTURE = path.join(__dirname, 'answers.json');

function askGo(): (string | null)[] {
  const program = path.join(temporaryFolder(), 'oracle');
  execFileSync('go', ['build', '-o', program, '.'], { cwd: path.join(__dirname, 'oracle') });
  return JSON.parse(execFileSync(program, { input: JSON.stringify(TEXTS), encoding: 'utf8' })) as (string | null)[];
}

function ours(text: string): unknown {
  try {
    return { value: parseYaml(text) };
  } catch {
    return 'error';
  }
}

const recorded = (): (string | null)[] => JSON.parse(fs.readFileSync(FIXTURE, 'utf8')) as (string | null)[];

beforeAll(() => {
  if (process.env.RECORD_ORACLE) fs.writeFileSync(FIXTURE, `${JSON.stringify(askGo(), undefined, 1)}\n`);
});

test.each(TEXTS.map((text, index) => [text, index] as const))('%j is read as kubectl reads it, or as an exception says', (text, index) => {
  const exception = EXCEPTIONS.find((one) => one.texts.includes(text));
  const answer = recorded()[index];
  const theirs = answer === null ? 'error' : { value: JSON.parse(answer) as unknown };
  if (exception) {
    expect(ours(text)).not.toEqual(theirs);
    expect(ours(text)).toEqual('value' in exception ? { value: exception.value } : 'error');
  } else {
    expect(ours(text)).toEqual(theirs);
  }
});

test('every exception is one of the texts', () => {
  expect(EXCEPTIONS.flatMap(({ texts }) => texts).filter((text) => !TEXTS.includes(text))).toEqual([]);
});

(process.env.ORACLE && hasGo() ? test : test.skip)('the recorded answers are those of kubectl: ORACLE=1 asks Go, which fetches its YAML', () => {
  expect(recorded()).toEqual(askGo());
}, 120_000);

const value = fc.letrec<Record<'value', unknown>>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -1, 1.5, 1e21, 'true', '1', '0640', '', ' ', '-', '- a', 'a: b', '# a', 'a #b', '{{ .x }}', '[', 'a\n', 'a\n\nb', ' a\n b', 'a\n b\n\n', '\n', '\ta', '---', '&a', '*a', '!a', '|', '>', '%', '@', '`', "'", '"', '\\', '~', '<<', '=', '2020-01-01', 'é😀', '\u0085', '\u2028', '\x00'),
    fc.string({ maxLength: 30 }).map((text) => text.replace(/:(?=[[\]{},])/g, '_')),
    fc.array(fc.constantFrom('word', ' ', '\n', ':', '#', '-', '"', 'a: b', '\t'), { maxLength: 40 }).map((parts) => parts.join('')),
    fc.array(tie('value'), { maxLength: 4 }),
    // js-yaml writes some texts with brackets without the quotes they need.
    fc.dictionary(fc.oneof(fc.string({ maxLength: 8 }).map((key) => key.replace(/[[\]{},]/g, '_')), fc.constantFrom('a', 'b c', '1', 'true', '- a', 'a: b', '# a', '')), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

const styles = fc.record({
  indent: fc.integer({ min: 2, max: 5 }),
  noArrayIndent: fc.boolean(),
  flowLevel: fc.integer({ min: -1, max: 3 }),
  lineWidth: fc.constantFrom(20, 80, -1),
  quotingType: fc.constantFrom('"' as const, '\'' as const),
  forceQuotes: fc.boolean(),
});

/** The same texts each time: a difference is to be found here, and not on somebody else's branch. */
const RUNS = { numRuns: Number(process.env.FUZZ_RUNS ?? 3000), seed: Number(process.env.FUZZ_SEED ?? 1) };

test('what js-yaml writes is read as what it was', () => {
  fc.assert(fc.property(value, styles, (original, style) => {
    const text = yaml.dump({ original }, { ...style, schema: SCHEMA, noRefs: true });
    expect({ text, value: parseYaml(text) }).toEqual({ text, value: { original } });
  }), RUNS);
});

test('JSON is read as itself', () => {
  fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (original, indent) => {
    const text = JSON.stringify(original, undefined, indent);
    expect(parseYaml(text)).toEqual(JSON.parse(text));
  }), { numRuns: 500 });
});

test('damaged texts are never quoted in a message', () => {
  const pieces = fc.constantFrom('', ' ', '  ', '\n', '\n\n', '\n  ', ':', ': ', '- ', '-', '#', ' #', '"', "'", '|', '>', '&secret ', '*secret', '!secret ', '!', '[', ']', '{', '}', ',', 'secret', '\t');
  const cuts = fc.array(fc.tuple(fc.nat(), fc.nat(4), pieces), { minLength: 1, maxLength: 3 });
  let refused = 0;
  fc.assert(fc.property(fc.constantFrom(...TEXTS), cuts, (text, changes) => {
    const damaged = changes.reduce((now, [at, length, by]) => {
      const start = at % (now.length + 1);
      return now.slice(0, start) + by + now.slice(start + length);
    }, text);
    try {
      parseYaml(damaged);
    } catch (error) {
      refused++;
      expect((error as Error).message).toMatch(/^((line \d+, column \d+: )?[-a-zA-Z ,;'&<>()]+( \(200\))?|an alias that contains itself, or more than 1000000 values)$/);
      expect((error as Error).message).not.toContain('secret');
    }
  }), RUNS);
  expect(refused).toBeGreaterThan(RUNS.numRuns / 10);
});

test.each([
  ['a: 1\nb:\n  c: [1, 2', 'line 4, column 1: unexpected end of the stream within a flow collection'],
  ['a: 1\na: 2', 'line 2, column 1: duplicated mapping key'],
  ['a: {b: 1, b: 2}', 'line 1, column 11: duplicated mapping key'],
  ['token: *s3cret', 'line 1, column 15: unidentified alias'],
  ['token: !s3cret x', 'line 1, column 17: unknown tag'],
  ['a: &a [*a]', 'an alias that contains itself, or more than 1000000 values'],
  [`a0: &a0 [${'x,'.repeat(9)}]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`).join('\n')}`, 'an alias that contains itself, or more than 1000000 values'],
])('%j: %s', (text, message) => {
  expect(() => parseYaml(text)).toThrow(new Error(message));
});

test('aliases that are not many are no mistake', () => {
  expect(parseYaml('a: &x {b: [1, 2]}\nc: *x\nd: [*x, *x]')).toEqual({ a: { b: [1, 2] }, c: { b: [1, 2] }, d: [{ b: [1, 2] }, { b: [1, 2] }] });
});

test.each([
  ['brackets', '['.repeat(100_000)], ['braces', '{a: '.repeat(100_000)], ['dashes', '- '.repeat(100_000)],
])('%s nest 200 deep at most', (_what, text) => {
  expect(() => parseYaml(text)).toThrow('nesting exceeded maxDepth (200)');
});

test.each<[string, string, unknown]>([
  ['a quote that is not closed', `"${' \n'.repeat(100_000)}`, 'error'],
  ['spaces in a text', `a${' '.repeat(200_000)}b\n  c`, { value: `a${' '.repeat(200_000)}b c` }],
  ['spaces in quotes', `"a${' '.repeat(200_000)}b\n  c"`, { value: `a${' '.repeat(200_000)}b c` }],
  ['a short text', `a: |\n${'  \n'.repeat(200_000)}  x`, { value: { a: `${'\n'.repeat(200_000)}x\n` } }],
  ['empty lines', `a: |\n${'  \n'.repeat(200_000)}`, { value: { a: '' } }],
])('time grows with the text: %s', (_what, text, outcome) => {
  // much less than a second; with the square of the length it is minutes, and the test ends by its time limit
  expect(ours(text)).toEqual(outcome);
});
