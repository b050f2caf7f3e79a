/** One collection of the Kubernetes API, or the part of it that the selectors leave. */
export interface ResourceRef {
  /** API group and version: `v1`, `apps/v1`. */
  readonly groupVersion: string;
  /** Lower-case plural resource name: `pods`. */
  readonly plural: string;
  /** Namespace to read. Unset: all namespaces, or a cluster-scoped resource. */
  readonly namespace?: string;
  /** Label selector, as for `kubectl -l`. */
  readonly labelSelector?: string;
  /** Name of the only object wanted: becomes a `metadata.name` field selector, which RBAC `resourceNames` can allow. */
  readonly name?: string;
}

/** One rule of a Role or ClusterRole. */
export interface PolicyRule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly resourceNames?: string[];
  readonly verbs: string[];
}

/** What a list and watch needs. */
export const READ_VERBS = ['get', 'list', 'watch'];

/** The API group of `apps/v1` is `apps`, that of `v1` is the empty core group. */
export function apiGroup(groupVersion: string): string {
  const slash = groupVersion.indexOf('/');
  return slash < 0 ? '' : groupVersion.slice(0, slash);
}

/** URL path of the collection, without the query. */
export function resourcePath(ref: ResourceRef): string {
  const base = ref.groupVersion.includes('/') ? '/apis' : '/api';
  const group = ref.groupVersion.split('/').map(encodeURIComponent).join('/');
  const namespace = ref.namespace ? `/namespaces/${encodeURIComponent(ref.namespace)}` : '';
  return `${base}/${group}${namespace}/${encodeURIComponent(ref.plural)}`;
}

/** Query parameters that select within the collection. */
export function selectorParams(ref: ResourceRef): Record<string, string> {
  return {
    ...(ref.labelSelector ? { labelSelector: ref.labelSelector } : {}),
    ...(ref.name ? { fieldSelector: `metadata.name=${ref.name}` } : {}),
  };
}

/** The source in words, for logs and metrics: `pods in namespace cache with app=redis`. */
export function describeResource(ref: ResourceRef): string {
  const plural = ref.groupVersion === 'v1' ? ref.plural : `${ref.plural}.${ref.groupVersion}`;
  const name = ref.name ? ` named ${ref.name}` : '';
  const where = ref.namespace ? ` in namespace ${ref.namespace}` : '';
  const selector = ref.labelSelector ? ` with ${ref.labelSelector}` : '';
  return plural + name + where + selector;
}

/** The rule that allows this source and nothing more. */
function policyRule(ref: ResourceRef): PolicyRule {
  return {
    apiGroups: [apiGroup(ref.groupVersion)],
    resources: [ref.plural],
    ...(ref.name ? { resourceNames: [ref.name] } : {}),
    verbs: READ_VERBS,
  };
}

/** What to add to which Role when the API server forbids a source. */
export function roleHint(ref: ResourceRef): string {
  const role = ref.namespace ? `a Role in namespace ${ref.namespace}` : 'a ClusterRole';
  return `add to ${role} of this service account: ${JSON.stringify(policyRule(ref))}`;
}
