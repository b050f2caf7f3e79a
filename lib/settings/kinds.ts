import { Construct, IConstruct } from 'constructs';
import { Description, reject, together } from './invalid-prop';
import { nearest } from './nearest';

/**
 * What a prop may be. Kinds and names only: ranges, and what depends on other props, are for the resolve functions, which never see a wrong kind.
 */
export interface Kind<T> {
  /** Whether null and undefined are wrong. Otherwise they stand for a prop that is not given. */
  readonly required?: boolean;
  /**
   * The value as its TypeScript type promises it, after all that is wrong with it was rejected.
   *
   * @param hide whether the value may be a secret: errors say only what it is
   */
  read(prop: string, value: unknown, hide?: boolean): T;
}

type Optional<T> = Kind<T> & { readonly required?: false };
type Required<T> = Kind<T> & { readonly required: true };
/** Optional fields have optional kinds, the others required ones. */
type Necessity<T> = { readonly required?: undefined extends T ? false : true };

/** The kind of each field of an interface. The compiler asks for a line when the interface gains a field, and refuses it when the field goes. */
export type Shape<T> = {
  readonly [K in keyof T]-?: Kind<NonNullable<T[K]>> & Necessity<T[K]>;
};

/** The same kind, of a prop that must be given. */
export function required<T>(kind: Kind<T>): Required<T> {
  return { ...kind, required: true };
}

/** The same kind, of a prop whose value may be a secret: no error repeats it. */
export function secret<T>(kind: Kind<T>): Optional<T> {
  return { read: (prop, value) => kind.read(prop, value, true) };
}

/** Props of a public construct or function, with all that is wrong with their kinds and names in one error. */
export function checked<T>(kind: Kind<T>, props: unknown, prop: string = ''): T {
  return together(() => kind.read(prop, props ?? {}));
}

/** An argument of a public function that must be given. */
export function argument<T>(kind: Kind<T>, value: unknown, prop: string): T {
  return together(() => kind.read(prop, value));
}

/** A kind that one look decides. */
function simple<T>(what: string, is: (value: any) => boolean): Optional<T> {
  return {
    read(prop, value, hide) {
      if (!is(value)) reject(prop, described(value, hide), `must be ${what}`);
      return value as T;
    },
  };
}

export const text = simple<string>('a string', (value) => typeof value === 'string');
export const number = simple<number>('a number', (value) => typeof value === 'number');
export const flag = simple<boolean>('true or false', (value) => typeof value === 'boolean');

/** A value of an enum. */
export function oneOf<T extends string>(name: string, values: { readonly [member: string]: T }): Optional<T> {
  const all: unknown[] = Object.values(values);
  return simple(`of the enum ${name}: ${all.map((value) => JSON.stringify(value)).join(', ')}`, (value) => all.includes(value));
}

/** An object of a class of another package, known by what it has and not by its class: it may come from another copy of that package. */
export function like<T>(what: string, has: (value: Partial<T>) => boolean): Optional<T> {
  return simple(what, (value) => isObject(value) && has(value as Partial<T>));
}

/** A construct of any copy of its package; one that is not what is asked for is told by its path. */
export function construct(what: string, is: (value: IConstruct) => boolean = () => true): Optional<IConstruct> {
  return {
    read(prop, value, hide) {
      const one = Construct.isConstruct(value) ? value as IConstruct : undefined;
      if (one === undefined || !is(one)) reject(prop, one?.node.path ?? described(value, hide), `must be ${what}`);
      return value as IConstruct;
    },
  };
}

/** A list. */
export function list<T>(item: Kind<T>): Optional<T[]> {
  return {
    read(prop, value, hide) {
      if (!Array.isArray(value)) reject(prop, described(value, hide), 'must be a list');
      else return value.map((one, index) => item.read(`${prop}[${index}]`, one, hide));
      return [];
    },
  };
}

/** Values by free names. */
export function dictionary<T>(item: Kind<T>): Optional<{ [name: string]: T }> {
  return {
    read(prop, value, hide) {
      if (!isPlain(value)) reject(prop, described(value, hide), 'must be an object of names and values');
      return Object.fromEntries(given(value).map(([name, one]) => [name, item.read(`${prop}["${name}"]`, one, hide)]));
    },
  };
}

/** An interface of ours: only its fields, each of its kind. */
export function struct<T>(shape: Shape<T>): Optional<T> {
  const kinds = Object.entries<Kind<unknown>>(shape);
  const names = Object.keys(shape);
  return {
    read(prop, value, hide) {
      const path = (name: string) => (prop === '' ? name : `${prop}.${name}`);
      if (!isPlain(value)) {
        reject(prop || 'props', described(value, hide), `must be an object with some of ${names.join(', ')}`);
        return {} as T;
      }
      for (const [name, unknown] of given(value)) {
        if (names.includes(name)) continue;
        const meant = nearest(name, names);
        // who took one name for another may have meant it to hold a password
        reject(path(name), described(unknown, true), `is no prop: ${meant === undefined ? `there are ${names.join(', ')}` : `did you mean '${path(meant)}'?`}`);
      }
      return Object.fromEntries(kinds
        .filter(([name, kind]) => kind.required || !isAbsent(value[name]))
        .map(([name, kind]) => [name, kind.read(path(name), value[name], hide)])) as T;
    },
  };
}

/**
 * An object of the Kubernetes API, which is handed on as it is: a plain object. Of its fields only those are looked at that the library reads itself.
 */
export function api<T>(what: string, fields: { readonly [field in keyof T]?: Kind<any> } = {}): Optional<T> {
  return {
    read(prop, value) {
      if (!isPlain(value)) {reject(prop, described(value, true), `must be ${what}`);} else {
        for (const [field, kind] of Object.entries<Kind<unknown> | undefined>(fields)) {
          if (kind!.required || !isAbsent(value[field])) kind!.read(`${prop}.${field}`, value[field], true);
        }
      }
      return value as T;
    },
  };
}

/** A class of ours whose objects are made by static functions: each keeps in `_given` which one, and its arguments. */
interface Made {
  readonly _given: readonly unknown[];
}

/**
 * For each static function that makes an object, its arguments: what the path of each has after that of the prop, and its kind. The compiler asks for
 * a line when there is a new function or argument.
 */
export type Factories<C> = {
  readonly [F in keyof C as C[F] extends (...args: any[]) => Made ? F : never]:
  C[F] extends (...args: infer A) => Made
    ? { readonly [I in keyof A]-?: readonly [suffix: string, kind: Kind<NonNullable<A[I]>> & Necessity<A[I]>] }
    : never
};

/**
 * An object of a class of ours. It is made anew from its arguments after they were checked: so it may come from another copy of this package too.
 */
export function made<T extends Made, C extends { prototype: T }>(Class: C, name: string, example: string, factories: Factories<C>): Optional<T> {
  return {
    read(prop, value, hide) {
      const [factory, ...args] = (isObject(value) && Array.isArray(value._given) ? value._given : []) as readonly unknown[];
      const [, method] = new RegExp(`^${name}\\.(\\w+)$`).exec(String(factory)) ?? [];
      const kinds = (factories as { readonly [method: string]: readonly (readonly [string, Kind<unknown>])[] })[method];
      if (kinds === undefined) {
        reject(prop, described(value, hide), `must be of the class ${name}, like ${example}`);
        return undefined as unknown as T;
      }
      // who gives more expects it to do something
      const surplus = args.slice(kinds.length).find((arg) => !isAbsent(arg));
      if (surplus !== undefined) {
        reject(prop, described(surplus, true), `must not be given: ${factory} takes ${kinds.length === 0 ? 'nothing' : `at most ${kinds.length} argument${kinds.length === 1 ? '' : 's'}`}`);
      }
      return (Class as any)[method](...kinds.map(([suffix, kind], index) => (
        kind.required || !isAbsent(args[index]) ? kind.read(prop + suffix, args[index], hide) : undefined)));
    },
  };
}

/** What errors say of a value: only simple ones are repeated, as an object may hold secrets. */
function described(value: unknown, hide: boolean = false): unknown {
  switch (typeof value) {
    case 'string': return hide ? new Description('a string') : value;
    case 'object':
      if (value === null) return value;
      if (Array.isArray(value)) return new Description('a list');
      return new Description(isPlain(value) ? 'an object' : `an object of the class ${value.constructor?.name}`);
    case 'function': return new Description('a function');
    case 'symbol': return new Description('a symbol');
    case 'number': return hide ? new Description('a number') : value;
    default: return value;
  }
}

/** What stands for a prop that is not given: other languages write null, JavaScript undefined. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function given(value: unknown): [string, unknown][] {
  return Object.entries(value ?? {}).filter(([, one]) => !isAbsent(one));
}

function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

/** Whether it is an object that was written as one, not one of a class, whose fields mean something else. From another realm it has another prototype. */
function isPlain(value: unknown): value is { readonly [field: string]: unknown } {
  if (!isObject(value) || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
