/** The head of a text in lines of its own: `|`, `>-`, `|2+`. */
export const BLOCK_HEAD = /([|>])(?:([-+])([1-9])?|([1-9])([-+])?)?[ \t]*(?:(?<=[ \t])#[^\n]*)?(?:\n|$)/y;

/**
 * A text in lines of its own.
 *
 * @param source all that comes behind the head
 * @param parent indentation of what the text belongs to
 * @returns the text and how many characters it took, with the last line break
 */
export function blockScalar(source: string, head: RegExpExecArray, parent: number): { text: string; length: number } {
  const lines = source === '' ? [] : source.replace(/\n$/, '').split('\n');
  const [, style, before, beforeDigit, digit, after] = head;
  const explicit = beforeDigit ?? digit;
  const indent = explicit === undefined ? firstIndent(lines, parent) : Math.max(parent, 0) + Number(explicit);
  const end = lines.findIndex(line => /[^ ]/.test(line) && indentOf(line) < indent);
  const taken = end < 0 ? lines : lines.slice(0, end);
  const content = taken.map(line => line.slice(indent));
  let filled = content.length;
  while (filled > 0 && content[filled - 1] === '') filled--;
  const body = content.slice(0, filled);
  const text = style === '|' ? body.join('\n') : fold(body);
  const endings: Readonly<Record<string, string>> = { '+': '\n'.repeat(content.length - filled + Number(filled > 0)), '-': '' };
  return { text: text + (endings[before ?? after] ?? (filled > 0 ? '\n' : '')), length: taken.reduce((sum, line) => sum + line.length + 1, 0) };
}

function indentOf(line: string): number {
  return /^ */.exec(line)![0].length;
}

/** That of the first line that is not empty, if it belongs to the text; else there are only empty lines. */
function firstIndent(lines: readonly string[], parent: number): number {
  const first = lines.findIndex(line => /[^ ]/.test(line));
  if (first >= 0 && indentOf(lines[first]) > parent) return indentOf(lines[first]);
  const empty = first < 0 ? lines : lines.slice(0, first);
  return empty.reduce((indent, line) => Math.max(indent, indentOf(line)), parent + 1);
}

/** Line breaks between lines become spaces, but not those around lines that are indented further. */
function fold(lines: readonly string[]): string {
  let text = '';
  let breaks = 0;
  let wasPlain = false;
  let started = false;
  for (const line of lines) {
    if (line === '') {
      breaks++;
      continue;
    }
    const plain = !/^[ \t]/.test(line);
    if (!started) text += '\n'.repeat(breaks);
    else if (plain && wasPlain) text += breaks === 0 ? ' ' : '\n'.repeat(breaks);
    else text += '\n'.repeat(breaks + 1);
    text += line;
    breaks = 0;
    wasPlain = plain;
    started = true;
  }
  return text;
}
