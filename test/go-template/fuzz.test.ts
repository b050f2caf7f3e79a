import fc from 'fast-check';
import { templates } from './grammar';
import { askGo, hasGo } from './oracle/oracle';
import { standardFunctions, Template, TemplateError } from '../../lib/go-template';

const DATA = {
  n: 3, s: 'text', m: { a: 'b', c: { d: 1 } }, l: [1, 2, 3], ls: ['x', 'y'], nil: null, nested: [[1], []], em: {}, el: [],
};

/** How many arguments a function wants, by what it says when it gets none. */
function argumentsOf(fn: (...args: unknown[]) => unknown): number {
  try {
    fn();
  } catch (error) {
    return Number(/want (?:at least )?(\d+)/.exec((error as Error).message)?.[1] ?? 1);
  }
  return 1;
}

const FUNCTIONS = Object.fromEntries(Object.entries(standardFunctions).map(([name, fn]) => [name, argumentsOf(fn)]));

/** What the template gives; anything but a TemplateError fails the test. */
function outcome(template: string, functions = standardFunctions): string | TemplateError {
  try {
    return new Template('t', template, { functions, missingKey: 'default' }).execute(DATA);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

/** A piece of a template may be lost, doubled, swapped or overwritten by another one. */
const mutated = fc.tuple(
  templates(FUNCTIONS),
  fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom('', '{{', '}}', ' -}}', '{{- ', '"', '`', '\'', '(', ')', '|', '.', '$', '\n', '/*', '*/', ',', ':=', '\\', '\0', '\ud800', '😀', 'end', '9e999')),
    { minLength: 1, maxLength: 6 }),
).map(([template, cuts]) => cuts.reduce((text, [at, length, by]) => {
  const start = at % (text.length + 1);
  return text.slice(0, start) + by + text.slice(start + length);
}, template));

/** What a template that reaches a prototype would print. */
const INHERITED = 'reached a prototype';

beforeAll(() => Object.defineProperty(Object.prototype, 'inherited', { value: INHERITED, configurable: true }));
afterAll(() => Reflect.deleteProperty(Object.prototype, 'inherited'));

test.each([
  ['templates', templates(FUNCTIONS), 1500],
  ['mutated templates', mutated, 2500],
  ['texts of the language\'s characters', fc.array(fc.constantFrom(...'{}-|().$"`\'/*:=, \n0x9eai', '{{', '}}'), { maxLength: 60 }).map((parts) => parts.join('')), 2500],
])('%s render or end with a TemplateError', (_what, arbitrary, numRuns) => {
  const before = Object.getOwnPropertyNames(Object.prototype).length;
  fc.assert(fc.property(arbitrary, (template) => {
    const result = outcome(template);
    expect(result instanceof TemplateError ? result.message : result).not.toContain(INHERITED);
    if (result instanceof TemplateError) expect(result.message).toMatch(/^template: /);
  }), { numRuns });
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
});

test('the generated templates are worth their time: most of them render', () => {
  const sample = fc.sample(templates(FUNCTIONS), { numRuns: 300, seed: 1 });
  expect(sample.filter((template) => typeof outcome(template) === 'string').length).toBeGreaterThan(60);
});

const essence = (result: string | TemplateError) => typeof result === 'string' ? `output ${JSON.stringify(result)}` : 'error';

(hasGo() ? test : test.skip)('generated templates render as Go renders them', () => {
  // The same ones each time: a difference is to be found here, and not on somebody else's branch.
  const sample = fc.sample(templates(), { numRuns: Number(process.env.FUZZ_RUNS ?? 1000), seed: Number(process.env.FUZZ_SEED ?? 1) });
  const answers = askGo(sample.map((template) => ({ template, data: DATA })));
  const different = sample.flatMap((template, index) => {
    const go = answers[index].output === undefined ? 'error' : essence(answers[index].output);
    const ours = essence(outcome(template, {}));
    return ours === go ? [] : [{ template, go, ours, error: answers[index].error }];
  });
  expect(different).toEqual([]);
}, 120_000);
