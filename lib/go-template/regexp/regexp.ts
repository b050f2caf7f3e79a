import { isWord } from './classes';
import { compileRegexp, Instruction } from './program';
import { Assertion, parseRegexp } from './syntax';
import { checkLength } from '../values/bounds';

/** Steps of one search, which bound its time. */
const MAX_STEPS = 20_000_000;
/** Longest text to search, in UTF-16 units. */
export const MAX_TEXT = 1_000_000;

/** Where a group begins and ends in the text; undefined when it took no part in the match. */
type Captures = readonly (number | undefined)[];

interface Thread {
  readonly instruction: number;
  readonly captures: Captures;
}

/**
 * A regular expression with the syntax and the matches of Go's regexp package. Its time grows with the text, never exponentially,
 * whatever the expression: JavaScript's own could be made to run forever.
 */
export class Regexp {
  private readonly program: Instruction[];
  private readonly names: ReadonlyMap<string, number>;

  /** @throws Error when the expression is malformed or too large */
  constructor(pattern: string) {
    const { node, names } = parseRegexp(pattern);
    this.program = compileRegexp(node);
    this.names = names;
  }

  /** Whether the text has a match. @throws Error when the text is too long */
  test(text: string): boolean {
    return new Search(this.program, text).from(0) !== undefined;
  }

  /** The first match. @throws Error when the text is too long */
  find(text: string): string | undefined {
    const captures = new Search(this.program, text).from(0);
    return captures && text.slice(captures[0], captures[1]);
  }

  /**
   * Replaces all matches.
   *
   * @param replacement `$1`, `${1}` and `${name}` stand for groups, `$$` for a dollar sign
   * @throws Error when the text is too long
   */
  replaceAll(text: string, replacement: string): string {
    const search = new Search(this.program, text);
    let out = '';
    let lastEnd = 0;
    for (let position = 0; position <= text.length;) {
      const captures = search.from(position);
      if (!captures) break;
      const [start, end] = captures as [number, number];
      out += text.slice(lastEnd, start);
      // An empty match right behind another one does not count.
      if (end > lastEnd || start === 0) out += this.expand(replacement, text, captures);
      checkLength(out.length);
      lastEnd = end;
      position = Math.max(end, position + widthAt(text, position));
    }
    return out + text.slice(lastEnd);
  }

  private expand(replacement: string, text: string, captures: Captures): string {
    return replacement.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (_, short?: string, long?: string) => {
      const name = short ?? long;
      if (name === undefined) return '$';
      const index = /^[0-9]+$/.test(name) ? Number(name) : this.names.get(name);
      const [start, end] = index === undefined ? [] : captures.slice(2 * index, 2 * index + 2);
      return start === undefined ? '' : text.slice(start, end);
    });
  }
}

/** Matches that share one budget of steps. */
class Search {
  private steps = 0;
  /** For each instruction, the last position at which it was added. */
  private readonly seen: Int32Array;

  constructor(private readonly program: readonly Instruction[], private readonly text: string) {
    if (text.length > MAX_TEXT) throw new Error(`text of ${text.length} characters: expected at most ${MAX_TEXT} for a regular expression`);
    this.seen = new Int32Array(program.length);
  }

  /** The leftmost match that begins at the position or behind it. */
  from(start: number): Captures | undefined {
    this.seen.fill(-1);
    this.count(this.program.length);
    let threads: Thread[] = [];
    let matched: Captures | undefined;
    for (let position = start; position <= this.text.length;) {
      if (!matched) this.add(threads, 0, position, []);
      else if (threads.length === 0) break;
      const code = this.text.codePointAt(position);
      const width = widthAt(this.text, position);
      const next: Thread[] = [];
      for (const { instruction, captures } of threads) {
        const step = this.program[instruction];
        if (step.type === 'match') {
          matched = captures;
          // Threads behind this one are less preferred.
          break;
        }
        if (step.type === 'class' && code !== undefined && step.matches(code)) this.add(next, instruction + 1, position + width, captures);
      }
      threads = next;
      position += width;
    }
    return matched;
  }

  /** Adds a thread, by way of the instructions that take no character. */
  private add(threads: Thread[], instruction: number, position: number, captures: Captures): void {
    const stack: Thread[] = [{ instruction, captures }];
    for (let thread = stack.pop(); thread; thread = stack.pop()) {
      this.count(1);
      const { instruction: index, captures: saved } = thread;
      if (this.seen[index] === position) continue;
      this.seen[index] = position;
      const step = this.program[index];
      switch (step.type) {
        case 'jump':
          stack.push({ instruction: step.first, captures: saved });
          break;
        case 'split':
          stack.push({ instruction: step.second, captures: saved }, { instruction: step.first, captures: saved });
          break;
        case 'save': {
          const changed = [...saved];
          changed[step.slot] = position;
          stack.push({ instruction: index + 1, captures: changed });
          break;
        }
        case 'assertion':
          if (this.holds(step.assertion, position)) stack.push({ instruction: index + 1, captures: saved });
          break;
        default: threads.push(thread);
      }
    }
  }

  private count(steps: number): void {
    this.steps += steps;
    if (this.steps > MAX_STEPS) throw new Error('the regular expression takes too many steps');
  }

  private holds(assertion: Assertion, position: number): boolean {
    const { text } = this;
    switch (assertion) {
      case 'textStart': return position === 0;
      case 'textEnd': return position === text.length;
      case 'lineStart': return position === 0 || text[position - 1] === '\n';
      case 'lineEnd': return position === text.length || text[position] === '\n';
      default: {
        const boundary = isWord(text.charCodeAt(position - 1)) !== isWord(text.charCodeAt(position));
        return boundary === (assertion === 'wordBoundary');
      }
    }
  }
}

/** Units of the character at a position, 1 at the end. */
function widthAt(text: string, position: number): number {
  return (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
}
