const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\',
};

/** Letters, marks, numbers, punctuation, symbols, and the space: what Go's unicode.IsPrint accepts. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Text as a Go string constant in double quotes. */
export function quote(text: string, asciiOnly = false): string {
  return quoteWith(text, '"', asciiOnly);
}

/** A character as a Go character constant. */
export function quoteCharacter(character: string, asciiOnly = false): string {
  return quoteWith(character, '\'', asciiOnly);
}

function quoteWith(text: string, mark: string, asciiOnly: boolean): string {
  let out = mark;
  for (const char of text) out += char === mark ? `\\${mark}` : escape(char, asciiOnly);
  return out + mark;
}

function escape(char: string, asciiOnly: boolean): string {
  const code = char.codePointAt(0)!;
  if (code >= 0x20 && code < 0x7f && char !== '\\') return char;
  const simple = SIMPLE_ESCAPES[char];
  if (simple !== undefined) return simple;
  if (code >= 0x80 && !asciiOnly && isPrintable(char)) return char;
  // a byte that is no UTF-8, as textOf() has it
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Whether Go prints the character as it is. */
export function isPrintable(char: string): boolean {
  return PRINTABLE.test(char);
}
