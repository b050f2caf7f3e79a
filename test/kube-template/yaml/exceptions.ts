/** Texts that we read differently from kubectl, on purpose. */
export interface Exception {
  readonly texts: readonly string[];
  /** What we read. Default: we refuse. */
  readonly value?: unknown;
  readonly reason: string;
}

const YAML_1_2 = 'YAML 1.2, where kubectl reads 1.1: `yes` and `off` are text and 0640 is six hundred and forty; perms are text in quotes';
const NUMBERS = 'JSON, which kubectl turns all YAML into, has no such number; no setting takes it';
const LAST_LINE = 'the last line of a text ends as it does in YAML, though the file has no line feed behind it';
const STANDARD = 'what YAML says';
const ONE_DOCUMENT = 'kubectl ignores what follows the first document; somebody wrote it for a purpose';
const MERGE = 'strict decoding in Go takes a merged key for a duplicate; kubectl is not that strict and reads the same as we do';

/** All differences. */
export const EXCEPTIONS: readonly Exception[] = [
  { texts: ['a: [True, FALSE, yes, off]'], value: { a: [true, false, 'yes', 'off'] }, reason: YAML_1_2 },
  { texts: ['a: 0640'], value: { a: 640 }, reason: YAML_1_2 },
  { texts: ['a:\n  - |\n    x\n  - y'], value: { a: ['x\n', 'y'] }, reason: YAML_1_2 },
  { texts: ['a: .inf'], value: { a: Infinity }, reason: NUMBERS },
  { texts: ['a: -.Inf'], value: { a: -Infinity }, reason: NUMBERS },
  { texts: ['a: "\\ud83d\\ude00"'], value: { a: '😀' }, reason: 'as JSON has it' },
  { texts: ['a: "b\\\n\n   c"'], value: { a: 'bc' }, reason: STANDARD },
  { texts: ['-\ta'], value: ['a'], reason: STANDARD },
  { texts: ['%YAML 1.2\n---\na: 1'], value: { a: 1 }, reason: STANDARD },
  { texts: ['a: {b:}'], value: { a: { b: null } }, reason: STANDARD },
  { texts: ['  a: 1\nb: 2'], reason: 'kubectl reads the first key and drops the second' },
  { texts: ['a: 1\n---\nb: 2', '---\na: 1\n...\nb'], reason: ONE_DOCUMENT },
  { texts: ['- |\n x\n- >\n y\n z'], value: ['x\n', 'y z\n'], reason: LAST_LINE },
  { texts: ['a: |\n\n  x'], value: { a: '\nx\n' }, reason: LAST_LINE },
  { texts: ['a: |\n  x\n  \n  y'], value: { a: 'x\n\ny\n' }, reason: LAST_LINE },
  { texts: ['a: |\n  x\n   \ty'], value: { a: 'x\n \ty\n' }, reason: LAST_LINE },
  { texts: ['|\n x'], value: 'x\n', reason: LAST_LINE },
  { texts: ['--- >\n x\n y'], value: 'x y\n', reason: LAST_LINE },
  { texts: ['a: >\n  x\n\n   y\n   z\n\n  w'], value: { a: 'x\n\n y\n z\n\nw\n' }, reason: LAST_LINE },
  { texts: ['a: |\n  ---\n  x'], value: { a: '---\nx\n' }, reason: LAST_LINE },
  { texts: ['a: &x {b: 1}\nc:\n  b: 3\n  <<: *x'], value: { a: { b: 1 }, c: { b: 3 } }, reason: MERGE },
  { texts: ['a: &x {b: 1}\nd: &y {b: 2, c: 3}\nc:\n  <<: [*x, *y]'], value: { a: { b: 1 }, d: { b: 2, c: 3 }, c: { b: 1, c: 3 } }, reason: MERGE },
];
