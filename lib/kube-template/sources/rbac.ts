import { PolicyRule, ResourceRef } from '../kube';
import { apiGroup, READ_VERBS } from '../kube/resource';

/** A Role, or a ClusterRole for what has no namespace or is read in all of them. */
export interface RoleObject {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1';
  readonly kind: 'Role' | 'ClusterRole';
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules: PolicyRule[];
}

/** One resource in one namespace, and how it is used. */
interface Use {
  readonly group: string;
  readonly plural: string;
  /** Empty: cluster-wide. */
  readonly namespace: string;
  /** Names used; `undefined` when something lists the whole collection. */
  names?: Set<string>;
}

/**
 * The roles that allow these sources and nothing more: one for each namespace. Names are granted one by one where nothing
 * needs the whole collection.
 *
 * @param name name of the roles
 */
export function rolesFor(refs: Iterable<ResourceRef>, name: string): RoleObject[] {
  const uses = usesOf(refs);
  const clusterWide = new Set(uses.filter((use) => use.namespace === '' && !use.names).map(resourceKey));
  const needed = uses.filter((use) => use.namespace === '' || !clusterWide.has(resourceKey(use)));
  const namespaces = [...new Set(needed.map((use) => use.namespace))].sort();
  return namespaces.map((namespace) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: namespace ? 'Role' : 'ClusterRole',
    metadata: namespace ? { name, namespace } : { name },
    rules: rulesOf(needed.filter((use) => use.namespace === namespace)),
  }));
}

function resourceKey({ group, plural }: Use): string {
  return `${group}/${plural}`;
}

function usesOf(refs: Iterable<ResourceRef>): Use[] {
  const uses = new Map<string, Use>();
  for (const ref of refs) {
    const group = apiGroup(ref.groupVersion);
    const namespace = ref.namespace ?? '';
    const key = [namespace, group, ref.plural].join('/');
    const use: Use = uses.get(key) ?? { group, plural: ref.plural, namespace, names: new Set() };
    if (ref.name) use.names?.add(ref.name);
    else use.names = undefined;
    uses.set(key, use);
  }
  return [...uses.values()];
}

/** Resources of one group that are listed share a rule; those used by name cannot. */
function rulesOf(uses: Use[]): PolicyRule[] {
  const sorted = [...uses].sort((a, b) => resourceKey(a) < resourceKey(b) ? -1 : 1);
  const listed = new Map<string, string[]>();
  for (const { group, plural, names } of sorted) {
    if (!names) listed.set(group, [...listed.get(group) ?? [], plural]);
  }
  return [
    ...[...listed].map(([group, resources]) => ({ apiGroups: [group], resources, verbs: READ_VERBS })),
    ...sorted.filter((use) => use.names).map(({ group, plural, names }) => (
      { apiGroups: [group], resources: [plural], resourceNames: [...names!].sort(), verbs: READ_VERBS }
    )),
  ];
}
