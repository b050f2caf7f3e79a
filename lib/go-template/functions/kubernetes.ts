import { any, fixed, Functions, text } from './signature';
import { Dictionary, isMap } from '../values/value';

/** Helpers for Kubernetes objects that ask no API server. They take the lack of an object, nil, for one that is not ready. */
export const kubernetesFunctions: Functions = {
  ready: fixed([any], (pod) => isReady(podOf(pod))),
  ordinal: fixed([any], (value) => {
    const pod = podOf(value);
    return pod && ordinalOf(pod);
  }),
  port: fixed([any, text], (value, name) => {
    const pod = podOf(value);
    return pod && portOf(pod, name);
  }),
};

function podOf(value: unknown): Dictionary | undefined {
  if (value === null || value === undefined) return undefined;
  if (!isMap(value) || !isMap(value.metadata)) throw new Error('expected a pod');
  return value;
}

function nameOf(pod: Dictionary): string {
  return String(mapOf(pod.metadata).name ?? '');
}

function mapOf(value: unknown): Dictionary {
  return isMap(value) ? value : {};
}

function mapsOf(value: unknown): Dictionary[] {
  return Array.isArray(value) ? value.filter(isMap) : [];
}

/** A pod that is being deleted stays Ready for a while, but must get no new work. */
function isReady(pod: Dictionary | undefined): boolean {
  if (!pod || mapOf(pod.metadata).deletionTimestamp) return false;
  return mapsOf(mapOf(pod.status).conditions).some(({ type, status }) => type === 'Ready' && status === 'True');
}

function ordinalOf(pod: Dictionary): number {
  const label = mapOf(mapOf(pod.metadata).labels)['apps.kubernetes.io/pod-index'];
  const digits = typeof label === 'string' && /^[0-9]+$/.test(label) ? label : /-([0-9]+)$/.exec(nameOf(pod))?.[1];
  if (digits === undefined) throw new Error(`pod ${nameOf(pod)} is not of a StatefulSet: its name does not end in a number`);
  return Number(digits);
}

function portOf(pod: Dictionary, wanted: string): number {
  const spec = mapOf(pod.spec);
  const ports = [...mapsOf(spec.containers), ...mapsOf(spec.initContainers)].flatMap((container) => mapsOf(container.ports));
  const port = ports.find(({ name }) => name === wanted)?.containerPort;
  if (typeof port === 'number') return port;
  const names = ports.map(({ name }) => String(name ?? '')).filter((name) => name !== '');
  throw new Error(`pod ${nameOf(pod)} has no port ${JSON.stringify(wanted)}, it has ${names.join(', ') || 'none with a name'}`);
}
