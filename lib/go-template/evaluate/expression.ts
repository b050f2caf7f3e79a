import { Execution, UNSET } from './execution';
import { Place } from './place';
import { Functions } from '../functions/signature';
import { Command, Expression, Pipeline, Span, VariableReference } from '../syntax/ast';
import { messageOf, TemplateError } from '../syntax/errors';
import { fieldOf, isKubernetes, MissingKey } from '../values/field';
import { accessorOf } from '../values/typed';
import { isMap, truth, typeName } from '../values/value';

/** Computes a value. */
export type Evaluator = (execution: Execution, dot: unknown) => unknown;

/** Computes a value from that of the command before it, if there is one. */
type Stage = (execution: Execution, dot: unknown, final: unknown) => unknown;

/** An expression with names of fields. */
type Chain = Extract<Expression, { readonly names: readonly string[] }>;

/** There is no command before. */
const NO_FINAL = Symbol('no final argument');

/** Compiles the expressions of one definition to closures. */
export class ExpressionCompiler {
  /**
   * @param functions all functions by name
   * @param shortCircuit names of functions that evaluate no more arguments than they need
   */
  constructor(
    private readonly place: Place,
    private readonly functions: Functions,
    private readonly shortCircuit: ReadonlySet<string>,
    private readonly missingKey: MissingKey,
  ) {}

  /** A pipeline, which also sets its variables. */
  public pipeline(pipeline: Pipeline): Evaluator {
    const value = this.commands(pipeline.commands);
    if (pipeline.variables.length === 0) return value;
    const setters = pipeline.variables.map((variable) => this.setter(pipeline, variable));
    return (execution, dot) => {
      const result = value(execution, dot);
      for (const set of setters) set(execution, result);
      return result;
    };
  }

  /** Sets a variable. */
  public setter(span: Span, { name, slot }: VariableReference): (execution: Execution, value: unknown) => void {
    if (slot < 0) return () => this.place.fail(span, `undefined variable: ${name}`);
    return (execution, value) => { execution.variables[slot] = value; };
  }

  private commands(commands: readonly Command[]): Evaluator {
    const stages = commands.map((command) => this.command(command));
    const [first] = stages;
    if (stages.length === 1) return (execution, dot) => first(execution, dot, NO_FINAL);
    return (execution, dot) => {
      let value: unknown = NO_FINAL;
      for (const stage of stages) value = stage(execution, dot, value);
      return value;
    };
  }

  private command(command: Command): Stage {
    const [word, ...args] = command.words;
    if (word.type === 'function') return this.call(command, word.name, args);
    if (word.type === 'nil') return () => this.place.fail(word, 'nil is not a command');
    if (word.type === 'field' || word.type === 'chain' || (word.type === 'variable' && word.names.length > 0)) {
      const plain = this.fields(word, false);
      const withArguments = this.fields(word, true);
      return (execution, dot, final) => (args.length > 0 || final !== NO_FINAL ? withArguments : plain)(execution, dot);
    }
    const value = this.argument(word);
    const fail = () => this.place.fail(word, `can't give argument to non-function ${this.place.text(word)}`);
    if (args.length > 0) return fail;
    return (execution, dot, final) => final === NO_FINAL ? value(execution, dot) : fail();
  }

  private argument(expression: Expression): Evaluator {
    switch (expression.type) {
      case 'literal': {
        const { value, overflows } = expression;
        return overflows ? () => this.place.fail(expression, `${this.place.text(expression)} overflows int`) : () => value;
      }
      case 'nil': return () => null;
      case 'dot': return (_execution, dot) => dot;
      case 'pipeline': return this.pipeline(expression.pipeline);
      case 'function': {
        const call = this.call(expression, expression.name, []);
        return (execution, dot) => call(execution, dot, NO_FINAL);
      }
      case 'variable': return expression.names.length > 0 ? this.fields(expression, false) : this.variable(expression, expression.variable);
      default: return this.fields(expression, false);
    }
  }

  private variable(span: Span, { name, slot }: VariableReference): Evaluator {
    const fail = () => this.place.fail(span, `undefined variable: ${name}`);
    if (slot < 0) return fail;
    return (execution) => {
      const value = execution.variables[slot];
      return value === UNSET ? fail() : value;
    };
  }

  /** @param hasArguments whether arguments follow, which fields do not take */
  private fields(expression: Chain, hasArguments: boolean): Evaluator {
    const { names } = expression;
    switch (expression.type) {
      case 'field': return (_execution, dot) => this.walk(expression, dot, names, hasArguments);
      case 'variable': {
        const variable = this.variable(expression, expression.variable);
        return (execution, dot) => this.walk(expression, variable(execution, dot), names, hasArguments);
      }
      default: {
        const receiver = this.argument(expression.of);
        return (execution, dot) => this.walk(expression, receiver(execution, dot), names, hasArguments);
      }
    }
  }

  private walk(span: Span, receiver: unknown, names: readonly string[], hasArguments: boolean): unknown {
    let value = receiver;
    for (let index = 0; index < names.length; index++) {
      const name = names[index];
      if (value === undefined || value === null) return this.fieldOfNil(span, value, name, index > 0);
      if (!isMap(value)) {
        // A list of Kubernetes objects is its own items.
        if (name === 'Items' && Array.isArray(value) && value.every((item) => isMap(item) && isKubernetes(item))) continue;
        const accessed = hasArguments && index === names.length - 1 ? undefined : accessorOf(value, name);
        if (accessed !== undefined) {
          value = accessed;
          continue;
        }
        return this.place.fail(span, `can't evaluate field ${name} in type ${typeName(value)}`);
      }
      if (hasArguments && index === names.length - 1) this.place.fail(span, `${name} is not a method but has arguments`);
      value = fieldOf(value, name);
      if (value === undefined) return this.missing(span, receiver, names.slice(0, index + 1));
    }
    return value;
  }

  /** @param names from the receiver to the field that is missing */
  private missing(span: Span, receiver: unknown, names: readonly string[]): undefined | null {
    if (this.missingKey === 'error') this.place.fail(span, `map has no entry for key "${names[names.length - 1]}"`);
    if (this.missingKey === 'zero') return undefined;
    let value = receiver;
    for (const name of names) {
      if (!isMap(value)) return null;
      if (isKubernetes(value)) return undefined;
      value = fieldOf(value, name);
    }
    return null;
  }

  /** @param inMap whether the nil is a value in a map, and not the lack of one */
  private fieldOfNil(span: Span, value: undefined | null, name: string, inMap: boolean): undefined | null {
    if (this.missingKey === 'error') this.place.fail(span, `nil data; no entry for key "${name}"`);
    if (value === undefined || this.missingKey === 'zero') return undefined;
    if (inMap) this.place.fail(span, `nil pointer evaluating interface {}.${name}`);
    return null;
  }

  private call(span: Span, name: string, words: readonly Expression[]): Stage {
    const fn = this.functions[name];
    const args = words.map((word) => this.argument(word));
    if (this.shortCircuit.has(name)) return this.andOr(span, name, args);
    return (execution, dot, final) => {
      const values = args.map((arg) => arg(execution, dot));
      if (final !== NO_FINAL) values.push(final);
      const result = this.apply(span, name, fn, values);
      execution.result(result);
      return result;
    };
  }

  private apply(span: Span, name: string, fn: Functions[string], values: unknown[]): unknown {
    try {
      return fn(...values);
    } catch (error) {
      if (error instanceof TemplateError) throw error;
      return this.place.fail(span, `error calling ${name}: ${messageOf(error)}`);
    }
  }

  private andOr(span: Span, name: string, args: readonly Evaluator[]): Stage {
    const decisive = name === 'or';
    return (execution, dot, final) => {
      let value: unknown = NO_FINAL;
      for (const arg of args) {
        value = arg(execution, dot);
        if (truth(value) === decisive) return value;
      }
      if (final !== NO_FINAL) return final;
      return value === NO_FINAL ? this.place.fail(span, `wrong number of args for ${name}: want at least 1 got 0`) : value;
    };
  }
}
