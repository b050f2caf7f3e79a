import { any, fixed, Functions, int64, integer, toInteger, toNumber, variadic } from './signature';
import { LIMITS } from '../values/bounds';
import { toFloat } from '../values/value';

/** Sprig's arithmetic. Integers have 64 bits; whatever is no number counts as 0. */
export const mathFunctions: Functions = {
  int: fixed([toInteger], int64),
  int64: fixed([toInteger], int64),
  float64: fixed([toNumber], toFloat),
  add: variadic([], toInteger, (_, numbers) => int64(numbers.reduce((sum, number) => sum + number, 0n))),
  sub: fixed([toInteger, toInteger], (a, b) => int64(a - b)),
  mul: variadic([toInteger], toInteger, ([first], numbers) => int64(numbers.reduce((product, number) => BigInt.asIntN(64, product * number), first))),
  div: fixed([toInteger, toInteger], (a, b) => int64(a / divisor(b))),
  mod: fixed([toInteger, toInteger], (a, b) => int64(a % divisor(b))),
  max: variadic([toInteger], toInteger, ([first], numbers) => int64(numbers.reduce((a, b) => a > b ? a : b, first))),
  min: variadic([toInteger], toInteger, ([first], numbers) => int64(numbers.reduce((a, b) => a < b ? a : b, first))),
  floor: fixed([toNumber], (value) => toFloat(Math.floor(value))),
  ceil: fixed([toNumber], (value) => toFloat(Math.ceil(value))),
  round: variadic([any, integer], toNumber, ([value, places], [roundOn = 0.5]) => toFloat(round(toNumber(value), places, roundOn))),
  until: fixed([integer], (count) => range(0, count, count < 0 ? -1 : 1)),
  untilStep: fixed([integer, integer, integer], range),
};

function divisor(value: bigint): bigint {
  if (value === 0n) throw new Error('integer divide by zero');
  return value;
}

function round(value: number, places: number, roundOn: number): number {
  const power = 10 ** places;
  const scaled = power * value;
  const fraction = scaled - Math.trunc(scaled);
  return (fraction >= roundOn ? Math.ceil(scaled) : Math.floor(scaled)) / power;
}

/** Empty when the step leads away from the end. */
function range(start: number, stop: number, step: number): number[] {
  const count = step === 0 ? 0 : Math.max(0, Math.ceil((stop - start) / step));
  if (count > LIMITS.list) throw new Error(`list exceeds ${LIMITS.list} elements`);
  return Array.from({ length: count }, (_, index) => start + index * step);
}
