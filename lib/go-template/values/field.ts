import { textOf } from './bytes';
import type { Dictionary } from './value';

/** How missing fields and keys are taken: `zero` prints "", `default` prints "<no value>", `error` fails. */
export const MISSING_KEYS = ['zero', 'default', 'error'] as const;
/** One of {@link MISSING_KEYS}. */
export type MissingKey = typeof MISSING_KEYS[number];

/** Leading capitals of a Go name as JSON writes them: PodIP to podIP, IP to ip, APIVersion to apiVersion, SELinux to seLinux. */
const LEADING_CAPITALS = /^(?:[A-Z]+(?=[A-Z][a-z])|[A-Z]+$|[A-Z])/;

const CAPITAL_A = 0x41;
const CAPITAL_Z = 0x5a;

const jsonNames = new Map<string, string>();
/** Names come from templates, of which there are few, but nothing else would bound the memory. */
const MAX_JSON_NAMES = 10_000;

function jsonName(name: string): string {
  let found = jsonNames.get(name);
  if (found === undefined) {
    if (jsonNames.size >= MAX_JSON_NAMES) jsonNames.clear();
    found = name.replace(LEADING_CAPITALS, (capitals) => capitals.toLowerCase());
    jsonNames.set(name, found);
  }
  return found;
}

/** Whether the map is a Kubernetes object: it has metadata. */
export function isKubernetes(map: Dictionary): boolean {
  if (!Object.hasOwn(map, 'metadata')) return false;
  const { metadata } = map;
  return typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
}

/**
 * The value of a key. The values in the data of a Secret are decoded from base64.
 *
 * @returns undefined when the map has no such key of its own
 */
export function valueAt(map: Dictionary, key: string): unknown {
  return Object.hasOwn(map, key) ? ownValue(map, key) : undefined;
}

function ownValue(map: Dictionary, key: string): unknown {
  const value = map[key];
  return key === 'data' && map.kind === 'Secret' && isKubernetes(map) ? decodeSecret(value) : value;
}

const decoded = new WeakMap<object, Dictionary>();

function decodeSecret(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  let texts = decoded.get(data);
  if (texts === undefined) {
    texts = Object.create(null) as Dictionary;
    for (const [key, value] of Object.entries(data)) {
      texts[key] = typeof value === 'string' ? textOf(Buffer.from(value, 'base64')) : value;
    }
    decoded.set(data, texts);
  }
  return texts;
}

/**
 * A field of a map, by its key or as Go programs name the fields of Kubernetes objects: `PodIP` is `podIP`, and `Name`, `Labels` and
 * the like are those of the metadata, as `name` and `labels` are.
 *
 * @returns undefined when there is none
 */
export function fieldOf(map: Dictionary, name: string): unknown {
  if (Object.hasOwn(map, name)) return ownValue(map, name);
  // Only exported Go names are spelled differently in JSON.
  const first = name.charCodeAt(0);
  if (first < CAPITAL_A || first > CAPITAL_Z) return isKubernetes(map) ? valueAt(map.metadata as Dictionary, name) : undefined;
  const json = jsonName(name);
  if (Object.hasOwn(map, json)) return ownValue(map, json);
  if (name === 'TypeMeta') return map;
  const kubernetes = isKubernetes(map);
  if (kubernetes && (name === 'ObjectMeta' || name === 'ListMeta')) return map.metadata;
  for (const key in map) {
    if (key.length === name.length && key.toLowerCase() === name.toLowerCase() && Object.hasOwn(map, key)) return ownValue(map, key);
  }
  return kubernetes ? fieldOf(map.metadata as Dictionary, name) : undefined;
}

/** The keys of a map in Go's order: by their bytes. */
export function sortedKeys(map: Dictionary): string[] {
  return Object.keys(map).sort(compareText);
}

/** Orders texts by code points, which is the order of their bytes in UTF-8. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  let position = 0;
  while (position < a.length && a.charCodeAt(position) === b.charCodeAt(position)) position++;
  if (position === a.length || position === b.length) return a.length - b.length;
  return rank(a.charCodeAt(position)) - rank(b.charCodeAt(position));
}

/** Surrogates are units of code points above all single units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
