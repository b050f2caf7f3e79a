import { ApiObject } from 'cdk8s';

/**
 * Changes what an object writes, after its class, its options and all patches have had their say. Changes of one object follow each other in order.
 *
 * `ApiObject.toJson()` is the one place behind every class: those of each cdk8s-plus-NN know the API of their own version of Kubernetes and
 * drop younger fields without a word, from literals and from a JsonPatch alike. It also runs last, so it sees containers that are added later.
 *
 * @param change gets the manifest, which it may modify, and returns the one to write; called anew for each synthesis
 */
export function rewrite(object: ApiObject, change: (manifest: any) => any): void {
  const written = object.toJson.bind(object);
  object.toJson = () => change(written());
}
