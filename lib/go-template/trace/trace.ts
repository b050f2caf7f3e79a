import { combinations, Possible, UNKNOWN } from './possible';
import { Place } from '../evaluate/place';
import { Command, Definition, Expression, Node, Pipeline, Range, Span, VariableReference } from '../syntax/ast';
import { fieldOf, sortedKeys, valueAt } from '../values/field';
import { isMap, kindOf, truth } from '../values/value';

/**
 * What a call gives, or {@link UNKNOWN}. Arguments may be UNKNOWN. What it throws is a call that fails, which gives nothing that is known,
 * but for a {@link TraceError}.
 */
export type TracedCall = (name: string, args: readonly unknown[]) => unknown;

/** Ends a trace; it becomes a TemplateError that says where. */
export class TraceError extends Error {}

/** The most numbers of a range that are looked at one by one. */
const MOST_NUMBERS = 64;

/**
 * Follows a template through all branches and ranges that any data can lead to, and tells all calls with all arguments they may have.
 *
 * A variable has, wherever it is read, all values that are given to it anywhere. So nothing that can happen is missed, and little that can't
 * is told. Repeated until nothing new is found: values flow backwards in ranges, and between templates that call each other.
 */
export class Trace {
  private readonly dots = new Map<string, Possible>();
  private readonly variables = new Map<string, Possible[]>();
  private changed = false;
  private definition!: Definition;
  private place!: Place;

  /** @param places where errors of each definition come from */
  constructor(
    private readonly definitions: ReadonlyMap<string, Definition>,
    private readonly places: (definition: string) => Place,
    private readonly call: TracedCall,
  ) {}

  /** @throws TemplateError for a TraceError */
  public run(main: string, dot: unknown): void {
    this.reach(main, Possible.of([dot]));
    do {
      this.changed = false;
      for (const name of this.dots.keys()) {
        this.definition = this.definitions.get(name)!;
        this.place = this.places(name);
        this.list(this.definition.nodes, this.dots.get(name)!);
      }
    } while (this.changed);
  }

  /** Notes that a definition is called. */
  private reach(name: string, dot: Possible): void {
    const definition = this.definitions.get(name);
    if (!definition) return;
    let known = this.dots.get(name);
    if (!known) {
      this.dots.set(name, known = new Possible());
      this.variables.set(name, [known, ...Array.from({ length: definition.slots }, () => new Possible())]);
      this.changed = true;
    }
    if (known.addAll(dot)) this.changed = true;
  }

  private list(nodes: readonly Node[], dot: Possible): void {
    if (dot.values.length > 0) for (const node of nodes) this.node(node, dot);
  }

  private node(node: Node, dot: Possible): void {
    switch (node.type) {
      case 'action': this.pipeline(node.pipeline, dot); break;
      case 'if': case 'with': {
        const given = this.pipeline(node.pipeline, dot).values;
        const holds = given.filter((value) => value === UNKNOWN || truth(value));
        if (holds.length > 0) this.list(node.then, node.type === 'if' ? dot : Possible.of(holds));
        if (given.some((value) => value === UNKNOWN || !truth(value))) this.list(node.otherwise, dot);
        break;
      }
      case 'range': this.range(node, dot); break;
      case 'template': this.reach(node.name, node.pipeline ? this.pipeline(node.pipeline, dot) : Possible.of([null])); break;
      default:
    }
  }

  private range({ pipeline, body, otherwise }: Range, dot: Possible): void {
    const values = this.pipeline({ ...pipeline, variables: [] }, dot).values;
    const entries = values.flatMap(entriesOf);
    const elements = Possible.of(entries.map(([, element]) => element));
    const [first, second] = pipeline.variables;
    if (second) {
      this.assign(first, Possible.of(entries.map(([key]) => key)));
      this.assign(second, elements);
    } else if (first) {
      this.assign(first, elements);
    }
    this.list(body, elements);
    this.list(otherwise, dot);
  }

  private assign({ slot }: VariableReference, values: Possible): void {
    if (slot >= 0 && this.variables.get(this.definition.name)![slot].addAll(values)) this.changed = true;
  }

  private pipeline({ commands, variables }: Pipeline, dot: Possible): Possible {
    let value: Possible | undefined;
    for (const command of commands) value = this.command(command, dot, value);
    for (const variable of variables) this.assign(variable, value!);
    return value!;
  }

  private command({ words: [word, ...args], ...span }: Command, dot: Possible, final?: Possible): Possible {
    if (word.type !== 'function') return this.value(word, dot);
    return this.calls(span, word.name, [...args.map((arg) => this.value(arg, dot)), ...final ? [final] : []]);
  }

  private calls(span: Span, name: string, args: readonly Possible[]): Possible {
    // They give one of their arguments, whichever that is.
    if (name === 'and' || name === 'or') return Possible.of(args.flatMap(({ values }) => values));
    return Possible.of(combinations(args).map((values) => {
      try {
        return this.call(name, values);
      } catch (error) {
        if (error instanceof TraceError) this.place.fail(span, error.message);
        return UNKNOWN;
      }
    }));
  }

  private value(expression: Expression, dot: Possible): Possible {
    switch (expression.type) {
      case 'literal': return Possible.of([expression.value]);
      case 'nil': return Possible.of([null]);
      case 'dot': return dot;
      case 'pipeline': return this.pipeline(expression.pipeline, dot);
      case 'function': return this.calls(expression, expression.name, []);
      case 'field': return fields(dot, expression.names);
      case 'chain': return fields(this.value(expression.of, dot), expression.names);
      case 'variable': {
        const { slot } = expression.variable;
        return slot < 0 ? new Possible() : fields(this.variables.get(this.definition.name)![slot], expression.names);
      }
    }
  }
}

function fields(of: Possible, names: readonly string[]): Possible {
  return names.length === 0 ? of : Possible.of(of.values.map((value) => names.reduce(fieldIn, value)));
}

function fieldIn(value: unknown, name: string): unknown {
  if (value === undefined || value === null) return undefined;
  return isMap(value) ? fieldOf(value, name) : UNKNOWN;
}

/** Keys and elements that a range goes through. */
function entriesOf(value: unknown): [unknown, unknown][] {
  if (value === UNKNOWN) return [[UNKNOWN, UNKNOWN]];
  switch (kindOf(value)) {
    case 'list': return [...(value as unknown[]).entries()];
    case 'map': return sortedKeys(value as Record<string, unknown>).map((key) => [key, valueAt(value as Record<string, unknown>, key)]);
    case 'int': return Number(value) > MOST_NUMBERS ? [[UNKNOWN, UNKNOWN]] : Array.from({ length: Math.max(0, Number(value)) }, (_, number) => [number, number]);
    default: return [];
  }
}
