import { any, fixed, Functions, list, variadic } from './signature';
import { textsOf } from './strings';
import { formatWith } from '../format/format';
import { LIMITS } from '../values/bounds';
import { compareText } from '../values/field';
import { kindOf } from '../values/value';

/** Sprig's functions for lists. None of them changes its argument. */
export const listFunctions: Functions = {
  list: variadic([], any, (_, values) => values),
  first: fixed([list], (values) => values[0] ?? null),
  last: fixed([list], (values) => values[values.length - 1] ?? null),
  rest: fixed([list], (values) => values.slice(1)),
  initial: fixed([list], (values) => values.slice(0, -1)),
  append: fixed([list, any], (values, value) => bounded([...values, value])),
  prepend: fixed([list, any], (values, value) => bounded([value, ...values])),
  concat: variadic([], list, (_, lists) => {
    checkCount(lists.reduce((sum, one) => sum + one.length, 0));
    return lists.flatMap((one) => one);
  }),
  reverse: fixed([list], (values) => [...values].reverse()),
  uniq: fixed([list], (values) => {
    const seen = new Map(values.map((value) => [identity(value), value] as const).reverse());
    return values.filter((value) => seen.get(identity(value)) === value && seen.delete(identity(value)));
  }),
  has: fixed([any, list], (wanted, values) => {
    const key = identity(wanted);
    return values.some((value) => identity(value) === key);
  }),
  without: variadic([list], any, ([values], omitted) => {
    const keys = new Set(omitted.map(identity));
    return values.filter((value) => !keys.has(identity(value)));
  }),
  sortAlpha: fixed([any], (value) => textsOf(value).sort(compareText)),
};

function bounded(values: unknown[]): unknown[] {
  checkCount(values.length);
  return values;
}

function checkCount(count: number): void {
  if (count > LIMITS.list) throw new Error(`list exceeds ${LIMITS.list} elements`);
}

/** Text that equal values, and only those, have in common. */
function identity(value: unknown): string {
  return kindOf(value) + formatWith(value, 'v', { sharpV: true });
}
