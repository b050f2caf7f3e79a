import { quote } from '../values/quote';

/** Kinds of tokens; keywords are their own kind. */
export type TokenType =
  | 'bool' | 'char' | 'charConstant' | 'complex' | 'assign' | 'declare' | 'dot' | 'eof' | 'error' | 'field' | 'identifier'
  | 'leftDelimiter' | 'leftParen' | 'number' | 'pipe' | 'rawString' | 'rightDelimiter' | 'rightParen' | 'space' | 'string'
  | 'text' | 'variable' | Keyword;

/** Words that start actions, and nil. */
type Keyword = 'block' | 'break' | 'continue' | 'define' | 'else' | 'end' | 'if' | 'nil' | 'range' | 'template' | 'with';

/** A piece of a template. */
export interface Token {
  readonly type: TokenType;
  /** Its text, or the message of an error. */
  readonly text: string;
  /** Offset of its start in the template. */
  readonly position: number;
  /** Line it starts in, from 1. */
  readonly line: number;
}

const KEYWORDS: ReadonlySet<string> = new Set<Keyword>([
  'block', 'break', 'continue', 'define', 'else', 'end', 'if', 'nil', 'range', 'template', 'with',
]);

const SPACES = /[ \t\r\n]+/y;
const WORD = /[\p{L}\p{Nd}_]*/uy;
const ALPHANUMERIC = /[\p{L}\p{Nd}_]/u;
const NUMBER = new RegExp([
  '[+-]?(?:',
  '0[xX][0-9a-fA-F_]*(?:\\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?',
  '|0[oO][0-7_]*(?:\\.[0-7_]*)?',
  '|0[bB][01_]*(?:\\.[01_]*)?',
  '|[0-9_]*(?:\\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?',
  ')i?',
].join(''), 'y');
/** Up to the closing quote, on one line. */
const QUOTED = /"(?:[^"\\\n]|\\[^\n])*"/suy;
const CHAR_CONSTANT = /'(?:[^'\\\n]|\\[^\n])*'/suy;

/**
 * Splits a template into tokens. The last one is `eof` or `error`.
 *
 * @param left opening delimiter
 * @param right closing delimiter
 */
export function tokenize(source: string, left: string, right: string): Token[] {
  return new Lexer(source, left, right).run();
}

class Lexer {
  private readonly tokens: Token[] = [];
  private position = 0;
  private line = 1;
  /** The first newline that is not counted, or the end. */
  private newline = -1;
  private parentheses = 0;

  constructor(private readonly source: string, private readonly left: string, private readonly right: string) {}

  public run(): Token[] {
    while (this.lexText()) {
      while (this.lexInsideAction());
      if (this.failed()) break;
    }
    return this.tokens;
  }

  private failed(): boolean {
    return this.tokens[this.tokens.length - 1]?.type === 'error';
  }

  /** Emits the token that starts at `start`; tokens come in the order of the source. */
  private emit(type: TokenType, start: number, text = this.source.slice(start, this.position)): void {
    while (this.newline < start) {
      if (this.newline >= 0) this.line++;
      const next = this.source.indexOf('\n', this.newline + 1);
      this.newline = next < 0 ? this.source.length : next;
    }
    this.tokens.push({ type, text, position: start, line: this.line });
  }

  private fail(start: number, message: string): false {
    this.emit('error', start, message);
    return false;
  }

  /** Text up to the end of the next opening delimiter. @returns whether an action follows */
  private lexText(): boolean {
    for (;;) {
      const start = this.position;
      const found = this.source.indexOf(this.left, start);
      if (found < 0) {
        this.position = this.source.length;
        if (this.position > start) this.emit('text', start);
        this.emit('eof', this.position, 'EOF');
        return false;
      }
      const inside = found + this.left.length;
      const trim = this.source[inside] === '-' && isSpace(this.source[inside + 1]);
      this.position = trim ? trimEnd(this.source, start, found) : found;
      if (this.position > start) this.emit('text', start);
      this.position = trim ? inside + 2 : inside;
      if (!this.source.startsWith('/*', this.position)) {
        this.emit('leftDelimiter', found, this.left);
        this.parentheses = 0;
        return true;
      }
      if (!this.skipComment()) return false;
    }
  }

  private skipComment(): boolean {
    const start = this.position;
    const end = this.source.indexOf('*/', start + 2);
    if (end < 0) return this.fail(start, 'unclosed comment');
    this.position = end + 2;
    return this.skipRightDelimiter() || this.fail(start, 'comment ends before closing delimiter');
  }

  /** Moves behind a closing delimiter, and the space that its trim marker removes, if one is here. */
  private skipRightDelimiter(): boolean {
    const trim = this.atTrimmingDelimiter();
    if (!trim && !this.source.startsWith(this.right, this.position)) return false;
    this.position += this.right.length + (trim ? 2 : 0);
    if (trim) this.match(SPACES);
    return true;
  }

  private atTrimmingDelimiter(at = this.position): boolean {
    return isSpace(this.source[at]) && this.source[at + 1] === '-' && this.source.startsWith(this.right, at + 2);
  }

  /** One token of an action. @returns whether the action goes on */
  private lexInsideAction(): boolean {
    const start = this.position;
    if (this.atTrimmingDelimiter() || this.source.startsWith(this.right, start)) {
      if (this.parentheses > 0) return this.fail(start, 'unclosed left paren');
      // The delimiter itself starts behind its trim marker; lines are counted there.
      const delimiter = start + (this.atTrimmingDelimiter() ? 2 : 0);
      this.skipRightDelimiter();
      this.emit('rightDelimiter', delimiter, this.right);
      return false;
    }
    const code = this.source.codePointAt(start);
    if (code === undefined) return this.fail(start, 'unclosed action');
    const char = String.fromCodePoint(code);
    this.position += char.length;
    switch (char) {
      case ' ': case '\t': case '\r': case '\n': return this.lexSpace(start);
      case '=': return this.done('assign', start);
      case ':':
        if (this.source[this.position++] !== '=') return this.fail(start, 'expected :=');
        return this.done('declare', start);
      case '|': return this.done('pipe', start);
      case '"': return this.lexQuoted('string', QUOTED, start, 'unterminated quoted string');
      case '\'': return this.lexQuoted('charConstant', CHAR_CONSTANT, start, 'unterminated character constant');
      case '`': return this.lexRawString(start);
      case '$': return this.lexName('variable', start);
      case '(':
        this.parentheses++;
        return this.done('leftParen', start);
      case ')':
        if (--this.parentheses < 0) return this.fail(start, 'unexpected right paren');
        return this.done('rightParen', start);
      case '.': {
        const next = this.source[this.position];
        return next !== undefined && !/[0-9]/.test(next) ? this.lexName('field', start) : this.lexNumber(start);
      }
      default:
        if (/[0-9+-]/.test(char)) return this.lexNumber(start);
        if (ALPHANUMERIC.test(char)) return this.lexWord(start);
        if (code > 0x20 && code < 0x7f) return this.done('char', start);
        return this.fail(start, `unrecognized character in action: ${unicode(code)}`);
    }
  }

  private done(type: TokenType, start: number): true {
    this.emit(type, start);
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.source)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  private lexSpace(start: number): boolean {
    this.position = start;
    this.match(SPACES);
    // The last space may belong to a closing delimiter with a trim marker.
    if (this.atTrimmingDelimiter(this.position - 1)) this.position--;
    if (this.position > start) this.emit('space', start);
    return true;
  }

  private lexQuoted(type: TokenType, pattern: RegExp, start: number, message: string): boolean {
    this.position = start;
    return this.match(pattern) === undefined ? this.fail(start, message) : this.done(type, start);
  }

  private lexRawString(start: number): boolean {
    const end = this.source.indexOf('`', this.position);
    if (end < 0) return this.fail(start, 'unterminated raw quoted string');
    this.position = end + 1;
    return this.done('rawString', start);
  }

  /** A field or variable, whose dot or dollar sign has been read. */
  private lexName(type: 'field' | 'variable', start: number): boolean {
    if (this.atTerminator()) return this.done(type === 'field' ? 'dot' : 'variable', start);
    this.match(WORD);
    return this.atTerminator() ? this.done(type, start) : this.badCharacter(start);
  }

  private lexWord(start: number): boolean {
    this.position = start;
    const word = this.match(WORD)!;
    if (!this.atTerminator()) return this.badCharacter(start);
    if (KEYWORDS.has(word)) return this.done(word as Keyword, start);
    return this.done(word === 'true' || word === 'false' ? 'bool' : 'identifier', start);
  }

  private lexNumber(start: number): boolean {
    this.position = start;
    let good = this.matchNumber();
    let type: TokenType = 'number';
    if (good && /[+-]/.test(this.source[this.position] ?? '')) {
      good = this.matchNumber() && this.source[this.position - 1] === 'i';
      type = 'complex';
    }
    return good ? this.done(type, start) : this.fail(start, `bad number syntax: ${quote(this.source.slice(start, this.position))}`);
  }

  private matchNumber(): boolean {
    this.match(NUMBER);
    const next = this.source.codePointAt(this.position);
    if (next === undefined || !ALPHANUMERIC.test(String.fromCodePoint(next))) return true;
    this.position += String.fromCodePoint(next).length;
    return false;
  }

  private badCharacter(start: number): false {
    return this.fail(start, `bad character ${unicode(this.source.codePointAt(this.position)!)}`);
  }

  /** Whether a name may end here. */
  private atTerminator(): boolean {
    const char = this.source[this.position];
    return char === undefined || /[ \t\r\n.,|:()]/.test(char) || this.source.startsWith(this.right, this.position);
  }
}

function isSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}

/** Where the text from start to end ends without its trailing space. */
function trimEnd(source: string, start: number, end: number): number {
  let position = end;
  while (position > start && isSpace(source[position - 1])) position--;
  return position;
}

/** `U+0023 '#'` */
function unicode(code: number): string {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return code > 0x20 && code !== 0x7f ? `${name} '${String.fromCodePoint(code)}'` : name;
}
