import { CORE_SCHEMA, loadAll, Type, YAMLException } from 'js-yaml';
import { TAGGED, Tagged, withoutTagged } from './tags';
import { refuseTooMany, withoutText } from '../kube-template/yaml/yaml';

/** Words that are true and false to Helm, whose YAML is 1.1. */
const WORDS: { readonly [word: string]: boolean } = { y: true, yes: true, on: true, n: false, no: false, off: false };

const bool = new Type('tag:yaml.org,2002:bool', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && /^(true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/.test(text),
  construct: (text: string) => WORDS[text.toLowerCase()] ?? text.toLowerCase() === 'true',
});

/** 0755 is a mode in octal, and 1_000 is a thousand. */
const int = new Type('tag:yaml.org,2002:int', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && /^[-+]?(0[xX][\da-fA-F_]*[\da-fA-F]|0[bB][01_]*[01]|0[oO]?[0-7_]*[0-7]|0|[1-9][\d_]*)$/.test(text),
  construct: (text: string) => {
    const [, sign, prefix, digits] = /^([-+]?)(0[xXbBoO]?(?=.))?(.*)$/.exec(text.replace(/_/g, ''))!;
    const amount = prefix === undefined ? Number(digits) : Number(`${prefix === '0' ? '0o' : prefix}${digits}`);
    return sign === '-' ? -amount : amount;
  },
});

const merge = new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (text: unknown) => text === '<<' });

/** As Helm reads values: `yes` is true, 0755 is octal, and `<<` merges. Lists and mappings inside of each other end at 200; @types/js-yaml is behind js-yaml 4.3. */
const OPTIONS = { schema: CORE_SCHEMA.extend({ implicit: [bool, int, merge], explicit: TAGGED }), maxDepth: 200 } as Parameters<typeof loadAll>[2];

/** What a text holds. */
export interface Documents {
  readonly documents: unknown[];
  /** Where a key stands twice, if one does: as for Helm the last counts. */
  readonly twice?: string;
  /** What is left out, as only another program can read it. */
  readonly tagged: readonly Tagged[];
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
  const kept = read.documents.map(withoutTagged);
  return { documents: kept.map(({ value }) => value), tagged: kept.flatMap(({ tagged }) => tagged), ...duplicate?.mark ? { twice: `line ${duplicate.mark.line + 1}` } : {} };
}

function load(text: string, json: boolean): { readonly documents: unknown[] } | { readonly error: YAMLException } {
  try {
    return { documents: loadAll(text, undefined, { ...OPTIONS, json }) };
  } catch (error) {
    if (error instanceof YAMLException) return { error };
    throw error;
  }
}
