import { Installation } from './installation';
import { State } from './probe/protocol';
import { Pod, Target } from './target';

/** What clients may notice. Times in milliseconds. */
export interface Bar {
  /** Longest time without an acknowledgement to anybody: the median of the runs, and each. */
  readonly gapMs?: { readonly median: number; readonly worst: number };
  /** Longest time without one to any single client. */
  readonly clientGapMs?: number;
  /** Time until the first acknowledgement after what the run marked as the recovery. */
  readonly recoveryMs?: { readonly median: number; readonly worst: number };
  /**
   * Acknowledged writes that may be lost. `tail`: only those of the last moments before the master went, which were on their way to the replicas;
   * `cut`: only those that the master acknowledged after it was cut off.
   */
  readonly lost: 0 | 'tail' | 'cut';
  /** From the oldest of the tail to the master's end; default: a second. */
  readonly tailMs?: number;
  /** How long the old master may acknowledge after the fault. */
  readonly oldMasterMs?: number;
  /** How many commands may fail, of connections that are kept and of new ones. Default: any number. */
  readonly failures?: number;
  /** How often the master may change. */
  readonly switches?: number;
}

/** Time after the end of a fault in which the Sentinels must agree and all replicas be in sync. In milliseconds. */
export const LINKED_MS = 60_000;
/** What "nothing" is for clients: a switch of threads on a busy machine may take so long. */
export const UNNOTICED = { median: 500, worst: 1000 };
/** A server that dies alone, whose agent is there to say so. */
export const CRASH = { median: 1500, worst: 3000 };
/** A process that is killed takes along what it had not yet handed to its kernel for the replicas: some runs lose a write or two, of the last 20 ms. */
export const KILLED = { lost: 'tail', tailMs: 20 } as const;

/** One run of a scenario: what it may do to the installation, and what it leaves to be mended. */
export interface Run<T extends Target = Installation> {
  readonly installation: T;
  /** The master at the start, which most faults hurt. */
  readonly master: Pod;
  /** Node of the clients that the fault does not cut off. */
  readonly clients: string;
  /** What everybody says now, asked from there. */
  state(): Promise<State>;
  /** Names a moment of the run, for the picture; the first is the fault, from the last the recovery counts. */
  mark(text: string): void;
  /** Mends something at the end, whatever happens. Mending it earlier is fine. */
  defer(mend: () => unknown): () => Promise<void>;
  /** Waits until the majority of the Sentinels names another master than at the start. */
  moved(timeoutMs?: number): Promise<void>;
  /** Names the moment from which clients should be served again. */
  markRecovery(text: string): void;
  /** Waits until a client's write is acknowledged after this moment. */
  written(): Promise<void>;
  /** A further condition that failed. */
  fail(text: string): void;
}

/** A fault, and what clients may notice of it. */
export interface Scenario<T extends Target = Installation> {
  readonly name: string;
  /** What happens, as one sentence for the report. */
  readonly what: string;
  readonly bar: Bar;
  /** Setups on which it is run: those where its outcome may differ. */
  readonly setups: readonly string[];
  /** It needs nodes that can be switched off and cut off, or processes that can be reached from outside. */
  readonly needs?: 'nodes' | 'processes';
  /** More clients beside the master, whom the fault cuts off too. */
  readonly clientsBesideMaster?: boolean;
  /** Most runs on one setup, for those that take minutes. */
  readonly maxRuns?: number;
  /** Time until the Sentinels agree and all replicas are in sync. In milliseconds. Default: a minute. */
  readonly linkedMs?: number;
  /** Does the fault and waits for its effect. */
  inject(run: Run<T>): Promise<void>;
}
