import { toText } from './defaults';
import { any, fixed, Functions, integer, text, toInteger, variadic } from './signature';
import { format } from '../format/format';
import { checkLength } from '../values/bounds';
import { bytesOf, textOf } from '../values/bytes';
import { quote } from '../values/quote';
import { Dictionary } from '../values/value';

/** Sprig's functions for text. Lengths and offsets count bytes. */
export const stringFunctions: Functions = {
  trim: fixed([text], trimSpace),
  trimAll: fixed([text, text], (characters, value) => trimEnd(trimStart(value, characters), characters)),
  trimPrefix: fixed([text, text], (prefix, value) => value.startsWith(prefix) ? value.slice(prefix.length) : value),
  trimSuffix: fixed([text, text], (suffix, value) => value.endsWith(suffix) ? value.slice(0, value.length - suffix.length) : value),
  upper: fixed([text], (value) => mapCharacters(value, (char) => char.toUpperCase())),
  lower: fixed([text], (value) => mapCharacters(value, (char) => char.toLowerCase())),
  title: fixed([text], (value) => value.replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase())),
  repeat: fixed([toInteger, text], repeat),
  substr: fixed([integer, integer, text], (start, end, value) => {
    const bytes = bytesOf(value);
    if (start < 0) return cut(bytes, 0, end);
    return end < 0 || end > bytes.length ? cut(bytes, start, bytes.length) : cut(bytes, start, end);
  }),
  trunc: fixed([integer, text], (count, value) => {
    const bytes = bytesOf(value);
    if (count >= 0) return count < bytes.length ? cut(bytes, 0, count) : value;
    return bytes.length + count > 0 ? cut(bytes, bytes.length + count, bytes.length) : value;
  }),
  contains: fixed([text, text], (part, value) => value.includes(part)),
  hasPrefix: fixed([text, text], (prefix, value) => value.startsWith(prefix)),
  hasSuffix: fixed([text, text], (suffix, value) => value.endsWith(suffix)),
  replace: fixed([text, text, text], replace),
  quote: variadic([], any, (_, values) => withoutNil(values).map((value) => quote(toText(value))).join(' ')),
  squote: variadic([], any, (_, values) => withoutNil(values).map((value) => `'${format(value)}'`).join(' ')),
  indent: fixed([integer, text], indent),
  nindent: fixed([integer, text], (count, value) => `\n${indent(count, value)}`),
  cat: variadic([], any, (_, values) => trimSpace(withoutNil(values).map(format).join(' '))),
  split: fixed([text, text], (separator, value) => {
    const parts: Dictionary = Object.create(null);
    splitText(separator, value).forEach((part, index) => { parts[`_${index}`] = part; });
    return parts;
  }),
  splitList: fixed([text, text], splitText),
  join: fixed([text, any], (separator, value) => {
    const texts = textsOf(value);
    checkLength(texts.reduce((sum, one) => sum + one.length + separator.length, 0));
    return texts.join(separator);
  }),
};

/** The elements of a list as texts, without nil; the text of anything else. */
export function textsOf(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? withoutNil(value).map(toText) : [toText(value)];
}

function withoutNil(values: readonly unknown[]): unknown[] {
  return values.filter((value) => value !== null && value !== undefined);
}

/** Go maps characters one by one: those that would become several stay. */
function mapCharacters(value: string, change: (char: string) => string): string {
  return value.replace(/./gsu, (char) => {
    const changed = change(char);
    return [...changed].length === 1 ? changed : char;
  });
}

function trimSpace(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isSpace(value[start])) start++;
  while (end > start && isSpace(value[end - 1])) end--;
  return value.slice(start, end);
}

function isSpace(char: string): boolean {
  return /\p{White_Space}/u.test(char);
}

function trimStart(value: string, characters: string): string {
  const set = new Set(characters);
  let start = 0;
  for (const char of value) {
    if (!set.has(char)) break;
    start += char.length;
  }
  return value.slice(start);
}

function trimEnd(value: string, characters: string): string {
  return [...trimStart([...value].reverse().join(''), characters)].reverse().join('');
}

function repeat(count: bigint, value: string): string {
  if (count < 0n) throw new Error('negative repeat count');
  if (value === '') return '';
  checkLength(Number(count) * value.length);
  return value.repeat(Number(count));
}

function cut(bytes: Buffer, from: number, to: number): string {
  if (to < 0 || from > to || to > bytes.length) throw new Error(`slice bounds out of range [${from}:${to}] with length ${bytes.length}`);
  return textOf(bytes.subarray(from, to));
}

function replace(old: string, by: string, value: string): string {
  const parts = old === '' ? ['', ...value, ''] : value.split(old);
  checkLength(value.length + by.length * parts.length);
  return parts.join(by);
}

function indent(count: number, value: string): string {
  if (count < 0) throw new Error('negative repeat count');
  checkLength(value.length + count * value.split('\n').length);
  const space = ' '.repeat(count);
  return space + value.replaceAll('\n', `\n${space}`);
}

function splitText(separator: string, value: string): string[] {
  return separator === '' ? [...value] : value.split(separator);
}
