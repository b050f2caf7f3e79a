import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { isElsewhere, NAMESPACE_LABEL } from './namespaces';
import { isOnHostNetwork, podSelectorOf, titleOf, workloadOf, workloadsOf } from '../manifests/workloads';
import { IRedisHa } from '../options/i-redis-ha';
import { Peer } from '../options/peer';
import { cidr, label, namespaceName } from '../settings/checks';
import { InvalidPropError } from '../settings/invalid-prop';
import { argument, checked, required } from '../settings/kinds';
import { client as clientKind } from '../settings/shapes-common';
import { peer } from '../settings/shapes-network';
import { warn } from '../settings/warn';

/** Where the installation is that a client is let in to. */
interface Installation {
  readonly path: string;
  readonly namespace?: string;
  /** Whether everybody may in: nothing is written then, and namespaces that are not known hurt nobody. */
  readonly open?: boolean;
}

/**
 * A client as NetworkPolicies write it: another installation as its servers, which may follow this one. What can be wrong about the client itself is
 * thrown at once; labels of pods are read when the returned function is called, at synth, when they are complete.
 *
 * @throws InvalidPropError for a construct that is no client
 */
export function peersOf(prop: string, client: IConstruct, installation: Installation): () => k8s.NetworkPolicyPeer[] {
  argument(required(clientKind), client, prop);
  if (isOwnPeer(client)) return constant(ownPeer(prop, checked(peer, client, prop)));
  const place = (title: string, namespace?: string) => installation.open || isElsewhere({ prop, title, namespace }, installation);
  if ('serverSelector' in client) {
    const { node: { path }, serverSelector, namespace } = client as IRedisHa;
    place(path, namespace);
    return constant([{ podSelector: { matchLabels: serverSelector }, namespaceSelector: within(namespace, installation) }]);
  }
  if (workloadOf(client) === undefined) {
    if (isPeerOfPlus(client)) return constant(peersOfPlus(client));
    if (ApiObject.isApiObject(client) && client.kind === 'Namespace') return constant([{ namespaceSelector: byName(client.name) }]);
  }
  const workloads = workloadsOf(prop, client);
  for (const workload of workloads) place(titleOf(workload), workload.metadata.namespace);
  return () => workloads.map((workload) => workloadPeer(prop, workload, installation));
}

/** Whether it is a Peer, of another copy of this package too. */
function isOwnPeer(client: IConstruct): client is Peer {
  return client instanceof Peer || Array.isArray((client as Partial<Peer>)._given);
}

function constant<T>(value: T): () => T {
  return () => value;
}

function byName(namespace: string, labels: { readonly [name: string]: string } = {}): k8s.LabelSelector {
  return { matchLabels: { ...labels, [NAMESPACE_LABEL]: namespace } };
}

function workloadPeer(prop: string, workload: ApiObject, installation: Installation): k8s.NetworkPolicyPeer {
  const manifest = workload.toJson();
  const podSelector = podSelectorOf(manifest);
  if (podSelector === undefined) throw new InvalidPropError(prop, titleOf(workload), 'must give its pods labels: a policy without would let in all pods of the namespace');
  if (isOnHostNetwork(manifest)) {
    warn([{ code: 'HOST_NETWORK', message: `${titleOf(workload)} has 'hostNetwork': most networks let its pods in by Peer.cidr only, as their nodes` }]);
  }
  return { podSelector, namespaceSelector: within(workload.metadata.namespace, installation) };
}

/** None means the namespace of the policy, also where tools like kustomize move all objects to another one. */
function within(namespace: string | undefined, installation: Installation): k8s.LabelSelector | undefined {
  return namespace === installation.namespace ? undefined : byName(namespace!);
}

/** A peer of ours, if it is what Kubernetes takes: an empty selector would let everybody in. */
function ownPeer(prop: string, { _who: who }: Peer): k8s.NetworkPolicyPeer[] {
  if (who.cidr !== undefined) return [{ ipBlock: { cidr: cidr(prop, who.cidr), except: who.except?.map((range) => cidr(`${prop}.except`, range, who.cidr)) } }];
  for (const [option, labels] of Object.entries({ labels: who.pods, namespaceLabels: who.namespaces })) {
    if (labels === undefined) continue;
    if (Object.keys(labels).length === 0) throw new InvalidPropError(`${prop}.${option}`, labels, 'must hold at least one label');
    for (const [name, value] of Object.entries(labels)) label(`${prop}.${option}`, name, value);
  }
  if (who.namespace !== undefined && who.namespaces !== undefined) throw new InvalidPropError(`${prop}.namespace`, who.namespace, 'must not be given with namespaceLabels');
  const namespaceSelector = who.namespace === undefined ? who.namespaces && { matchLabels: { ...who.namespaces } } : byName(namespaceName(`${prop}.namespace`, who.namespace));
  return [{ podSelector: who.pods && { matchLabels: { ...who.pods } }, namespaceSelector }];
}

/**
 * A peer of any cdk8s-plus, as its classes see each other. Their types differ between versions, so this says what is used of them.
 */
interface PeerOfPlus {
  toNetworkPolicyPeerConfig(): {
    readonly ipBlock?: { readonly cidr: string; readonly except?: string[] };
    readonly podSelector?: {
      readonly labelSelector: { _toKube(): k8s.LabelSelector };
      readonly namespaces?: { readonly names?: string[]; readonly labelSelector?: { _toKube(): k8s.LabelSelector } };
    };
  };
}

function isPeerOfPlus(client: object): client is PeerOfPlus {
  return typeof (client as Partial<PeerOfPlus>).toNetworkPolicyPeerConfig === 'function';
}

function peersOfPlus(client: PeerOfPlus): k8s.NetworkPolicyPeer[] {
  const { ipBlock, podSelector: pods } = client.toNetworkPolicyPeerConfig();
  if (ipBlock) return [{ ipBlock: { cidr: ipBlock.cidr, except: ipBlock.except } }];
  const podSelector = pods!.labelSelector._toKube();
  const namespaces = pods!.namespaces?.labelSelector?._toKube();
  if (!pods!.namespaces?.names) return [{ podSelector, namespaceSelector: namespaces }];
  // names exclude each other, so each is a peer of its own
  return pods!.namespaces.names.map((name) => ({ podSelector, namespaceSelector: { ...namespaces, ...byName(name, namespaces?.matchLabels) } }));
}
