import { k8s } from 'cdk8s-plus-27';
import { requirements } from './container-resources';
import { reject } from './invalid-prop';
import { billionths, bytesOf } from './quantity';
import { ContainerResources } from '../options/container-resources';

/** Requests and limits in the short form of the defaults. */
export function resources(cpu: string, memory: string, memoryLimited: string): k8s.ResourceRequirements {
  return {
    requests: { cpu: k8s.Quantity.fromString(cpu), memory: k8s.Quantity.fromString(memory) },
    limits: { memory: k8s.Quantity.fromString(memoryLimited) },
  };
}

/** What a program of ours on Node.js gets, the agent as kube-template. */
export const NODE_PROGRAM_RESOURCES = resources('20m', '48Mi', '128Mi');

type Quantities = { readonly [resource: string]: k8s.Quantity };

/** What is accepted of each resource whose request and limit are compared. */
const ACCEPTED: { readonly [resource: string]: string } = {
  'cpu': 'a number of CPUs, like "500m" or "2"',
  'memory': 'a quantity of bytes, like "512Mi"',
  'ephemeral-storage': 'a quantity of bytes, like "512Mi"',
};
const BINARY = /[KMGTPE]i$/;

/**
 * Requests and limits, each resource that is not given from the defaults. Limits that are empty stay so, as do requests: there are none.
 * Where a default request and a given limit contradict each other, or a given request and a default limit, the default follows what is given.
 */
export function resolveResources(
  prop: string, inAnyForm: ContainerResources | undefined, defaults: k8s.ResourceRequirements,
): k8s.ResourceRequirements {
  const given = requirements(prop, inAnyForm);
  if (given === undefined) return defaults;
  const requests = { ...withDefaults(given.requests, defaults.requests) };
  const limits = { ...withDefaults(given.limits, defaults.limits) };
  for (const resource of Object.keys(ACCEPTED)) {
    const request = quantity(`${prop}.requests.${resource}`, resource, requests[resource]);
    const limit = quantity(`${prop}.limits.${resource}`, resource, limits[resource]);
    if (request === undefined || limit === undefined || request <= limit) continue;
    if (given.requests?.[resource] == null) requests[resource] = limits[resource];
    else if (given.limits?.[resource] == null) limits[resource] = requests[resource];
    else reject(`${prop}.requests.${resource}`, String(requests[resource].value), `must not exceed the limit (${limits[resource].value})`);
  }
  return { ...given, requests: filled(requests), limits: filled(limits) };
}

/** Bytes of the memory limit; undefined without one. */
export function memoryLimit({ limits }: k8s.ResourceRequirements): number | undefined {
  return limits?.memory == null ? undefined : bytesOf(String(limits.memory.value));
}

/** Bytes of the limit of the node's disk; undefined without one. */
export function storageLimit({ limits }: k8s.ResourceRequirements): number | undefined {
  const limit = limits?.['ephemeral-storage'];
  return limit == null ? undefined : bytesOf(String(limit.value));
}

/** Cores that the CPU limit is good for, as a whole number; undefined without one. */
export function cpuLimit({ limits }: k8s.ResourceRequirements): number | undefined {
  const cpus = limits?.cpu == null ? undefined : billionths(String(limits.cpu.value));
  return cpus === undefined ? undefined : Math.ceil(Number(cpus) / 1e9);
}

function withDefaults(given: Quantities | null | undefined, defaults: Quantities | undefined): Quantities {
  return given && Object.keys(given).length === 0 ? {} : { ...defaults, ...given };
}

function filled(quantities: Quantities): { [resource: string]: k8s.Quantity } | undefined {
  const entries = Object.entries(quantities).filter(([, value]) => value != null);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function quantity(prop: string, resource: string, value: k8s.Quantity | undefined): bigint | undefined {
  if (value == null) return undefined;
  const text = String(value.value);
  const amount = resource === 'cpu' && BINARY.test(text) ? undefined : billionths(text);
  if (amount === undefined) reject(prop, text, `must be ${ACCEPTED[resource]}`);
  return amount;
}
