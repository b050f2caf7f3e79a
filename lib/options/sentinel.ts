import { Duration } from 'cdk8s';
import { ContainerResources } from './container-resources';
import { DisruptionBudget, PodOptions, ProbeTiming } from './pod-options';

/**
 * Numbers of the probes of Sentinels. What they ask is fixed.
 */
export interface SentinelProbeOptions {
  /**
   * Readiness. Five failures in a row count, unless told.
   *
   * @default - see ProbeTiming
   */
  readonly readiness?: ProbeTiming;

  /**
   * Liveness.
   *
   * @default - see ProbeTiming
   */
  readonly liveness?: ProbeTiming;
}

/**
 * Options of the Sentinels, wherever they run.
 */
export interface SentinelOptions {
  /**
   * Sentinels that must agree that the master is down before one of them may lead a failover. Whoever leads one, a Sentinel or an agent, also needs the votes of a majority.
   *
   * @default - a majority
   */
  readonly quorum?: number;

  /**
   * Silence after which a Sentinel takes a server for down. More than 1 s, as a Sentinel connects again only once a second; at most 10 min.
   * Better more than 3 s: Sentinel promotes no replica that was cut off for longer than ten times this, and its TILT mode alone
   * lasts 30 s. Below, the agents have to help after a TILT, which takes them another half a minute.
   *
   * @default Duration.millis(3500)
   */
  readonly downAfter?: Duration;

  /**
   * Time after which the agents replace a master that is lost with its node, or cut off: not only does its server answer nothing, but nobody
   * takes or refuses connections for its pod, and a majority of the Sentinels hears nothing of it either. A server that hangs or stalls, of which the kernel of
   * its node gives a sign, is given `downAfter`; one that refuses connections, as it is gone with its agent, 1 s. At least 1 s; from `downAfter` on, this changes nothing.
   *
   * @default Duration.millis(1500)
   */
  readonly unreachableAfter?: Duration;

  /**
   * Time that a Sentinel gives one attempt of a failover that it leads. A failed attempt is tried again after twice this.
   *
   * @default Duration.seconds(6)
   */
  readonly failoverTimeout?: Duration;

  /**
   * Replicas that resynchronise with a new master at the same time.
   *
   * @default 1
   */
  readonly parallelSyncs?: number;

  /**
   * Time that a master which answers "loading" gets before it counts as down.
   *
   * @default Duration.seconds(5)
   */
  readonly masterRebootDownAfter?: Duration;

  /**
   * Port that Sentinel listens on.
   *
   * @default 26379
   */
  readonly port?: number;

  /**
   * Further lines of sentinel.conf, one directive each. Reserved, because the library decides them: port, bind, dir, daemonize,
   * logfile, pidfile, protected-mode, requirepass, user, aclfile, include, tls-*, unixsocket*, and all that begin with the word sentinel: most of
   * them speak of a master, and none is known when Sentinel starts.
   *
   * @default - none
   */
  readonly directives?: string[];

  /**
   * Requests and limits of each Sentinel. Without a CPU limit on purpose: a throttled Sentinel goes into TILT.
   * What is not given keeps its default; `{}` in place of the limits or of the requests stands for none.
   *
   * @default - 50m CPU and 32Mi memory requested, 64Mi memory at most
   */
  readonly resources?: ContainerResources;

  /**
   * Numbers of the probes.
   *
   * @default - see SentinelProbeOptions
   */
  readonly probes?: SentinelProbeOptions;
}

/**
 * Options of Sentinels with Deployments of their own.
 */
export interface SentinelDeploymentsOptions extends SentinelOptions {
  /**
   * Scheduling, metadata and additions of the Sentinel pods.
   *
   * @default - spread over nodes
   */
  readonly pod?: PodOptions;

  /**
   * Zones that the Sentinels are kept to, by the nodes' label `topology.kubernetes.io/zone`: the first one to the first zone, and so on, from the start again where there are
   * fewer zones. A Sentinel whose zone is away stays away with it.
   *
   * @default - any zone, spread over them if it can be had
   */
  readonly zones?: string[];

  /**
   * Former versions of each Deployment that are kept for `kubectl rollout undo`.
   *
   * @default - the cluster's default, 10
   */
  readonly revisionHistoryLimit?: number;

  /**
   * How many Sentinels an eviction may leave out or must leave.
   *
   * @default - at most one out
   */
  readonly disruptionBudget?: DisruptionBudget;
}

/**
 * Where Sentinels run.
 */
export class Sentinel {
  /**
   * One beside each server, in its pod. Losing a node loses a voter together with the server it votes about.
   */
  public static sidecar(options: SentinelOptions = {}): Sentinel {
    return new Sentinel(['Sentinel.sidecar', ...arguments], undefined, options);
  }

  /**
   * `count` single-replica Deployments of their own (an odd number, at least 3), each with a stable address and identity, each
   * rescheduled when its node dies.
   */
  public static deployments(count: number = 3, options: SentinelDeploymentsOptions = {}): Sentinel {
    return new Sentinel(['Sentinel.deployments', ...arguments], count, options);
  }

  private constructor(
    /** @internal The static function that made it, and its arguments: settings check them with all other props. */
    public readonly _given: readonly unknown[],
    /** Number of Deployments; undefined when Sentinels are sidecars. */
    public readonly count: number | undefined,
    /** Options as given. */
    public readonly options: SentinelDeploymentsOptions,
  ) {}
}
