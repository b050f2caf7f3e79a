import { Look, majorityOf, sentinelsWhere } from '../observe/observation';

/** A Sentinel pings every 250 ms, and may have heard the server just before it was lost. In milliseconds. */
const PING_AGE_MS = 500;
/** By so much the next agent waits longer, in case that the one before it is lost too. In milliseconds. */
const TURN_MS = 500;

/** What is known of a master that gives no sign of life. */
export interface LostMaster {
  readonly self: number;
  readonly master: number;
  /** For how long this agent has heard nothing of it. In milliseconds. */
  readonly silentMs: number;
  readonly unreachableAfterMs: number;
  /** That of the configuration: during a pause Sentinels have another one. */
  readonly downAfterMs: number;
}

/** Whether it is the turn of this agent: one after the other, so that no two replace it at the same time. */
export function hasTurn({ self, master, silentMs, unreachableAfterMs }: LostMaster): boolean {
  const before = self - Number(master < self);
  return silentMs >= unreachableAfterMs + before * TURN_MS;
}

/** Whether the master may be replaced: a majority of all Sentinels names it and has heard nothing of it either, and nobody who answers knows better. */
export function isLost(views: Look['sentinels'], { master, unreachableAfterMs, downAfterMs }: LostMaster): boolean {
  const contradicts = sentinelsWhere(views, (view) => view.names !== master && view.names !== 'nobody' || view.failoverInProgress);
  const hearNothing = sentinelsWhere(views, (view) =>
    view.names === master && view.masterSilentMs >= unreachableAfterMs - PING_AGE_MS && view.settings?.downAfterMs === downAfterMs);
  return contradicts.length === 0 && hearNothing.length >= majorityOf(views.length);
}
