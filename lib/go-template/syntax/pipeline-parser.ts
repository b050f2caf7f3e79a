import { Command, Expression, Pipeline, VariableReference } from './ast';
import { TokenType } from './lexer';
import { Reading } from './reading';
import { TokenReader } from './token-reader';
import { parseCharacter, parseNumber, parseString } from '../values/literals';
import { quote } from '../values/quote';

const OPERANDS: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool', 'charConstant', 'complex', 'dot', 'field', 'identifier', 'number', 'nil', 'rawString', 'string', 'variable', 'leftParen',
]);

/** Expressions that cannot take the value of the command before them. */
const NOT_EXECUTABLE: ReadonlySet<Expression['type']> = new Set<Expression['type']>(['literal', 'dot', 'nil']);

/** Parses the pipelines of a template: commands, of operands, of terms. */
export class PipelineParser {
  private readonly reader: TokenReader;

  /** @param isFunction tells whether a function exists */
  constructor(private readonly reading: Reading, private readonly isFunction: (name: string) => boolean) {
    this.reader = reading.reader;
  }

  /** Reads up to and including the token that ends the pipeline. */
  public read(place: string, end: TokenType): Pipeline {
    const { position } = this.reader.peekNonSpace();
    const variables = this.declarations(place);
    const commands: Command[] = [];
    for (;;) {
      const token = this.reader.nextNonSpace();
      if (token.type === end) break;
      if (!OPERANDS.has(token.type)) this.reading.unexpected(token, place);
      this.reader.backup();
      commands.push(this.command());
    }
    this.checkCommands(commands, place);
    this.reading.context.scope.makeUsable(variables);
    return { commands, variables, position, end: commands[commands.length - 1].end };
  }

  private checkCommands(commands: readonly Command[], place: string): void {
    if (commands.length === 0) this.reading.fail(`missing value for ${place}`);
    const bad = commands.findIndex(({ words }, index) => index > 0 && NOT_EXECUTABLE.has(words[0].type));
    if (bad > 0) this.reading.fail(`non executable command in pipeline stage ${bad + 1}`);
  }

  /** `$x :=`, `$x =`, and in a range `$i, $x :=` and `$i, $x =`. */
  private declarations(place: string): VariableReference[] {
    const { scope } = this.reading.context;
    const names: string[] = [];
    for (;;) {
      const token = this.reader.peekNonSpace();
      if (token.type !== 'variable') break;
      const before = this.reader.mark();
      this.reader.next();
      const next = this.reader.peekNonSpace();
      if (next.type === 'assign' || next.type === 'declare') {
        this.reader.next();
        names.push(token.text);
        return names.map((name) => next.type === 'assign' ? scope.assign(name) : scope.declare(name));
      }
      if (next.type !== 'char' || next.text !== ',') {
        this.reader.reset(before);
        break;
      }
      this.reader.next();
      names.push(token.text);
      if (place !== 'range' || names.length > 1) this.reading.fail(`too many declarations in ${place}`);
      if (!['variable', 'rightDelimiter', 'rightParen'].includes(this.reader.peekNonSpace().type)) {
        this.reading.fail('range can only initialize variables');
      }
    }
    // `range $i, $list`: Go takes $i for declared.
    return names.map((name) => scope.declare(name));
  }

  private command(): Command {
    const words: Expression[] = [];
    const { position } = this.reader.peekNonSpace();
    let end = position;
    for (;;) {
      this.reader.peekNonSpace();
      const operand = this.operand();
      if (operand) words.push(operand);
      end = operand?.end ?? end;
      const token = this.reader.next();
      if (token.type === 'space') continue;
      if (token.type === 'rightDelimiter' || token.type === 'rightParen') this.reader.backup();
      else if (token.type !== 'pipe') this.reading.unexpected(token, 'operand');
      break;
    }
    if (words.length === 0) this.reading.fail('empty command');
    return { words: words as [Expression, ...Expression[]], position, end };
  }

  /** A term and its fields; undefined when something else comes. */
  private operand(): Expression | undefined {
    const term = this.term();
    const next = this.reader.peek();
    if (!term || next.type !== 'field') return term;
    const names: string[] = [];
    while (this.reader.peek().type === 'field') names.push(this.reader.next().text.slice(1));
    const { end } = this.reader;
    switch (term.type) {
      case 'field': return { ...term, names: [...term.names, ...names], end };
      case 'variable': return { ...term, names: [...term.names, ...names], end };
      case 'literal': case 'nil': case 'dot':
        return this.reading.fail(`unexpected . after term ${quote(this.reader.text(term))}`);
      default: return { type: 'chain', of: term, names, position: next.position, end };
    }
  }

  private term(): Expression | undefined {
    const token = this.reader.nextNonSpace();
    const { text, position } = token;
    const span = { position, end: position + text.length };
    switch (token.type) {
      case 'identifier':
        if (!this.isFunction(text)) this.reading.fail(`function ${quote(text)} not defined`);
        return { type: 'function', name: text, ...span };
      case 'dot': return { type: 'dot', ...span };
      case 'nil': return { type: 'nil', ...span };
      case 'variable': {
        const variable = this.reading.context.scope.use(text);
        if (!variable) this.reading.fail(`undefined variable ${quote(text)}`);
        return { type: 'variable', variable, names: [], ...span };
      }
      case 'field': return { type: 'field', names: [text.slice(1)], ...span };
      case 'bool': return { type: 'literal', value: text === 'true', ...span };
      case 'charConstant': return { type: 'literal', value: this.reading.literal(() => parseCharacter(text)), ...span };
      case 'complex': case 'number': return { type: 'literal', ...this.reading.literal(() => parseNumber(text)), ...span };
      case 'string': case 'rawString': return { type: 'literal', value: this.reading.literal(() => parseString(text)), ...span };
      case 'leftParen': {
        const pipeline = this.read('parenthesized pipeline', 'rightParen');
        return { type: 'pipeline', pipeline, position: pipeline.position, end: pipeline.end };
      }
      default:
        this.reader.backup();
        return undefined;
    }
  }
}
