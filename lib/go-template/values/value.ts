/**
 * A floating-point number without a fraction. All other numbers tell by their value whether Go holds them in an int or in a
 * float64; this one would become an integer. Behaves as its value in arithmetic and in JSON.
 */
export class Float {
  constructor(public readonly value: number) {}

  public valueOf(): number { return this.value; }

  public toJSON(): number { return this.value; }
}

/** A number that Go holds in a float64. */
export function toFloat(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}

/**
 * What Go would hold a value in.
 *
 * `nil` is null. `zero` is undefined: the zero value of a type that is not known, as that of a field that a Kubernetes object does
 * not have; it equals nil, "", 0 and false.
 */
export type Kind = 'nil' | 'zero' | 'bool' | 'int' | 'float' | 'string' | 'list' | 'map' | 'func';

/** The kind of a value. */
export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case 'string': return 'string';
    case 'number': return Number.isInteger(value) ? 'int' : 'float';
    case 'bigint': return 'int';
    case 'boolean': return 'bool';
    case 'undefined': return 'zero';
    case 'object':
      if (value === null) return 'nil';
      if (Array.isArray(value)) return 'list';
      return value instanceof Float ? 'float' : 'map';
    default: return 'func';
  }
}

const TYPE_NAMES: Readonly<Record<Kind, string>> = {
  nil: '<nil>',
  zero: 'string',
  bool: 'bool',
  int: 'int',
  float: 'float64',
  string: 'string',
  list: '[]interface {}',
  map: 'map[string]interface {}',
  func: 'func()',
};

/** The name of a value's type in Go. */
export function typeName(value: unknown): string {
  return TYPE_NAMES[kindOf(value)];
}

/** A map, by its own properties. */
export type Dictionary = Record<string, unknown>;

/** Whether the value is a map. */
export function isMap(value: unknown): value is Dictionary {
  return kindOf(value) === 'map';
}

/** Whether `if` and `and` take the value as true: it is not zero and not empty. */
export function truth(value: unknown): boolean {
  switch (kindOf(value)) {
    case 'nil': case 'zero': return false;
    case 'list': return (value as unknown[]).length > 0;
    case 'map': return Object.keys(value as Dictionary).length > 0;
    case 'float': return Number(value) !== 0;
    case 'func': return true;
    // Not a number is true: it is not zero.
    default: return Boolean(value);
  }
}
