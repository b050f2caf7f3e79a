import { billionths } from '../../settings/quantity';

/** A value as the mapping needs it, or what would have been right; both where it is not what was meant, perhaps, and Helm takes it for something nevertheless. */
export type Read<T> = { readonly value: T } | { readonly wrong: string } | { readonly value: T; readonly wrong: string };

/** How a value is read. Values files are written by people: a number may be text, and text a number. */
export type Reader<T> = (value: unknown) => Read<T>;

const right = <T>(value: T): Read<T> => ({ value });
const wrong = (what: string): Read<never> => ({ wrong: `must be ${what}` });

export const text: Reader<string> = (value) => (['string', 'number', 'boolean'].includes(typeof value) ? right(String(value).trim()) : wrong('text'));

export const int: Reader<number> = (value) => {
  const number = typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? right(number as number) : wrong('a whole number');
};

/** On or off. To Helm's `if` any text is true: what bears such a flag is on in the running chart, and who wrote it perhaps believes that it is off. */
export const flag: Reader<boolean> = (value) => {
  if (typeof value === 'boolean') return right(value);
  const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
  if (word === 'true' || word === 'yes' || word === 'on') return right(true);
  if (word === 'false' || word === 'no' || word === 'off') return { value: true, wrong: 'is text, which Helm takes for true: write false without quotes, or true' };
  return wrong('true or false');
};

const UNITS: { readonly [unit: string]: number } = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3600_000, d: 86_400_000 };

/** A time of HAProxy or Prometheus, in milliseconds; a bare number is in `bare`. */
export const time = (bare: 'ms' | 's'): Reader<number> => (value) => {
  // an object may have no text
  const given = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  const parts = [...given.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h|d)?/gy)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== given) return wrong('a time, like "30s"');
  return right(parts.reduce((sum, [, amount, unit = bare]) => sum + Number(amount) * UNITS[unit], 0));
};

/** A quantity of Kubernetes. */
export const quantity: Reader<string> = (value) => {
  const read = text(value);
  return 'value' in read && billionths(read.value) !== undefined ? read : wrong('a quantity, like "512Mi"');
};

/** A list of text; one alone, or with commas, is a list too. */
export const texts: Reader<string[]> = (value) => {
  const items = Array.isArray(value) ? value : [value];
  const read = items.map(text);
  return read.every((item) => 'value' in item) ? right(read.map((item) => (item as { value: string }).value)) : wrong('a list of text');
};

/** Text by name. */
export const dictionary: Reader<{ [name: string]: string }> = (value) => {
  if (!isObject(value)) return wrong('names with text');
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return entries.every(([, item]) => 'value' in text(item)) ? right(Object.fromEntries(entries.map(([name, item]) => [name, String(item)]))) : wrong('names with text');
};

/** An object, as it is. */
export const object: Reader<{ [field: string]: any }> = (value) => (isObject(value) ? right(value) : wrong('an object'));

/** A list of objects, as they are. */
export const objects: Reader<{ [field: string]: any }[]> = (value) => (Array.isArray(value) && value.every(isObject) ? right(value) : wrong('a list of objects'));

/** A list of objects with a name. */
export const named: Reader<{ [field: string]: any }[]> = (value) => {
  const read = objects(value);
  return 'value' in read && read.value.every(({ name }) => typeof name === 'string' && name !== '') ? read : wrong('a list of objects with a name');
};

export const anything: Reader<any> = (value) => right(value);

/** Keys with values. Parsers also make dates, bytes and maps, which have no keys and are not empty. */
export function isObject(value: unknown): value is { readonly [field: string]: any } {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** Whether it asks for nothing. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** Whether Helm would fill something in, anywhere in it. */
export function isTemplated(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('{{');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, item]) => name.includes('{{') || isTemplated(item));
}
