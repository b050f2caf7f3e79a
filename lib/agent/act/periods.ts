import { Endpoint } from '../redis/resp';

/**
 * How often Sentinels ask each server for INFO, instead of every 10 s. In milliseconds.
 *
 * Sentinel learns from INFO alone which replicas there are, whether they may be elected and how much of the stream they have: a master
 * that dies before the first INFO after its replicas came is never replaced. During a failover Sentinel asks again 1 s after the last
 * INFO, and believes a promotion, which takes up to 0.3 s, only then: an INFO 0.7 s old at most is never too early for it.
 */
const INFO_MS = 700;
/** While all replicas are to be asked at once. */
const HURRIED_MS = 100;

/**
 * How often Sentinels ping everybody, instead of every second. In milliseconds. A server counts as down a down-after from the first ping that it does
 * not answer: of a node that is lost, the time to that ping is lost too.
 */
const PING_MS = 250;

/**
 * How often Sentinels tell each other whom they name, instead of every 2 s. In milliseconds. The leader of a failover says so at once, but a promotion
 * cuts the connections that others would hear it on: those name the old master until the next time.
 */
const PUBLISH_MS = 500;

/**
 * How old a silent connection is before Sentinel tries another one, instead of 15 s. In milliseconds. A connection that is begun while a pod is replaced
 * goes to the address of the former one, and stays there: so long the new one counts as down, and a failover leaves it behind.
 */
const RECONNECT_MS = 2_000;

/**
 * Keeps the periods of all Sentinels, which forget them when they restart. One that is hurried when the agent that hurried it ends asks ten
 * times a second until then, which costs next to nothing and loses nothing.
 */
export async function keepPeriods(sentinels: readonly Endpoint[]): Promise<void> {
  await Promise.all(sentinels.map(async (sentinel) => setPeriods(sentinel, {
    'INFO-PERIOD': INFO_MS, 'PING-PERIOD': PING_MS, 'PUBLISH-PERIOD': PUBLISH_MS, 'MIN-LINK-RECONNECT-PERIOD': RECONNECT_MS,
  })));
}

/** Lets a Sentinel hurry until the work is done. False: it can't be told, and the work was not begun. */
export async function hurried(sentinel: Endpoint, work: () => Promise<void>): Promise<boolean> {
  if (!await setPeriods(sentinel, { 'INFO-PERIOD': HURRIED_MS })) return false;
  await work().finally(async () => setPeriods(sentinel, { 'INFO-PERIOD': INFO_MS }));
  return true;
}

async function setPeriods(sentinel: Endpoint, periods: Readonly<Record<string, number>>): Promise<boolean> {
  const words = Object.entries(periods).flatMap(([name, ms]) => [name, String(ms)]);
  return sentinel.call('SENTINEL', 'DEBUG', ...words).then(() => true, () => false);
}
