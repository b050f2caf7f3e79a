import * as path from 'node:path';
import type { Documents } from '../../yaml-reader/read';

/** One text of YAML, or in one line why it is none. */
export type Parsed<T> = { readonly value: T } | { readonly wrong: string };

/** What `lib/yaml-reader` is bundled as: one file with the parser in it, as no parser is a dependency of the package. */
const BUNDLE = path.resolve(__dirname, '..', '..', '..', 'lib', 'assets', 'bundles', 'yaml-reader.js');

/** Its documents. */
export function parseDocuments(text: string): Parsed<Documents> {
  // only who has YAML to read loads it
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { readDocuments } = require(BUNDLE) as typeof import('../../yaml-reader/read');
  try {
    return { value: readDocuments(text) };
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}

/** The one document of a text. */
export function parseYaml(text: string): Parsed<unknown> {
  const parsed = parseDocuments(text);
  return 'wrong' in parsed ? parsed : { value: parsed.value.documents[0] };
}
