/** A kind of object with template functions of its own. */
export interface Kind {
  /** Resource name and name of the list function. */
  readonly plural: string;
  /** Name of the function for one object. */
  readonly singular: string;
  readonly groupVersion: string;
  /** Whether its objects live in namespaces. */
  readonly namespaced: boolean;
}

/** Resources of Kubernetes beside {@link KINDS} that are in no namespace. */
const CLUSTER_WIDE = [
  'apiservices', 'certificatesigningrequests', 'clusterrolebindings', 'clusterroles', 'csidrivers', 'csinodes', 'customresourcedefinitions', 'flowschemas',
  'ingressclasses', 'mutatingwebhookconfigurations', 'priorityclasses', 'prioritylevelconfigurations', 'runtimeclasses', 'storageclasses',
  'validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'validatingwebhookconfigurations', 'volumeattachments',
];

/** Kinds with functions of their own; all others are reached by `list`. */
export const KINDS: readonly Kind[] = [
  { plural: 'pods', singular: 'pod', groupVersion: 'v1', namespaced: true },
  { plural: 'services', singular: 'service', groupVersion: 'v1', namespaced: true },
  { plural: 'endpoints', singular: 'endpoint', groupVersion: 'v1', namespaced: true },
  { plural: 'endpointslices', singular: 'endpointslice', groupVersion: 'discovery.k8s.io/v1', namespaced: true },
  { plural: 'configmaps', singular: 'configmap', groupVersion: 'v1', namespaced: true },
  { plural: 'secrets', singular: 'secret', groupVersion: 'v1', namespaced: true },
  { plural: 'nodes', singular: 'node', groupVersion: 'v1', namespaced: false },
  { plural: 'namespaces', singular: 'namespace', groupVersion: 'v1', namespaced: false },
  { plural: 'statefulsets', singular: 'statefulset', groupVersion: 'apps/v1', namespaced: true },
  { plural: 'deployments', singular: 'deployment', groupVersion: 'apps/v1', namespaced: true },
  { plural: 'ingresses', singular: 'ingress', groupVersion: 'networking.k8s.io/v1', namespaced: true },
  // Further kinds that 3cky's program had functions for.
  { plural: 'events', singular: 'event', groupVersion: 'v1', namespaced: true },
  { plural: 'replicationcontrollers', singular: 'replicationcontroller', groupVersion: 'v1', namespaced: true },
  { plural: 'persistentvolumeclaims', singular: 'persistentvolumeclaim', groupVersion: 'v1', namespaced: true },
  { plural: 'persistentvolumes', singular: 'persistentvolume', groupVersion: 'v1', namespaced: false },
  { plural: 'serviceaccounts', singular: 'serviceaccount', groupVersion: 'v1', namespaced: true },
  { plural: 'resourcequotas', singular: 'resourcequota', groupVersion: 'v1', namespaced: true },
  { plural: 'limitranges', singular: 'limitrange', groupVersion: 'v1', namespaced: true },
  { plural: 'podtemplates', singular: 'podtemplate', groupVersion: 'v1', namespaced: true },
  { plural: 'componentstatuses', singular: 'componentstatus', groupVersion: 'v1', namespaced: false },
];

/** Whether a resource is known to be in no namespace. Those of users' own groups may be called the same. */
export function isClusterWide(groupVersion: string, plural: string): boolean {
  const own = KINDS.find((kind) => kind.plural === plural && kind.groupVersion === groupVersion);
  return own ? !own.namespaced : /^[\w.]+\.k8s\.io\//.test(groupVersion) && CLUSTER_WIDE.includes(plural);
}
