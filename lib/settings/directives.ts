import { Description, reject } from './invalid-prop';

/**
 * Free lines for a configuration file: each is checked to be one line, not a comment, and not one of those the
 * library decides, because a second opinion in the same file would break an installation silently. A `*` ends a reserved word
 * that stands for all that begin so.
 */
export function freeDirectives(prop: string, lines: readonly string[], reserved: { readonly [directive: string]: string }): string[] {
  return lines.map((line, index) => {
    const at = `${prop}[${index}]`;
    const shown = hidesSecret(line.toLowerCase()) ? new Description('a line that may hold a password') : line;
    if (line.trim() === '') reject(at, line, 'must be one directive with its value');
    if (/[\n\r\0]/.test(line)) reject(at, shown, 'must be a single line: give each directive an entry of its own');
    if (line.trim().startsWith('#')) reject(at, shown, 'must be a directive, not a comment');
    // the engines unquote words, so a quoted name would slip through the list
    const words = line.trim().toLowerCase().split(/\s+/).map((word) => word.replace(/["']/g, ''));
    if (!/^[a-z][a-z0-9-]*(\s|$)/i.test(line.trim())) reject(at, words[0], 'must start with the plain name of a directive');
    for (const [directive, instead] of Object.entries(reserved)) {
      const want = directive.split(' ');
      if (want.every((word, i) => matches(words[i], word))) {
        const name = words.slice(0, want.length).join(' ');
        reject(at, hidesSecret(name) ? name : line, `is reserved: ${instead}`);
      }
    }
    return line.trim();
  });
}

function matches(word: string | undefined, pattern: string): boolean {
  return pattern.endsWith('*') ? word?.startsWith(pattern.slice(0, -1)) === true : word === pattern;
}

/** The value of such a directive is a password: an error message must not repeat it. */
function hidesSecret(directive: string): boolean {
  return /pass|auth|user|acl/.test(directive);
}
