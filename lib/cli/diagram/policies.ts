import { KubeObject, Labels } from './objects';
import { Arrow, Box, Column } from './picture';
import { INSTALLATION } from '../../topology/topology';

/** What policies say of a workload. */
interface Subject {
  readonly id: string;
  readonly labels: Labels;
}

/** Who is let in by NetworkPolicies. */
export interface PolicyView {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  /** What to say in a workload's own box. */
  readonly linesOf: (subject: Subject) => string[];
}

/** Who that is not of the installation itself is let in to its pods. */
export function outsiders(objects: readonly KubeObject[], near: readonly KubeObject[], subjects: readonly Subject[], prefix: string): PolicyView {
  const ids = new Map<string, string>();
  const arrows: Arrow[] = [];
  for (const subject of subjects) {
    for (const { spec, metadata: { namespace } } of policiesOf(near, subject)) {
      for (const { from, ports } of spec?.ingress ?? []) {
        const peers: readonly Peer[] = from ?? [];
        const names = peers.length === 0 ? ['anybody'] : peers.filter((peer) => !own(peer, namespace, subject)).flatMap((peer) => namesOf(peer, namespace, objects));
        for (const name of names) {
          if (!ids.has(name)) ids.set(name, `${prefix}o${ids.size}`);
          const text = `let in: ${(ports ?? []).map(({ port }: { port: unknown }) => port).join(', ') || 'all ports'}`;
          const known = arrows.some((arrow) => arrow.from === ids.get(name) && arrow.to === subject.id && arrow.text === text);
          if (!known) arrows.push({ from: ids.get(name)!, to: subject.id, text, dashed: true });
        }
      }
    }
  }
  return {
    boxes: [...ids].map(([title, id]) => ({ id, column: Column.OUTSIDE, title, lines: [] })),
    arrows,
    linesOf: (subject) => {
      const policies = policiesOf(near, subject);
      if (policies.length === 0) return ['no NetworkPolicy: all are let in'];
      const closed = arrows.every(({ to }) => to !== subject.id);
      return [...policies.map(({ metadata }) => `NetworkPolicy ${metadata.name}`), ...closed ? ['nobody else is let in'] : []];
    },
  };
}

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string };
}

function policiesOf(near: readonly KubeObject[], { labels }: Subject): KubeObject[] {
  const policies = near.filter(({ kind, spec }) => kind === 'NetworkPolicy' && (spec?.policyTypes ?? ['Ingress']).includes('Ingress'));
  return policies.filter(({ spec }) => matches(spec?.podSelector, labels));
}

function matches({ matchLabels = {}, matchExpressions = [] }: Selector = {}, labels: Labels): boolean {
  const all = Object.entries(matchLabels).every(([label, value]) => labels[label] === value);
  return all && matchExpressions.every(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'In': return values.includes(labels[key]);
      case 'NotIn': return !values.includes(labels[key]);
      case 'Exists': return labels[key] !== undefined;
      default: return labels[key] === undefined;
    }
  });
}

/** Whether a peer is the installation itself. */
function own(peer: Peer, namespace: string | undefined, { labels }: Subject): boolean {
  return peer.podSelector?.matchLabels?.[INSTALLATION] === labels[INSTALLATION] && isIn(peer, namespace, namespace);
}

/** Whether a peer of a policy in one namespace is in another one, as far as names tell. */
function isIn({ namespaceSelector }: Peer, policy: string | undefined, namespace: string | undefined): boolean {
  if (namespaceSelector === undefined) return namespace === policy;
  return matches(namespaceSelector, { 'kubernetes.io/metadata.name': namespace ?? '' });
}

/** Workloads of the manifest by their names, others by what selects them. */
function namesOf(peer: Peer, namespace: string | undefined, objects: readonly KubeObject[]): string[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  if (ipBlock !== undefined) return [`addresses ${ipBlock.cidr}`];
  const pods = textOf(podSelector);
  const where = namespaceSelector === undefined ? '' : ` in ${textOf(namespaceSelector) === '' ? 'any namespace' : `namespaces ${textOf(namespaceSelector)}`}`;
  const named = pods === '' ? [] : objects.filter(({ spec, metadata }) => (
    spec?.template?.metadata !== undefined && matches(podSelector, spec.template.metadata.labels ?? {})
      && isIn(peer, namespace, metadata.namespace)));
  return named.length === 0
    ? [`${pods === '' ? 'all pods' : `pods ${pods}`}${where}`]
    : named.map(({ kind, metadata }) => `${kind} ${metadata.name}${metadata.namespace === namespace ? '' : ` in namespace ${metadata.namespace}`}`);
}

function textOf({ matchLabels = {}, matchExpressions = [] }: Selector = {}): string {
  return [
    ...Object.entries(matchLabels).map(([label, value]) => `${label}=${value}`),
    ...matchExpressions.map(({ key, operator, values }) => [key, operator, ...values ?? []].join(' ')),
  ].join(', ');
}
