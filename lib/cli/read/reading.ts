/** A pod, as the cluster sees it. */
export interface PodReading {
  readonly name: string;
  /** Undefined while it is on none. */
  readonly node?: string;
  readonly ready: boolean;
  /** It is on its way out. */
  readonly stopping: boolean;
  /** Restarts of its containers, together. */
  readonly restarts: number;
  /** What the cluster says is wrong, such as `CrashLoopBackOff` or why it is on no node. */
  readonly problem?: string;
}

/** A member of the installation, with what it says of itself. */
interface MemberReading<Answer> {
  readonly ordinal: number;
  /** Undefined where there is none. */
  readonly pod?: PodReading;
  /** Undefined if it could not be asked, or did not answer. */
  readonly answer?: Answer;
  /** Why there is no answer. */
  readonly silence?: string;
}

/** Ordinal of a server; `unknown` for an address that is none of ours, `nobody` where there is none. */
export type ServerName = number | 'unknown' | 'nobody';

/** A replica, as its master sees it. */
export interface ReplicaOfMaster {
  readonly server: ServerName;
  /** It has the data, and is sent the stream. */
  readonly online: boolean;
  /** How much of the stream it has not confirmed. */
  readonly lagBytes: number;
  /** Since it confirmed anything. */
  readonly lagSeconds: number;
}

/** How far a server is behind the master outside that it copies. */
export interface FollowLag {
  readonly linkUp: boolean;
  /** Undefined while that one does not answer. */
  readonly bytes?: number;
  readonly seconds?: number;
}

/** What the agent beside a server is doing. */
export interface AgentReading {
  /** `steady`, `wait` or an action. */
  readonly phase: string;
  /** Why; empty while `steady`. */
  readonly why: string;
  /** Since it said so: it does every second. */
  readonly ageSeconds: number;
  /** Until when it asks for no failover because the master is silent, ISO 8601. Undefined without an order to pause. */
  readonly pausedUntil?: string;
  /** The master outside that the installation copies, as `host:port`, and how far this server is behind it, if it is the one that copies it. */
  readonly follow?: { readonly master: string; readonly lag?: FollowLag };
  /** From when until when the certificate is good that the server uses, ISO 8601, if the agent knows, and why it refuses the one of the Secret. Undefined without TLS. */
  readonly certificate?: { readonly begins?: string; readonly ends?: string; readonly refused?: string };
}

/** What a server says. */
export interface ServerAnswer {
  readonly engine: 'redis' | 'valkey';
  readonly version: string;
  /** `standby`: it replicates nobody, and waits for its agent. */
  readonly role: 'master' | 'replica' | 'standby';
  /** Whom a replica follows. */
  readonly follows: ServerName;
  readonly linkUp: boolean;
  /** Since when its link to the master is down; 0 while it is up. */
  readonly linkDownSeconds: number;
  /** It loads its data, from the volume or from its master. */
  readonly loading: boolean;
  /** `replica-priority`: Sentinel never elects one with 0. */
  readonly priority: number;
  readonly uptimeSeconds: number;
  /** Of a master: who replicates it. */
  readonly replicas: readonly ReplicaOfMaster[];
  /** Of a master: replicas that are no more than `min-replicas-max-lag` behind, and how many of them it needs to accept writes. */
  readonly goodReplicas: number;
  readonly minReplicasToWrite: number;
  readonly minReplicasMaxLagSeconds: number;
  /** A replica that is further behind has to copy everything when its link breaks. */
  readonly backlogBytes: number;
  readonly usedMemoryBytes: number;
  /** 0: no limit. */
  readonly maxMemoryBytes: number;
  readonly evicts: boolean;
  readonly clients: number;
  readonly maxClients: number;
  /** Writes are paused (`CLIENT PAUSE`). Undefined: this version does not say; Valkey from 8.0 on does. */
  readonly writesPaused?: boolean;
  /** What of `append-only log`, `rewrite of the append-only log` and `snapshot` failed the last time. */
  readonly persistenceFailures: readonly string[];
  /** As the master, it refuses writes while its last snapshot has failed. */
  readonly needsSnapshots: boolean;
  /** How full the volume of its data is, from 0 to 1. */
  readonly diskUsed?: number;
  readonly agent?: AgentReading;
}

/** What a Sentinel says. */
export interface SentinelAnswer {
  readonly version: string;
  /** The server that it names; `nobody` while it monitors none. */
  readonly names: ServerName;
  readonly epoch: number;
  readonly quorum: number;
  /** Since it names this one. */
  readonly namesSinceSeconds: number;
  /** It finds the one that it names down. */
  readonly findsMasterDown: boolean;
  readonly failoverInProgress: boolean;
  /** It trusts no clock, and does nothing for 30 s. */
  readonly tilt: boolean;
  /** Servers that it finds down. */
  readonly findsDown: readonly ServerName[];
  /** Other Sentinels that it knows, and those of them that it finds down. */
  readonly otherSentinels: number;
  readonly otherSentinelsDown: number;
  /** Replicas that it knows. */
  readonly replicas: number;
}

/** What a HAProxy says. */
export interface ProxyAnswer {
  /** Servers that it routes writes to: one, if all is well. */
  readonly writes: readonly number[];
  /** Servers that it routes reads to. */
  readonly reads: readonly number[];
  /** Clients that are connected. */
  readonly clients: number;
}

export type ServerReading = MemberReading<ServerAnswer>;
export type SentinelReading = MemberReading<SentinelAnswer>;
export type ProxyReading = MemberReading<ProxyAnswer>;

/** The last time that another server became the master, as the agents' logs tell it. */
export interface MasterChange {
  /** When the new master's agent found all well, ISO 8601. */
  readonly at: string;
  readonly to: number;
  readonly from?: number;
  /** `unknown`: nobody's log tells. */
  readonly kind: 'hand-over' | 'failover' | 'vote' | 'unknown';
  /** What the agents said of it. */
  readonly why: string;
  /** From the first sign of it until `at`; of a hand-over, the pause of writes. */
  readonly durationMs?: number;
}

/** It has no pods, as `hibernate` says. */
export interface Hibernation {
  /** Pods that are still there, on their way out. */
  readonly stopping: readonly string[];
}

/** Whose pods are in the EndpointSlices of the Service that clients connect to; `unknown` is the address of no server's pod. */
export interface DirectReading {
  readonly answer?: { readonly writes: readonly ServerName[]; readonly reads: readonly ServerName[] };
  /** Why nobody could read them; undefined with an answer. */
  readonly silence?: string;
}

/** What an installation is, and what all its members said when they were asked together. */
export interface Reading {
  readonly name: string;
  readonly namespace: string;
  /** When, ISO 8601. */
  readonly at: string;
  /** By ordinal, all that are configured. */
  readonly servers: readonly ServerReading[];
  readonly sentinels: readonly SentinelReading[];
  /** A Sentinel is beside each server, and goes with its pod. */
  readonly sentinelsBesideServers: boolean;
  /** HAProxy pods; none with `Routing.none()` and `Routing.direct()`. */
  readonly proxies: readonly ProxyReading[];
  /** Where its Service leads clients to, with `Routing.direct()`; undefined with others. */
  readonly direct?: DirectReading;
  /** The end of the first certificate that ends, ISO 8601. Undefined without TLS. */
  readonly certificateEnds?: string;
  /** Since when that one is good. */
  readonly certificateBegins?: string;
  readonly lastChange?: MasterChange;
  /** Undefined while it is awake. */
  readonly hibernation?: Hibernation;
}
