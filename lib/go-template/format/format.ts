import { formatFloat } from './float';
import { Bounds } from '../values/bounds';
import { bytesOf } from '../values/bytes';
import { sortedKeys, valueAt } from '../values/field';
import { isPrintable, quote, quoteCharacter } from '../values/quote';
import { Dictionary, Float, kindOf, typeName } from '../values/value';

/** How a verb of printf asks for a value. */
export interface Flags {
  plus?: boolean;
  minus?: boolean;
  sharp?: boolean;
  space?: boolean;
  zero?: boolean;
  /** `%#v` */
  sharpV?: boolean;
  width?: number;
  precision?: number;
}

const NO_FLAGS: Flags = {};
const MAX_RUNE = 0x10ffff;
const BASES: Readonly<Record<string, number>> = { b: 2, o: 8, O: 8, d: 10, v: 10, x: 16, X: 16 };
const FLOAT_VERBS: Readonly<Record<string, 'e' | 'f' | 'g'>> = { v: 'g', g: 'g', G: 'g', e: 'e', E: 'e', f: 'f', F: 'f' };

/** A value as `%v` prints it. @throws Error when it is too large */
export function format(value: unknown): string {
  return typeof value === 'string' ? value : new Formatter('v', NO_FLAGS).format(value);
}

/** A value as a verb prints it. @throws Error when it is too large */
export function formatWith(value: unknown, verb: string, flags: Flags): string {
  return new Formatter(verb, flags).format(value);
}

class Formatter {
  private readonly bounds = new Bounds();

  constructor(private readonly verb: string, private readonly flags: Flags) {}

  public format(value: unknown): string {
    if (this.verb === 'T') return this.pad(typeName(value));
    if (value === null) return this.verb === 'v' ? this.pad('<nil>') : `%!${this.verb}(<nil>)`;
    return this.value(value);
  }

  private value(value: unknown): string {
    return this.bounds.add(this.text(value));
  }

  private text(value: unknown): string {
    switch (kindOf(value)) {
      case 'nil': return this.flags.sharpV ? 'interface {}(nil)' : '<nil>';
      case 'zero': return this.zero();
      case 'bool': return 'tv'.includes(this.verb) ? this.pad(String(value)) : this.badVerb(value);
      case 'string': return this.string(value as string);
      case 'int': return this.integer(value as number | bigint);
      case 'float': return this.float(Number(value));
      case 'list': return this.list(value as unknown[]);
      case 'map': return this.map(value as Dictionary);
      default: return this.badVerb(value);
    }
  }

  /** What has no type is the zero value of the one that the verb wants. */
  private zero(): string {
    if ('vsqxX'.includes(this.verb)) return this.string('');
    if (this.verb === 't') return this.pad('false');
    return 'eEfFgG'.includes(this.verb) ? this.float(0) : this.integer(0);
  }

  private badVerb(value: unknown): string {
    return `%!${this.verb}(${typeName(value)}=${new Formatter('v', { ...this.flags, sharpV: false }).value(value)})`;
  }

  private pad(text: string, zero = this.flags.zero): string {
    const { width = 0, minus } = this.flags;
    if (width === 0) return text;
    const missing = width - [...text].length;
    if (missing <= 0) return text;
    if (minus) return text + ' '.repeat(missing);
    return (zero ? '0' : ' ').repeat(missing) + text;
  }

  private string(value: string): string {
    const { precision, sharp, plus, sharpV } = this.flags;
    const cut = precision === undefined ? value : [...value].slice(0, precision).join('');
    switch (this.verb) {
      case 'v': return this.pad(sharpV ? quote(cut) : cut);
      case 's': return this.pad(cut);
      case 'x': case 'X': return this.hexadecimal(bytesOf(value));
      case 'q': return this.pad(sharp && canBackquote(cut) ? `\`${cut}\`` : quote(cut, plus));
      default: return this.badVerb(value);
    }
  }

  private hexadecimal(bytes: Buffer): string {
    const { precision, space, sharp } = this.flags;
    const used = bytes.subarray(0, precision);
    const prefix = sharp ? '0x' : '';
    const hex = used.toString('hex');
    const text = space ? hex.replace(/..(?!$)/g, `$& ${prefix}`) : hex;
    const prefixed = text === '' ? '' : prefix + text;
    return this.pad(this.verb === 'X' ? prefixed.toUpperCase() : prefixed);
  }

  private integer(value: number | bigint): string {
    const { verb, flags } = this;
    if (verb in BASES) return this.pad(this.digits(BigInt(value), BASES[verb]), false);
    const code = value >= 0 && value <= MAX_RUNE ? Number(value) : 0xfffd;
    switch (verb) {
      case 'c': return this.pad(character(code));
      case 'q': return this.pad(quoteCharacter(character(code), flags.plus));
      case 'U': return this.pad(this.unicode(value), false);
      default: return this.badVerb(value);
    }
  }

  private unicode(value: number | bigint): string {
    const number = BigInt.asUintN(64, BigInt(value));
    const hex = number.toString(16).toUpperCase().padStart(Math.max(this.flags.precision ?? 0, 4), '0');
    const char = number <= MAX_RUNE ? character(Number(number)) : '';
    return this.flags.sharp && char !== '' && isPrintable(char) ? `U+${hex} '${char}'` : `U+${hex}`;
  }

  private digits(value: bigint, base: number): string {
    const { precision, zero, minus, width, plus, space, sharp } = this.flags;
    const negative = value < 0n;
    if (precision === 0 && value === 0n) return '';
    const signed = negative || plus || space;
    const leading = precision ?? (zero && !minus && width !== undefined ? width - Number(Boolean(signed)) : 0);
    let text = (negative ? -value : value).toString(base).padStart(leading, '0');
    if (this.verb === 'X') text = text.toUpperCase();
    if (sharp && base === 2) text = `0b${text}`;
    if (sharp && base === 8 && !text.startsWith('0')) text = `0${text}`;
    if (sharp && base === 16) text = (this.verb === 'X' ? '0X' : '0x') + text;
    if (this.verb === 'O') text = `0o${text}`;
    return (negative ? '-' : plus ? '+' : space ? ' ' : '') + text;
  }

  private float(value: number): string {
    const { precision, plus, space, minus, zero, width = 0 } = this.flags;
    const kind = FLOAT_VERBS[this.verb];
    if (kind === undefined) return this.badVerb(new Float(value));
    const fallback = kind === 'g' ? -1 : 6;
    let text = formatFloat(value, kind, precision ?? fallback);
    if (this.verb === 'G' || this.verb === 'E') text = text.toUpperCase().replace('INF', 'Inf').replace('NAN', 'NaN');
    const unsigned = text.replace(/^[+-]/, '');
    const sign = text.startsWith('-') ? '-' : plus ? '+' : space ? ' ' : '';
    if (!Number.isFinite(value)) return this.pad((text.startsWith('+') && sign === '' ? '+' : sign) + unsigned, false);
    if (zero && !minus && (sign === '-' || sign === '+' || sign === ' ')) return sign + unsigned.padStart(width - 1, '0');
    return this.pad(sign + unsigned, zero && !minus);
  }

  private list(values: unknown[]): string {
    return this.bounds.nested(() => {
      const texts: string[] = [];
      for (const value of values) texts.push(this.value(value ?? null));
      return this.flags.sharpV ? `[]interface {}{${texts.join(', ')}}` : `[${texts.join(' ')}]`;
    });
  }

  private map(map: Dictionary): string {
    return this.bounds.nested(() => {
      const texts: string[] = [];
      for (const key of sortedKeys(map)) texts.push(`${this.value(key)}:${this.value(valueAt(map, key) ?? null)}`);
      return this.flags.sharpV ? `map[string]interface {}{${texts.join(', ')}}` : `map[${texts.join(' ')}]`;
    });
  }
}

/** Surrogates are no characters. */
function character(code: number): string {
  return String.fromCodePoint(code >= 0xd800 && code <= 0xdfff ? 0xfffd : code);
}

function canBackquote(text: string): boolean {
  return !/[\x00-\x08\x0a-\x1f`\x7f\ufeff]/.test(text);
}
