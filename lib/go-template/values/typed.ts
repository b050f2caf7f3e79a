import { Float, kindOf } from './value';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/;
const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  ...Object.fromEntries(['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, power) => [suffix, 1024 ** (power + 1)])),
};

/** What types of the API that JSON writes as a number or text have in Go: of intstr.IntOrString, resource.Quantity and metav1.Time. */
const ACCESSORS: Readonly<Record<string, (value: string | number) => unknown>> = {
  IntVal: (value) => typeof value === 'number' ? value : 0,
  StrVal: (value) => typeof value === 'number' ? '' : value,
  Type: (value) => typeof value === 'number' ? 0 : 1,
  IntValue: (value) => typeof value === 'number' ? value : integer(value),
  String: String,
  IsZero: (value) => quantity(value) === 0,
  Value: (value) => up(quantity(value)),
  MilliValue: (value) => up(quantity(value), 1000),
  AsApproximateFloat64: (value) => new Float(quantity(value) ?? 0),
  Time: (value) => value,
  UTC: (value) => value,
  Unix: (value) => seconds(value),
  UnixNano: (value) => BigInt(seconds(value)) * 1_000_000_000n,
};

/**
 * A field or method without arguments, as templates use it that were written for typed objects: `.TargetPort.IntVal`.
 *
 * @returns undefined when no such type has it
 */
export function accessorOf(value: unknown, name: string): unknown {
  const kind = kindOf(value);
  if (!Object.hasOwn(ACCESSORS, name) || (kind !== 'int' && kind !== 'string')) return undefined;
  return ACCESSORS[name](typeof value === 'bigint' ? Number(value) : value as string | number);
}

function integer(value: string): number {
  return /^[+-]?\d+$/.test(value) ? Number(value) : 0;
}

function quantity(value: string | number): number | undefined {
  const [matched, number, exponent = '', suffix = ''] = QUANTITY.exec(String(value)) ?? [];
  return matched === undefined ? undefined : Number(number + exponent) * (SUFFIXES[suffix] ?? 1);
}

/** Rounded up, as resource.Quantity does; of what is no quantity, 0. */
function up(value: number | undefined, scale = 1): number {
  // without the dust of binary fractions: 0.1 * 1000 * 3
  return value === undefined ? 0 : Math.ceil(Number((value * scale).toPrecision(15)));
}

function seconds(value: string | number): number {
  return TIME.test(String(value)) ? Math.floor(Date.parse(String(value)) / 1000) : 0;
}
