import * as fs from 'node:fs';
import * as path from 'node:path';
import { Manifest } from './manifests';

type Type = string | { readonly ref: string } | { readonly list: Type } | { readonly map: Type }
| { readonly fields: { readonly [name: string]: Type }; readonly required?: readonly string[] };

interface Schema {
  readonly kinds: { readonly [kind: string]: string };
  readonly types: { readonly [name: string]: Type };
}

const ROOT = path.resolve(__dirname, '..', 'fixtures', 'schemas');

/** Kubernetes versions whose schemas `tools/schemas.mjs` has written. */
export const VERSIONS = fs.readdirSync(ROOT).map((file) => path.basename(file, '.json')).sort();

const schemas = new Map<string, Schema>();

/** What is wrong with a manifest: fields that the version does not know, lacks, or knows as another type. */
export function schemaErrors(version: string, manifest: Manifest): string[] {
  let schema = schemas.get(version);
  if (!schema) {
    schema = JSON.parse(fs.readFileSync(path.join(ROOT, `${version}.json`), 'utf8')) as Schema;
    schemas.set(version, schema);
  }
  const kind = schema.kinds[`${manifest.apiVersion} ${manifest.kind}`];
  if (kind === undefined) return [`${manifest.apiVersion} ${manifest.kind} is no kind of Kubernetes ${version}`];
  return errors(schema, { ref: kind }, manifest, manifest.kind);
}

function errors(schema: Schema, type: Type, value: unknown, at: string): string[] {
  if (typeof type === 'string') return isScalar(type, value) ? [] : [`${at} must be ${type}`];
  if ('ref' in type) return errors(schema, schema.types[type.ref], value, at);
  if ('list' in type) {
    return Array.isArray(value) ? value.flatMap((item, index) => errors(schema, type.list, item, `${at}[${index}]`)) : [`${at} must be a list`];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} must be an object`];
  if ('map' in type) return Object.entries(value).flatMap(([name, item]) => errors(schema, type.map, item, `${at}.${name}`));
  return [
    ...(type.required ?? []).filter((name) => !(name in value)).map((name) => `${at} lacks ${name}`),
    ...Object.entries(value).flatMap(([name, item]) => (
      name in type.fields ? errors(schema, type.fields[name], item, `${at}.${name}`) : [`${at} has no field ${name}`])),
  ];
}

function isScalar(type: string, value: unknown): boolean {
  switch (type) {
    case 'any': return true;
    case 'numeric': return typeof value === 'number';
    case 'string-or-number': return typeof value === 'number' || typeof value === 'string';
    default: return typeof value === type;
  }
}
