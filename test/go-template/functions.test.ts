import { errorOf, render } from './support';
import { standardFunctions } from '../../lib/go-template';

const DATA = {
  l: [3, 1, 2],
  ls: ['b', 'a', 'c'],
  m: { b: 1, a: 'x' },
  nil: null,
  pod: {
    kind: 'Pod',
    metadata: { name: 'redis-server-2', labels: {} },
    spec: { containers: [{ ports: [{ name: 'redis', containerPort: 6379 }] }], initContainers: [{ ports: [{ name: 'm', containerPort: 9121 }] }] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  },
  leaving: { metadata: { name: 'a', deletionTimestamp: 'now' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } },
  labelled: { metadata: { name: 'a', labels: { 'apps.kubernetes.io/pod-index': '7' } } },
};

/** Calls of each function with what they give. */
const CALLS: Record<string, [template: string, output: string][]> = {
  default: [['{{default "x" .nil}} {{default "x" ""}} {{default "x" 0}} {{default "x" "y"}} {{.nope | default 3}} {{default "x"}}', 'x x x y 3 x']],
  empty: [['{{empty ""}} {{empty .nil}} {{empty .m}} {{empty (list)}} {{empty false}} {{empty 0.5}}', 'true true false true true false']],
  coalesce: [['{{coalesce .nil "" 0 "a" "b"}} [{{coalesce ""}}]', 'a []']],
  ternary: [['{{ternary "yes" "no" true}} {{false | ternary "yes" "no"}}', 'yes no']],
  required: [['{{required "need it" 0}} {{"a" | required "need it"}}', '0 a']],
  fail: [],
  toString: [['{{toString 3 | printf "%q"}} {{toString true | printf "%q"}} {{toString .nil | printf "%q"}} {{toString 1.5}}', '"3" "true" "" 1.5']] as [string, string][], // Object's own method of this name would give its type
  trim: [['[{{trim " \\t a b\\n "}}]', '[a b]']],
  trimAll: [['{{trimAll "$" "$5.00$"}} {{trimAll "ab" "abcba"}} {{trimAll "" " a"}}', '5.00 c  a']],
  trimPrefix: [['{{trimPrefix "-" "-hello"}} {{trimPrefix "x" "hello"}} {{trimPrefix "--" "---a"}}', 'hello hello -a']],
  trimSuffix: [['{{trimSuffix "-" "hello-"}} {{trimSuffix "x" "hello"}}', 'hello hello']],
  upper: [['{{upper "hé ß"}}', 'HÉ ß']],
  lower: [['{{lower "HÉ"}}', 'hé']],
  title: [['{{title "hello wörld it\'s x_y a-b"}}', 'Hello Wörld It\'s X_y A-B']],
  repeat: [['{{repeat 3 "ab"}}[{{repeat 0 "a"}}]', 'ababab[]']],
  substr: [['{{substr 0 5 "hello world"}} {{substr 6 -1 "hello world"}} {{substr -1 2 "hello"}} {{substr 1 99 "abc"}}', 'hello world he bc']],
  trunc: [['{{trunc 5 "hello world"}} {{trunc -5 "hello world"}} {{trunc 9 "ab"}} {{trunc -9 "ab"}} [{{trunc 0 "ab"}}]', 'hello world ab ab []']],
  contains: [['{{contains "cat" "catch"}} {{contains "x" "catch"}}', 'true false']],
  hasPrefix: [['{{hasPrefix "cat" "catch"}} {{hasPrefix "ch" "catch"}}', 'true false']],
  hasSuffix: [['{{hasSuffix "ch" "catch"}} {{hasSuffix "cat" "catch"}}', 'true false']],
  replace: [['{{"a b c" | replace " " "-"}} {{replace "" "." "ab"}} {{replace "a" "$&" "a"}}', 'a-b-c .a.b. $&']],
  quote: [['{{quote "a\\"b" 1 .nil true}} [{{quote .nil}}]', '"a\\"b" "1" "true" []']],
  squote: [['{{squote "a" 1 .nil "it\'s"}}', '\'a\' \'1\' \'it\'s\'']],
  indent: [['{{indent 2 "a\\n\\nb"}}', '  a\n  \n  b']],
  nindent: [['{{nindent 2 "a\\nb"}}', '\n  a\n  b']],
  cat: [['{{cat "hello" .nil 1 "x"}}', 'hello 1 x']],
  split: [['{{$p := split "$" "foo$bar$baz"}}{{$p._0}} {{$p._2}}', 'foo baz']],
  splitList: [['{{splitList "," "a,b,,c"}} {{splitList "" "ab" | len}} {{splitList "," "" | len}}', '[a b  c] 2 1']],
  join: [['{{join "-" .ls}} {{join "-" .l}} {{join "," "a"}} {{list 1 nil "x" | join "+"}} [{{join "," .nil}}]', 'b-a-c 3-1-2 a 1+x []']],
  sortAlpha: [['{{sortAlpha .ls}} {{sortAlpha (list 10 9)}} {{.ls}} {{sortAlpha "x"}}', '[a b c] [10 9] [b a c] [x]']],
  regexMatch: [['{{regexMatch "^[a-z]+-[0-9]+$" "redis-0"}} {{regexMatch "b" "aaa"}}', 'true false']],
  regexFind: [['{{regexFind "[0-9]+" "redis-12-3"}} [{{regexFind "x" "a"}}]', '12 []']],
  regexReplaceAll: [['{{regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W"}} {{regexReplaceAll "x*" "abc" "-"}}', '-W-xxW- -a-b-c-']],
  int: [
    ['{{int "019"}} {{int "09"}} {{int "08.0"}} {{int "-08"}} {{int "017"}} {{int "00"}} {{int "0"}} {{int "0.9"}} {{add "08" 1}}', '0 0 0 0 15 0 0 0 1'],
    ['{{int "42"}} {{int 3.9}} {{int -3.9}} {{int "x"}} {{int true}} {{int .nil}} {{int "0x10"}} {{printf "%T" (int 3.0)}}', '42 3 -3 0 1 0 16 int'],
  ],
  int64: [['{{int64 "9223372036854775807"}} {{int64 "9223372036854775808"}}', '9223372036854775807 0']],
  float64: [['{{float64 "1.5"}} {{printf "%.2f" (float64 3)}} {{float64 "x"}} {{float64 "1e3"}}', '1.5 3.00 0 1000']],
  add: [['{{add 1 2 3}} {{add 1.9 "2"}} {{add}} {{add 9223372036854775807 1}}', '6 3 0 -9223372036854775808']],
  sub: [['{{sub 5 2}} {{1 | sub 5}} {{sub 9007199254740993 1}}', '3 4 9007199254740992']],
  mul: [['{{mul 1 2 3}} {{mul 4}} {{mul 3000000000 3000000000}}', '6 4 9000000000000000000']],
  div: [['{{div 10 3}} {{div -7 2}} {{10 | div 100}}', '3 -3 10']],
  mod: [['{{mod 10 3}} {{mod -7 3}}', '1 -1']],
  max: [['{{max 1 3 2}} {{max "7" 2.5}} {{max 5}}', '3 7 5']],
  min: [['{{min 2 1 3}} {{min -1 0}}', '1 -1']],
  floor: [['{{floor 123.9999}} {{floor -1.5}} {{printf "%T" (floor 3.5)}}', '123 -2 float64']],
  ceil: [['{{ceil 123.001}} {{ceil "1.5"}}', '124 2']],
  round: [['{{round 123.555555 3}} {{round 2.5 0}} {{round 123.5555 3 0.9}}', '123.556 3 123.555']],
  until: [['{{until 5}} {{until -3}} {{until 0}}', '[0 1 2 3 4] [0 -1 -2] []']],
  untilStep: [['{{untilStep 3 6 2}} {{untilStep 6 3 -1}} {{untilStep 0 5 0}} {{untilStep 0 5 -1}}', '[3 5] [6 5 4] [] []']],
  list: [['{{list 1 "a" 2.0}} {{list}} {{index (list "x" "y") 1}}', '[1 a 2] [] y']],
  first: [['{{first .l}} [{{first (list)}}]', '3 []']],
  last: [['{{last .l}} [{{last .nil}}]', '2 []']],
  rest: [['{{rest .l}} {{rest (list)}}', '[1 2] []']],
  initial: [['{{initial .l}} {{initial (list)}}', '[3 1] []']],
  append: [['{{append .l 4}} {{.l}} {{append .l (list 5)}}', '[3 1 2 4] [3 1 2] [3 1 2 [5]]']],
  prepend: [['{{prepend .l 4}}', '[4 3 1 2]']],
  concat: [['{{concat .l (list 4) (list)}} {{concat}}', '[3 1 2 4] []']],
  reverse: [['{{reverse .l}} {{.l}}', '[2 1 3] [3 1 2]']],
  uniq: [['{{uniq (list 1 1 "1" 1.0 (list 1) (list 1) "a" nil nil)}}', '[1 1 1 [1] a <nil>]']],
  has: [['{{has 4 .l}} {{has 3 .l}} {{has "3" .l}} {{has (list 1) (list (list 1))}} {{has 1 .nil}}', 'false true false true false']],
  without: [['{{without .l 3 9}} {{without (list 1 "1") "1"}}', '[1 2] [1]']],
  dict: [['{{dict "b" 1 "a" 2}} {{(dict "x" 1).x}} {{dict 1 2}} {{dict "odd"}}', 'map[a:2 b:1] 1 map[1:2] map[odd:]']],
  get: [['{{get .m "a"}} [{{get .m "zz"}}]', 'x []']],
  set: [['{{$d := dict "a" 1}}{{$x := set $d "b" 2}}{{$d}}{{$x}}', 'map[a:1 b:2]map[a:1 b:2]']],
  hasKey: [['{{hasKey .m "a"}} {{hasKey .m "zz"}} {{hasKey .m "constructor"}}', 'true false false']],
  keys: [['{{keys .m}} {{keys .m (dict "a" 1 "z" 2)}}', '[a b] [a b a z]']],
  values: [['{{values .m}}', '[x 1]']],
  toJson: [['{{toJson (dict "b" (list 1 2.0 1.5 nil true) "a" "<é\\"\\n>")}} {{toJson .nil}}', '{"a":"\\u003cé\\"\\n\\u003e","b":[1,2,1.5,null,true]} null']],
  toJSON: [['{{toJSON (list "a" 1)}}', '["a",1]']],
  fromJson: [['{{(fromJson "{\\"a\\": [1, 2]}").a}} [{{fromJson "{"}}]', '[1 2] []']],
  parseJSON: [['{{(parseJSON "{\\"a\\": 16379}").a}} {{parseJSON ""}}', '16379 map[]']],
  toYaml: [
    [
      '{{toYaml (dict "list" (list 1 (dict "x" "a" "z" (list)) (list "a")) "map" (dict "k" "yes" "t" "a: b") "text" "a\\nb\\n" "e" "" "none" nil "f" 1.5)}}',
      'e: ""\nf: 1.5\nlist:\n- 1\n- x: a\n  z: []\n- - a\nmap:\n  k: "yes"\n  t: "a: b"\nnone: null\ntext: |\n  a\n  b',
    ],
    ['{{toYaml "a b"}} {{toYaml 1}} {{toYaml (dict)}} {{toYaml (list "a\\nb" "1")}}', 'a b 1 {} - |-\n  a\n  b\n- "1"'],
    ['{{toYaml (list "a\x7f" "\u0085b" "c\u2028d\ufeff" "x\\n\u009f" "😀\\ny")}}', '- "a\\u007f"\n- "\\u0085b"\n- "c\\u2028d\\ufeff"\n- "x\\n\\u009f"\n- |-\n  😀\n  y'],
    ['{{toYaml (list (b64dec "/mE=") (b64dec "YQr/"))}}', '- "\ufffda"\n- "a\\n\ufffd"'],
  ],
  b64enc: [['{{b64enc "hé"}}', 'aMOp']],
  b64dec: [['{{b64dec "aMOp"}}', 'hé']],
  sha256sum: [['{{sha256sum "a"}}', 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb']],
  env: [['[{{env "TEMPLATE_TEST"}}] [{{env "TEMPLATE_TEST_NOPE"}}] [{{env "__proto__"}}]', '[a] [] []']],
  envOrDefault: [['{{envOrDefault "TEMPLATE_TEST" "x"}} {{envOrDefault "TEMPLATE_TEST_NOPE" "x"}}', 'a x']],
  ready: [['{{ready .pod}} {{ready .leaving}} {{ready .labelled}} {{ready .nil}}', 'true false false false']],
  ordinal: [['{{ordinal .pod}} {{ordinal .labelled}} [{{ordinal .nil}}]', '2 7 []']],
  port: [['{{port .pod "redis"}} {{port .pod "m"}} [{{port .nil "redis"}}]', '6379 9121 []']],
};

beforeAll(() => { process.env.TEMPLATE_TEST = 'a'; });
afterAll(() => { delete process.env.TEMPLATE_TEST; });

test.each(Object.entries(CALLS).flatMap(([name, calls]) => calls.map(([template, output]) => [name, template, output])))(
  '%s gives what Sprig gives: %s',
  (_name, template, output) => {
    expect(render(template, DATA)).toBe(output);
  },
);

test('every function is tested', () => {
  expect(Object.keys(CALLS).sort()).toEqual(Object.keys(standardFunctions).sort());
});

test.each([
  ['{{fail "no way"}}', 'no way'],
  ['{{required "need it" .nil}}', 'need it'],
  ['{{required "need it" ""}}', 'need it'],
  ['{{upper 3}}', 'argument 1: expected string; got int'],
  ['{{upper}}', 'wrong number of args: want 1 got 0'],
  ['{{upper "a" "b"}}', 'wrong number of args: want 1 got 2'],
  ['{{ternary 1 2 3}}', 'argument 3: expected bool; got int'],
  ['{{indent "2" "a"}}', 'argument 1: expected int; got string'],
  ['{{repeat -1 "a"}}', 'negative repeat count'],
  ['{{substr 3 2 "hello"}}', 'slice bounds out of range'],
  ['{{div 1 0}}', 'integer divide by zero'],
  ['{{mod 1 0}}', 'integer divide by zero'],
  ['{{first "abc"}}', 'expected list; got string'],
  ['{{get .l "a"}}', 'expected map; got []interface {}'],
  ['{{set .m "a" 1}}', 'only a map that this template made with dict can be changed'],
  ['{{b64dec "*"}}', 'illegal base64 data'],
  ['{{parseJSON "{"}}', 'error calling parseJSON: not JSON (1 characters)'],
  ['{{regexMatch "(" "a"}}', 'error parsing regexp: missing closing )'],
  ['{{range 1.5}}{{end}}', "range can't iterate over float64"],
  ['{{range $i, $v := 3}}{{end}}', "can't use int to iterate over more than one variable"],
  ['{{ordinal .leaving}}', 'pod a is not of a StatefulSet'],
  ['{{ordinal 3}}', 'expected a pod'],
  ['{{port .pod "http"}}', 'pod redis-server-2 has no port "http", it has redis, m'],
])('%s fails: %s', (template, message) => {
  const error = errorOf(`\n${template}`, DATA);
  expect(error).toMatch(/^template: t:2:/);
  expect(error).toContain(message);
});

test.each([
  'parseJSON .secret', 'range .secret}}{{end', 'range $i, $v := int .number}}{{end', 'index .secret 99', 'index (list) .secret',
  'regexMatch .secret "a"', 'b64dec .secret', 'slice .secret 99', 'int .secret | div 1', 'call .secret', 'len .secret | first', 'template "t" .secret.x',
  'indent .secret "a"', 'ready .secret', 'port (dict "metadata" (dict)) .list', 'lt .secret 1', 'eq .secret 1', 'untilStep 0 .secret 1', 'set .map "a" 1',
])('{{%s}} does not show a value of a Secret where it fails', (expression) => {
  const values = { secret: '(hunter2', number: '4711', list: ['hunter2'], map: { x: 'hunter2' } };
  expect(errorOf(`{{${expression}}}`, values)).not.toMatch(/hunter2|4711/);
});

test('functions of one\'s own come before those of Go, and only own properties are functions', () => {
  expect(render('{{len 3}} {{twice 2}}', {}, { functions: { len: () => 'mine', twice: (n: number) => 2 * n } })).toBe('mine 4');
  for (const name of ['constructor', 'toString', 'hasOwnProperty', '__proto__']) {
    expect(errorOf(`{{${name} 1}}`, {}, { functions: {} })).toBe(`template: t:1: function "${name}" not defined`);
  }
});

test('nothing that a function throws gets through as anything but a TemplateError', () => {
  const functions = { bad: () => { throw 'text'; }, worse: () => { throw null; } };
  expect(errorOf('{{bad}}', {}, { functions })).toContain('error calling bad: text');
  expect(errorOf('{{worse}}', {}, { functions })).toContain('error calling worse: null');
});
