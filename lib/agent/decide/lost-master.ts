import { Look, majorityOf, sentinelsWhere } from '../observe/observation';

/** A Sentinel pings every 250 ms, and may have heard the server just before it was lost. In milliseconds. */
export const PING_AGE_MS = 500;
/** By so much the next agent waits longer, in case that the one before it is lost too. In milliseconds. */
const TURN_MS = 500;

/** Times after which others may replace a master. In milliseconds. */
export interface Replacement {
  /** The Sentinels find it down. */
  readonly downAfterMs: number;
  /** Agents take it for lost with its node. */
  readonly unreachableAfterMs: number;
}

/**
 * How long a master may be without a sign of others before it refuses writes. Another one is promoted once this one was found down, or lost with its node: by then
 * it must have noticed, asked its server, and been answered. In milliseconds.
 */
export function patienceMs({ downAfterMs, unreachableAfterMs }: Replacement): number {
  return 0.6 * Math.min(downAfterMs, unreachableAfterMs);
}

/** What an agent knows of a master that is absent. Times are in milliseconds. */
export interface AbsentMaster {
  readonly self: number;
  readonly master: number;
  /** For how long, and from when on it counts. */
  readonly ms: number;
  readonly afterMs: number;
  /** That of the configuration: during a pause Sentinels have another one. */
  readonly downAfterMs: number;
}

/** Whether it is the turn of this agent: one after the other, so that no two replace it at the same time. */
export function hasTurn({ self, master, ms, afterMs }: AbsentMaster): boolean {
  return ms >= afterMs + turnMs(self, master);
}

/** By how much this agent waits longer than the first one whose turn it is. In milliseconds. */
export function turnMs(self: number, master: number): number {
  return (self - Number(master < self)) * TURN_MS;
}

/** Whether the master may be replaced: a majority of all Sentinels names it and has heard nothing of it either, and nobody who answers knows better. */
export function mayBeReplaced(views: Look['sentinels'], { master, afterMs, downAfterMs }: AbsentMaster): boolean {
  const contradicts = sentinelsWhere(views, (view) => view.names !== master && view.names !== 'nobody' || view.failoverInProgress);
  const hearNothing = sentinelsWhere(views, (view) =>
    view.names === master && view.masterSilentMs >= afterMs - PING_AGE_MS && view.settings?.downAfterMs === downAfterMs);
  return contradicts.length === 0 && hearNothing.length >= majorityOf(views.length);
}
