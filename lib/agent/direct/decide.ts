import { patienceMs, Replacement } from '../decide/lost-master';
import { findMasterDown, Look, namedMaster } from '../observe/observation';

/** What the local server says. `silent`: nothing, or something else, as `BUSY` while a script runs; `gone`: nobody takes connections. */
export type Said = 'master' | 'slave' | 'silent' | 'gone';

/** What orders masters in time: Sentinel's epochs begin anew with each term. */
export interface Epoch {
  readonly term: number;
  readonly epoch: number;
}

/** What one look at the local server and all Sentinels says about who is the master. */
export interface MasterLook {
  readonly said: Said;
  readonly sentinels: Look['sentinels'];
}

/**
 * A later epoch than that of a certain master is in a slice where all Sentinels and all data began anew. It is taken for that once the master was certain for so
 * long: a look that is out of date is found out by the next one. In milliseconds.
 */
export const BEGUN_ANEW_MS = 5_000;

/** The strict consensus: the server says master, and a majority names it. */
export function isCertain({ said, sentinels }: MasterLook, self: number): boolean {
  return said === 'master' && namedMaster(sentinels) === self;
}

/** Whether the local server stays what it was before it became silent: a majority names it, and nobody is about to replace it. */
export function isHeld({ said, sentinels }: MasterLook, self: number): boolean {
  return said === 'silent' && namedMaster(sentinels) === self && !findMasterDown(sentinels, self) && !sentinels.some((view) => view?.failoverInProgress);
}

/** How long a master may be uncertain before it refuses writes: clients that nobody cuts off are not left with it for long. In milliseconds. */
export function doubtfulAfterMs(replacement: Replacement): number {
  return Math.min(1_200, patienceMs(replacement));
}

/** Whether one is later than another. */
export function isLater(one: Epoch, other: Epoch): boolean {
  return one.term > other.term || (one.term === other.term && one.epoch > other.epoch);
}

/** Whether a certain master leaves a slice as it is. @param found undefined where there is none, or it can't be read @param certainForMs how long the master is certain */
export function isRefused(found: Epoch | undefined, own: Epoch, certainForMs: number): boolean {
  return found !== undefined && isLater(found, own) && certainForMs < BEGUN_ANEW_MS;
}

/** Whether an object has all that was written; others may add fields. */
export function hasAll(found: any, written: any): boolean {
  if (typeof written !== 'object') return found === written;
  if (Array.isArray(written) && found?.length !== written.length) return false;
  return Object.entries(written).every(([key, value]) => hasAll(found?.[key], value));
}
