import { ApiObject, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { isProgram } from './program';
import { InvalidPropError } from '../settings/invalid-prop';

/** Which installation has taken a name: by app and namespace, undefined for that of who applies the chart. */
const owners = new WeakMap<Construct, Map<string | undefined, Map<string, string>>>();

/** Installations, and what stands beside them. */
const made = new WeakSet<IConstruct>();

/** Whether the library made it, as a part of an installation or of what stands beside one; if told, of one that is held there. */
export function isMade(one: IConstruct, holder?: IConstruct): boolean {
  return one.node.scopes.slice(holder?.node.scopes.length ?? 0).some((scope) => made.has(scope));
}

/**
 * Refuses an installation, or what stands beside one, that shares a name with another one of its app and namespace, whichever charts they are in: the later object would replace the
 * earlier at apply, and Sentinels with the same master's name may merge. Charts for several clusters belong in an app each.
 *
 * @param nameProp the prop that the names come from
 */
export function claimNames(owner: Construct, names: { readonly name: string; readonly masterName?: string }, nameProp: string = 'name'): void {
  made.add(owner);
  const claim = (prop: string, value: string, key: string, what: string, namespace = Chart.of(owner).namespace) => {
    const taken = takenIn(owner.node.root as Construct, namespace);
    const other = taken.get(key);
    if (other !== undefined) throw new InvalidPropError(prop, value, `must be another one: ${what} is also that of ${other}`);
    taken.set(key, owner.node.path);
  };
  for (const object of owner.node.findAll()) {
    if (!(object instanceof ApiObject)) continue;
    const [prop, value] = isProgram(object) ? ['id of the chart', Chart.of(owner).node.id] : [nameProp, names.name];
    claim(prop, value, `${object.kind} ${object.name}`, `the name of the ${object.kind} "${object.name}"`, object.metadata.namespace);
  }
  if (names.masterName !== undefined) claim('masterName', names.masterName, `master ${names.masterName}`, "the master's name");
}

function takenIn(app: Construct, namespace: string | undefined): Map<string, string> {
  const namespaces = owners.get(app) ?? new Map<string | undefined, Map<string, string>>();
  owners.set(app, namespaces);
  const taken = namespaces.get(namespace) ?? new Map<string, string>();
  namespaces.set(namespace, taken);
  return taken;
}
