import { k8s } from 'cdk8s-plus-27';
import { bytes, namespaceName, objectName, seconds, wholeNumber } from './checks';
import { passwordDirective, SECTION } from './custom-sections';
import { reject } from './invalid-prop';
import { PodSettings } from './pod-settings';
import { AutoscalingSettings, ProxySettings, ReadSettings, RolloutSettings } from './proxy-settings';
import { revisionHistoryLimit } from './resolve-pod';
import { Spread } from '../options/pod-options';
import { HaproxyLines, ProxyReadOptions, ReadBalance } from '../options/proxy-behaviour';
import { ProxyAutoscaling, ProxyRollout, TcpRouteOptions } from '../options/proxy-workload';

/** How reads are shared, with defaults. */
export function resolveReads(prop: string, reads: ProxyReadOptions | undefined, zonesAreKnown: boolean): ReadSettings {
  const otherZoneWeight = wholeNumber(`${prop}.otherZoneWeight`, reads?.otherZoneWeight ?? 100, 1, 100);
  if (otherZoneWeight < 100 && !zonesAreKnown) {
    reject(`${prop}.otherZoneWeight`, otherZoneWeight, 'needs Routing.podIp(): otherwise HAProxy connects to Services, of which it does not know where their pods are');
  }
  return {
    otherZoneWeight,
    balance: reads?.balance ?? ReadBalance.LEAST_CONNECTIONS,
    maxLagBytes: reads?.maxLag === undefined ? 0 : bytes(`${prop}.maxLag`, reads.maxLag, 1 / 16),
  };
}

/** Lines of the user in sections of ours. */
export function resolveLines(prop: string, lines: HaproxyLines = {}): ProxySettings['lines'] {
  const of = (section: keyof HaproxyLines): readonly string[] => (lines[section] ?? []).map((line, index) => haproxyLine(`${prop}.${section}[${index}]`, line));
  return { global: of('global'), defaults: of('defaults'), write: of('write'), read: of('read'), master: of('master'), replicas: of('replicas') };
}

function haproxyLine(prop: string, line: string): string {
  const secret = passwordDirective(line);
  if (/[\r\n]/.test(line)) {
    reject(prop, secret ?? line, 'must be one line');
  } else if (SECTION.test(line.trim())) {
    reject(prop, line, "must not begin a section: those are for 'proxy.customSections'");
  } else if (secret !== undefined && !/\$\{\w+\}/.test(line)) {
    reject(prop, secret, 'must not hold a password as plain text: give it to the pod by \'proxy.pod.env\' with valueFrom, and write "${NAME}"');
  }
  return line.trim();
}

/**
 * How many pods there are by load.
 *
 * @param containers of ours in these pods, by the props of their resources
 */
export function resolveAutoscaling(
  prop: string, scaling: ProxyAutoscaling | undefined, replicas: number,
  containers: { readonly [prop: string]: k8s.ResourceRequirements | undefined },
): AutoscalingSettings | undefined {
  if (scaling === undefined) return undefined;
  const minReplicas = wholeNumber(`${prop}.minReplicas`, scaling.minReplicas ?? replicas, 1, 100);
  const maxReplicas = wholeNumber(`${prop}.maxReplicas`, scaling.maxReplicas, 1, 100);
  if (maxReplicas < minReplicas) {
    reject(`${prop}.maxReplicas`, maxReplicas, `must not be below '${scaling.minReplicas === undefined ? 'proxy.replicas' : `${prop}.minReplicas`}' (${minReplicas})`);
  }
  const percent = (option: 'cpuPercent' | 'memoryPercent', value: number | undefined, resource: string) => {
    if (value === undefined) return undefined;
    for (const [of, amounts] of Object.entries(containers)) {
      // a limit alone is the request, too
      if (amounts === undefined || (amounts.requests?.[resource] ?? amounts.limits?.[resource]) !== undefined) continue;
      reject(`${prop}.${option}`, value, `needs a request of ${resource} in '${of}': it is in percent of what all containers of a pod request`);
    }
    return wholeNumber(`${prop}.${option}`, value, 1, 1000);
  };
  return {
    minReplicas,
    maxReplicas,
    cpuPercent: percent('cpuPercent', scaling.cpuPercent ?? (scaling.memoryPercent === undefined ? 70 : undefined), 'cpu'),
    memoryPercent: percent('memoryPercent', scaling.memoryPercent, 'memory'),
  };
}

/** How pods are exchanged. Where they are kept apart strictly, there may be no free node for one more: the old pod has to go first. */
export function resolveRollout(prop: string, rollout: ProxyRollout = {}, { spread }: Pick<PodSettings, 'spread'>): RolloutSettings {
  const crowded = spread === Spread.ONE_PER_NODE || spread === Spread.REQUIRED;
  const maxSurge = wholeNumber(`${prop}.maxSurge`, rollout.maxSurge ?? (crowded ? 0 : 1), 0, 100);
  const maxUnavailable = wholeNumber(`${prop}.maxUnavailable`, rollout.maxUnavailable ?? (crowded ? 1 : 0), 0, 100);
  if (maxSurge === 0 && maxUnavailable === 0) reject(`${prop}.maxUnavailable`, 0, `must be at least 1 where '${prop}.maxSurge' is 0: no pod could be changed`);
  return {
    maxSurge,
    maxUnavailable,
    minReadySeconds: rollout.minReady === undefined ? 0 : seconds(`${prop}.minReady`, rollout.minReady, 0, 3600),
    revisionHistoryLimit: revisionHistoryLimit(prop, rollout),
  };
}

/** Routes from a Gateway. */
export function resolveTcpRoute(prop: string, route: TcpRouteOptions | undefined): TcpRouteOptions | undefined {
  if (route === undefined) return undefined;
  if (route.namespace !== undefined) namespaceName(`${prop}.namespace`, route.namespace);
  if (route.readListener !== undefined && route.listener === undefined) {
    reject(`${prop}.listener`, route.listener, `must be given with '${prop}.readListener': writes would come from the listener for reads, too`);
  }
  if (route.readListener !== undefined && route.readListener === route.listener) reject(`${prop}.readListener`, route.readListener, `must differ from '${prop}.listener'`);
  for (const listener of ['listener', 'readListener'] as const) {
    if (route[listener] !== undefined) objectName(`${prop}.${listener}`, route[listener]);
  }
  return { ...route, gateway: objectName(`${prop}.gateway`, route.gateway) };
}
