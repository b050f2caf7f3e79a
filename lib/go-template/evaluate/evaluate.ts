import { Execution, newVariables } from './execution';
import { Evaluator, ExpressionCompiler } from './expression';
import { Place } from './place';
import { format } from '../format/format';
import { goFunctions } from '../functions/go';
import { Functions } from '../functions/signature';
import { Branch, Definition, Node, Range, Span, TemplateCall } from '../syntax/ast';
import { messageOf, TemplateError } from '../syntax/errors';
import { LIMITS } from '../values/bounds';
import { MissingKey, sortedKeys, valueAt } from '../values/field';
import { Dictionary, kindOf, truth, typeName } from '../values/value';

/** How a node left off: a loop has to end, or to go on with its next element. */
type Exit = undefined | 'break' | 'continue';

/** Writes a node to the output. */
type Renderer = (execution: Execution, dot: unknown) => Exit;

/** A definition that can run. */
interface Compiled {
  readonly render: Renderer;
  readonly slots: number;
}

/** What all definitions of a template share. */
export interface Program {
  /** Of the template, for messages. */
  readonly name: string;
  readonly source: string;
  /** Functions that the template uses beside Go's own. */
  readonly functions: Functions;
  readonly missingKey: MissingKey;
}

/** Go's own functions that evaluate no more arguments than they need. */
const SHORT_CIRCUIT = ['and', 'or'];

/** A template in the form of closures. */
export class Evaluation {
  private readonly compiled = new Map<string, Compiled>();
  private readonly functions: Functions;
  private readonly shortCircuit: ReadonlySet<string>;

  constructor(private readonly program: Program, definitions: ReadonlyMap<string, Definition>) {
    const { functions, missingKey } = program;
    this.functions = Object.assign(Object.create(null), goFunctions(missingKey), functions) as Functions;
    this.shortCircuit = new Set(SHORT_CIRCUIT.filter((name) => !Object.hasOwn(functions, name)));
    for (const definition of definitions.values()) this.compiled.set(definition.name, this.compile(definition));
  }

  /** @throws TemplateError when it fails */
  public run(data: unknown): string {
    const { name } = this.program;
    const execution = new Execution(name);
    const { render, slots } = this.compiled.get(name)!;
    execution.variables = newVariables(slots, data);
    try {
      render(execution, data);
    } catch (error) {
      // Too deep for the stack, or too long a text.
      if (error instanceof RangeError) throw new TemplateError(`template: ${name}: ${error.message}`, { cause: error });
      throw error;
    }
    return execution.out;
  }

  private compile({ name, nodes, slots }: Definition): Compiled {
    const place = new Place(this.program.name, this.program.source, name);
    const expressions = new ExpressionCompiler(place, this.functions, this.shortCircuit, this.program.missingKey);
    return { render: new NodeCompiler(place, expressions, this.program.missingKey, this.compiled).list(nodes), slots };
  }
}

class NodeCompiler {
  constructor(
    private readonly place: Place,
    private readonly expressions: ExpressionCompiler,
    private readonly missingKey: MissingKey,
    private readonly compiled: ReadonlyMap<string, Compiled>,
  ) {}

  public list(nodes: readonly Node[]): Renderer {
    const renderers = nodes.map((node) => this.node(node));
    if (renderers.length === 1) return renderers[0];
    return (execution, dot) => {
      for (const render of renderers) {
        const exit = render(execution, dot);
        if (exit !== undefined) return exit;
      }
      return undefined;
    };
  }

  private node(node: Node): Renderer {
    switch (node.type) {
      case 'text': {
        const { text } = node;
        return (execution) => {
          execution.out += text;
          return undefined;
        };
      }
      case 'break': case 'continue': {
        const { type } = node;
        return () => type;
      }
      case 'action': return this.action(node);
      case 'if': case 'with': return this.branch(node);
      case 'range': return this.range(node);
      case 'template': return this.templateCall(node);
    }
  }

  private action(node: Node & { type: 'action' }): Renderer {
    const value = this.expressions.pipeline(node.pipeline);
    if (node.pipeline.variables.length > 0) {
      return (execution, dot) => {
        value(execution, dot);
        return undefined;
      };
    }
    return (execution, dot) => {
      const result = value(execution, dot);
      execution.out += typeof result === 'string' ? result : this.print(node, result);
      return undefined;
    };
  }

  private print(node: Node & { type: 'action' }, value: unknown): string {
    switch (kindOf(value)) {
      case 'zero': return '';
      case 'nil': return this.missingKey === 'zero' ? '' : '<no value>';
      case 'func': return this.place.fail(node, `can't print ${this.place.text(node)} of type func()`);
      default: return this.format(node, value);
    }
  }

  private format(span: Span, value: unknown): string {
    try {
      return format(value);
    } catch (error) {
      return this.place.fail(span, messageOf(error));
    }
  }

  private branch({ type, pipeline, then, otherwise }: Branch): Renderer {
    const value = this.expressions.pipeline(pipeline);
    const body = this.list(then);
    const otherwiseBody = this.list(otherwise);
    if (type === 'if') return (execution, dot) => (truth(value(execution, dot)) ? body : otherwiseBody)(execution, dot);
    return (execution, dot) => {
      const result = value(execution, dot);
      return truth(result) ? body(execution, result) : otherwiseBody(execution, dot);
    };
  }

  private range(node: Range): Renderer {
    const { pipeline } = node;
    const value = this.expressions.pipeline(pipeline);
    const body = this.list(node.body);
    const otherwise = this.list(node.otherwise);
    const [setFirst, setSecond] = pipeline.variables.map((variable) => this.expressions.setter(pipeline, variable));
    return (execution, dot) => {
      const result = value(execution, dot);
      // Returns whether to go on.
      const once = (key: unknown, element: unknown): boolean => {
        execution.step();
        if (setSecond) {
          setFirst(execution, key);
          setSecond(execution, element);
        } else if (setFirst) {
          setFirst(execution, element);
        }
        return body(execution, element) !== 'break';
      };
      return this.each(node, result, once) ? undefined : otherwise(execution, dot);
    };
  }

  /** @returns whether there is any element */
  private each(node: Range, value: unknown, once: (key: unknown, element: unknown) => boolean): boolean {
    switch (kindOf(value)) {
      case 'nil': case 'zero': return false;
      case 'list': return eachElement(value as unknown[], once);
      case 'map': return eachEntry(value as Dictionary, once);
      case 'int':
        if (node.pipeline.variables.length < 2) return eachInteger(Number(value), once);
        return this.place.fail(node, `can't use ${typeName(value)} to iterate over more than one variable`);
      // Not the value, as Go does: it may be a Secret's.
      default: return this.place.fail(node, `range can't iterate over ${typeName(value)}`);
    }
  }

  private templateCall(node: TemplateCall): Renderer {
    const value: Evaluator = node.pipeline ? this.expressions.pipeline(node.pipeline) : () => null;
    return (execution, dot) => {
      const called = this.compiled.get(node.name);
      if (!called) return this.place.fail(node, `template "${node.name}" not defined`);
      if (execution.depth >= LIMITS.depth) this.place.fail(node, `exceeded maximum template depth (${LIMITS.depth})`);
      const result = value(execution, dot);
      const { variables } = execution;
      execution.step();
      execution.depth++;
      execution.variables = newVariables(called.slots, result);
      called.render(execution, result);
      execution.variables = variables;
      execution.depth--;
      return undefined;
    };
  }
}

function eachElement(list: readonly unknown[], once: (key: unknown, element: unknown) => boolean): boolean {
  for (let index = 0; index < list.length && once(index, list[index]); index++);
  return list.length > 0;
}

function eachEntry(map: Dictionary, once: (key: unknown, element: unknown) => boolean): boolean {
  const keys = sortedKeys(map);
  keys.every((key) => once(key, valueAt(map, key)));
  return keys.length > 0;
}

function eachInteger(count: number, once: (key: unknown, element: unknown) => boolean): boolean {
  for (let number = 0; number < count && once(number, number); number++);
  return count > 0;
}
