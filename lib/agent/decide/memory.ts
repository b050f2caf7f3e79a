import { Stake } from '../observe/copies';
import { SentinelSettings, ServerView } from '../observe/observation';
import { DataRecord } from '../observe/record-file';
import { Traits } from '../observe/traits';

/** What is known of the master outside that an installation follows. */
export interface Follow {
  /** HOST:PORT. */
  readonly name: string;
  /** What it says of itself; undefined where it does not answer, or was not asked. */
  readonly master: ServerView | undefined;
  /** Those of it and of the local server, while it answers. */
  readonly traits?: { readonly there: Traits; readonly here: Traits };
  /** The local data is a copy of it, or there is none yet: what the record says. */
  readonly copied: boolean;
  readonly cutOver: boolean;
  /** Why a cut-over is not tried now. */
  readonly held?: string;
}

/** What decisions depend on beside the observation. Times in milliseconds. */
export interface Rules {
  /** Ordinal of the local server. */
  readonly self: number;
  readonly bootTimeoutMs: number;
  readonly replicaPriority: number;
  /** The local server is about to stop: it must not be elected any more. */
  readonly stopping?: boolean;
  /** The local server is in sync with the master, whose agent has not said yet which data this is. */
  readonly unrecorded?: boolean;
  /** Sentinels that use far more CPU than they should, on a connection that they can't read. */
  readonly spinning?: readonly number[];
  /** Name of the source of a restore, whose data the installation begins with; undefined without a restore. */
  readonly restoreSource?: string;
  /** The master outside; undefined without one. */
  readonly follow?: Follow;
  /** Data that no agent has recorded, and that would be overwritten next. */
  readonly stakes?: readonly Stake[];
  readonly settings: SentinelSettings;
  /** What is known of the local data. */
  readonly record?: DataRecord;
}

/** Conditions that matter once they have held for some time. Those of one Sentinel carry its ordinal. */
export type Condition =
  /** The local server is a master that no majority names. */
  | 'unnamed'
  /** The same, and it knows that another one has taken its place. */
  | 'replaced'
  /** The local server is the latest master, the Sentinels forgot it, and servers are missing that may know of a later one. */
  | 'forgotten'
  /** The local server replicates another server than the named one, and nobody moves it. */
  | 'elsewhere'
  /** The local replica is in sync with data that its master's agent has not told it of. */
  | 'unrecorded'
  /** The local server is busy with a script, and another one is the master. */
  | 'busy'
  /** The named master is gone, and no replica is left that Sentinel may elect. */
  | 'master absent'
  /** A majority of the Sentinels finds the named master down, and it does not answer. */
  | 'master down'
  /** The same, no Sentinel replaces it, and somebody could take its place. */
  | 'left down'
  /** This Sentinel names another master than the majority, with no newer configuration. */
  | `disagrees ${number}`
  /** This Sentinel remembers servers or Sentinels that were removed. */
  | `stale ${number}`
  /** A failover away from the local server runs, and all servers were restarted. */
  | 'hopeless failover'
  /** The local server is named, is no master, and could become it. */
  | 'named'
  /** It has not the latest data for that, and servers are missing. */
  | 'named and older'
  /** It should withdraw, and a Sentinel is missing that would tell the others again. */
  | 'withdraw'
  /** A master is to be chosen, and servers are missing. */
  | 'bootstrap'
  /** Sentinels name different servers, and none of these is a master. */
  | 'divided';

/** Since when each condition that holds has held without a break, on the clock of the observations. In milliseconds. */
export type Since = Readonly<Partial<Record<Condition, number>>>;

/** What is remembered from one decision to the next about the process of the local server. */
export interface Memory {
  /** The process; everything else is forgotten when it is another one. */
  readonly runId: string | undefined;
  readonly since: Since;
  /** Sentinels that this agent asked for a vote. */
  readonly asked: readonly number[];
}

export const BLANK_MEMORY: Memory = { runId: undefined, since: {}, asked: [] };
