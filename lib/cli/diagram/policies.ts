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
    for (const { spec } of policiesOf(near, subject)) {
      for (const { from, ports } of spec?.ingress ?? []) {
        const names = from === undefined ? ['anybody'] : from.map((peer: Peer) => nameOf(peer, objects)).filter((name?: string) => name !== undefined && !own(name, subject));
        for (const name of names as string[]) {
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

const own = (name: string, { labels }: Subject): boolean => name.includes(`${INSTALLATION}=${labels[INSTALLATION]}`);

/** A workload of the manifest by its name, others by what selects them. */
function nameOf({ podSelector, namespaceSelector, ipBlock }: Peer, objects: readonly KubeObject[]): string {
  if (ipBlock !== undefined) return `addresses ${ipBlock.cidr}`;
  const pods = textOf(podSelector);
  const where = namespaceSelector === undefined ? '' : ` in ${textOf(namespaceSelector) === '' ? 'any namespace' : `namespaces ${textOf(namespaceSelector)}`}`;
  const named = pods === '' || pods.includes(INSTALLATION) ? undefined : objects.find(({ spec }) => spec?.template?.metadata !== undefined && matches(podSelector, spec.template.metadata.labels ?? {}));
  return named === undefined ? `${pods === '' ? 'all pods' : `pods ${pods}`}${where}` : `${named.kind} ${named.metadata.name}`;
}

function textOf({ matchLabels = {}, matchExpressions = [] }: Selector = {}): string {
  return [
    ...Object.entries(matchLabels).map(([label, value]) => `${label}=${value}`),
    ...matchExpressions.map(({ key, operator, values }) => [key, operator, ...values ?? []].join(' ')),
  ].join(', ');
}
