/** Whether a code point belongs to a class. */
export type CharacterClass = (code: number) => boolean;

/** Code points from and to, inclusive. */
type CodeRange = readonly [number, number];

const DIGITS: CodeRange = [0x30, 0x39];
const UPPER: CodeRange = [0x41, 0x5a];
const LOWER: CodeRange = [0x61, 0x7a];
const UNDERSCORE: CodeRange = [0x5f, 0x5f];

/** `\d`, `\s` and `\w` of Perl, which are ASCII in Go. */
export const PERL_CLASSES: Readonly<Record<'d' | 's' | 'w', readonly CodeRange[]>> = {
  d: [DIGITS],
  s: [[0x09, 0x0a], [0x0c, 0x0d], [0x20, 0x20]],
  w: [DIGITS, UPPER, UNDERSCORE, LOWER],
};

const POSIX_CLASSES: ReadonlyMap<string, readonly CodeRange[]> = new Map<string, readonly CodeRange[]>([
  ['alnum', [DIGITS, UPPER, LOWER]],
  ['alpha', [UPPER, LOWER]],
  ['ascii', [[0, 0x7f]]],
  ['blank', [[0x09, 0x09], [0x20, 0x20]]],
  ['cntrl', [[0, 0x1f], [0x7f, 0x7f]]],
  ['digit', [DIGITS]],
  ['graph', [[0x21, 0x7e]]],
  ['lower', [LOWER]],
  ['print', [[0x20, 0x7e]]],
  ['punct', [[0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]]],
  ['space', [[0x09, 0x0d], [0x20, 0x20]]],
  ['upper', [UPPER]],
  ['word', PERL_CLASSES.w],
  ['xdigit', [DIGITS, [0x41, 0x46], [0x61, 0x66]]],
]);

function within(ranges: readonly CodeRange[], code: number): boolean {
  return ranges.some(([from, to]) => code >= from && code <= to);
}

/** The characters of some ranges. */
export function classOf(ranges: readonly CodeRange[], except: readonly CodeRange[] = [], ignoreCase = false): CharacterClass {
  if (!ignoreCase) return (code) => within(ranges, code) && !within(except, code);
  return (code) => [code, ...otherCases(code)].some((one) => within(ranges, one));
}

function otherCases(code: number): number[] {
  const character = String.fromCodePoint(code);
  return [character.toLowerCase(), character.toUpperCase()].map((other) => [...other].length === 1 ? other.codePointAt(0)! : code);
}

/** The class of `\d`, or of `\D` and the like. */
export function perlClass(letter: string): CharacterClass {
  const ranges = PERL_CLASSES[letter.toLowerCase() as keyof typeof PERL_CLASSES];
  return letter === letter.toLowerCase() ? (code) => within(ranges, code) : (code) => !within(ranges, code);
}

/** The class of `[:name:]`. @returns undefined when there is none */
export function posixClass(name: string, negated: boolean): CharacterClass | undefined {
  const ranges = POSIX_CLASSES.get(name);
  return ranges && ((code) => within(ranges, code) !== negated);
}

/** A general category or script of Unicode. @returns undefined when there is none */
export function namedClass(name: string, negated: boolean): CharacterClass | undefined {
  const pattern = propertyPattern(name === 'Any' ? 'Any' : name.length <= 2 ? `General_Category=${name}` : `Script=${name}`);
  return pattern && ((code) => pattern.test(String.fromCodePoint(code)) !== negated);
}

/** The name has only letters and underscores. */
function propertyPattern(property: string): RegExp | undefined {
  try {
    return new RegExp(`^\\p{${property}}$`, 'u');
  } catch {
    return undefined;
  }
}

/** Whether a code point is part of a word, for `\b`. */
export function isWord(code: number | undefined): boolean {
  return code !== undefined && within(PERL_CLASSES.w, code);
}
