import { Manifest } from './manifests';

interface Selector {
  readonly matchLabels?: { readonly [label: string]: string };
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}
type Labels = { readonly [label: string]: string };

/** Whether a selector of the API selects what has these labels. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return Object.entries(matchLabels).every(([label, value]) => labels[label] === value)
    && matchExpressions.every(({ key, operator, values = [] }) => {
      switch (operator) {
        case 'In': return values.includes(labels[key]);
        case 'NotIn': return !values.includes(labels[key]);
        case 'Exists': return key in labels;
        default: return !(key in labels);
      }
    });
}

/** For each place that selects pods: the workloads of these objects whose pods it selects. Those that StatefulSets name by themselves are left out of selectors. */
export function selection(manifests: readonly Manifest[]): { readonly [place: string]: readonly string[] } {
  const workloads = manifests.filter(({ spec }) => spec?.template);
  const result: { [place: string]: readonly string[] } = {};
  const visit = (place: string, value: any): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, one] of Object.entries<any>(value)) {
      const at = `${place}.${key}`;
      if (/^(selector|podSelector|labelSelector)$/.test(key)) {
        const { 'statefulset.kubernetes.io/pod-name': pod, ...matchLabels } = value.type !== undefined || value.ports !== undefined ? one : one.matchLabels ?? {};
        result[at] = workloads.filter(({ spec }) => selects({ matchLabels, matchExpressions: one.matchExpressions }, spec.template.metadata.labels))
          .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      } else {visit(at, one);}
    }
  };
  for (const { kind, metadata, spec } of manifests) visit(`${kind} ${metadata.name}`, spec);
  return result;
}
