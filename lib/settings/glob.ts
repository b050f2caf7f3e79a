/** Whether a pattern of Redis matches a text, in the way of its `stringmatchlen()`. Bytes, of which both are printable characters. */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  while (at < pattern.length && from < text.length) {
    const sign = pattern[at];
    if (sign === '*') return matchesAnywhere(pattern.slice(at).replace(/^\*+/, ''), text.slice(from));
    if (sign === '[') {
      const [matches, end] = classAt(pattern, at + 1, text[from]);
      if (!matches) return false;
      at = end;
    } else if (sign !== '?') {
      if (sign === '\\' && at + 1 < pattern.length) at++;
      if (pattern[at] !== text[from]) return false;
    }
    at++;
    from++;
  }
  return from === text.length && /^\**$/.test(pattern.slice(at));
}

/** Whether what follows `*` matches the end of a text. */
function matchesAnywhere(rest: string, text: string): boolean {
  if (rest === '') return true;
  for (let from = 0; from < text.length; from++) if (matchesGlob(rest, text.slice(from))) return true;
  return false;
}

/** Whether a character is one of a class, as `[a-c\]]`, and where that ends: where it has no end, with the pattern. */
function classAt(pattern: string, begin: number, character: string): [matches: boolean, end: number] {
  const negated = pattern[begin] === '^';
  let at = negated ? begin + 1 : begin;
  let matches = false;
  for (; at < pattern.length; at++) {
    if (pattern[at] === '\\' && at + 1 < pattern.length) {
      at++;
      matches ||= pattern[at] === character;
    } else if (pattern[at] === ']') {
      break;
    } else if (at + 2 < pattern.length && pattern[at + 1] === '-') {
      // in either order
      const [low, high] = [pattern[at], pattern[at + 2]].sort();
      matches ||= character >= low && character <= high;
      at += 2;
    } else {
      matches ||= pattern[at] === character;
    }
  }
  return [matches !== negated, at];
}
