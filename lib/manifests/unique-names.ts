import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidPropError } from '../settings/invalid-prop';

/** Which installation of a chart has taken a name. */
const owners = new WeakMap<Chart, Map<string, string>>();

/**
 * Refuses an installation that shares a name with another one of its chart: the later object would replace the earlier at apply, and
 * Sentinels with the same master's name may merge.
 */
export function claimNames(owner: Construct, names: { readonly name: string; readonly masterName: string }): void {
  const chart = Chart.of(owner);
  const taken = owners.get(chart) ?? new Map<string, string>();
  owners.set(chart, taken);
  const claim = (prop: string, value: string, key: string, what: string) => {
    const other = taken.get(key);
    if (other !== undefined) throw new InvalidPropError(prop, value, `must be another one: ${what} is also that of ${other}`);
    taken.set(key, owner.node.path);
  };
  for (const object of owner.node.findAll()) {
    if (object instanceof ApiObject) claim('name', names.name, `${object.kind} ${object.name}`, `the name of the ${object.kind} "${object.name}"`);
  }
  claim('masterName', names.masterName, `master ${names.masterName}`, "the master's name");
}
