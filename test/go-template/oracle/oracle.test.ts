import * as fs from 'node:fs';
import * as path from 'node:path';
import { DATA, OracleCase, THEMES } from './cases';
import { EXCEPTIONS } from './exceptions';
import { Answer, askGo, hasGo } from './oracle';
import { Template, TemplateError } from '../../../lib/go-template';

/** The recorded answers of Go, by theme. `RECORD_ORACLE=1` with this test records them again. */
const FIXTURE = path.join(__dirname, 'answers.json');
const ALL = Object.values(THEMES).flat();

let recorded: Record<string, Answer[]>;

function asked(): Record<string, Answer[]> {
  const answers = askGo(ALL);
  return Object.fromEntries(Object.entries(THEMES).map(([theme, cases]) => [theme, answers.splice(0, cases.length)]));
}

function ours({ template, data = DATA, missingKey = 'default', left, right }: OracleCase): Answer {
  try {
    return { output: new Template('t', template, { functions: {}, missingKey, left, right }).execute(data) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const line = /^template: t:(\d+):/.exec(error.message)?.[1];
    return { error: error.message, line: line === undefined ? undefined : Number(line) };
  }
}

/** What has to be equal: the output, or the line of the error. */
function essence({ output, line }: Answer): string {
  return output === undefined ? `error in line ${line ?? '?'}` : `output ${JSON.stringify(output)}`;
}

const unused = new Set(EXCEPTIONS);

function expected(one: OracleCase, answer: Answer): string {
  const exception = EXCEPTIONS.find(({ template }) => template === one.template);
  if (!exception) return essence(answer);
  unused.delete(exception);
  return essence(exception.ours);
}

const go = hasGo();
if (!go) console.warn('go is not installed: the recorded answers are not compared with a real one');

beforeAll(() => {
  if (process.env.RECORD_ORACLE) fs.writeFileSync(FIXTURE, `${JSON.stringify(asked(), undefined, 1)}\n`);
  recorded = JSON.parse(fs.readFileSync(FIXTURE, 'utf8')) as Record<string, Answer[]>;
});

test.each(Object.entries(THEMES))('templates render as Go renders them: %s', (theme, cases) => {
  const answers = recorded[theme];
  expect(answers).toHaveLength(cases.length);
  const different = cases.flatMap((one, index) => {
    const wanted = expected(one, answers[index]);
    const got = ours(one);
    return essence(got) === wanted ? [] : [{ ...one, go: answers[index], got }];
  });
  expect(different).toEqual([]);
});

test('every exception has a case that needs it', () => {
  expect([...unused]).toEqual([]);
});

(go ? test : test.skip)('the recorded answers are those of Go', () => {
  // Versions of Go word their messages differently.
  const essences = (answers: Record<string, Answer[]>) => Object.entries(answers).map(([theme, list]) => [theme, list.map(essence)]);
  expect(essences(recorded)).toEqual(essences(asked()));
}, 120_000);
