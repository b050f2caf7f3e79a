import { compact } from '../values/literals';
import { Dictionary, isMap, kindOf, typeName } from '../values/value';

/**
 * Functions that templates can call, by name. They get nil as null or undefined, and floating-point numbers without a fraction as
 * {@link Float}, which computes as a number. What they throw fails the render.
 */
export type Functions = Record<string, (...args: any[]) => unknown>;

/** Checks an argument. @throws Error when it has the wrong type */
export type Parameter<T> = (value: unknown) => T;

type Parameters<A extends unknown[]> = { [K in keyof A]: Parameter<A[K]> };

/** A function with a fixed number of arguments. */
export function fixed<A extends unknown[]>(parameters: Parameters<A>, body: (...args: A) => unknown): Functions[string] {
  return (...args: unknown[]) => {
    if (args.length !== parameters.length) throw new Error(`wrong number of args: want ${parameters.length} got ${args.length}`);
    return body(...convert(parameters, args));
  };
}

/** A function that takes any number of arguments after its first ones. */
export function variadic<A extends unknown[], R>(
  parameters: Parameters<A>, rest: Parameter<R>, body: (first: A, rest: R[]) => unknown,
): Functions[string] {
  const { length } = parameters;
  return (...args: unknown[]) => {
    if (args.length < length) throw new Error(`wrong number of args: want at least ${length} got ${args.length}`);
    const others = args.slice(length).map((arg, index) => argument(rest, arg, length + index));
    return body(convert(parameters, args.slice(0, length)), others);
  };
}

function convert<A extends unknown[]>(parameters: Parameters<A>, args: unknown[]): A {
  return args.map((arg, index) => argument(parameters[index], arg, index)) as A;
}

function argument<T>(parameter: Parameter<T>, value: unknown, index: number): T {
  try {
    return parameter(value);
  } catch (error) {
    throw new Error(`argument ${index + 1}: ${(error as Error).message}`);
  }
}

function wrongType(expected: string, value: unknown): never {
  throw new Error(`expected ${expected}; got ${typeName(value)}`);
}

/** Anything. */
export const any: Parameter<unknown> = (value) => value;

/** A string; nil is "". */
export const text: Parameter<string> = (value) => {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : wrongType('string', value);
};

/** An integer; nil is 0. */
export const integer: Parameter<number> = (value) => {
  if (value === null || value === undefined) return 0;
  return kindOf(value) === 'int' ? Number(value) : wrongType('int', value);
};

/** A bool; nil is false. */
export const bool: Parameter<boolean> = (value) => {
  if (value === null || value === undefined) return false;
  return typeof value === 'boolean' ? value : wrongType('bool', value);
};

/** A list; nil is an empty one. */
export const list: Parameter<readonly unknown[]> = (value) => {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : wrongType('list', value);
};

/** A map; nil is an empty one. */
export const map: Parameter<Dictionary> = (value) => {
  if (value === null || value === undefined) return {};
  return isMap(value) ? value : wrongType('map', value);
};

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** Anything as an integer, as Sprig's int64 converts it: what is no number is 0, fractions are cut off. */
export const toInteger: Parameter<bigint> = (value) => {
  switch (kindOf(value)) {
    case 'int': return BigInt(value as number | bigint);
    case 'bool': return value ? 1n : 0n;
    case 'float': return Number.isFinite(Number(value)) ? BigInt(Math.trunc(Number(value))) : 0n;
    case 'string': return integerIn(value as string);
    default: return 0n;
  }
};

function integerIn(value: string): bigint {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)(?:\.[0-9]*)?$/.exec(value);
  if (!match || match[2].length > 100) return 0n;
  const [, sign, digits] = match;
  const number = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const signed = sign === '-' ? -number : number;
  return signed < INT64.min || signed > INT64.max ? 0n : signed;
}

/** Anything as a number, as Sprig's float64 converts it: what is no number is 0. */
export const toNumber: Parameter<number> = (value) => {
  switch (kindOf(value)) {
    case 'int': case 'float': return Number(value);
    case 'bool': return value ? 1 : 0;
    case 'string': return /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(value as string) ? Number(value) : 0;
    default: return 0;
  }
};

/** A 64-bit integer; it wraps around as Go's do. */
export function int64(value: bigint): number | bigint {
  return compact(BigInt.asIntN(64, value));
}
