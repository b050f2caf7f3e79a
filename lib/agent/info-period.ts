import { Endpoint } from './resp';

/**
 * How often Sentinels ask each server for INFO, instead of every 10 s. In milliseconds.
 *
 * Sentinel learns from INFO alone which replicas there are, whether they may be elected and how much of the stream they have: a master
 * that dies before the first INFO after its replicas came is never replaced. During a failover Sentinel asks again 1 s after the last
 * INFO, and believes a promotion, which takes up to 0.3 s, only then: an INFO 0.7 s old at most is never too early for it.
 */
const USUAL_MS = 700;
/** While all replicas are to be asked at once. */
const HURRIED_MS = 100;

/**
 * Keeps the period of all Sentinels, which forget it when they restart. One that is hurried when the agent that hurried it ends asks ten
 * times a second until then, which costs next to nothing and loses nothing.
 */
export async function keepInfoPeriods(sentinels: readonly Endpoint[]): Promise<void> {
  await Promise.all(sentinels.map(async sentinel => setInfoPeriod(sentinel, USUAL_MS)));
}

/** Lets a Sentinel hurry until the work is done. False: it can't be told, and the work was not begun. */
export async function hurried(sentinel: Endpoint, work: () => Promise<void>): Promise<boolean> {
  if (!await setInfoPeriod(sentinel, HURRIED_MS)) return false;
  await work().finally(async () => setInfoPeriod(sentinel, USUAL_MS));
  return true;
}

async function setInfoPeriod(sentinel: Endpoint, ms: number): Promise<boolean> {
  return sentinel.call('SENTINEL', 'DEBUG', 'INFO-PERIOD', String(ms)).then(() => true, () => false);
}
