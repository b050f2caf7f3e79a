import { quoted, toJson } from './json';
import { Bounds } from '../values/bounds';
import { sortedKeys, valueAt } from '../values/field';
import { Dictionary, isMap, kindOf } from '../values/value';

/** Texts that every YAML parser reads as themselves. Anything else is quoted as in JSON, which is YAML too. */
const PLAIN = /^[A-Za-z_/][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*$/;
/** Words that some versions of YAML take for something else than text. */
const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$/i;
/** Lines that a literal block keeps as they are. */
const BLOCK = /^[^\s\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff][^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]*$/u;
/** Parsers refuse these, or take them for the end of a line. */
const ESCAPED = /[\x7f-\x9f\u2028\u2029\ufeff]/g;

/** A value as YAML, keys sorted, without a newline at the end. @throws Error when it is too large */
export function toYaml(value: unknown): string {
  return new YamlWriter().write(value);
}

class YamlWriter {
  private readonly bounds = new Bounds();

  public write(value: unknown): string {
    return this.node(value, 0).replace(/^\n/, '').replace(/^ /, '');
  }

  /** A value with the space or newline that goes before it, behind a key or a dash. */
  private node(value: unknown, depth: number): string {
    return this.bounds.add(this.text(value, depth));
  }

  private text(value: unknown, depth: number): string {
    const indent = '  '.repeat(depth);
    if (Array.isArray(value) && value.length > 0) {
      return this.bounds.nested(() => value.map((item) => `\n${indent}-${this.item(item, depth)}`).join(''));
    }
    if (isMap(value) && Object.keys(value).length > 0) {
      return this.bounds.nested(() => this.members(value, depth).map((member) => `\n${indent}${member}`).join(''));
    }
    return ` ${this.scalar(value, depth)}`;
  }

  /** Maps and lists in a list begin on the line of the dash. */
  private item(value: unknown, depth: number): string {
    return this.node(value, depth + 1).replace(/^\n +/, ' ');
  }

  private members(map: Dictionary, depth: number): string[] {
    return sortedKeys(map).map((key) => {
      const value = valueAt(map, key);
      // Lists need no more indentation than their key.
      return `${plainOrQuoted(key)}:${this.node(value, Array.isArray(value) ? depth : depth + 1)}`;
    });
  }

  private scalar(value: unknown, depth: number): string {
    if (kindOf(value) !== 'string') return toJson(value);
    const text = value as string;
    if (!text.includes('\n') || !BLOCK.test(text)) return plainOrQuoted(text);
    let end = text.length;
    while (text[end - 1] === '\n') end--;
    const body = text.slice(0, end);
    const newlines = text.slice(end);
    const indent = '  '.repeat(Math.max(depth, 1));
    const chomping = newlines === '' ? '-' : newlines === '\n' ? '' : '+';
    const lines = body.split('\n').map((line) => line === '' ? '' : indent + line);
    return `|${chomping}\n${lines.join('\n')}${newlines.slice(1)}`;
  }
}

function plainOrQuoted(text: string): string {
  if (PLAIN.test(text) && !RESERVED.test(text)) return text;
  return quoted(text).replace(ESCAPED, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
