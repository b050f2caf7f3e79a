import type { KubeObject } from './objects';

/** A pod as its controller makes it, and where it is. */
export interface Pod {
  readonly name: string;
  readonly labels: { readonly [name: string]: string };
  readonly spec: any;
  /** Where its processes listen. Only the pod itself, and whoever looks into it, connects there. */
  readonly inside: string;
  /** The pod's address for all others. Another one when it is replaced. */
  address: string;
}

/** Pods of all workloads. @param addresses gives each its addresses */
export function podsOf(workloads: readonly KubeObject[], addresses: () => Pick<Pod, 'inside' | 'address'>): Pod[] {
  return workloads.flatMap(({ kind, metadata, spec }) => Array.from({ length: spec.replicas ?? 1 }, (_, ordinal) => {
    const name = `${metadata.name}-${ordinal}`;
    const own = kind === 'StatefulSet' ? { 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': String(ordinal) } : {};
    return { name, labels: { ...spec.template.metadata.labels, ...own }, spec: spec.template.spec, ...addresses() };
  }));
}

/** Containers that keep running, native sidecars too. */
export function containersOf({ spec }: Pod): any[] {
  return [...(spec.initContainers ?? []).filter((one: any) => one.restartPolicy === 'Always'), ...spec.containers];
}

/** Containers that end, one after the other, before those of a Job start. */
export function initContainersOf({ spec }: Pod): any[] {
  return (spec.initContainers ?? []).filter((one: any) => one.restartPolicy !== 'Always');
}

/** Ports that its containers declare. */
export function portsOf(pod: Pod): number[] {
  return containersOf(pod).flatMap(({ ports = [] }) => ports.map(({ containerPort }: any) => containerPort));
}

/** Number of a port that a probe or a Service names. */
export function portOf(pod: Pod, port: string | number): number | undefined {
  if (typeof port === 'number') return port;
  return containersOf(pod).flatMap(({ ports = [] }) => ports).find(({ name }: any) => name === port)?.containerPort;
}
