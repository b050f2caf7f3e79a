const NULL = /^(?:~|null|Null|NULL)?$/;
const TRUE = /^(?:true|True|TRUE)$/;
const FALSE = /^(?:false|False|FALSE)$/;
const INTEGER = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INFINITE = /^([-+]?)\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/;

/** The value of a text without quotes, by the core schema of YAML 1.2: 0640 is six hundred and forty, and a date is text. */
export function resolve(text: string): unknown {
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  // There is no integer -0.
  if (INTEGER.test(text)) return Number(text) + 0;
  if (FLOAT.test(text)) return Number(text);
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  return NOT_A_NUMBER.test(text) ? NaN : text;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  'a': '\x07',
  'b': '\b',
  't': '\t',
  '\t': '\t',
  'n': '\n',
  'v': '\v',
  'f': '\f',
  'r': '\r',
  'e': '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  'N': '\x85',
  '_': '\xa0',
  'L': '\u2028',
  'P': '\u2029',
};
const CODE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The text between single quotes. */
export function singleQuoted(text: string): string {
  return folded(text).replaceAll('\'\'', '\'');
}

/** The text between double quotes. @throws Error when it has a bad escape */
export function doubleQuoted(text: string): string {
  return text.replace(/\\\n[ \t\n]*|\\(x.{0,2}|u.{0,4}|U.{0,8}|[^])(?:(?<=[ \t])[ \t]+(?=\n))?|(?:(?<![ \t])[ \t]+)?\n[ \t\n]*/g, (match, escape?: string) => {
    if (escape !== undefined) return unescaped(escape);
    // An escaped line break joins its lines.
    return match.startsWith('\\') ? '' : folded(match);
  });
}

function unescaped(escape: string): string {
  const digits = escape.slice(1);
  const code = digits.length === CODE_LENGTHS[escape[0]] && /^[0-9a-fA-F]+$/.test(digits) ? parseInt(digits, 16) : Infinity;
  const found = code <= 0x10ffff ? String.fromCodePoint(code) : ESCAPES[escape];
  if (found === undefined) throw new Error('unknown escape in double quotes');
  return found;
}

/** The lines of one text: a line break is a space, of several in a row one is lost, and the space around them does not count. */
export function folded(text: string): string {
  return text.replace(/(?:(?<![ \t])[ \t]+)?\n[ \t\n]*/g, breaks => {
    const count = breaks.split('\n').length - 1;
    return count === 1 ? ' ' : '\n'.repeat(count - 1);
  });
}
