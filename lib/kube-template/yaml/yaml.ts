import type { load, Schema, YAMLException } from 'js-yaml';

/** Loaded with the first text: in a pod most runs read none. In pods it is a file of its own beside the program, which tools/bundle.mjs makes. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const library = (): typeof import('js-yaml') => require('js-yaml') as typeof import('js-yaml');

/**
 * YAML 1.2, where 0640 is six hundred and forty, `yes` is text and a date is text, with the merge key `<<` of kubeconfigs that are written
 * by hand. Decoders in Go read YAML 1.1.
 */
function schema(): Schema {
  const { CORE_SCHEMA, Type } = library();
  return CORE_SCHEMA.extend({ implicit: [new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (text: unknown) => text === '<<' })] });
}

/** Lists and mappings inside of each other. */
const MAX_DEPTH = 200;
/** Values, those behind an alias counted each time that it stands there: a few lines of aliases can stand for more than fits into memory. */
const MAX_VALUES = 1_000_000;

/**
 * Parses one YAML document: a configuration file or a kubeconfig. Messages have the line, and nothing of the text, which may be a secret.
 *
 * @returns null when there is nothing in it
 * @throws Error when it is malformed, has a key twice, nests too deep, or its aliases contain themselves or stand for too much
 */
export function parseYaml(text: string): unknown {
  const yaml = library();
  let value: unknown;
  try {
    // @types/js-yaml is behind js-yaml 4.3
    value = yaml.load(text, { schema: schema(), maxDepth: MAX_DEPTH } as Parameters<typeof load>[1]) ?? null;
  } catch (error) {
    throw error instanceof yaml.YAMLException ? new Error(withoutText(error)) : error;
  }
  refuseTooMany(value);
  return value;
}

/** What is wrong and where, and nothing of the text. */
export function withoutText({ reason, mark }: YAMLException): string {
  const message = reason.replace(/ ?"[^]*"| ?!<[^]*>|: [^]*/g, '');
  return mark ? `line ${mark.line + 1}, column ${mark.column + 1}: ${message}` : message;
}

/** @throws Error for aliases that contain themselves or stand for too much */
export function refuseTooMany(root: unknown): void {
  const open = [root];
  for (let count = 0; open.length > 0; count++) {
    if (count + open.length > MAX_VALUES) throw new Error(`an alias that contains itself, or more than ${MAX_VALUES} values`);
    const value = open.pop();
    if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) open.push(child);
  }
}
