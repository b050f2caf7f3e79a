import fc from 'fast-check';

/** Values as templates write them. */
const literal = fc.oneof(
  fc.constantFrom('1', '0', '-3', '2.0', '1.5', '0x1F', '1e3', '"a"', '""', '"b\\n"', '"inherited"', '`raw`', '\'c\'', 'true', 'false', 'nil'),
  fc.integer({ min: -9, max: 99 }).map(String),
  fc.string({ maxLength: 5 }).map((text) => JSON.stringify(text)),
);

const reference = fc.constantFrom(
  '.', '$', '.n', '.s', '.m', '.m.a', '.m.c.d', '.l', '.ls', '.missing', '.missing.x', '.nil', '.n.x', '.nested', '.em', '.el', '$.n', '$.m.a', '$x', '$y',
  '.constructor', '.__proto__', '.m.__proto__.x', '.inherited', '.m.inherited', '.l.inherited', '.s.inherited',
);

/** Go's own functions, with how many arguments they take. */
const GO_FUNCTIONS: Record<string, number> = {
  and: 2, or: 2, not: 1, eq: 2, ne: 2, lt: 2, le: 2, gt: 2, ge: 2, len: 1, index: 2, slice: 2, print: 2, println: 1, html: 1, js: 1, urlquery: 1,
};

const FORMATS = [
  '"%v"', '"%d|%s"', '"%5d"', '"%-5s|"', '"%05.2f"', '"%q"', '"%x"', '"%T"', '"%+v"', '"%#v"', '"%t"', '"%[2]v %[1]v"', '"%*d"', '"%.1e"', '"%g"', '"%c"', '"%U"',
  '"%"', '"%z"', '"% x"', '"%08.3d"', '"%+d"',
];

/** Templates by the grammar of the language; most of them render. */
export function templates(functions: Readonly<Record<string, number>> = {}): fc.Arbitrary<string> {
  const calls = Object.entries({ ...GO_FUNCTIONS, ...functions });
  const { template } = fc.letrec<Record<'value' | 'call' | 'pipeline' | 'node' | 'template', string>>((tie) => ({
    value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, literal, reference, fc.tuple(tie('pipeline')).map(([inner]) => `(${inner})`)),
    call: fc.oneof(
      fc.constantFrom(...calls).chain(([name, count]) => fc.array(tie('value'), { minLength: count, maxLength: count }).map((args) => [name, ...args].join(' '))),
      fc.tuple(fc.constantFrom(...FORMATS), fc.array(tie('value'), { maxLength: 3 })).map(([format, args]) => ['printf', format, ...args].join(' ')),
    ),
    pipeline: fc.oneof(
      { depthSize: 'small' },
      literal,
      reference,
      tie('call'),
      tie('value').map((value) => `index ${value} "inherited"`),
      fc.tuple(tie('value'), tie('call')).map(([value, call]) => `${value} | ${call}`),
    ),
    node: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('text', ' \n ', '{{/* c */}}', '{{- /* c */ -}}', '{{break}}', '{{continue}}', '{{else}}', '{{end}}', '{{template "d" .}}'),
      tie('pipeline').map((pipeline) => `{{${pipeline}}}`),
      tie('pipeline').map((pipeline) => `{{- ${pipeline} -}}`),
      fc.tuple(fc.constantFrom('$x :=', '$y :=', '$x =', '$y ='), tie('pipeline')).map(([set, pipeline]) => `{{${set} ${pipeline}}}`),
      fc.tuple(fc.constantFrom('if', 'with', 'range', 'range $x :=', 'range $x, $y :=', 'if $x :=', 'with $x :='), tie('pipeline'), tie('template'), tie('template'))
        .map(([control, pipeline, then, otherwise]) => `{{${control} ${pipeline}}}${then}{{else}}${otherwise}{{end}}`),
      fc.tuple(tie('pipeline'), tie('template')).map(([pipeline, body]) => `{{range ${pipeline}}}${body}{{end}}`),
      fc.tuple(tie('pipeline'), tie('template')).map(([pipeline, body]) => `{{block "b" ${pipeline}}}${body}{{end}}`),
    ),
    template: fc.array(tie('node'), { maxLength: 4, depthIdentifier: 'nodes' }).map((nodes) => nodes.join('')),
  }));
  const prefix = '{{define "d"}}<{{.}}>{{end}}{{$x := 1}}{{$y := "y"}}';
  return template.map((text) => prefix + text);
}
