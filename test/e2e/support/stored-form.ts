import { Api } from './api';
import { Manifest } from '../../support/manifests';

/** A definition of the API server's OpenAPI document, as far as it is read here. */
interface Schema {
  readonly '$ref'?: string;
  readonly 'allOf'?: readonly Schema[];
  readonly 'properties'?: { readonly [field: string]: Schema };
  readonly 'additionalProperties'?: Schema;
  readonly 'items'?: Schema;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
}

/**
 * Compares what was written with what the API server stores of it, as tools that compare manifests with a cluster do (Argo CD, Flux): defaults
 * may be added to objects and to items of lists that merge by a key. Of all other lists the whole value belongs to who wrote it, so a
 * default inside of them is a difference that never ends.
 */
export class StoredForm {
  /** Reads how lists merge from the API server. */
  public static async load(api: Api): Promise<StoredForm> {
    return new StoredForm((await api.get('/openapi/v2')).definitions);
  }

  constructor(private readonly definitions: { readonly [name: string]: Schema }) {}

  /** The differences, a line for each. */
  public differences(written: Manifest, stored: Manifest): string[] {
    const [version, group = ''] = written.apiVersion.split('/').reverse();
    const schema = Object.values(this.definitions).find((one) => (
      one['x-kubernetes-group-version-kind']?.some((kind) => kind.group === group && kind.version === version && kind.kind === written.kind)));
    if (!schema) throw new Error(`the API server describes no ${written.apiVersion} ${written.kind}`);
    return [...this.compare(written, stored, schema, `${written.kind} ${written.metadata.name}: `, false)];
  }

  private* compare(written: any, stored: any, reference: Schema | undefined, path: string, whole: boolean): Generator<string> {
    const schema = this.resolve(reference);
    if (Array.isArray(written) && Array.isArray(stored)) {
      if (written.length !== stored.length) yield `${path}: written with ${written.length} items, stored with ${stored.length}`;
      const merges = schema['x-kubernetes-patch-merge-key'] !== undefined;
      for (const [index, item] of written.slice(0, stored.length).entries()) {
        yield* this.compare(item, stored[index], schema.items, `${path}[${index}]`, whole || !merges);
      }
    } else if (isObject(written) && isObject(stored)) {
      for (const [field, value] of Object.entries(written)) {
        const next = schema.properties?.[field] ?? schema.additionalProperties;
        if (field in stored) yield* this.compare(value, stored[field], next, `${path}.${field}`, whole);
        else yield `${path}.${field}: written as ${JSON.stringify(value)}, not stored`;
      }
      if (!whole) return;
      // a status is nobody's to write
      for (const field of Object.keys(stored).filter((one) => !(one in written) && one !== 'status')) {
        yield `${path}.${field}: not written, stored as ${JSON.stringify(stored[field])}`;
      }
    } else if (written !== stored) {
      yield `${path}: written as ${JSON.stringify(written)}, stored as ${JSON.stringify(stored)}`;
    }
  }

  private resolve(schema: Schema = {}): Schema {
    const [reference] = [schema.$ref, ...(schema.allOf ?? []).map((one) => one.$ref)].filter((one) => one !== undefined);
    return reference === undefined ? schema : this.resolve(this.definitions[reference.replace('#/definitions/', '')]);
  }
}

function isObject(value: unknown): value is { readonly [field: string]: any } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
