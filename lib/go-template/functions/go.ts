import { any, fixed, Functions, Parameter, text, variadic } from './signature';
import { sprint, sprintf, sprintln } from '../format/printf';
import { bytesOf, textOf } from '../values/bytes';
import { compareText, MissingKey, valueAt } from '../values/field';
import { isPrintable } from '../values/quote';
import { isMap, kindOf, truth, typeName } from '../values/value';

/** The functions of Go's text/template. `and` and `or` are evaluated without calling them. */
export function goFunctions(missingKey: MissingKey): Functions {
  const missing = missingKey === 'zero' ? undefined : null;
  return {
    and: () => undefined,
    or: () => undefined,
    not: fixed([any], (value) => !truth(value)),
    eq: variadic([any], any, ([value], others) => {
      if (others.length === 0) throw new Error('missing argument for comparison');
      return others.some((other) => equal(value, other));
    }),
    ne: fixed([any, any], (a, b) => !equal(a, b)),
    lt: fixed([any, any], less),
    le: fixed([any, any], (a, b) => less(a, b) || equal(a, b)),
    gt: fixed([any, any], (a, b) => !less(a, b) && !equal(a, b)),
    ge: fixed([any, any], (a, b) => !less(a, b)),
    len: fixed([any], length),
    index: variadic([any], any, ([value], keys) => index(value, keys, missing)),
    slice: variadic([any], any, ([value], indexes) => slice(value, indexes)),
    print: (...args) => sprint(args),
    println: (...args) => sprintln(args),
    printf: variadic([pattern], any, ([one], args) => sprintf(one, args)),
    html: (...args) => escapeHtml(printable(args)),
    js: (...args) => escapeJavaScript(printable(args)),
    urlquery: (...args) => escapeQuery(printable(args)),
    call: variadic([any], any, ([fn]) => {
      throw new Error(fn === null || fn === undefined ? 'call of nil' : `non-function of type ${typeName(fn)}`);
    }),
  };
}

const pattern: Parameter<string> = (value) => {
  if (value === null) throw new Error('cannot assign nil to string');
  return text(value);
};

function incompatible(a: unknown, b: unknown): never {
  throw new Error(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
}

function equal(a: unknown, b: unknown): boolean {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind === 'zero') return !truth(b);
  if (other === 'zero') return !truth(a);
  if (kind === 'nil' || other === 'nil') return kind === other;
  if (kind !== other) incompatible(a, b);
  switch (kind) {
    case 'list': case 'map': case 'func': throw new Error(`non-comparable type ${typeName(a)}`);
    case 'float': return Number(a) === Number(b);
    // Small integers are numbers and large ones bigints, so both are equal only as the same type.
    default: return a === b;
  }
}

function less(a: unknown, b: unknown): boolean {
  const kind = kindOf(a) === 'zero' ? zeroKind(b) : kindOf(a);
  const other = kindOf(b) === 'zero' ? zeroKind(a) : kindOf(b);
  const bad = [kind, other].find((one) => !['bool', 'int', 'float', 'string'].includes(one));
  if (bad) throw new Error('invalid type for comparison');
  if (kind !== other) incompatible(a, b);
  switch (kind) {
    case 'string': return compareText(String(a ?? ''), String(b ?? '')) < 0;
    case 'bool': throw new Error('invalid type for comparison');
    case 'float': return Number(a ?? 0) < Number(b ?? 0);
    default: return (a as number ?? 0) < (b as number ?? 0);
  }
}

/** The type of the zero value that something is compared with. */
function zeroKind(other: unknown): ReturnType<typeof kindOf> {
  const kind = kindOf(other);
  return kind === 'zero' ? 'string' : kind;
}

function length(value: unknown): number {
  switch (kindOf(value)) {
    case 'zero': return 0;
    case 'string': return bytesOf(value as string).length;
    case 'list': return (value as unknown[]).length;
    case 'map': return Object.keys(value as object).length;
    case 'nil': throw new Error('len of nil pointer');
    default: throw new Error(`len of type ${typeName(value)}`);
  }
}

function index(start: unknown, keys: readonly unknown[], missing: undefined | null): unknown {
  if (start === null && missing === null) throw new Error('index of untyped nil');
  let value = start;
  for (const key of keys) {
    if (value === undefined || (value === null && missing === undefined)) return undefined;
    value = element(value, key) ?? missing;
  }
  return value;
}

function element(value: unknown, key: unknown): unknown {
  switch (kindOf(value)) {
    case 'nil': throw new Error('index of nil pointer');
    case 'string': {
      const bytes = bytesOf(value as string);
      return bytes[position(key, bytes.length - 1)];
    }
    case 'list': return (value as unknown[])[position(key, (value as unknown[]).length - 1)];
    case 'map':
      if (key === null) throw new Error('value is nil; should be of type string');
      if (typeof key !== 'string' && key !== undefined) throw new Error(`value has type ${typeName(key)}; should be string`);
      return isMap(value) ? valueAt(value, key ?? '') : undefined;
    default: throw new Error(`can't index item of type ${typeName(value)}`);
  }
}

function position(key: unknown, last: number): number {
  if (key === null) throw new Error('cannot index slice/array with nil');
  if (kindOf(key) !== 'int') throw new Error(`cannot index slice/array with type ${typeName(key)}`);
  const number = Number(key);
  if (number < 0 || number > last) throw new Error(`index out of range: ${String(key)}`);
  return number;
}

function slice(value: unknown, indexes: readonly unknown[]): unknown {
  if (indexes.length > 3) throw new Error(`too many slice indexes: ${indexes.length}`);
  const kind = kindOf(value);
  if (kind === 'nil') throw new Error('slice of untyped nil');
  if (kind === 'zero') return undefined;
  if (kind !== 'string' && kind !== 'list') throw new Error(`can't slice item of type ${typeName(value)}`);
  if (kind === 'string' && indexes.length === 3) throw new Error('cannot 3-index slice a string');
  const items = kind === 'string' ? bytesOf(value as string) : value as unknown[];
  const positions = indexes.map((one) => position(one, items.length));
  const [from = 0, to = items.length, capacity = to] = positions;
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (to > capacity) throw new Error(`invalid slice index: ${to} > ${capacity}`);
  return Buffer.isBuffer(items) ? textOf(items.subarray(from, to)) : items.slice(from, to);
}

/** Text of arguments as actions print them. */
function printable(args: readonly unknown[]): string {
  return sprint(args.map((arg) => arg === null ? '<no value>' : arg));
}

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', '\'': '&#39;', '\0': '\ufffd',
};

function escapeHtml(value: string): string {
  return value.replace(/[&<>"'\0]/g, (char) => HTML[char]);
}

function escapeJavaScript(value: string): string {
  return value.replace(/[\\'"<>&=\x00-\x1f]|[^\x00-\x7f]/gu, (char) => {
    if ('\\\'"'.includes(char)) return `\\${char}`;
    if (char >= '\x80' && isPrintable(char)) return char;
    return `\\u${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

function escapeQuery(value: string): string {
  // By way of UTF-8, halves of characters become U+FFFD.
  const escaped = encodeURIComponent(Buffer.from(value).toString());
  return escaped.replace(/%20/g, '+').replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
