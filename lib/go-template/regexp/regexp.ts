import type { RE2JS } from 're2js';
import { checkLength, LIMITS } from '../values/bounds';

/** Instructions of the expression times characters of the text, which bound the time of one search. */
const MAX_STEPS = 10_000_000;
/** Longest text to search, in UTF-16 units. */
const MAX_TEXT = 1_000_000;

/** `$$`, `$name` and `${name}`. */
const REFERENCE = /\$(?:\$|(\w+)|\{(\w+)\})/g;

/** Loaded with the first expression: most templates have none, and it takes some MiB. In pods and at synth it is the one file that tools/bundle.mjs makes. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const library = (): typeof import('re2js') => require('../../../lib/assets/bundles/re2js.js') as typeof import('re2js');

/**
 * A regular expression with the syntax and the matches of Go's regexp package. Its time grows with the text, never exponentially,
 * whatever the expression: JavaScript's own could be made to run forever.
 */
export class Regexp {
  private readonly program: RE2JS;

  /** @throws Error when the expression is malformed or too large */
  constructor(pattern: string) {
    const { RE2JS } = library();
    try {
      this.program = RE2JS.compile(pattern);
    } catch (error) {
      // Without the expression, which may be a Secret's.
      throw new Error((error as Error).message.replace(/: `[^]*`$/, ''));
    }
  }

  /** Whether the text has a match. @throws Error when the text is too long */
  public test(text: string): boolean {
    this.checkSteps(text);
    return this.program.test(text);
  }

  /** The first match. @throws Error when the text is too long */
  public find(text: string): string | undefined {
    this.checkSteps(text);
    const matcher = this.program.matcher(text);
    return matcher.find() ? matcher.group() ?? undefined : undefined;
  }

  /**
   * Replaces all matches.
   *
   * @param replacement `$1`, `${1}` and `${name}` stand for groups, `$$` for a dollar sign
   * @throws Error when the text is too long, or its matches take too long
   */
  public replaceAll(text: string, replacement: string): string {
    this.checkSteps(text);
    const ends = performance.now() + LIMITS.duration;
    const matcher = this.program.matcher(text);
    const names = new Map(Object.entries(this.program.namedGroups()));
    const group = (name: string | undefined): string => {
      if (name === undefined) return '$';
      const index = /^[0-9]+$/.test(name) ? Number(name) : names.get(name);
      return index === undefined || index > matcher.groupCount() ? '' : matcher.group(index) ?? '';
    };
    let out = '';
    let lastEnd = 0;
    while (matcher.find()) {
      // Where a match is short and a search goes far, all searches together take the square of the text's length.
      if (performance.now() > ends) throw new Error('the regular expression takes too many steps');
      const [start, end] = [matcher.start(), matcher.end()];
      out += text.slice(lastEnd, start);
      // An empty match right behind another one does not count.
      if (end > lastEnd || start === 0) out += replacement.replace(REFERENCE, (_, short?: string, long?: string) => group(short ?? long));
      checkLength(out.length);
      lastEnd = end;
    }
    return out + text.slice(lastEnd);
  }

  private checkSteps(text: string): void {
    if (text.length > MAX_TEXT) throw new Error(`text of ${text.length} characters: expected at most ${MAX_TEXT} for a regular expression`);
    if (text.length * this.program.programSize() > MAX_STEPS) throw new Error('the regular expression takes too many steps');
  }
}
