import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { annotations, label, objectName, seconds, wholeNumber } from './checks';
import { InvalidPropError } from './invalid-prop';
import { PodSettings, ProbeSettings, ProbesSettings } from './settings';
import { DisruptionBudget, PodOptions, ProbeOptions, ProbeTiming, Spread } from '../options/pod-options';

/** Names that the library itself gives to containers and volumes: an addition may not take them. */
const OWN_CONTAINERS = ['server', 'agent', 'sentinel', 'proxy', 'kube-template'];
const OWN_VOLUMES = ['config', 'run', 'data', 'auth', 'program', 'tmp', 'templates', 'shared'];

/** Variables that tell our scripts what to do: a second value would win, and break an installation silently. */
const OWN_VARIABLES = [
  'ALLOW_FLUSH', 'ANNOUNCE_NAME', 'ANNOUNCE_PREFIX', 'CLI_BIN', 'CONFIG_DIR', 'CONFIG_FILE', 'DRAIN_SECONDS', 'IP_FAMILY', 'MASTER_NAME', 'MASTER_SOCKET',
  'PASSWORD_FILE', 'POD_NAME', 'POD_NAMESPACE', 'PROXY_PID', 'RUN_DIR', 'SENTINELS', 'SENTINEL_PORT', 'SERVERS', 'SERVER_BIN', 'SERVER_PORT', 'STOP_BUDGET_SECONDS',
];

/** Pods of one kind, with defaults. */
export function resolvePod(prop: string, pod: PodOptions = {}, defaults: { spread: Spread; gracePeriod: Duration }): PodSettings {
  additions(`${prop}.containers`, pod.containers, OWN_CONTAINERS);
  additions(`${prop}.initContainers`, pod.initContainers, OWN_CONTAINERS);
  additions(`${prop}.volumes`, pod.volumes, OWN_VOLUMES);
  for (const [name, value] of Object.entries(pod.labels ?? {})) {
    if (name.startsWith('app.kubernetes.io/')) {
      throw new InvalidPropError(`${prop}.labels`, name, 'is reserved: the labels app.kubernetes.io/* select the pods');
    }
    label(`${prop}.labels`, name, value);
  }
  if (pod.priorityClassName !== undefined) objectName(`${prop}.priorityClassName`, pod.priorityClassName);
  for (const [index, variable] of (pod.env ?? []).entries()) {
    if (OWN_VARIABLES.includes(variable.name)) {
      throw new InvalidPropError(`${prop}.env[${index}]`, variable.name, 'is reserved: the library sets it');
    }
  }
  noPlainSecrets(`${prop}.env`, pod.env);
  for (const list of ['containers', 'initContainers'] as const) {
    containersWithoutPlainSecrets(`${prop}.${list}`, pod[list]);
    containersWithoutPlainSecrets(`${prop}.podSpecOverrides.${list}`, pod.podSpecOverrides?.[list]);
  }
  annotations(`${prop}.annotations`, pod.annotations);
  return {
    ...pod,
    spread: pod.spread ?? defaults.spread,
    gracePeriodSeconds: seconds(`${prop}.terminationGracePeriod`, pod.terminationGracePeriod ?? defaults.gracePeriod, 1, 3600),
  };
}

/** Overrides may hold anything, null too, which removes. */
function containersWithoutPlainSecrets(
  prop: string, containers: readonly ({ readonly env?: readonly k8s.EnvVar[] | null } | null)[] | null | undefined,
): void {
  for (const [index, container] of (containers ?? []).entries()) noPlainSecrets(`${prop}[${index}].env`, container?.env ?? []);
}

/** The error names the variable, never its value. */
function noPlainSecrets(prop: string, env: readonly k8s.EnvVar[] = []): void {
  for (const [index, variable] of env.entries()) {
    if (/(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|REDISCLI_AUTH)$/i.test(variable.name) && variable.value !== undefined) {
      throw new InvalidPropError(`${prop}[${index}]`, variable.name, 'must not hold a secret as plain text: use valueFrom with a secretKeyRef');
    }
  }
}

function additions(prop: string, items: readonly { readonly name: string }[] | undefined, taken: readonly string[]): void {
  const seen = new Set(taken);
  for (const [index, item] of (items ?? []).entries()) {
    if (seen.has(item.name)) {
      throw new InvalidPropError(`${prop}[${index}].name`, item.name, `must be unique in its pod, and none of ${taken.join(', ')}`);
    }
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(item.name)) {
      throw new InvalidPropError(`${prop}[${index}].name`, item.name, 'must be lower-case letters, digits and "-", at most 63 characters');
    }
    seen.add(item.name);
  }
}

/** A container's probes, with defaults. */
export function resolveProbes(prop: string, probes: ProbeOptions = {}): ProbesSettings {
  return {
    readiness: probe(`${prop}.readiness`, probes.readiness, 5, 3),
    liveness: probe(`${prop}.liveness`, probes.liveness, 5, 5),
    startup: probe(`${prop}.startup`, probes.startup, 2, 300),
  };
}

function probe(prop: string, timing: ProbeTiming = {}, period: number, failures: number): ProbeSettings {
  return {
    periodSeconds: seconds(`${prop}.period`, timing.period ?? Duration.seconds(period), 1, 300),
    timeoutSeconds: seconds(`${prop}.timeout`, timing.timeout ?? Duration.seconds(3), 1, 60),
    failureThreshold: wholeNumber(`${prop}.failureThreshold`, timing.failureThreshold ?? failures, 1, 10000),
  };
}

/** A disruption budget for `count` pods, with defaults: one that lets no pod go would block every drain. */
export function resolveDisruptionBudget(prop: string, budget: DisruptionBudget = {}, count: number): DisruptionBudget {
  if (budget.minAvailable !== undefined && budget.maxUnavailable !== undefined) {
    throw new InvalidPropError(prop, budget, 'must have minAvailable or maxUnavailable, not both');
  }
  if (budget.minAvailable !== undefined) {
    wholeNumber(`${prop}.minAvailable`, budget.minAvailable, 0);
    if (count > 1 && budget.minAvailable >= count) {
      throw new InvalidPropError(`${prop}.minAvailable`, budget.minAvailable, `must be below the number of pods (${count}): no node could ever be drained`);
    }
    return { minAvailable: budget.minAvailable };
  }
  return { maxUnavailable: wholeNumber(`${prop}.maxUnavailable`, budget.maxUnavailable ?? 1, 1) };
}

const UNITS: { readonly [suffix: string]: number } = {
  '': 1, 'k': 1e3, 'M': 1e6, 'G': 1e9, 'T': 1e12, 'Ki': 2 ** 10, 'Mi': 2 ** 20, 'Gi': 2 ** 30, 'Ti': 2 ** 40,
};

/** Bytes of the memory limit; undefined without one. */
export function memoryLimit(prop: string, { limits, requests }: k8s.ResourceRequirements): number | undefined {
  const limit = quantityBytes(`${prop}.limits.memory`, limits?.memory);
  const request = quantityBytes(`${prop}.requests.memory`, requests?.memory);
  if (limit !== undefined && request !== undefined && request > limit) {
    throw new InvalidPropError(`${prop}.requests.memory`, String(requests!.memory.value), `must not exceed the limit (${limits!.memory.value})`);
  }
  return limit;
}

/** Requests and limits, the request for memory below its limit. */
export function checkedResources(prop: string, given: k8s.ResourceRequirements): k8s.ResourceRequirements {
  memoryLimit(prop, given);
  return given;
}

function quantityBytes(prop: string, quantity?: k8s.Quantity): number | undefined {
  if (quantity === undefined) return undefined;
  const value = String(quantity.value);
  const parts = /^(\d+(?:\.\d+)?)(|k|M|G|T|Ki|Mi|Gi|Ti)$/.exec(value);
  if (!parts) throw new InvalidPropError(prop, value, 'must be a quantity of bytes, like "512Mi"');
  return Math.floor(Number(parts[1]) * UNITS[parts[2]]);
}

/** Requests and limits in the short form of the defaults. */
export function resources(cpu: string, memory: string, memoryLimited: string): k8s.ResourceRequirements {
  return {
    requests: { cpu: k8s.Quantity.fromString(cpu), memory: k8s.Quantity.fromString(memory) },
    limits: { memory: k8s.Quantity.fromString(memoryLimited) },
  };
}
