import { Evaluation } from './evaluate/evaluate';
import { Place } from './evaluate/place';
import { standardFunctions } from './functions';
import { goFunctions } from './functions/go';
import { Functions } from './functions/signature';
import { Definition } from './syntax/ast';
import { TemplateError } from './syntax/errors';
import { tokenize } from './syntax/lexer';
import { Parser } from './syntax/parser';
import { UNKNOWN } from './trace/possible';
import { Trace, TracedCall } from './trace/trace';
import { MissingKey } from './values/field';

/** Options of {@link Template}. */
export interface TemplateOptions {
  /** Functions beside Go's own. Default: {@link standardFunctions}. */
  readonly functions?: Functions;
  /** Opening delimiter. Default: `{{`. */
  readonly left?: string;
  /** Closing delimiter. Default: `}}`. */
  readonly right?: string;
  /** How missing fields are taken. Default: `zero`. */
  readonly missingKey?: MissingKey;
}

/** A template in the language of Go's text/template. */
export class Template {
  private readonly evaluation: Evaluation;
  private readonly definitions: ReadonlyMap<string, Definition>;
  private readonly functions: Functions;

  /**
   * @param name for messages
   * @throws TemplateError when it is malformed
   */
  constructor(private readonly name: string, private readonly source: string, options: TemplateOptions = {}) {
    const { functions = standardFunctions, missingKey = 'zero' } = options;
    const goNames = goFunctions(missingKey);
    const isFunction = (fn: string) => typeof own(functions, fn) === 'function' || Object.hasOwn(goNames, fn);
    try {
      this.definitions = new Parser(name, tokenize(source, options.left || '{{', options.right || '}}'), isFunction).parse();
      this.evaluation = new Evaluation({ name, source, functions, missingKey }, this.definitions);
      this.functions = { ...goNames, ...functions };
    } catch (error) {
      // Deeper nesting than the stack allows.
      if (error instanceof RangeError) throw new TemplateError(`template: ${name}: ${error.message}`, { cause: error });
      throw error;
    }
  }

  /**
   * The text that the template gives.
   *
   * @throws TemplateError when it fails: its message begins with `template: NAME:LINE:`
   */
  public execute(data: unknown): string {
    return this.evaluation.run(data);
  }

  /**
   * Tells each call of some functions that any data can lead to, with each set of arguments that it can have.
   *
   * @param call what a call of the functions with these names gives; all others are called where their arguments are known
   * @throws TemplateError where `call` throws a TraceError
   */
  public trace(names: ReadonlySet<string>, call: TracedCall): void {
    const others = (name: string, args: readonly unknown[]) => (args.includes(UNKNOWN) ? UNKNOWN : this.functions[name](...args));
    const places = (definition: string) => new Place(this.name, this.source, definition);
    new Trace(this.definitions, places, (name, args) => (names.has(name) ? call : others)(name, args)).run(this.name, undefined);
  }
}

function own(functions: Functions, name: string): unknown {
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}
