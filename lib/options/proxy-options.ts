import { Duration } from 'cdk8s';
import { ContainerResources } from './container-resources';
import { DisruptionBudget, PodOptions, ProbeOptions } from './pod-options';
import { HaproxyLines, ProxyReadOptions } from './proxy-behaviour';
import { ProxyAutoscaling, ProxyPort, ProxyRollout, TcpRouteOptions } from './proxy-workload';
import { ProxyServiceOptions } from './service-options';

/**
 * When HAProxy routes clients to a server that says master.
 */
export enum Consensus {
  /** While a majority of all Sentinels names it, and nobody else. Losing the majority of the Sentinels stops writes to a healthy master. */
  STRICT = 'strict',
  /**
   * Also while fewer than a majority of the Sentinels answer, at least one does, all that do name it, and a replica follows it.
   * Writes survive the loss of most Sentinels; but a HAProxy on the smaller side of a split network may go on routing its clients to a
   * master that was replaced on the other side, if that side has the master, one of its replicas and a Sentinel: what they write is lost.
   */
  LENIENT = 'lenient',
}

/**
 * Intervals of HAProxy's checks.
 */
export interface ProxyCheckOptions {
  /**
   * Between two questions to a Sentinel. After a wrong answer it is asked again at once, until `sentinelFall` of them count.
   *
   * @default Duration.millis(200)
   */
  readonly sentinelInterval?: Duration;

  /**
   * Between two questions to a server. Another answer counts at once.
   *
   * @default Duration.millis(200), and 500 where servers speak TLS
   */
  readonly roleInterval?: Duration;

  /**
   * Between two looks at the consensus; the first that fails cuts the sessions.
   *
   * @default Duration.millis(50)
   */
  readonly consensusInterval?: Duration;

  /**
   * Wrong answers of a Sentinel in a row that count, from 1 to 10, also those that it does not give in time. Each makes a failover some milliseconds longer.
   *
   * @default 2, and 5 where servers speak TLS, as each handshake has to end within `sentinelInterval`
   */
  readonly sentinelFall?: number;

  /**
   * Right answers of a Sentinel in a row that count again, from 1 to 10.
   *
   * @default 1
   */
  readonly sentinelRise?: number;

  /**
   * Time that a Sentinel gets for its answer. A server gets as long as the Sentinels wait for it, `downAfter`: until then its silence changes nothing.
   *
   * @default Duration.millis(500)
   */
  readonly timeout?: Duration;
}

/**
 * Timeouts of HAProxy.
 */
export interface ProxyTimeoutOptions {
  /**
   * To connect to a server.
   *
   * @default Duration.seconds(1)
   */
  readonly connect?: Duration;

  /**
   * A client's silence after which its session ends, from 1 s to 24 days. `Duration.seconds(0)` is never, for subscribers of quiet channels and `BLPOP key 0`:
   * set `server` to never, too. A peer that is gone without a word is still found within ten minutes, by TCP keepalive.
   *
   * @default Duration.hours(1)
   */
  readonly client?: Duration;

  /**
   * A server's silence after which the session ends, from 1 s to 24 days. `Duration.seconds(0)` is never.
   *
   * @default Duration.hours(1)
   */
  readonly server?: Duration;
}

/**
 * HAProxy.
 */
export interface ProxyOptions {
  /**
   * Number of pods.
   *
   * @default 3
   */
  readonly replicas?: number;

  /**
   * Image to run: repository with a tag, a digest or both. HAProxy 2.6 or newer, built
   * with Lua as the official images are. Not 3.0.0 to 3.0.11, whose clients hang when they
   * connect while the master changes.
   *
   * @default - the official image of the release that docs/reference/versions.md names
   */
  readonly image?: string;

  /**
   * Port for the master.
   *
   * @default 6379
   */
  readonly port?: number;

  /**
   * Port for the replicas that are in sync.
   *
   * @default 6380
   */
  readonly readPort?: number;

  /**
   * Route the read port to the master while no replica is in sync.
   *
   * @default true
   */
  readonly readFromMasterAsFallback?: boolean;

  /**
   * Port of the statistics page (`/stats`), the metrics (`/metrics`) and the probes.
   *
   * @default 8404
   */
  readonly statsPort?: number;

  /**
   * Most connections of one pod, both ports together; further ones are closed at once. All pods together, with those more that `rollout.maxSurge` adds, or one, must leave a server
   * room for the other servers, Sentinels, checks and probes: Redis refuses everybody when it has `maxclients` clients, 10000 unless `server.directives` say
   * otherwise. Where a HorizontalPodAutoscaler adds pods, divide by as many as it may add.
   *
   * @default - its share of `maxclients`, 2450 for three pods, if that fits in the memory limit: 36 KiB a connection (64 where HAProxy ends
   * TLS, 104 where it opens another one), above 32 MiB for HAProxy itself
   */
  readonly maxconn?: number;

  /**
   * What makes a master.
   *
   * @default Consensus.STRICT
   */
  readonly consensus?: Consensus;

  /**
   * Intervals of the checks. Each pod asks (servers × Sentinels + 2 × servers) questions an interval: raise it above 5 × 5.
   *
   * @default - see ProxyCheckOptions
   */
  readonly checks?: ProxyCheckOptions;

  /**
   * Timeouts.
   *
   * @default - see ProxyTimeoutOptions
   */
  readonly timeouts?: ProxyTimeoutOptions;

  /**
   * The Service that clients connect to.
   *
   * @default - see ProxyServiceOptions
   */
  readonly service?: ProxyServiceOptions;

  /**
   * Further ports of HAProxy's pods and of the Service, like those that frontends of `customSections` listen on. Clients that are let in
   * reach them, too, but for those of `RedisHa.fromAttributes`, which does not know them.
   *
   * @default - none
   */
  readonly extraPorts?: ProxyPort[];

  /**
   * How reads are shared among the replicas.
   *
   * @default - see ProxyReadOptions
   */
  readonly reads?: ProxyReadOptions;

  /**
   * More or fewer pods by load, by a HorizontalPodAutoscaler, in place of `replicas`.
   *
   * @default - always `replicas` pods
   */
  readonly autoscaling?: ProxyAutoscaling;

  /**
   * How changed pods take the place of those that run.
   *
   * @default - see ProxyRollout
   */
  readonly rollout?: ProxyRollout;

  /**
   * Routes of the Gateway API that lead from a Gateway to the Service.
   *
   * @default - none
   */
  readonly tcpRoute?: TcpRouteOptions;

  /**
   * Further lines in our own sections of haproxy.cfg.
   *
   * @default - none
   */
  readonly lines?: HaproxyLines;

  /**
   * Further sections of haproxy.cfg, appended as they are. Passwords come from the environment: give them to the pod by `pod.env` with
   * `valueFrom`, and write `"${NAME}"`. Each `frontend` and `listen` takes at most `maxconn` clients, beside those of our ports; a `defaults` section of yours ends that, and
   * then all together may stop the probes and HAProxy's own checks.
   *
   * @default - none
   */
  readonly customSections?: string;

  /**
   * Time for which a stopping pod still takes connections, until every node has heard that it goes.
   *
   * @default Duration.seconds(5)
   */
  readonly drain?: Duration;

  /**
   * Requests and limits of HAProxy. It has as many threads as the CPU limit allows, two without one, and no more than the node has cores; another number by
   * `thread-hard-limit` in `lines.global`.
   * What is not given keeps its default; `{}` in place of the limits or of the requests stands for none.
   *
   * @default - 100m CPU (200m with `Tls.everywhere`, for the handshakes of checks) and 64Mi memory requested, 256Mi memory at most
   */
  readonly resources?: ContainerResources;

  /**
   * Numbers of the probes.
   *
   * @default - see ProbeTiming
   */
  readonly probes?: ProbeOptions;

  /**
   * Scheduling, metadata and additions of the pods.
   *
   * @default - spread over nodes if it can be had
   */
  readonly pod?: PodOptions;

  /**
   * How many pods an eviction may leave out or must leave.
   *
   * @default - at most one out; no budget for a single pod
   */
  readonly disruptionBudget?: DisruptionBudget;
}
