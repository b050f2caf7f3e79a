/**
 * A prop that cannot become a working installation, or several of them, a line each. Thrown at synth, before anything is written.
 *
 * Not public: jsii hands errors over as messages, and its classes can't extend Error. Who has to tell it from another error asks for its `name`.
 */
export class InvalidPropError extends Error {
  /** What is wrong, prop by prop: of an error that stands for several, all of them. */
  public readonly all: { readonly prop: string; readonly message: string }[];

  /**
   * @param prop path of the prop, as the user writes it
   * @param value what was given
   * @param accepted what would have been taken, and if possible the repair
   */
  constructor(public readonly prop: string, value: unknown, accepted: string) {
    super(`'${prop}' (${show(value)}) ${accepted}`);
    this.name = 'InvalidPropError';
    this.all = [{ prop, message: this.message }];
  }
}

/** What an error shows in place of a value that may be secret, or too large to be read. */
export class Description {
  constructor(public readonly text: string) {}
}

/** The errors of the rules that are being checked together; undefined while each is thrown at once. */
let collected: Map<string, InvalidPropError> | undefined;

/** How the user calls props that the rules know by another path. */
let given: { readonly [prop: string]: string } = {};

/** Checks rules about props that the user gave by other names: errors say those. */
export function calling<T>(names: { readonly [prop: string]: string }, rules: () => T): T {
  const before = given;
  given = { ...before, ...names };
  try {
    return rules();
  } finally {
    given = before;
  }
}

/** The error that says that a prop is wrong, as the user calls it: for who can't go on. */
export function invalid(prop: string, value: unknown, accepted: string): InvalidPropError {
  const called = (text: string) => text.replace(/'([^']+)'/g, (quoted, name) => (name in given ? `'${given[name]}'` : quoted));
  return new InvalidPropError(given[prop] ?? prop, value, called(accepted));
}

/**
 * Says that a prop is wrong. While `together` collects, the caller goes on with a stand-in: a value that breaks no further rule. Otherwise it throws.
 */
export function reject(prop: string, value: unknown, accepted: string): void {
  const error = invalid(prop, value, accepted);
  if (collected === undefined) throw error;
  collect(error);
}

/**
 * Checks rules, and throws at the end what all of them rejected, in one error. Of one prop the first is told: the next may be its consequence.
 */
export function together<T>(rules: () => T): T {
  if (collected !== undefined) return rules();
  const errors = collected = new Map<string, InvalidPropError>();
  let result: T | undefined;
  try {
    result = rules();
  } catch (error) {
    // what comes after a rejected prop may stumble over it
    if (error instanceof InvalidPropError) collect(error);
    else if (errors.size === 0) throw error;
  } finally {
    collected = undefined;
  }
  if (errors.size > 0) throw joined([...errors.values()]);
  return result as T;
}

function collect(error: InvalidPropError): void {
  if (!collected!.has(error.prop)) collected!.set(error.prop, error);
}

function joined(errors: readonly InvalidPropError[]): InvalidPropError {
  const [first, ...more] = errors;
  first.all.push(...more.flatMap(({ all }) => all));
  if (more.length > 0) first.message = [`${errors.length} props are wrong:`, ...errors.map((error) => `  ${error.message}`)].join('\n');
  // the stack begins with the message, and may have been written with the old one; above the rules its reader looks for the line that gave the props
  Error.captureStackTrace(first, together);
  return first;
}

const LONGEST = 100;

function show(value: unknown): string {
  if (value instanceof Description) return value.text;
  const text = typeof value === 'string' || (typeof value === 'object' && value !== null) ? JSON.stringify(value) : String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
