import { typeName } from '../../go-template';

/** Where a template function reads: '*' means all namespaces. */
export interface Scope {
  /** Empty: the default namespace. */
  readonly namespace: string;
  readonly labelSelector: string;
}

const NAMESPACE = /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?|\*|)$/;
/** Names of most kinds are DNS subdomains; those of RBAC objects may also have colons and capitals. */
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9._:]*[A-Za-z0-9])?$/;
const GROUP_VERSION = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?v[0-9][a-z0-9]*$/;
const PLURAL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Whether the text can only be a label selector, not a name. */
export function isSelector(text: string): boolean {
  return /[=!,() ]/.test(text);
}

/**
 * Sorts out namespace and label selector. An argument that can only be a selector is taken as such in either place; otherwise
 * the namespace comes first, or second when `selectorFirst` is set.
 *
 * @throws when an argument is not text, or the namespace is not valid
 */
export function parseScope(fn: string, first: unknown, second: unknown, selectorFirst: boolean): Scope {
  const a = parseText(fn, 'argument', first);
  const b = parseText(fn, 'argument', second);
  const swapped = isSelector(a) === isSelector(b) ? selectorFirst : isSelector(a);
  const [namespace, labelSelector] = swapped ? [b, a] : [a, b];
  return { namespace: parseNamespace(fn, namespace), labelSelector };
}

/** Text of a template value; nil is the empty text. Errors do not show another value, which may be a Secret. */
export function parseText(fn: string, what: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw new Error(`${fn}: ${what}: expected text; got ${typeName(value)}`);
}

/** Name or number of a port; nil is none. */
export function parsePort(fn: string, value: unknown): string | number | undefined {
  if (value === undefined || value === null) return undefined;
  return ['int', 'float64'].includes(typeName(value)) ? Number(value) : parseText(fn, 'port', value);
}

/** A namespace, '*' or ''. */
export function parseNamespace(fn: string, value: unknown): string {
  return parseMatch(fn, 'namespace', value, NAMESPACE, 'a namespace name or "*"');
}

/** An object name, or '' when the value is nil or empty. */
export function parseName(fn: string, value: unknown): string {
  const name = parseText(fn, 'name', value);
  return name === '' ? '' : parseMatch(fn, 'name', name, NAME, 'the name of one object');
}

/** An API group and version. */
export function parseGroupVersion(fn: string, value: unknown): string {
  return parseMatch(fn, 'API version', value, GROUP_VERSION, 'a group and version such as "apps/v1"');
}

/** A plural resource name. */
export function parsePlural(fn: string, value: unknown): string {
  return parseMatch(fn, 'resource', value, PLURAL, 'a lower-case plural such as "daemonsets"');
}

function parseMatch(fn: string, what: string, value: unknown, pattern: RegExp, expected: string): string {
  const text = parseText(fn, what, value);
  if (!pattern.test(text)) throw new Error(`${fn}: ${what} ${JSON.stringify(text)}: expected ${expected}`);
  return text;
}
