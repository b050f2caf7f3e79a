import { patienceMs, Replacement } from '../decide/lost-master';

/** What orders masters in time: Sentinel's epochs begin anew with each term. */
export interface Epoch {
  readonly term: number;
  readonly epoch: number;
}

/** What one look at the local server and all Sentinels says about who is the master. */
export interface MasterLook {
  readonly role: 'master' | 'slave' | undefined;
  /** The local server is the one that a majority of all Sentinels names. */
  readonly named: boolean;
}

/** A slice as it was found. */
export interface FoundSlice {
  readonly addresses: readonly string[];
  /** That of the master which wrote it; undefined where it can't be read. */
  readonly epoch: Epoch | undefined;
}

/**
 * A later epoch than that of a certain master is in a slice where all Sentinels and all data began anew. It is taken for that once the master was certain for so
 * long: a look that is out of date is found out by the next one. In milliseconds.
 */
export const BEGUN_ANEW_MS = 5_000;

/** The strict consensus: the server says master, and a majority names it. */
export function isCertain({ role, named }: MasterLook): boolean {
  return role === 'master' && named;
}

/** How long a master may be uncertain before it refuses writes: clients that nobody cuts off are not left with it for long. In milliseconds. */
export function doubtfulAfterMs(replacement: Replacement): number {
  return Math.min(1_200, patienceMs(replacement));
}

/** Whether one is later than another. */
export function isLater(one: Epoch, other: Epoch): boolean {
  return one.term > other.term || (one.term === other.term && one.epoch > other.epoch);
}

/**
 * What a certain master does with a slice.
 *
 * @param wanted addresses that it should have
 * @param certainForMs how long the master is certain
 */
export function change(found: FoundSlice | undefined, wanted: readonly string[], epoch: Epoch, certainForMs: number): 'write' | 'leave' | 'refuse' {
  if (found === undefined) return 'write';
  if (found.epoch && isLater(found.epoch, epoch) && certainForMs < BEGUN_ANEW_MS) return 'refuse';
  const same = sameAddresses(found.addresses, wanted) && found.epoch?.term === epoch.term && found.epoch.epoch === epoch.epoch;
  return same ? 'leave' : 'write';
}

function sameAddresses(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((address) => other.includes(address));
}
