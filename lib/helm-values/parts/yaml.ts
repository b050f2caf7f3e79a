import * as path from 'node:path';
import type { Documents } from '../../yaml-reader/read';
import type { Tagged } from '../../yaml-reader/tags';

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

/** The one document of a text, all of it. */
export function parseYaml(text: string): Parsed<unknown> {
  const parsed = parseDocuments(text);
  if ('wrong' in parsed) return parsed;
  const { documents, tagged: [first] } = parsed.value;
  return first === undefined ? { value: documents[0] } : { wrong: `${first.path === '' ? 'it' : first.path} ${tagText(first)}` };
}

/** Why a value that another program fills in is not read. */
export function tagText({ tag }: Tagged): string {
  return tag === undefined ? 'is a template, which nobody fills in here: give the value itself' : `has the tag ${tag}, which another program fills in: give the value itself`;
}
