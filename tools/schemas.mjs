// Writes test/fixtures/schemas/VERSION.json: the schema of the kinds that we emit, for each Kubernetes version.
// usage: node tools/schemas.mjs
//
// The source is the OpenAPI document of Kubernetes itself, fetched as a Go module. Fields that it does not know are refused, as
// kubectl and `kubeconform -strict` do. Each file is one JSON schema for all kinds, which kubeconform takes as its schema location too.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const KUBERNETES = {
  '1.27': 'v1.27.16', '1.28': 'v1.28.15', '1.29': 'v1.29.15', '1.30': 'v1.30.14', '1.31': 'v1.31.14', '1.32': 'v1.32.13', '1.33': 'v1.33.13',
  '1.34': 'v1.34.4', '1.35': 'v1.35.4', '1.36': 'v1.36.3', '1.37': 'v1.37.2',
};
const KINDS = {
  'apps/v1': ['Deployment', 'StatefulSet'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'batch/v1': ['CronJob', 'Job'],
  'v1': ['ConfigMap', 'Secret', 'Service', 'ServiceAccount'],
  'networking.k8s.io/v1': ['NetworkPolicy'],
  'policy/v1': ['PodDisruptionBudget'],
  'rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
};
/** What the API takes as a number or a string, whatever its document says. */
const NUMBER_OR_STRING = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': ['integer', 'string'],
  'io.k8s.apimachinery.pkg.api.resource.Quantity': ['number', 'string'],
};
/** Keywords that say something about a value. The keys of a list say what must be unique in it. */
const KEYWORDS = ['type', 'items', 'properties', 'additionalProperties', 'required', '$ref', 'enum', 'x-kubernetes-list-map-keys'];

const target = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..', 'test', 'fixtures', 'schemas');
fs.mkdirSync(target, { recursive: true });
for (const [version, release] of Object.entries(KUBERNETES)) {
  const module = JSON.parse(execFileSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${release}`], { cwd: os.tmpdir(), encoding: 'utf8' }));
  const all = JSON.parse(fs.readFileSync(path.join(module.Dir, 'api', 'openapi-spec', 'swagger.json'), 'utf8')).definitions;
  const definitions = {};
  const allOf = Object.entries(KINDS).flatMap(([apiVersion, kinds]) => kinds.map((kind) => ({
    if: { properties: { apiVersion: { const: apiVersion }, kind: { const: kind } } },
    then: { $ref: take(nameOf(all, apiVersion, kind), all, definitions) },
  })));
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment: `made from k8s.io/kubernetes@${release} by tools/schemas.mjs`,
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata'],
    properties: { apiVersion: { enum: Object.keys(KINDS) }, kind: { enum: Object.values(KINDS).flat() } },
    allOf,
    definitions,
  };
  fs.writeFileSync(path.join(target, `${version}.json`), JSON.stringify(schema) + '\n');
  console.log(`${version}: ${Object.keys(definitions).length} types from Kubernetes ${release}`);
}

/** Name of the definition of a kind. */
function nameOf(all, apiVersion, kind) {
  return Object.keys(all).find((name) => all[name]['x-kubernetes-group-version-kind']?.some((one) => (
    one.kind === kind && (one.group === '' ? one.version : `${one.group}/${one.version}`) === apiVersion)));
}

/** Reference to a definition, which stands in `definitions` from now on. */
function take(name, all, definitions) {
  const short = name.replace(/^io\.k8s\./, '');
  if (!(short in definitions)) {
    definitions[short] = {};
    definitions[short] = name in NUMBER_OR_STRING ? { type: NUMBER_OR_STRING[name] } : convert(all[name], all, definitions);
    if (definitions[short].properties) definitions[short].additionalProperties = false;
  }
  return `#/definitions/${short}`;
}

function convert(schema, all, definitions) {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => KEYWORDS.includes(keyword)).map(([keyword, value]) => {
    switch (keyword) {
      case '$ref': return [keyword, take(value.replace('#/definitions/', ''), all, definitions)];
      case 'items':
      case 'additionalProperties': return [keyword, convert(value, all, definitions)];
      case 'properties': return [keyword, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, convert(one, all, definitions)]))];
      default: return [keyword, value];
    }
  }));
}
