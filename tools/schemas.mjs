// Writes test/fixtures/schemas/VERSION.json: fields and types of the kinds that we emit, for each Kubernetes version.
// usage: node tools/schemas.mjs
//
// The source is the structural schema that client-go carries for server-side apply, fetched as a Go module. It knows every
// field and its type, not enumerations or patterns. A field whose zero value is always written counts as required.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { load } from 'js-yaml';

const CLIENT_GO = {
  '1.27': 'v0.27.16', '1.28': 'v0.28.15', '1.29': 'v0.29.15', '1.30': 'v0.30.14', '1.31': 'v0.31.14', '1.32': 'v0.32.9', '1.33': 'v0.33.13',
};
const KINDS = {
  'apps/v1': ['Deployment', 'StatefulSet'],
  'v1': ['ConfigMap', 'Secret', 'Service', 'ServiceAccount'],
  'networking.k8s.io/v1': ['NetworkPolicy'],
  'policy/v1': ['PodDisruptionBudget'],
  'rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
};
const PACKAGES = {
  'apps/v1': 'apps', 'v1': 'core', 'networking.k8s.io/v1': 'networking', 'policy/v1': 'policy', 'rbac.authorization.k8s.io/v1': 'rbac',
};

const target = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..', 'test', 'fixtures', 'schemas');
fs.mkdirSync(target, { recursive: true });
for (const [version, clientGo] of Object.entries(CLIENT_GO)) {
  const module = JSON.parse(execFileSync('go', ['mod', 'download', '-json', `k8s.io/client-go@${clientGo}`], { cwd: os.tmpdir(), encoding: 'utf8' }));
  const source = fs.readFileSync(path.join(module.Dir, 'applyconfigurations', 'internal', 'internal.go'), 'utf8');
  const all = new Map(load(source.slice(source.indexOf('`') + 1, source.lastIndexOf('`'))).types.map((type) => [type.name, type]));
  const kinds = {};
  const types = {};
  for (const [apiVersion, names] of Object.entries(KINDS)) {
    for (const kind of names) kinds[`${apiVersion} ${kind}`] = reference(`io.k8s.api.${PACKAGES[apiVersion]}.v1.${kind}`, all, types);
  }
  fs.writeFileSync(path.join(target, `${version}.json`), JSON.stringify({ source: `k8s.io/client-go@${clientGo}`, kinds, types }) + '\n');
  console.log(`${version}: ${Object.keys(types).length} types from client-go ${clientGo}`);
}

/** Name of a type, which is described in `types` from now on. */
function reference(name, all, types) {
  const short = name.replace(/^io\.k8s\./, '');
  if (!(short in types)) {
    types[short] = 'any';
    types[short] = describe(all.get(name), all, types);
  }
  return short;
}

function describe(type, all, types) {
  if (/(IntOrString|Quantity)$/.test(type.name ?? '')) return 'string-or-number';
  if (type.namedType !== undefined) return type.namedType.startsWith('__untyped') ? 'any' : { ref: reference(type.namedType, all, types) };
  if (type.scalar !== undefined) return type.scalar === 'untyped' ? 'any' : type.scalar;
  if (type.list) return { list: describe(type.list.elementType, all, types) };
  if (!type.map.fields) return { map: describe(type.map.elementType, all, types) };
  const required = type.map.fields.filter((field) => field.default === '' || field.default === 0).map((field) => field.name);
  return {
    fields: Object.fromEntries(type.map.fields.map((field) => [field.name, describe(field.type, all, types)])),
    ...required.length > 0 ? { required } : {},
  };
}
