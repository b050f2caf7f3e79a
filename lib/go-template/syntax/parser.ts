import { Branch, Command, Definition, Expression, Node, Pipeline, Range, TemplateCall, VariableReference } from './ast';
import { messageOf, TemplateError } from './errors';
import { Token, TokenType } from './lexer';
import { Scope } from './scope';
import { describeToken, TokenReader } from './token-reader';
import { parseCharacter, parseNumber, parseString } from '../values/literals';
import { quote } from '../values/quote';

/** What ends a list of nodes. */
type Terminator = 'end' | 'else';

/** The parts of a definition that are still open. */
interface Context {
  readonly scope: Scope;
  ranges: number;
  /** Line of the action that is being read, 0 between actions. */
  actionLine: number;
}

const OPERANDS: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool', 'charConstant', 'complex', 'dot', 'field', 'identifier', 'number', 'nil', 'rawString', 'string', 'variable', 'leftParen',
]);

/** Expressions that cannot take the value of the command before them. */
const NOT_EXECUTABLE: ReadonlySet<Expression['type']> = new Set<Expression['type']>(['literal', 'dot', 'nil']);

/** Parses one template. */
export class Parser {
  private readonly definitions = new Map<string, Definition>();
  private readonly reader: TokenReader;
  private context: Context = newContext();

  /**
   * @param name name of the template, for messages
   * @param isFunction tells whether a function exists
   */
  constructor(private readonly name: string, tokens: readonly Token[], private readonly isFunction: (name: string) => boolean) {
    this.reader = new TokenReader(tokens);
  }

  /**
   * The template and what it defines, by name.
   *
   * @throws TemplateError when it is malformed
   */
  parse(): Map<string, Definition> {
    const nodes: Node[] = [];
    while (this.reader.peek().type !== 'eof') {
      if (this.reader.skip('leftDelimiter', 'define')) {
        this.definition();
        continue;
      }
      const node = this.textOrAction();
      if (node === 'end' || node === 'else') this.fail(`unexpected {{${node}}}`);
      nodes.push(node);
    }
    this.define(this.name, nodes);
    return this.definitions;
  }

  private fail(message: string, line = this.reader.line): never {
    throw new TemplateError(`template: ${this.name}:${line}: ${message}`);
  }

  private unexpected(token: Token, place: string): never {
    if (token.type !== 'error') this.fail(`unexpected ${describeToken(token)} in ${place}`);
    const { actionLine } = this.context;
    if (actionLine === 0 || actionLine === token.line) this.fail(token.text);
    const started = `started at ${this.name}:${actionLine}`;
    this.fail(token.text.endsWith(' action') ? `${token.text} ${started}` : `${token.text} in action ${started}`);
  }

  private expect(place: string, ...types: TokenType[]): Token {
    const token = this.reader.nextNonSpace();
    if (!types.includes(token.type)) this.unexpected(token, place);
    return token;
  }

  /** Runs a function whose errors lack the place. */
  private literal<T>(parse: () => T): T {
    try {
      return parse();
    } catch (error) {
      return this.fail(messageOf(error));
    }
  }

  private define(name: string, nodes: Node[]): void {
    const earlier = this.definitions.get(name);
    if (!earlier || isEmpty(earlier.nodes)) {
      this.definitions.set(name, { name, nodes, slots: this.context.scope.slots });
    } else if (!isEmpty(nodes)) {
      this.fail(`template: multiple definition of template ${quote(name)}`);
    }
  }

  /** `define`, of which the keyword has been read. */
  private definition(): void {
    const place = 'define clause';
    const token = this.expect(place, 'string', 'rawString');
    const name = this.literal(() => parseString(token.text));
    this.expect(place, 'rightDelimiter');
    this.ownContext(name, (terminator) => this.fail(`unexpected {{${terminator}}} in ${place}`));
  }

  /**
   * The body of `define` and `block`, which shares no variables with what is around it.
   *
   * @param unexpected called when it does not end with `end`
   */
  private ownContext(name: string, unexpected: (terminator: Terminator) => never): void {
    const outer = this.context;
    this.context = newContext();
    const { nodes, terminator } = this.list();
    if (terminator !== 'end') unexpected(terminator);
    this.define(name, nodes);
    this.context = outer;
  }

  private list(): { nodes: Node[]; terminator: Terminator } {
    const nodes: Node[] = [];
    while (this.reader.peekNonSpace().type !== 'eof') {
      const node = this.textOrAction();
      if (node === 'end' || node === 'else') return { nodes, terminator: node };
      nodes.push(node);
    }
    return this.fail('unexpected EOF');
  }

  private textOrAction(): Node | Terminator {
    const token = this.reader.nextNonSpace();
    if (token.type === 'text') return { type: 'text', text: token.text };
    if (token.type !== 'leftDelimiter') this.unexpected(token, 'input');
    this.context.actionLine = token.line;
    const node = this.action();
    this.context.actionLine = 0;
    return node;
  }

  private action(): Node | Terminator {
    const token = this.reader.nextNonSpace();
    switch (token.type) {
      case 'block': return this.block();
      case 'break': case 'continue': return this.jump(token.type);
      case 'else': return this.otherwise();
      case 'end':
        this.expect('end', 'rightDelimiter');
        return 'end';
      case 'if': case 'with': return this.branch(token.type);
      case 'range': return this.range();
      case 'template': return this.templateCall();
      default: {
        this.reader.backup();
        const pipeline = this.pipeline('command', 'rightDelimiter');
        return { type: 'action', pipeline, position: pipeline.position, end: pipeline.end };
      }
    }
  }

  private jump(type: 'break' | 'continue'): Node {
    this.expect(`{{${type}}}`, 'rightDelimiter');
    if (this.context.ranges === 0) this.fail(`{{${type}}} outside {{range}}`);
    return { type };
  }

  private otherwise(): Terminator {
    // What follows `else if` and `else with` is read as an action of its own.
    const next = this.reader.peekNonSpace().type;
    if (next !== 'if' && next !== 'with') this.expect('else', 'rightDelimiter');
    return 'else';
  }

  private branch(type: 'if' | 'with'): Branch {
    const { mark } = this.context.scope;
    const pipeline = this.pipeline(type, 'rightDelimiter');
    const then = this.list();
    let otherwise: Node[] = [];
    if (then.terminator === 'else') {
      if (this.reader.peek().type === type) {
        this.reader.next();
        otherwise = [this.branch(type)];
      } else {
        otherwise = this.otherwiseList();
      }
    }
    this.context.scope.leave(mark);
    return { type, pipeline, then: then.nodes, otherwise, position: pipeline.position, end: pipeline.end };
  }

  private otherwiseList(): Node[] {
    const { nodes, terminator } = this.list();
    if (terminator !== 'end') this.fail(`expected end; found {{${terminator}}}`);
    return nodes;
  }

  private range(): Range {
    const { mark } = this.context.scope;
    const pipeline = this.pipeline('range', 'rightDelimiter');
    this.context.ranges++;
    const body = this.list();
    this.context.ranges--;
    const otherwise = body.terminator === 'else' ? this.otherwiseList() : [];
    this.context.scope.leave(mark);
    return { type: 'range', pipeline, body: body.nodes, otherwise, position: pipeline.position, end: pipeline.end };
  }

  private block(): TemplateCall {
    const place = 'block clause';
    const token = this.expect(place, 'string', 'rawString');
    const name = this.literal(() => parseString(token.text));
    const pipeline = this.pipeline(place, 'rightDelimiter');
    const { line } = this.reader;
    this.ownContext(name, (terminator) => this.fail(`unexpected {{${terminator}}} in ${place}`, line));
    return { type: 'template', name, pipeline, position: token.position, end: token.position + token.text.length };
  }

  private templateCall(): TemplateCall {
    const place = 'template clause';
    const token = this.expect(place, 'string', 'rawString');
    const name = this.literal(() => parseString(token.text));
    let pipeline: Pipeline | undefined;
    if (this.reader.nextNonSpace().type !== 'rightDelimiter') {
      this.reader.backup();
      pipeline = this.pipeline(place, 'rightDelimiter');
    }
    return { type: 'template', name, pipeline, position: token.position, end: token.position + token.text.length };
  }

  /** Reads up to and including the token that ends the pipeline. */
  private pipeline(place: string, end: TokenType): Pipeline {
    const { position } = this.reader.peekNonSpace();
    const variables = this.declarations(place);
    const commands: Command[] = [];
    for (;;) {
      const token = this.reader.nextNonSpace();
      if (token.type === end) break;
      if (!OPERANDS.has(token.type)) this.unexpected(token, place);
      this.reader.backup();
      commands.push(this.command());
    }
    this.checkCommands(commands, place);
    this.context.scope.settle(variables);
    return { commands, variables, position, end: commands[commands.length - 1].end };
  }

  private checkCommands(commands: readonly Command[], place: string): void {
    if (commands.length === 0) this.fail(`missing value for ${place}`);
    const bad = commands.findIndex(({ words }, index) => index > 0 && NOT_EXECUTABLE.has(words[0].type));
    if (bad > 0) this.fail(`non executable command in pipeline stage ${bad + 1}`);
  }

  /** `$x :=`, `$x =`, and in a range `$i, $x :=` and `$i, $x =`. */
  private declarations(place: string): VariableReference[] {
    const { scope } = this.context;
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
      if (place !== 'range' || names.length > 1) this.fail(`too many declarations in ${place}`);
      if (!['variable', 'rightDelimiter', 'rightParen'].includes(this.reader.peekNonSpace().type)) {
        this.fail('range can only initialize variables');
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
      else if (token.type !== 'pipe') this.unexpected(token, 'operand');
      break;
    }
    if (words.length === 0) this.fail('empty command');
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
        return this.fail(`unexpected . after term ${quote(this.reader.text(term))}`);
      default: return { type: 'chain', of: term, names, position: next.position, end };
    }
  }

  private term(): Expression | undefined {
    const token = this.reader.nextNonSpace();
    const { text, position } = token;
    const span = { position, end: position + text.length };
    switch (token.type) {
      case 'identifier':
        if (!this.isFunction(text)) this.fail(`function ${quote(text)} not defined`);
        return { type: 'function', name: text, ...span };
      case 'dot': return { type: 'dot', ...span };
      case 'nil': return { type: 'nil', ...span };
      case 'variable': {
        const variable = this.context.scope.use(text);
        if (!variable) this.fail(`undefined variable ${quote(text)}`);
        return { type: 'variable', variable, names: [], ...span };
      }
      case 'field': return { type: 'field', names: [text.slice(1)], ...span };
      case 'bool': return { type: 'literal', value: text === 'true', ...span };
      case 'charConstant': return { type: 'literal', value: this.literal(() => parseCharacter(text)), ...span };
      case 'complex': case 'number': return { type: 'literal', ...this.literal(() => parseNumber(text)), ...span };
      case 'string': case 'rawString': return { type: 'literal', value: this.literal(() => parseString(text)), ...span };
      case 'leftParen': {
        const pipeline = this.pipeline('parenthesized pipeline', 'rightParen');
        return { type: 'pipeline', pipeline, position: pipeline.position, end: pipeline.end };
      }
      default:
        this.reader.backup();
        return undefined;
    }
  }
}

function newContext(): Context {
  return { scope: new Scope(), ranges: 0, actionLine: 0 };
}

/** Whether there is nothing but white space. */
function isEmpty(nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.type === 'text' && node.text.trim() === '');
}
