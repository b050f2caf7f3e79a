import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { annotations, label, objectName, seconds, wholeNumber } from './checks';
import { reject } from './invalid-prop';
import { isOurs } from './label-domain';
import { PodSettings, ProbeSettings, ProbesSettings } from './pod-settings';
import { DisruptionBudget, PodOptions, ProbeOptions, ProbeTiming, Spread } from '../options/pod-options';

/** Pods of one kind, with defaults. */
export function resolvePod(prop: string, pod: PodOptions = {}, defaults: { spread: Spread; gracePeriod: Duration }): PodSettings {
  for (const list of ['containers', 'initContainers', 'volumes'] as const) itemNames(`${prop}.${list}`, pod[list]);
  for (const [name, value] of Object.entries(pod.labels ?? {})) {
    if (name.startsWith('app.kubernetes.io/') || isOurs(name)) reject(`${prop}.labels["${name}"]`, name, 'is reserved: the library sets it');
    label(`${prop}.labels`, name, value);
  }
  if (pod.priorityClassName !== undefined) objectName(`${prop}.priorityClassName`, pod.priorityClassName);
  noPlainSecrets(`${prop}.env`, pod.env);
  for (const list of ['containers', 'initContainers'] as const) {
    containersWithoutPlainSecrets(`${prop}.${list}`, pod[list]);
    containersWithoutPlainSecrets(`${prop}.podSpecOverrides.${list}`, pod.podSpecOverrides?.[list]);
  }
  annotations(`${prop}.annotations`, pod.annotations);
  return {
    ...pod,
    prop,
    spread: pod.spread ?? defaults.spread,
    spreadBesideAffinity: pod.spread !== undefined && pod.affinity !== undefined ? true : undefined,
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
    if (/(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|REDISCLI_AUTH)$/i.test(variable.name) && variable.value != null) {
      reject(`${prop}[${index}]`, variable.name, 'must not hold a secret as plain text: use valueFrom with a secretKeyRef');
    }
  }
}

function itemNames(prop: string, items: readonly { readonly name: string }[] = []): void {
  for (const [index, { name }] of items.entries()) {
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
      reject(`${prop}[${index}].name`, name, 'must be lower-case letters, digits and "-", at most 63 characters');
    }
  }
}

/** Time that a server gets to load its data. */
const STARTUP_SECONDS = 600;

/** A container's probes, with defaults. */
export function resolveProbes(prop: string, probes: ProbeOptions = {}): ProbesSettings {
  return {
    readiness: probe(`${prop}.readiness`, probes.readiness, 5, 3),
    liveness: probe(`${prop}.liveness`, probes.liveness, 5, 5),
    startup: probe(`${prop}.startup`, probes.startup, 2, (period) => Math.ceil(STARTUP_SECONDS / Math.max(1, period))),
  };
}

/**
 * One probe, with defaults.
 *
 * @param failures that count, or how many those are with a period
 */
export function probe(prop: string, timing: ProbeTiming = {}, period: number, failures: number | ((periodSeconds: number) => number)): ProbeSettings {
  const periodSeconds = seconds(`${prop}.period`, timing.period ?? Duration.seconds(period), 1, 300);
  const enough = typeof failures === 'number' ? failures : failures(periodSeconds);
  return {
    periodSeconds,
    timeoutSeconds: seconds(`${prop}.timeout`, timing.timeout ?? Duration.seconds(3), 1, 60),
    failureThreshold: wholeNumber(`${prop}.failureThreshold`, timing.failureThreshold ?? enough, 1, 10000),
  };
}

/**
 * A disruption budget for `count` pods, with defaults: one that lets no pod go would block every drain. Undefined for a single pod about which nothing is said.
 *
 * @param most pods that an autoscaler may make of them
 */
export function resolveDisruptionBudget(
  prop: string, given: DisruptionBudget | undefined, count: number, most: number = count,
): DisruptionBudget | undefined {
  if (given === undefined && most < 2) return undefined;
  const budget = given ?? {};
  if (budget.minAvailable !== undefined && budget.maxUnavailable !== undefined) {
    reject(prop, budget, 'must have minAvailable or maxUnavailable, not both');
  }
  if (budget.minAvailable !== undefined) {
    wholeNumber(`${prop}.minAvailable`, budget.minAvailable, 0);
    // a single pod may be kept where it is
    const atMost = Math.max(1, count - 1);
    if (budget.minAvailable > atMost) {
      reject(`${prop}.minAvailable`, budget.minAvailable, `must be at most ${atMost} where there may be ${count} pod${count > 1 ? 's' : ''}: no node could ever be drained`);
    }
    return { minAvailable: budget.minAvailable };
  }
  return { maxUnavailable: wholeNumber(`${prop}.maxUnavailable`, budget.maxUnavailable ?? 1, 1) };
}

/** Former versions of a workload. */
export function revisionHistoryLimit(prop: string, options: { readonly revisionHistoryLimit?: number }): number | undefined {
  const { revisionHistoryLimit: limit } = options;
  return limit === undefined ? undefined : wholeNumber(`${prop}.revisionHistoryLimit`, limit, 0, 1000);
}
