import { messageOf, TemplateError } from './errors';
import { Token, TokenType } from './lexer';
import { Scope } from './scope';
import { describeToken, TokenReader } from './token-reader';

/** The parts of a definition that are still open. */
export interface Context {
  readonly scope: Scope;
  ranges: number;
  /** Line of the action that is being read, 0 between actions. */
  actionLine: number;
}

/** The tokens of one template as they are read, and where that fails. */
export class Reading {
  public context = newContext();
  public readonly reader: TokenReader;

  /** @param name name of the template, for messages */
  constructor(public readonly name: string, tokens: readonly Token[]) {
    this.reader = new TokenReader(tokens);
  }

  public fail(message: string, line = this.reader.line): never {
    throw new TemplateError(`template: ${this.name}:${line}: ${message}`);
  }

  public unexpected(token: Token, place: string): never {
    if (token.type !== 'error') this.fail(`unexpected ${describeToken(token)} in ${place}`);
    const { actionLine } = this.context;
    if (actionLine === 0 || actionLine === token.line) this.fail(token.text);
    const started = `started at ${this.name}:${actionLine}`;
    this.fail(token.text.endsWith(' action') ? `${token.text} ${started}` : `${token.text} in action ${started}`);
  }

  public expect(place: string, ...types: TokenType[]): Token {
    const token = this.reader.nextNonSpace();
    if (!types.includes(token.type)) this.unexpected(token, place);
    return token;
  }

  /** Runs a function whose errors lack the place. */
  public literal<T>(parse: () => T): T {
    try {
      return parse();
    } catch (error) {
      return this.fail(messageOf(error));
    }
  }
}

export function newContext(): Context {
  return { scope: new Scope(), ranges: 0, actionLine: 0 };
}
