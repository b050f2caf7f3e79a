// Writes test/fixtures/custom-resources.json: the schemas of the kinds of other projects that we emit.
// usage: node tools/custom-resource-schemas.mjs
//
// The source are the definitions that those projects install, fetched as Go modules. Fields that they do not know are refused: the API server would drop them.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as yaml from 'js-yaml';

const SOURCES = [
  { module: 'github.com/cert-manager/cert-manager@v1.21.2', files: ['deploy/crds/cert-manager.io_certificates.yaml', 'deploy/crds/cert-manager.io_issuers.yaml'] },
  {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    files: ['podmonitors', 'prometheusrules'].map((kind) => `example/prometheus-operator-crd/monitoring.coreos.com_${kind}.yaml`),
  },
  { module: 'sigs.k8s.io/gateway-api@v1.4.1', files: ['config/crd/experimental/gateway.networking.k8s.io_tcproutes.yaml'] },
];
/** Keywords that say something about a value. */
const KEYWORDS = ['type', 'items', 'properties', 'additionalProperties', 'required', 'enum', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength'];

const kinds = SOURCES.flatMap(({ module, files }) => {
  const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', module], { cwd: os.tmpdir(), encoding: 'utf8' }));
  return files.map((file) => yaml.load(fs.readFileSync(path.join(Dir, file), 'utf8'))).flatMap(({ spec }) => (
    spec.versions.filter(({ served }) => served).map(({ name, schema }) => ({
      apiVersion: `${spec.group}/${name}`, kind: spec.names.kind, module, schema: closed(schema.openAPIV3Schema.properties.spec),
    }))));
});
const target = path.resolve(import.meta.dirname, '..', 'test', 'fixtures', 'custom-resources.json');
fs.writeFileSync(target, JSON.stringify({
  $schema: 'http://json-schema.org/draft-07/schema#',
  $comment: `made from ${SOURCES.map(({ module }) => module).join(', ')} by tools/custom-resource-schemas.mjs`,
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  properties: { apiVersion: { enum: [...new Set(kinds.map(({ apiVersion }) => apiVersion))] }, kind: { enum: kinds.map(({ kind }) => kind) } },
  allOf: kinds.map(({ apiVersion, kind, schema }) => ({
    if: { properties: { apiVersion: { const: apiVersion }, kind: { const: kind } } },
    then: { properties: { spec: schema } },
  })),
}) + '\n');
console.log(kinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).join('\n'));

/** Whether JavaScript knows what Go's regular expression says; those with flags inside it does not. */
function isRegExp(pattern) {
  try {
    return Boolean(new RegExp(pattern, 'u'));
  } catch {
    return false;
  }
}

/** A schema without its prose, whose objects have no other fields than those it names. */
function closed(schema) {
  const kept = Object.fromEntries(Object.entries(schema).filter(([keyword, value]) => KEYWORDS.includes(keyword) && (keyword !== 'pattern' || isRegExp(value))).map(([keyword, value]) => {
    switch (keyword) {
      case 'items': return [keyword, closed(value)];
      case 'additionalProperties': return [keyword, typeof value === 'object' ? closed(value) : value];
      case 'properties': return [keyword, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, closed(one)]))];
      default: return [keyword, value];
    }
  }));
  return kept.properties && !schema['x-kubernetes-preserve-unknown-fields'] ? { ...kept, additionalProperties: false } : kept;
}
