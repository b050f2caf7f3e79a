import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { errorOf, render } from './support';
import { TemplateError } from '../../lib/go-template';

const DOUBLE = '{{$x := "0123456789"}}{{range until 60}}';

test.each([
  ['templates that call themselves', '{{define "r"}}{{template "r"}}{{end}}{{template "r"}}', 'exceeded maximum template depth (1000)'],
  ['a text that doubles', `${DOUBLE}{{$x = printf "%s%s" $x $x}}{{end}}`, 'text exceeds'],
  ['a text that is joined', `${DOUBLE}{{$x = list $x $x | join ""}}{{end}}`, 'text exceeds'],
  ['a text that is replaced', `${DOUBLE}{{$x = replace "0" $x $x}}{{end}}`, 'text exceeds'],
  ['a list that doubles', '{{$x := list 1}}{{range until 60}}{{$x = concat $x $x}}{{end}}', 'list exceeds'],
  ['a value that contains itself twice', '{{$x := list 1}}{{range until 60}}{{$x = list $x $x}}{{end}}{{$x}}', 'exceeds'],
  ['the same as JSON', '{{$x := list 1}}{{range until 60}}{{$x = list $x $x}}{{end}}{{toJson $x}}', 'exceeds'],
  ['the same as YAML', '{{$x := list 1}}{{range until 60}}{{$x = list $x $x}}{{end}}{{toYaml $x}}', 'exceeds'],
  ['the same in a comparison', '{{$x := list 1}}{{range until 60}}{{$x = list $x $x}}{{end}}{{has $x (list $x)}}', 'exceeds'],
  ['a dictionary that contains itself', '{{$d := dict}}{{$x := set $d "self" $d}}{{$d}}', 'nested more than 100 deep'],
  ['the same as JSON', '{{$d := dict}}{{$x := set $d "self" $d}}{{toJson $d}}', 'nested more than 100 deep'],
  ['the same as YAML', '{{$d := dict}}{{$x := set $d "self" $d}}{{toYaml $d}}', 'nested more than 100 deep'],
  ['a huge count', '{{until 1000000000}}', 'list exceeds'],
  ['a huge repetition', '{{repeat 1000000000 "a"}}', 'text exceeds'],
  ['a huge indentation', '{{indent 1000000000 "a"}}', 'text exceeds'],
  ['a long text for a regular expression', '{{regexMatch "a" (repeat 2000000 "a")}}', 'expected at most 1000000'],
  ['an expensive regular expression', '{{regexMatch "(x{1,30}){1,30}y" (repeat 900000 "x")}}', 'too many steps'],
])('%s ends with an error', (_what, template, message) => {
  const error = errorOf(template);
  expect(error).toMatch(/^template: t/);
  expect(error).toContain(message);
});

test('replacing ends when the searches together take too long', () => {
  const now = jest.spyOn(performance, 'now');
  // Each look at the clock finds a second gone.
  let time = 0;
  now.mockImplementation(() => time += 1000);
  try {
    expect(errorOf('{{regexReplaceAll "(a*)(b?)c|a" (repeat 1000 "a") "x"}}')).toContain('too many steps');
  } finally {
    now.mockRestore();
  }
});

test('an expression that takes exponential time elsewhere has an answer', () => {
  expect(render('{{regexMatch "(x+x+)+y" (repeat 900000 "x")}}')).toBe('false');
});

test('a render that would not end is stopped', () => {
  const now = jest.spyOn(performance, 'now');
  // Each look at the clock finds a second gone.
  let time = 0;
  now.mockImplementation(() => time += 1000);
  try {
    expect(errorOf('{{range 1000000000000}}{{end}}')).toBe('template: t: took longer than 10000 ms');
    expect(errorOf('{{define "t2"}}{{range 9}}{{template "t3"}}{{end}}{{end}}{{define "t3"}}{{range 1000000}}{{end}}{{end}}{{template "t2"}}'))
      .toBe('template: t: took longer than 10000 ms');
  } finally {
    now.mockRestore();
  }
});

test('output is bounded', () => {
  expect(errorOf('{{$x := repeat 1000000 "a"}}{{range 1000}}{{$x}}{{end}}')).toBe('template: t: output exceeds 16777216 characters');
});

test.each([
  ['actions', '{{if true}}'.repeat(20_000) + '{{end}}'.repeat(20_000)],
  ['parentheses', `{{${'('.repeat(20_000)}1${')'.repeat(20_000)}}}`],
])('%s nested too deeply are an error', (_what, template) => {
  expect(errorOf(template)).toMatch(/^template: t: /);
});

test.each([
  ['lines', '{{1}}\n'.repeat(50_000)],
  ['comments', '{{/* a */}}'.repeat(50_000)],
  ['comments that do not end', '{{/*'.repeat(50_000)],
  ['a text that does not end', `{{"${'a'.repeat(500_000)}`],
  ['space before a trim marker', `${' '.repeat(500_000)}{{- 1}}`],
  ['branches', `{{if false}}${'{{else if false}}'.repeat(5_000)}{{end}}`],
  ['variables', Array.from({ length: 20_000 }, (_, i) => `{{$v${i} := 1}}`).join('')],
  ['arguments', `{{print${' 1'.repeat(50_000)}}}`],
  ['digits', `{{${'1'.repeat(50_000)}}}`],
  ['fields', `{{.${'a.'.repeat(50_000)}a}}`],
  ['verbs of printf', `{{printf "${'%d'.repeat(50_000)}" 1}}`],
])('time grows with the text, not with its square: %s', (_what, template) => {
  const before = process.cpuUsage().user;
  try {
    render(template);
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError);
  }
  // In microseconds; a fifth of a second is usual.
  expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
});

test('after an error a template can be rendered again', () => {
  const error = errorOf('{{define "x"}}{{.a.b}}{{end}}{{template "x" .}}', { a: 1 });
  expect(error).toContain('executing "x" at <.a.b>');
  expect(render('{{define "x"}}{{.a.b}}{{end}}{{template "x" .}}', { a: { b: 2 } })).toBe('2');
});

test('errors are TemplateErrors with a name of their own', () => {
  expect(new TemplateError('a')).toMatchObject({ name: 'TemplateError', message: 'a' });
});

test('it runs where code generation from strings is not allowed', () => {
  const script = `
    const { Template } = require(${JSON.stringify(path.resolve('lib/go-template/index.ts'))});
    let blocked = false;
    try { eval('1'); } catch { blocked = true; }
    process.stdout.write(blocked + new Template('t', '{{range .l}}{{. | printf "%02d" | quote}}{{regexReplaceAll "a+" "baac" "x"}}{{end}}').execute({ l: [1] }));
  `;
  // The hook of ts-node is loaded before the flag takes effect on anything it needs.
  const output = execFileSync(process.execPath, ['--disallow-code-generation-from-strings', '-r', 'ts-node/register/transpile-only', '-e', script], {
    env: { ...process.env, TS_NODE_PROJECT: 'test/tsconfig.json', TS_NODE_COMPILER_OPTIONS: '{"module":"node16"}' },
    encoding: 'utf8',
  });
  expect(output).toBe('true"01"bxc');
});
