import { Evaluation } from './evaluate/evaluate';
import { standardFunctions } from './functions';
import { goFunctions } from './functions/go';
import { Functions } from './functions/signature';
import { TemplateError } from './syntax/errors';
import { tokenize } from './syntax/lexer';
import { Parser } from './syntax/parser';
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

  /**
   * @param name for messages
   * @throws TemplateError when it is malformed
   */
  constructor(name: string, source: string, options: TemplateOptions = {}) {
    const { functions = standardFunctions, missingKey = 'zero' } = options;
    const goNames = goFunctions(missingKey);
    const isFunction = (fn: string) => typeof own(functions, fn) === 'function' || Object.hasOwn(goNames, fn);
    try {
      const definitions = new Parser(name, tokenize(source, options.left || '{{', options.right || '}}'), isFunction).parse();
      this.evaluation = new Evaluation({ name, source, functions, missingKey }, definitions);
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
}

function own(functions: Functions, name: string): unknown {
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}
