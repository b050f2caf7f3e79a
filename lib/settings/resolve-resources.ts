import { k8s } from 'cdk8s-plus-27';
import { requirements } from './container-resources';
import { reject } from './invalid-prop';
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

const UNITS: { readonly [resource: string]: { readonly [suffix: string]: number } } = {
  cpu: { '': 1, 'm': 1e-3 },
  memory: { '': 1, 'k': 1e3, 'M': 1e6, 'G': 1e9, 'T': 1e12, 'Ki': 2 ** 10, 'Mi': 2 ** 20, 'Gi': 2 ** 30, 'Ti': 2 ** 40 },
};
const EXAMPLES: { readonly [resource: string]: string } = { cpu: 'a number of CPUs, like "500m" or "2"', memory: 'a quantity of bytes, like "512Mi"' };

/**
 * Requests and limits, each resource that is not given from the defaults. What is written as an empty object stays empty: no limits, no requests, or neither.
 * Where a default request and a given limit contradict each other, or a given request and a default limit, the default follows what is given.
 */
export function resolveResources(
  prop: string, inAnyForm: ContainerResources | undefined, defaults: k8s.ResourceRequirements,
): k8s.ResourceRequirements {
  const given = requirements(prop, inAnyForm);
  if (given === undefined) return defaults;
  if (Object.keys(given).length === 0) return given;
  const requests = { ...withDefaults(given.requests, defaults.requests) };
  const limits = { ...withDefaults(given.limits, defaults.limits) };
  for (const resource of Object.keys(UNITS)) {
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
  return parsed('memory', limits?.memory);
}

function withDefaults(given: Quantities | null | undefined, defaults: Quantities | undefined): Quantities {
  return given && Object.keys(given).length === 0 ? {} : { ...defaults, ...given };
}

function filled(quantities: Quantities): { [resource: string]: k8s.Quantity } | undefined {
  const entries = Object.entries(quantities).filter(([, value]) => value != null);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function quantity(prop: string, resource: string, value: k8s.Quantity | undefined): number | undefined {
  const result = parsed(resource, value);
  if (value != null && result === undefined) reject(prop, String(value.value), `must be ${EXAMPLES[resource]}`);
  return result;
}

function parsed(resource: string, value: k8s.Quantity | undefined): number | undefined {
  const [, amount, suffix] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(String(value?.value)) ?? [];
  const unit = UNITS[resource][suffix];
  if (unit === undefined) return undefined;
  return resource === 'memory' ? Math.floor(Number(amount) * unit) : Number(amount) * unit;
}
