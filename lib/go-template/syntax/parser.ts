import { Branch, Definition, Node, Pipeline, Range, TemplateCall } from './ast';
import { Token } from './lexer';
import { PipelineParser } from './pipeline-parser';
import { newContext, Reading } from './reading';
import { TokenReader } from './token-reader';
import { parseString } from '../values/literals';
import { quote } from '../values/quote';

/** What ends a list of nodes. */
type Terminator = 'end' | 'else';

/** Parses one template. */
export class Parser {
  private readonly definitions = new Map<string, Definition>();
  private readonly reading: Reading;
  private readonly reader: TokenReader;
  private readonly pipelines: PipelineParser;

  /**
   * @param name name of the template, for messages
   * @param isFunction tells whether a function exists
   */
  constructor(private readonly name: string, tokens: readonly Token[], isFunction: (name: string) => boolean) {
    this.reading = new Reading(name, tokens);
    this.reader = this.reading.reader;
    this.pipelines = new PipelineParser(this.reading, isFunction);
  }

  /**
   * The template and what it defines, by name.
   *
   * @throws TemplateError when it is malformed
   */
  public parse(): Map<string, Definition> {
    const nodes: Node[] = [];
    while (this.reader.peek().type !== 'eof') {
      if (this.reader.skip('leftDelimiter', 'define')) {
        this.definition();
        continue;
      }
      const node = this.textOrAction();
      if (node === 'end' || node === 'else') this.reading.fail(`unexpected {{${node}}}`);
      nodes.push(node);
    }
    this.define(this.name, nodes);
    return this.definitions;
  }

  private define(name: string, nodes: Node[]): void {
    const earlier = this.definitions.get(name);
    if (!earlier || isEmpty(earlier.nodes)) {
      this.definitions.set(name, { name, nodes, slots: this.reading.context.scope.slots });
    } else if (!isEmpty(nodes)) {
      this.reading.fail(`template: multiple definition of template ${quote(name)}`);
    }
  }

  /** `define`, of which the keyword has been read. */
  private definition(): void {
    const place = 'define clause';
    const token = this.reading.expect(place, 'string', 'rawString');
    const name = this.reading.literal(() => parseString(token.text));
    this.reading.expect(place, 'rightDelimiter');
    this.ownContext(name, (terminator) => this.reading.fail(`unexpected {{${terminator}}} in ${place}`));
  }

  /**
   * The body of `define` and `block`, which shares no variables with what is around it.
   *
   * @param unexpected called when it does not end with `end`
   */
  private ownContext(name: string, unexpected: (terminator: Terminator) => never): void {
    const outer = this.reading.context;
    this.reading.context = newContext();
    const { nodes, terminator } = this.list();
    if (terminator !== 'end') unexpected(terminator);
    this.define(name, nodes);
    this.reading.context = outer;
  }

  private list(): { nodes: Node[]; terminator: Terminator } {
    const nodes: Node[] = [];
    while (this.reader.peekNonSpace().type !== 'eof') {
      const node = this.textOrAction();
      if (node === 'end' || node === 'else') return { nodes, terminator: node };
      nodes.push(node);
    }
    return this.reading.fail('unexpected EOF');
  }

  private textOrAction(): Node | Terminator {
    const token = this.reader.nextNonSpace();
    if (token.type === 'text') return { type: 'text', text: token.text };
    if (token.type !== 'leftDelimiter') this.reading.unexpected(token, 'input');
    this.reading.context.actionLine = token.line;
    const node = this.action();
    this.reading.context.actionLine = 0;
    return node;
  }

  private action(): Node | Terminator {
    const token = this.reader.nextNonSpace();
    switch (token.type) {
      case 'block': return this.block();
      case 'break': case 'continue': return this.jump(token.type);
      case 'else': return this.otherwise();
      case 'end':
        this.reading.expect('end', 'rightDelimiter');
        return 'end';
      case 'if': case 'with': return this.branch(token.type);
      case 'range': return this.range();
      case 'template': return this.templateCall();
      default: {
        this.reader.backup();
        const pipeline = this.pipelines.read('command', 'rightDelimiter');
        return { type: 'action', pipeline, position: pipeline.position, end: pipeline.end };
      }
    }
  }

  private jump(type: 'break' | 'continue'): Node {
    this.reading.expect(`{{${type}}}`, 'rightDelimiter');
    if (this.reading.context.ranges === 0) this.reading.fail(`{{${type}}} outside {{range}}`);
    return { type };
  }

  private otherwise(): Terminator {
    // What follows `else if` and `else with` is read as an action of its own.
    const next = this.reader.peekNonSpace().type;
    if (next !== 'if' && next !== 'with') this.reading.expect('else', 'rightDelimiter');
    return 'else';
  }

  private branch(type: 'if' | 'with'): Branch {
    const { mark } = this.reading.context.scope;
    const pipeline = this.pipelines.read(type, 'rightDelimiter');
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
    this.reading.context.scope.leave(mark);
    return { type, pipeline, then: then.nodes, otherwise, position: pipeline.position, end: pipeline.end };
  }

  private otherwiseList(): Node[] {
    const { nodes, terminator } = this.list();
    if (terminator !== 'end') this.reading.fail(`expected end; found {{${terminator}}}`);
    return nodes;
  }

  private range(): Range {
    const { mark } = this.reading.context.scope;
    const pipeline = this.pipelines.read('range', 'rightDelimiter');
    this.reading.context.ranges++;
    const body = this.list();
    this.reading.context.ranges--;
    const otherwise = body.terminator === 'else' ? this.otherwiseList() : [];
    this.reading.context.scope.leave(mark);
    return { type: 'range', pipeline, body: body.nodes, otherwise, position: pipeline.position, end: pipeline.end };
  }

  private block(): TemplateCall {
    const place = 'block clause';
    const token = this.reading.expect(place, 'string', 'rawString');
    const name = this.reading.literal(() => parseString(token.text));
    const pipeline = this.pipelines.read(place, 'rightDelimiter');
    const { line } = this.reader;
    this.ownContext(name, (terminator) => this.reading.fail(`unexpected {{${terminator}}} in ${place}`, line));
    return { type: 'template', name, pipeline, position: token.position, end: token.position + token.text.length };
  }

  private templateCall(): TemplateCall {
    const place = 'template clause';
    const token = this.reading.expect(place, 'string', 'rawString');
    const name = this.reading.literal(() => parseString(token.text));
    let pipeline: Pipeline | undefined;
    if (this.reader.nextNonSpace().type !== 'rightDelimiter') {
      this.reader.backup();
      pipeline = this.pipelines.read(place, 'rightDelimiter');
    }
    return { type: 'template', name, pipeline, position: token.position, end: token.position + token.text.length };
  }
}

/** Whether there is nothing but white space. */
function isEmpty(nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.type === 'text' && node.text.trim() === '');
}
