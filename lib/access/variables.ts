import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { rewrite } from '../manifests/rewrite';
import { podTemplateOf, titleOf } from '../manifests/workloads';
import { InvalidPropError } from '../settings/invalid-prop';

/** Variables that a workload was given, and the installation that each belongs to. */
const given = new WeakMap<ApiObject, Map<string, { readonly owner: string; readonly variable: k8s.EnvVar }>>();

/**
 * Gives variables to all containers of a workload: init containers and those that are added later, too. They stand before the containers' own,
 * which may use them, as in `redis://$(REDIS_HOST)`; one that a container has by itself stays as it is.
 *
 * @param owner the installation that they describe
 * @throws InvalidPropError where one of them describes another installation already
 */
export function giveVariables(workload: ApiObject, variables: readonly k8s.EnvVar[], owner: string): void {
  const known = given.get(workload) ?? new Map();
  for (const variable of variables) {
    const other = known.get(variable.name);
    if (other !== undefined && other.owner !== owner) {
      throw new InvalidPropError('prefix', variable.name,
        `must give another name: this variable of ${titleOf(workload)} belongs to ${other.owner} already. Give each installation a prefix: connectFrom(workload, { prefix: 'CACHE' })`);
    }
  }
  if (!given.has(workload)) {
    given.set(workload, known);
    rewrite(workload, 'variables', (manifest) => withVariables(workload, manifest, [...known.values()].map(({ variable }) => variable)));
  }
  for (const variable of variables) known.set(variable.name, { owner, variable });
}

function withVariables(workload: ApiObject, manifest: any, variables: readonly k8s.EnvVar[]): any {
  const { spec } = podTemplateOf('workload', workload, manifest);
  for (const container of [...spec.initContainers ?? [], ...spec.containers]) {
    const own: readonly k8s.EnvVar[] = container.env ?? [];
    container.env = [...variables.filter(({ name }) => !own.some((one) => one.name === name)), ...own];
  }
  return manifest;
}
