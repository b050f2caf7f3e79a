import { CharacterClass, classOf, namedClass, perlClass, PERL_CLASSES, posixClass } from './classes';

/** A regular expression as a tree. */
export type RegexpNode =
  | { readonly type: 'empty' }
  | { readonly type: 'class'; readonly matches: CharacterClass }
  | { readonly type: 'assertion'; readonly assertion: Assertion }
  | { readonly type: 'sequence' | 'alternatives'; readonly nodes: readonly RegexpNode[] }
  | { readonly type: 'group'; readonly index: number; readonly node: RegexpNode }
  | { readonly type: 'repeat'; readonly node: RegexpNode; readonly min: number; readonly max: number; readonly greedy: boolean };

/** Something that matches between characters. */
export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary';

/** A parsed regular expression. */
export interface Syntax {
  readonly node: RegexpNode;
  /** How many groups capture. */
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

interface Options { ignoreCase: boolean; multiline: boolean; dotAll: boolean; ungreedy: boolean }

const MAX_REPEAT = 1000;
const MAX_NESTING = 200;
const ESCAPED_CHARACTERS: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const OPTION_NAMES: Readonly<Record<string, keyof Options>> = { i: 'ignoreCase', m: 'multiline', s: 'dotAll', U: 'ungreedy' };

/** Parses the syntax of Go's regexp package. @throws Error when it is malformed */
export function parseRegexp(pattern: string): Syntax {
  return new RegexpParser(pattern).parse();
}

class RegexpParser {
  private position = 0;
  private groups = 0;
  private depth = 0;
  /** Where quoted characters end. */
  private quotedTo = 0;
  private readonly names = new Map<string, number>();
  private options: Options = { ignoreCase: false, multiline: false, dotAll: false, ungreedy: false };

  constructor(private readonly pattern: string) {}

  parse(): Syntax {
    const node = this.alternatives();
    if (this.position < this.pattern.length) this.fail('unexpected )');
    return { node, groups: this.groups, names: this.names };
  }

  private fail(message: string): never {
    throw new Error(`error parsing regexp: ${message}: ${JSON.stringify(this.pattern)}`);
  }

  private accept(text: string): boolean {
    if (!this.pattern.startsWith(text, this.position)) return false;
    this.position += text.length;
    return true;
  }

  private match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.position;
    const found = expression.exec(this.pattern);
    if (found) this.position += found[0].length;
    return found ?? undefined;
  }

  private character(): string {
    const code = this.pattern.codePointAt(this.position);
    if (code === undefined) return this.fail('unexpected end');
    const character = String.fromCodePoint(code);
    this.position += character.length;
    return character;
  }

  /** Alternatives up to the end or a closing parenthesis. Options set inside end with them. */
  private alternatives(): RegexpNode {
    if (++this.depth > MAX_NESTING) this.fail('expression nests too deeply');
    const outer = this.options;
    this.options = { ...outer };
    const nodes = [this.sequence()];
    while (this.accept('|')) nodes.push(this.sequence());
    this.options = outer;
    this.depth--;
    return nodes.length === 1 ? nodes[0] : { type: 'alternatives', nodes };
  }

  private sequence(): RegexpNode {
    const nodes: RegexpNode[] = [];
    while (this.position < this.quotedTo || (this.position < this.pattern.length && !/[|)]/.test(this.pattern[this.position]))) {
      const node = this.position < this.quotedTo ? this.quoted() : this.atom();
      if (node) nodes.push(this.position < this.quotedTo ? node : this.repeats(node));
    }
    return nodes.length === 1 ? nodes[0] : { type: 'sequence', nodes };
  }

  private repeats(node: RegexpNode): RegexpNode {
    const range = this.repeat();
    if (!range) return node;
    const [min, max] = range;
    if (min > MAX_REPEAT || (max !== Infinity && (max > MAX_REPEAT || max < min))) this.fail('invalid repeat count');
    const lazy = this.accept('?');
    if (this.repeat()) this.fail('invalid nested repetition operator');
    return { type: 'repeat', node, min, max, greedy: lazy === this.options.ungreedy };
  }

  private repeat(): [number, number] | undefined {
    if (this.accept('*')) return [0, Infinity];
    if (this.accept('+')) return [1, Infinity];
    if (this.accept('?')) return [0, 1];
    const counted = this.match(/\{([0-9]+)(,([0-9]*))?\}/y);
    if (!counted) return undefined;
    const [, min, comma, max] = counted;
    return [Number(min), comma === undefined ? Number(min) : max === '' ? Infinity : Number(max)];
  }

  /** @returns undefined for options, which match nothing */
  private atom(): RegexpNode | undefined {
    const character = this.character();
    switch (character) {
      case '(': return this.group();
      case '[': return this.matching(this.bracket());
      case '.': return this.matching(classOf([[0, 0x10ffff]], this.options.dotAll ? [] : [[0x0a, 0x0a]]));
      case '^': return { type: 'assertion', assertion: this.options.multiline ? 'lineStart' : 'textStart' };
      case '$': return { type: 'assertion', assertion: this.options.multiline ? 'lineEnd' : 'textEnd' };
      case '\\': return this.escape();
      case '*': case '+': case '?': return this.fail('missing argument to repetition operator');
      default: return this.literal(character);
    }
  }

  private matching(matches: CharacterClass): RegexpNode {
    return { type: 'class', matches };
  }

  private literal(character: string): RegexpNode {
    const code = character.codePointAt(0)!;
    return this.matching(classOf([[code, code]], [], this.options.ignoreCase));
  }

  private group(): RegexpNode | undefined {
    if (this.accept('?')) {
      const name = this.match(/P?<([A-Za-z0-9_]+)>/y)?.[1];
      if (name === undefined) return this.optionGroup();
      if (this.names.has(name)) this.fail('duplicate capture group name');
      this.names.set(name, this.groups + 1);
    }
    const index = ++this.groups;
    const node = this.alternatives();
    if (!this.accept(')')) this.fail('missing closing )');
    return { type: 'group', index, node };
  }

  /** `(?i)` for the rest of the group, `(?i:x)` and `(?:x)` */
  private optionGroup(): RegexpNode | undefined {
    const found = this.match(/([imsU]*)(?:-([imsU]+))?([:)])/y);
    if (!found) return this.fail('invalid or unsupported Perl syntax');
    const [, on, off = '', end] = found;
    const outer = this.options;
    this.options = { ...outer };
    for (const letter of on) this.options[OPTION_NAMES[letter]] = true;
    for (const letter of off) this.options[OPTION_NAMES[letter]] = false;
    if (end === ')') return undefined;
    const node = this.alternatives();
    if (!this.accept(')')) this.fail('missing closing )');
    this.options = outer;
    return node;
  }

  private escape(): RegexpNode | undefined {
    const start = this.position;
    const character = this.character();
    switch (character) {
      case 'A': return { type: 'assertion', assertion: 'textStart' };
      case 'z': return { type: 'assertion', assertion: 'textEnd' };
      case 'b': return { type: 'assertion', assertion: 'wordBoundary' };
      case 'B': return { type: 'assertion', assertion: 'noWordBoundary' };
      case 'Q':
        this.quote();
        return undefined;
      default:
        this.position = start;
        return this.escapedClass() ?? this.literal(this.escapedCharacter());
    }
  }

  /** `\Q`: what follows means itself, up to `\E` */
  private quote(): void {
    const end = this.pattern.indexOf('\\E', this.position);
    this.quotedTo = end < 0 ? this.pattern.length : end;
    if (this.position === this.quotedTo) this.accept('\\E');
  }

  private quoted(): RegexpNode {
    const node = this.literal(this.character());
    if (this.position === this.quotedTo) this.accept('\\E');
    return node;
  }

  /** `\d`, `\pL` and `\p{Greek}`, behind the backslash */
  private escapedClass(): RegexpNode | undefined {
    const matches = this.classEscape();
    return matches && this.matching(matches);
  }

  private classEscape(): CharacterClass | undefined {
    const perl = this.match(/[dDsSwW]/y)?.[0];
    if (perl !== undefined) return perlClass(perl as keyof typeof PERL_CLASSES);
    const named = this.match(/([pP])(?:\{(\^?)([A-Za-z_]+)\}|([A-Z]))/y);
    if (!named) return undefined;
    const [, letter, caret = '', long, short] = named;
    return namedClass(long ?? short, (letter === 'P') !== (caret === '^')) ?? this.fail('invalid character class range');
  }

  private escapedCharacter(): string {
    const octal = this.match(/0[0-7]{0,2}/y)?.[0];
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
    const hexadecimal = this.match(/x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/y);
    if (hexadecimal) {
      const code = parseInt(hexadecimal[1] ?? hexadecimal[2], 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : this.fail('invalid escape sequence');
    }
    const character = this.character();
    const special = ESCAPED_CHARACTERS[character];
    if (special !== undefined) return special;
    return /[A-Za-z0-9]/.test(character) || character >= '\x80' ? this.fail('invalid escape sequence') : character;
  }

  private bracket(): CharacterClass {
    const negated = this.accept('^');
    const parts: CharacterClass[] = [];
    for (let first = true; first || !this.accept(']'); first = false) {
      if (this.position >= this.pattern.length) this.fail('missing closing ]');
      parts.push(this.bracketPart());
    }
    const any: CharacterClass = (code) => parts.some((part) => part(code));
    return negated ? (code) => !any(code) : any;
  }

  private bracketPart(): CharacterClass {
    const posix = this.match(/\[:(\^?)([a-z]+):\]/y);
    if (posix) return posixClass(posix[2], posix[1] === '^') ?? this.fail('invalid character class range');
    const escaped = this.match(/\\(?=[dDsSwWpP])/y) && this.classEscape();
    if (escaped) return escaped;
    const from = this.bracketCharacter();
    const isRange = this.pattern[this.position] === '-' && this.pattern[this.position + 1] !== ']';
    if (isRange) this.position++;
    const to = isRange ? this.bracketCharacter() : from;
    if (to < from) this.fail('invalid character class range');
    return classOf([[from, to]], [], this.options.ignoreCase);
  }

  private bracketCharacter(): number {
    const character = this.accept('\\') ? this.escapedCharacter() : this.character();
    return character.codePointAt(0)!;
  }
}
