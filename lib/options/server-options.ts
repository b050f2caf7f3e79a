import { Duration, Size } from 'cdk8s';
import { ContainerResources } from './container-resources';
import { DisruptionBudget, PodOptions, ProbeOptions } from './pod-options';
import { MemberServiceOptions } from './service-options';
import { UpdateStrategy } from './update-strategy';

/**
 * What a server does when its memory is full.
 */
export enum MaxmemoryPolicy {
  /** Refuse writes. */
  NOEVICTION = 'noeviction',
  /** Evict the least recently used key. */
  ALLKEYS_LRU = 'allkeys-lru',
  /** Evict the least frequently used key. */
  ALLKEYS_LFU = 'allkeys-lfu',
  /** Evict any key. */
  ALLKEYS_RANDOM = 'allkeys-random',
  /** Evict the least recently used of the keys that expire. */
  VOLATILE_LRU = 'volatile-lru',
  /** Evict the least frequently used of the keys that expire. */
  VOLATILE_LFU = 'volatile-lfu',
  /** Evict any of the keys that expire. */
  VOLATILE_RANDOM = 'volatile-random',
  /** Evict the key that expires next. */
  VOLATILE_TTL = 'volatile-ttl',
}

/**
 * The agent in each server's pod, which decides what a starting server becomes, hands the master's role over when its pod stops,
 * and makes a replica the master when its server dies as one, or when the master is gone with its agent.
 */
export interface AgentOptions {
  /**
   * Image to run: a stock Node.js, 20 or newer. The program itself comes from a ConfigMap.
   *
   * @default - the official image of the release that docs/reference/versions.md names
   */
  readonly image?: string;

  /**
   * Requests and limits.
   * What is not given keeps its default; `{}` in place of the limits or of the requests stands for none.
   *
   * @default - 20m CPU and 48Mi memory requested, 128Mi memory at most
   */
  readonly resources?: ContainerResources;

  /**
   * Time for which a cold start waits for all servers, before a majority of them may choose a master without the others.
   *
   * @default Duration.seconds(60)
   */
  readonly bootTimeout?: Duration;

  /**
   * Time that a hand-over gets when the master's pod stops. Shorter than the grace period.
   *
   * @default Duration.seconds(30)
   */
  readonly handOverBudget?: Duration;
}

/**
 * The servers.
 */
export interface ServerOptions {
  /**
   * Port that servers listen on.
   *
   * @default 6379
   */
  readonly port?: number;

  /**
   * Memory for data. One that leaves less than 8 MiB of the memory limit is refused.
   *
   * @default - three quarters of the memory limit, and less with `Persistence.emptyDir({ inMemory: true })`; none without a limit
   */
  readonly maxmemory?: Size;

  /**
   * What happens when it is full.
   *
   * @default MaxmemoryPolicy.NOEVICTION, and ALLKEYS_LRU with Workload.CACHE
   */
  readonly maxmemoryPolicy?: MaxmemoryPolicy;

  /**
   * Replicas in sync that a master needs to take writes: what fences a master that was cut off. A change reaches servers that run within about two minutes.
   *
   * @default 1 with three servers or more, else 0. Workload.CACHE: 0; Workload.STORE: half of three servers or more, rounded down
   */
  readonly minReplicasToWrite?: number;

  /**
   * Silence after which a replica no longer counts as in sync, in whole seconds.
   *
   * @default Duration.seconds(2)
   */
  readonly minReplicasMaxLag?: Duration;

  /**
   * Stream that a master keeps for replicas that come back: ten seconds of writes and more.
   *
   * @default Size.mebibytes(16), and a part of maxmemory with a `workload`
   */
  readonly replBacklogSize?: Size;

  /**
   * Allow FLUSHALL and FLUSHDB.
   *
   * @default false
   */
  readonly allowFlush?: boolean;

  /**
   * Further lines of redis.conf, one directive each; they come last. Reserved, because the library decides them: port, bind,
   * bind-source-addr, dir, daemonize, supervised, logfile, pidfile, protected-mode, requirepass, masterauth, masteruser, primaryauth,
   * primaryuser, user, aclfile, include, rename-command, replicaof, slaveof, replica-announce*, slave-announce*, replica-priority,
   * slave-priority, replica-read-only, slave-read-only, replica-serve-stale-data, slave-serve-stale-data, appendonly, appendfilename,
   * appenddirname, dbfilename, maxmemory, maxmemory-policy, min-replicas-to-write, min-slaves-to-write, min-replicas-max-lag,
   * min-slaves-max-lag, repl-backlog-size, cluster-enabled, unixsocket*, tls-*, and save where `persistence` makes no snapshots.
   *
   * @default - none
   */
  readonly directives?: string[];

  /**
   * Requests and limits of each server.
   * What is not given keeps its default; `{}` in place of the limits or of the requests stands for none.
   *
   * @default - 100m CPU and 512Mi memory requested, 512Mi memory at most
   */
  readonly resources?: ContainerResources;

  /**
   * Numbers of the probes.
   *
   * @default - see ProbeTiming
   */
  readonly probes?: ProbeOptions;

  /**
   * The agent in each server's pod.
   *
   * @default - see AgentOptions
   */
  readonly agent?: AgentOptions;

  /**
   * Scheduling, metadata and additions of the pods.
   *
   * @default - spread over nodes
   */
  readonly pod?: PodOptions;

  /**
   * How changed pods take the place of those that run.
   *
   * @default UpdateStrategy.rolling()
   */
  readonly updateStrategy?: UpdateStrategy;

  /**
   * How long a server has to be ready before the next one is updated, in whole seconds.
   *
   * @default - not at all
   */
  readonly minReady?: Duration;

  /**
   * Former versions of the StatefulSet that are kept for `kubectl rollout undo`.
   *
   * @default - the cluster's default, 10
   */
  readonly revisionHistoryLimit?: number;

  /**
   * One more Service for each server, by which it is reached from outside whatever its role is: for reads of one server, for measuring, and for tools. Writes go through
   * HAProxy: nothing here follows the master, and Sentinels go on to name the addresses inside. `redis.allowSentinelFrom()` has to let clients in.
   *
   * @default - none
   */
  readonly memberServices?: MemberServiceOptions;

  /**
   * How many servers an eviction may leave out or must leave.
   *
   * @default - at most one out; no budget for a single server
   */
  readonly disruptionBudget?: DisruptionBudget;
}
