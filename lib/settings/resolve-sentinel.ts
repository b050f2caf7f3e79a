import { Duration } from 'cdk8s';
import { containerPort, label, milliseconds, wholeNumber } from './checks';
import { freeDirectives } from './directives';
import { reject } from './invalid-prop';
import { probe, resolveDisruptionBudget, resolvePod, revisionHistoryLimit } from './resolve-pod';
import { resolveResources, resources } from './resolve-resources';
import { SentinelSettings } from './settings';
import { Spread } from '../options/pod-options';
import { Sentinel, SentinelDeploymentsOptions } from '../options/sentinel';

/** Label of the nodes of a zone. */
export const ZONE = 'topology.kubernetes.io/zone';
const DECIDED = 'the library decides it';
const SENTINEL_OPTION = "use the option of 'sentinel'";
const PASSWORD = "a password belongs in a Secret: use 'auth'";
const NO_MASTER = 'no master is known when Sentinel starts, and it would refuse its file';

/** Directives of sentinel.conf that free ones must not touch, by the reason. The docs of `SentinelOptions.directives` list them. */
export const RESERVED_SENTINEL_DIRECTIVES: { readonly [directive: string]: string } = {
  ...Object.fromEntries(['bind', 'dir', 'daemonize', 'logfile', 'pidfile', 'protected-mode', 'aclfile', 'include', 'unixsocket*'].map((directive) => [directive, DECIDED])),
  'tls-*': "use 'tls'",
  'port': "use the option 'port' of 'sentinel'",
  'requirepass': PASSWORD,
  'user': PASSWORD,
  'sentinel auth-pass': PASSWORD,
  'sentinel auth-user': "use 'auth'",
  'sentinel sentinel-pass': PASSWORD,
  'sentinel sentinel-user': "use 'auth'",
  'sentinel down-after-milliseconds': SENTINEL_OPTION,
  'sentinel failover-timeout': SENTINEL_OPTION,
  'sentinel parallel-syncs': SENTINEL_OPTION,
  'sentinel master-reboot-down-after-period': SENTINEL_OPTION,
  'sentinel primary-reboot-down-after-period': SENTINEL_OPTION,
  'sentinel notification-script': NO_MASTER,
  'sentinel client-reconfig-script': NO_MASTER,
  'sentinel': DECIDED,
};

/** The Sentinels, with defaults. */
export function resolveSentinel(sentinel: Sentinel, replicas: number): SentinelSettings {
  const { options } = sentinel;
  const sidecar = sentinel.count === undefined;
  const count = voters(sentinel.count, replicas);
  const majority = Math.floor(count / 2) + 1;
  const quorum = wholeNumber('sentinel.quorum', options.quorum ?? majority, 1);
  if (quorum > count) reject('sentinel.quorum', quorum, `must not exceed the number of Sentinels (${count}): no failover could ever start`);
  return {
    sidecar,
    count,
    quorum,
    // ten times this must exceed the 30 s of TILT, or nothing is promotable after it
    downAfterMs: milliseconds('sentinel.downAfter', options.downAfter ?? Duration.millis(3500), 1001, 600_000),
    unreachableAfterMs: milliseconds('sentinel.unreachableAfter', options.unreachableAfter ?? Duration.millis(1500), 1000, 600_000),
    failoverTimeoutMs: milliseconds('sentinel.failoverTimeout', options.failoverTimeout ?? Duration.seconds(6), 1000, 3600_000),
    parallelSyncs: wholeNumber('sentinel.parallelSyncs', options.parallelSyncs ?? 1, 1, 100),
    masterRebootDownAfterMs: milliseconds('sentinel.masterRebootDownAfter', options.masterRebootDownAfter ?? Duration.seconds(5), 0, 3600_000),
    port: containerPort('sentinel.port', options.port ?? 26379),
    directives: freeDirectives('sentinel.directives', options.directives ?? [], RESERVED_SENTINEL_DIRECTIVES),
    resources: resolveResources('sentinel.resources', options.resources, resources('50m', '32Mi', '64Mi')),
    // seldom is enough for a process that answers in microseconds: each probe costs a fork
    probes: { readiness: probe('sentinel.probes.readiness', options.probes?.readiness, 5, 5), liveness: probe('sentinel.probes.liveness', options.probes?.liveness, 5, 5) },
    zones: zones('sentinel.zones', options),
    revisionHistoryLimit: revisionHistoryLimit('sentinel', options),
    // one change stops all of them, and they leave one after the other; as many seconds whatever their number, which must not change their pods
    pod: resolvePod('sentinel.pod', options.pod, { spread: Spread.REQUIRED, gracePeriod: Duration.seconds(60) }),
    disruptionBudget: resolveDisruptionBudget('sentinel.disruptionBudget', options.disruptionBudget, count),
  };
}

/** Zones of the Sentinels, by a label of the nodes that nobody else may decide about. */
function zones(prop: string, { zones: given = [], pod }: SentinelDeploymentsOptions): readonly string[] {
  for (const [index, zone] of given.entries()) {
    if (zone === '') reject(`${prop}[${index}]`, zone, 'must be the name of a zone');
    else label(`${prop}[${index}]`, ZONE, zone);
  }
  if (given.length > 0 && pod?.nodeSelector?.[ZONE] !== undefined) {
    reject('sentinel.pod.nodeSelector', ZONE, `must not be given with '${prop}', which sets it`);
  }
  return given;
}

function voters(deployments: number | undefined, replicas: number): number {
  if (deployments !== undefined) {
    const count = wholeNumber('sentinel.count', deployments, 3, 15);
    if (deployments % 2 === 0) {
      reject('sentinel.count', deployments, `must be odd: ${deployments} survive no more losses than ${deployments - 1}. Did you mean ${deployments + 1}?`);
    }
    return count;
  }
  if (replicas % 2 === 0) {
    reject('replicas', replicas, 'must be odd with Sentinel as sidecar, where each server brings a voter: use Sentinel.deployments(3) or an odd number');
  }
  return replicas;
}
