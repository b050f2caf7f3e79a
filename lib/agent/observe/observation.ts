import { Claim } from './claim';

/** A replica, as its master sees it. */
export interface ReplicaView {
  /** Its ordinal; `unknown` for an address that is not configured. */
  readonly server: number | 'unknown';
  /** It has the data, and is sent the stream. */
  readonly online: boolean;
  /** How much of the stream it has confirmed. */
  readonly offset: number;
  /** Since when it has confirmed nothing. In seconds. */
  readonly lagSeconds: number;
}

/** What one server says about itself. */
export interface ServerView {
  readonly role: 'master' | 'slave';
  /** It loads its data, and answers most commands with LOADING. */
  readonly loading: boolean;
  /** Run ID: another one after each start. */
  readonly runId: string;
  /** Ordinal of the server it replicates; `nobody` for a standby, `source` for one that copies from the Job of a restore, `external` for one that copies the master outside, `unknown` for an address that is not configured. */
  readonly follows: number | 'nobody' | 'source' | 'external' | 'unknown' | undefined;
  /** It knows that one by an address that is outdated. */
  readonly followsFormer?: boolean;
  readonly linkUp: boolean;
  /** Replication offset. */
  readonly offset: number;
  /** Replication ID: another one after each promotion. */
  readonly streamId: string;
  /** Which stream it had before it was promoted, and how much of it; undefined if there is none, as with a process that never was promoted. */
  readonly formerStream?: { readonly id: string; readonly offset: number };
  /** Of a master: its replicas. */
  readonly replicas?: readonly ReplicaView[];
  /** `replica-priority`; 0 can't be elected. Undefined for a master. */
  readonly priority: number | undefined;
  /** It keeps an append-only file, and reads it when it starts. */
  readonly appendOnly: boolean;
  /** It writes what it holds to its append-only file anew, which has less until then. */
  readonly rewriting?: boolean;
  /** It is to do so, and has not begun. */
  readonly rewriteDue?: boolean;
  /** How much it has received of the data that its master sends as a whole; undefined when none is sent. In bytes. */
  readonly received?: number;
  /** It keeps the end of its stream for replicas: without, as a master that has had none, its snapshots do not tell the stream. */
  readonly backlog?: boolean;
  /** It holds keys. */
  readonly hasKeys: boolean;
  /** How many, in all databases. */
  readonly keys?: number;
  /** Since when the link to the master is down. In seconds; 0 when it is up, -1 when there never was one. */
  readonly linkDownSeconds: number;
  /** What the agent beside it says about the data. Undefined: there is no agent, or it has not said anything yet. */
  readonly claim: Claim | undefined;
}

/** The settings of a monitored master that the agent keeps equal on all Sentinels. */
export interface SentinelSettings {
  readonly quorum: number;
  readonly downAfterMs: number;
  readonly failoverTimeoutMs: number;
  readonly parallelSyncs: number;
}

/** What one Sentinel says about the master. */
export interface SentinelView {
  /** Ordinal of the server it names; `nobody` while it monitors none, `unknown` for an address that is not configured. */
  readonly names: number | 'nobody' | 'unknown';
  /** By an address that is outdated. */
  readonly namesFormer?: boolean;
  /** Run ID of the process at the address that it names. */
  readonly masterRunId?: string;
  readonly epoch: number;
  /** How long ago the master answered its last ping. In milliseconds; 0 while it monitors none. */
  readonly masterSilentMs: number;
  /** For how long the master has left a ping unanswered. In milliseconds; 0 if it answered the last one, or while it monitors none. */
  readonly pingUnansweredMs: number;
  /** How far in the future times are that it noted: its clock was set back since. In milliseconds; 0 or undefined if none is. */
  readonly clockBackMs?: number;
  /** It finds the master down (`s_down` or `o_down`). */
  readonly masterDown: boolean;
  readonly failoverInProgress: boolean;
  readonly otherSentinels: number;
  readonly replicas: number;
  /** Servers and Sentinels that it remembers, that are not configured any more and are down. */
  readonly staleEntries: number;
  readonly settings: SentinelSettings | undefined;
}

/** What servers and Sentinels said when they were asked together. Who did not answer is undefined. */
export interface Look {
  /** By ordinal. */
  readonly servers: readonly (ServerView | undefined)[];
  readonly sentinels: readonly (SentinelView | undefined)[];
}

/** A look with the local server in it, and its time. */
export interface Observation extends Look {
  /** On a clock that never goes back. In milliseconds. */
  readonly at: number;
  /** The local server answers only that a script runs (`BUSY`). */
  readonly busy?: boolean;
}

/** How many of n are a majority. */
export function majorityOf(n: number): number {
  return Math.floor(n / 2) + 1;
}

/** Whether a majority of all Sentinels answers. */
export function majorityAnswers(sentinels: Look['sentinels']): boolean {
  return sentinels.filter(Boolean).length >= majorityOf(sentinels.length);
}

/** The server named by a majority of all Sentinels, those that do not answer included. */
export function namedMaster(sentinels: Look['sentinels']): number | 'unknown' | undefined {
  const votes = new Map<number | 'unknown', number>();
  for (const sentinel of sentinels) {
    if (sentinel && sentinel.names !== 'nobody') votes.set(sentinel.names, (votes.get(sentinel.names) ?? 0) + 1);
  }
  for (const [named, count] of votes) {
    if (count >= majorityOf(sentinels.length)) return named;
  }
  return undefined;
}

/** Whether a majority of all Sentinels names this server and finds it down. */
export function findMasterDown(sentinels: Look['sentinels'], named: number | 'unknown'): boolean {
  return sentinelsWhere(sentinels, (view) => view.names === named && view.masterDown).length >= majorityOf(sentinels.length);
}

/** Positions of the Sentinels for which the condition holds. */
export function sentinelsWhere(sentinels: Look['sentinels'], condition: (view: SentinelView) => boolean): number[] {
  return sentinels.flatMap((view, index) => view && condition(view) ? [index] : []);
}

/** The highest configuration epoch among the Sentinels that name this server. */
export function epochOf(sentinels: Look['sentinels'], named: number): number {
  return Math.max(0, ...sentinelsWhere(sentinels, (view) => view.names === named).map((index) => sentinels[index]!.epoch));
}
