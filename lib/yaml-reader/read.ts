import { CORE_SCHEMA, loadAll, Type, YAMLException } from 'js-yaml';
import { refuseTooMany, withoutText } from '../kube-template/yaml/yaml';

/** Words that are true and false to Helm, whose YAML is 1.1. */
const WORDS: { readonly [word: string]: boolean } = { yes: true, on: true, no: false, off: false };

const bool = new Type('tag:yaml.org,2002:bool', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && /^(true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/.test(text),
  construct: (text: string) => WORDS[text.toLowerCase()] ?? text.toLowerCase() === 'true',
});

const merge = new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (text: unknown) => text === '<<' });

/** As Helm reads values: `yes` is true, and `<<` merges. Lists and mappings inside of each other end at 200; @types/js-yaml is behind js-yaml 4.3. */
const OPTIONS = { schema: CORE_SCHEMA.extend({ implicit: [bool, merge] }), maxDepth: 200 } as Parameters<typeof loadAll>[2];

/** What a text holds. */
export interface Documents {
  readonly documents: unknown[];
  /** Where a key stands twice, if one does: as for Helm the last counts. */
  readonly twice?: string;
}

/**
 * The documents of a text.
 *
 * @throws Error with line and column, and nothing of the text, which may be a secret
 */
export function readDocuments(text: string): Documents {
  const strict = load(text, false);
  const duplicate = 'error' in strict && strict.error.reason.startsWith('duplicated mapping key') ? strict.error : undefined;
  const read = duplicate === undefined ? strict : load(text, true);
  if ('error' in read) throw new Error(withoutText(read.error));
  refuseTooMany(read.documents);
  return { documents: read.documents, ...duplicate?.mark ? { twice: `line ${duplicate.mark.line + 1}` } : {} };
}

function load(text: string, json: boolean): { readonly documents: unknown[] } | { readonly error: YAMLException } {
  try {
    return { documents: loadAll(text, undefined, { ...OPTIONS, json }) };
  } catch (error) {
    if (error instanceof YAMLException) return { error };
    throw error;
  }
}
