import { textOf } from './bytes';
import { quote } from './quote';
import { toFloat } from './value';

const ESCAPES: Readonly<Record<string, string>> = {
  'a': '\x07', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', '\\': '\\', '\'': '\'', '"': '"',
};

const ESCAPE = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/suy;

const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/** A number as a template has it. */
interface NumberLiteral {
  /** A bigint beyond 2^53. */
  readonly value: unknown;
  /** It fits no int, which only matters when it is evaluated. */
  readonly overflows?: boolean;
}

/**
 * The text of a string constant in double quotes or back quotes.
 *
 * @throws Error when it has a bad escape
 */
export function parseString(literal: string): string {
  const inside = literal.slice(1, -1);
  return literal.startsWith('`') ? inside.replace(/\r/g, '') : unescape(inside, '"');
}

/**
 * The code point of a character constant.
 *
 * @throws Error when it is not exactly one character
 */
export function parseCharacter(literal: string): number {
  const text = unescape(literal.slice(1, -1), '\'', true);
  const code = text.codePointAt(0);
  if (code === undefined || String.fromCodePoint(code) !== text) throw new Error(`malformed character constant: ${literal}`);
  return code;
}

/** Escapes may give single bytes; together they are UTF-8. A character constant has one character, so there they are code points. */
function unescape(text: string, mark: string, character = false): string {
  if (!text.includes('\\')) return text;
  const bytes: Buffer[] = [];
  let plain = '';
  for (let position = 0; position < text.length;) {
    if (text[position] !== '\\') {
      plain += text[position++];
      continue;
    }
    ESCAPE.lastIndex = position;
    const escape = ESCAPE.exec(text)?.[0];
    if (escape === undefined) throw new Error('invalid syntax');
    position += escape.length;
    const code = escapedCode(escape, mark);
    if (/^\\[x0-7]/.test(escape) && code >= 0x80 && !character) {
      bytes.push(Buffer.from(plain), Buffer.of(code));
      plain = '';
    } else {
      plain += String.fromCodePoint(code);
    }
  }
  return bytes.length > 0 ? textOf(Buffer.concat([...bytes, Buffer.from(plain)])) : plain;
}

function escapedCode(escape: string, mark: string): number {
  const simple = ESCAPES[escape[1]];
  const otherMark = mark === '"' ? '\'' : '"';
  if (simple !== undefined && escape[1] !== otherMark) return simple.charCodeAt(0);
  if (escape.length > 2) {
    const octal = /[0-7]/.test(escape[1]);
    const code = octal ? parseInt(escape.slice(1), 8) : parseInt(escape.slice(2), 16);
    const limit = octal ? 0xff : 0x10ffff;
    if (code <= limit && (code < 0xd800 || code > 0xdfff)) return code;
  }
  throw new Error('invalid syntax');
}

const INTEGER = /^[+-]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;
const DECIMAL_FLOAT = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const HEXADECIMAL_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/;

/** Underscores that do not separate digits; the prefix of a base counts as a digit. */
const BAD_UNDERSCORE = /^[+-]?_|__|_$|[.eE+-]_|_[.eE+-]/;
const BAD_UNDERSCORE_IN_HEXADECIMAL = /__|_$|[.pP+-]_|_[.pP+-]/;

/**
 * A number by Go's rules: it is an integer unless it is written with a point or an exponent.
 *
 * @throws Error when it is no number, or an integer beyond 64 bits
 */
export function parseNumber(literal: string): NumberLiteral {
  if (literal.endsWith('i')) throw new Error(`complex numbers are not supported: ${literal}`);
  const digits = withoutUnderscores(literal);
  if (INTEGER.test(digits)) {
    const negative = literal.startsWith('-');
    const value = parseInteger(digits.replace(/^[+-]/, ''));
    // As in Go, only unsigned integers may be that large, and those have no sign.
    if (value > (/^[+-]/.test(literal) ? MAX_INT + BigInt(negative) : MAX_UINT)) throw new Error(`integer overflow: ${quote(literal)}`);
    const signed = negative ? -value : value;
    return { value: compact(signed), overflows: signed > MAX_INT };
  }
  const float = parseFloatLiteral(digits);
  if (float === undefined || !Number.isFinite(float)) throw new Error(`illegal number syntax: ${quote(literal)}`);
  return { value: toFloat(float) };
}

function withoutUnderscores(literal: string): string {
  const bad = /^[+-]?0[xX]/.test(literal) ? BAD_UNDERSCORE_IN_HEXADECIMAL : BAD_UNDERSCORE;
  return bad.test(literal) ? literal : literal.replaceAll('_', '');
}

function parseInteger(digits: string): bigint {
  return BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
}

/** Integers are numbers as long as those are exact. */
export function compact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function parseFloatLiteral(digits: string): number | undefined {
  const hexadecimal = HEXADECIMAL_FLOAT.exec(digits);
  if (hexadecimal) {
    const [, sign, whole, fraction, exponent] = hexadecimal;
    if (whole + fraction === '') return undefined;
    return Number(`${sign}1`) * Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length);
  }
  return DECIMAL_FLOAT.test(digits) && /[.eE]/.test(digits) ? Number(digits) : undefined;
}
