import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { merged } from './merged';
import { rewrite } from './rewrite';
import { InvalidPropError } from '../settings/invalid-prop';
import { argument, required } from '../settings/kinds';
import { fields as fieldsKind, object as objectKind } from '../settings/shapes';

/**
 * Changes the manifest of any object at the end, for whatever has no option.
 *
 * @example
 *
 * Overrides.merge(redis.serverService, { metadata: { annotations: { note: 'mine' } } });
 */
export class Overrides {
  /**
   * Merges fields into the manifest that an object writes, after all patches and after what `connectFrom` and `KubeTemplate.attachTo` add: objects are merged, lists of named items (containers, volumes,
   * ports) by name, other values are replaced, null removes. Unlike with `ApiObject.addJsonPatch`, fields that are younger than the class are kept.
   *
   * @param construct an ApiObject, or an object of any cdk8s-plus
   * @param fields what to merge, as in the manifest: `{ spec: { trafficDistribution: 'PreferClose' } }`
   * @throws an error for a construct that is no single object, and for fields that are no object
   */
  public static merge(construct: IConstruct, fields: { [field: string]: any }): void {
    argument(required(objectKind), construct, 'construct');
    argument(required(fieldsKind), fields, 'fields');
    const object = ApiObject.isApiObject(construct) ? construct : construct.node.defaultChild;
    if (object === undefined || !ApiObject.isApiObject(object)) {
      throw new InvalidPropError('construct', construct.node.path, 'must be one object of the Kubernetes API: an ApiObject, or what cdk8s-plus makes');
    }
    rewrite(object, 'overrides', (manifest) => merged(manifest, fields));
  }

  private constructor() {}
}
