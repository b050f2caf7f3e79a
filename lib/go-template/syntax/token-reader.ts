import type { Span } from './ast';
import { Token } from './lexer';
import { quote } from '../values/quote';

/** Reads tokens with any look-ahead. Behind the last one it stays there. */
export class TokenReader {
  private index = 0;
  private furthest = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  /** The line of errors, as in Go: that of the furthest token that was looked at. */
  get line(): number { return this.tokens[this.furthest].line; }

  /** Where the last token that is not space ended. */
  get end(): number {
    let index = this.index - 1;
    while (this.tokens[index].type === 'space') index--;
    return this.tokens[index].position + this.tokens[index].text.length;
  }

  next(): Token {
    const token = this.peek();
    this.index++;
    return token;
  }

  peek(): Token {
    this.furthest = Math.min(Math.max(this.furthest, this.index), this.tokens.length - 1);
    return this.tokens[Math.min(this.index, this.tokens.length - 1)];
  }

  nextNonSpace(): Token {
    const token = this.next();
    return token.type === 'space' ? this.nextNonSpace() : token;
  }

  peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.backup();
    return token;
  }

  backup(): void {
    this.index--;
  }

  mark(): number {
    return this.index;
  }

  reset(mark: number): void {
    this.index = mark;
  }

  /** Moves behind two tokens if they are here, with space between them or not. */
  skip(first: Token['type'], second: Token['type']): boolean {
    const { index } = this;
    if (this.next().type === first && this.nextNonSpace().type === second) return true;
    this.index = index;
    return false;
  }

  /** The text of an expression of one token. */
  text({ position }: Span): string {
    return this.tokens.find((token) => token.position === position && token.type !== 'space')?.text ?? '';
  }
}

/** A token as messages name it. */
export function describeToken({ type, text }: Token): string {
  if (type === 'eof') return 'EOF';
  if (/^(block|break|continue|dot|define|else|end|if|nil|range|template|with)$/.test(type)) return `<${text}>`;
  return text.length > 10 ? `${quote([...text].slice(0, 10).join(''))}...` : quote(text);
}
