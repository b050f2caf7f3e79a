import { isUtf8 } from 'node:buffer';

/** What UTF-8 allows, and any other byte in a group. */
const SEQUENCES = new RegExp([
  '[\\x00-\\x7f]+', '[\\xc2-\\xdf][\\x80-\\xbf]', '\\xe0[\\xa0-\\xbf][\\x80-\\xbf]', '\\xed[\\x80-\\x9f][\\x80-\\xbf]', '[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}',
  '\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}', '[\\xf1-\\xf3][\\x80-\\xbf]{3}', '\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}', '([^])',
].join('|'), 'g');

/**
 * A text of any bytes, as Go's strings are: those that are no UTF-8 become halves of surrogate pairs, U+DC80 to U+DCFF, which stand alone in no other text.
 * `bytesOf()` makes them bytes again.
 */
export function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  return bytes.toString('latin1').replace(SEQUENCES, (sequence, other?: string) => (
    other === undefined ? Buffer.from(sequence, 'latin1').toString() : String.fromCharCode(0xdc00 + other.charCodeAt(0))));
}

/** The bytes of a text in UTF-8. */
export function bytesOf(text: string): Buffer {
  return Buffer.concat(text.split(/([\udc80-\udcff]+)/u).map((part, index) => (
    index % 2 === 0 ? Buffer.from(part) : Buffer.from(Array.from(part, (half) => half.charCodeAt(0) - 0xdc00)))));
}
