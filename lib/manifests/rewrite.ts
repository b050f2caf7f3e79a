import { ApiObject } from 'cdk8s';

/**
 * What changes an object, in the order in which that happens, whatever the order of the calls is: what the library adds to an object of its own, the
 * variables of clients, containers beside theirs (which get no variables), overrides of the user, and checks of what comes out.
 */
const STAGES = ['own', 'variables', 'sidecars', 'overrides', 'checks'] as const;
type Stage = typeof STAGES[number];
type Change = (manifest: any) => any;

const changes = new WeakMap<ApiObject, { readonly [stage in Stage]: Change[] }>();

/**
 * Changes what an object writes, after its class, its options and all patches have had their say. Changes of one stage follow each other in order.
 *
 * `ApiObject.toJson()` is the one place behind every class: those of each cdk8s-plus-NN know the API of their own version of Kubernetes and
 * drop younger fields without a word, from literals and from a JsonPatch alike. It also runs last, so it sees containers that are added later.
 *
 * @param change gets the manifest, which it may modify, and returns the one to write; called anew for each synthesis
 */
export function rewrite(object: ApiObject, stage: Stage, change: Change): void {
  let known = changes.get(object);
  if (known === undefined) {
    const all = known = { own: [], variables: [], sidecars: [], overrides: [], checks: [] };
    changes.set(object, all);
    const written = object.toJson.bind(object);
    object.toJson = () => STAGES.flatMap((one) => all[one]).reduce((manifest: any, one: Change) => one(manifest), written());
  }
  known[stage].push(change);
}
