import { any, bool, fixed, Functions, text, variadic } from './signature';
import { format } from '../format/format';
import { kindOf, truth } from '../values/value';

/** Sprig's defaults and Helm's `required`. */
export const defaultFunctions: Functions = {
  default: variadic([any], any, ([fallback], [value]) => truth(value) ? value : fallback),
  empty: fixed([any], (value) => !truth(value)),
  coalesce: variadic([], any, (_, values) => values.find(truth) ?? null),
  ternary: fixed([any, any, bool], (yes, no, condition) => condition ? yes : no),
  required: fixed([text, any], (message, value) => {
    if (value === null || value === undefined || value === '') throw new Error(message);
    return value;
  }),
  fail: fixed([text], (message) => { throw new Error(message); }),
  toString: fixed([any], toText),
};

/** A value as text; nil is "". */
export function toText(value: unknown): string {
  return kindOf(value) === 'nil' ? '' : format(value);
}
