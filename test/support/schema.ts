import * as fs from 'node:fs';
import * as path from 'node:path';
import Ajv, { ErrorObject, ValidateFunction } from 'ajv';
import { Manifest } from './manifests';

/** Where `tools/schemas.mjs` has written the schemas. */
export const SCHEMA_FOLDER = path.resolve(__dirname, '..', 'fixtures', 'schemas');

/** Kubernetes versions that have one. */
export const VERSIONS = fs.readdirSync(SCHEMA_FOLDER).map((file) => path.basename(file, '.json')).sort();

const validators = new Map<string, ValidateFunction>();

/** Kinds of other projects, of which the schema of no Kubernetes version knows. */
const CUSTOM = 'custom-resources';
/** Whether it is of one of these. */
export const isCustom = ({ apiVersion }: Manifest) => /^(cert-manager\.io|monitoring\.coreos\.com|gateway\.networking\.k8s\.io)\//.test(apiVersion);

/** What is wrong with a manifest: fields that the version does not know, lacks, or knows as another type, and list items with the same key. */
export function schemaErrors(kubernetes: string, manifest: Manifest): string[] {
  const version = isCustom(manifest) ? CUSTOM : kubernetes;
  let validate = validators.get(version);
  if (!validate) {
    validate = compile(version === CUSTOM ? `../${version}` : version);
    validators.set(version, validate);
  }
  validate(manifest);
  // "if" only repeats that something below it is wrong
  return (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map((error) => `${manifest.kind}${textOf(error)}`).sort();
}

function compile(version: string): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false });
  ajv.addKeyword({ keyword: 'x-kubernetes-list-map-keys', type: 'array', metaSchema: { type: 'array' }, validate: distinct });
  return ajv.compile(JSON.parse(fs.readFileSync(path.join(SCHEMA_FOLDER, `${version}.json`), 'utf8')));
}

/** Whether no two items of a list have the same keys: the API takes them for one. */
function distinct(keys: string[], items: { [key: string]: unknown }[]): boolean {
  const found = items.map((item) => JSON.stringify(keys.map((key) => item[key])));
  return new Set(found).size === found.length;
}

function textOf({ keyword, instancePath, params, message }: ErrorObject): string {
  const at = instancePath.replace(/\/(\d+)(?=\/|$)/g, '[$1]').replace(/\//g, '.').replace(/~1/g, '/');
  switch (keyword) {
    case 'additionalProperties': return `${at} has no field ${params.additionalProperty}`;
    case 'required': return `${at} lacks ${params.missingProperty}`;
    case 'type': return `${at} must be ${[params.type].flat().join(' or ')}`;
    case 'x-kubernetes-list-map-keys': return `${at} has an item twice`;
    default: return `${at} ${message}`;
  }
}
