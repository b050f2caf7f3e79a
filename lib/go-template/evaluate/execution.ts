import { TemplateError } from '../syntax/errors';
import { LIMITS } from '../values/bounds';

/** Results of this size are followed by a look at the clock. */
const LARGE = 1000;
/** Small steps between two looks at the clock. */
const STEPS = 64;

/** A variable that was never set. */
export const UNSET = Symbol('unset');

/** One render. */
export class Execution {
  public out = '';
  /** Variables of the running definition. */
  public variables: unknown[] = [];
  public depth = 0;
  private steps = 0;
  private readonly end = performance.now() + LIMITS.duration;

  constructor(private readonly name: string) {}

  /** Counts a repetition or call. @throws TemplateError when the render is too large or takes too long */
  public step(): void {
    if (++this.steps % STEPS === 0) this.check();
  }

  /** Counts what a function returned. @throws TemplateError when the render takes too long */
  public result(value: unknown): void {
    const large = typeof value === 'string' || Array.isArray(value) ? value.length > LARGE : false;
    if (large) this.check();
    else this.step();
  }

  private check(): void {
    if (this.out.length > LIMITS.text) throw new TemplateError(`template: ${this.name}: output exceeds ${LIMITS.text} characters`);
    if (performance.now() > this.end) throw new TemplateError(`template: ${this.name}: took longer than ${LIMITS.duration} ms`);
  }
}

/** A new set of variables, with `$`. */
export function newVariables(slots: number, dot: unknown): unknown[] {
  const variables: unknown[] = new Array(slots);
  variables[0] = dot;
  for (let slot = 1; slot < slots; slot++) variables[slot] = UNSET;
  return variables;
}
