import * as fs from 'node:fs';
import * as path from 'node:path';
import { Api } from './api';
import { until } from './until';

const ANYTHING = { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true };
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** A kind of another project, as `tools/custom-resource-schemas.mjs` keeps it. */
interface CustomKind {
  readonly if: { readonly properties: { readonly apiVersion: { readonly const: string }; readonly kind: { readonly const: string } } };
}

/** The kinds of other projects that examples write, for a cluster that does not have those projects: the API server takes the objects, and nobody acts. */
export class CustomKinds {
  /** Defines those that the cluster does not know. */
  public static async define(api: Api): Promise<CustomKinds> {
    const { allOf } = JSON.parse(fs.readFileSync(path.resolve(__dirname, '../../fixtures/custom-resources.json'), 'utf8')) as { readonly allOf: readonly CustomKind[] };
    const known = new Set((await api.get(DEFINITIONS)).items.map(({ metadata }: any) => metadata.name));
    const missing = allOf.map(definitionOf).filter(({ metadata }) => !known.has(metadata.name));
    for (const definition of missing) await api.create(DEFINITIONS, definition);
    await until('the API server serves the kinds of other projects', 30_000, async () => {
      const served = Object.values((await api.get('/openapi/v2')).definitions).flatMap((one: any) => one['x-kubernetes-group-version-kind'] ?? []);
      return missing.every(({ spec }) => served.some(({ group, kind }: any) => group === spec.group && kind === spec.names.kind));
    });
    return new CustomKinds(api, missing.map(({ metadata }) => metadata.name));
  }

  private constructor(private readonly api: Api, private readonly names: readonly string[]) {}

  /** Takes away what was defined here, with all objects. */
  public async remove(): Promise<void> {
    for (const name of this.names) await this.api.delete(`${DEFINITIONS}/${name}`);
  }
}

function definitionOf({ if: { properties } }: CustomKind) {
  const [group, version] = properties.apiVersion.const.split('/');
  const kind = properties.kind.const;
  const plural = `${kind.toLowerCase()}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    // groups of Kubernetes itself want to know who approved it
    metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, stands in for the real one in tests' } },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      // what may stand in it is checked by test/schema.test.ts
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: ANYTHING } } } }],
    },
  };
}
