import { Endpoint } from '../redis/resp';

/**
 * How often Sentinels ask each server for INFO, instead of every 10 s. In milliseconds.
 *
 * Sentinel learns from INFO alone which replicas there are, whether they may be elected and how much of the stream they have: a master
 * that dies before the first INFO after its replicas attached is never replaced. During a failover Sentinel asks again 1 s after the last
 * INFO, and sees a promotion, which takes up to 0.3 s, only then: with an INFO 0.7 s old at most that is never before the promotion.
 */
const INFO_MS = 700;
/** While all replicas are to be asked at once. */
const SHORT_INFO_MS = 100;

/**
 * How often Sentinels ping everybody, instead of every second. In milliseconds. Sentinel finds a server down a down-after after the
 * first ping that it does not answer: when a node is lost, the time until that ping comes on top.
 */
export const PING_MS = 250;

/**
 * How often Sentinels publish their configuration (hello messages), instead of every 2 s. In milliseconds. The leader of a failover publishes at
 * once, but a promotion cuts the connections on which the others subscribe: those name the old master until the next message.
 */
const PUBLISH_MS = 500;

/**
 * How old a connection without an answer is before Sentinel opens another one, instead of 15 s. In milliseconds. A connection that is opened while a
 * pod is replaced goes to the former pod and hangs: until it is replaced, Sentinel finds the new one down, and a failover leaves it behind.
 */
const RECONNECT_MS = 2_000;

/**
 * Sets the periods of all Sentinels, which forget them when they restart. If an agent ends while it keeps the INFO period of one short, that one asks
 * ten times a second until the next call, which costs next to nothing and loses nothing.
 */
export async function keepPeriods(sentinels: readonly Endpoint[]): Promise<void> {
  await Promise.all(sentinels.map(async (sentinel) => setPeriods(sentinel, {
    'INFO-PERIOD': INFO_MS, 'PING-PERIOD': PING_MS, 'PUBLISH-PERIOD': PUBLISH_MS, 'MIN-LINK-RECONNECT-PERIOD': RECONNECT_MS,
  })));
}

/** Makes a Sentinel ask for INFO often until the work is done. False: the period can't be set, and the work was not begun. */
export async function withShortInfoPeriod(sentinel: Endpoint, work: () => Promise<void>): Promise<boolean> {
  if (!await setPeriods(sentinel, { 'INFO-PERIOD': SHORT_INFO_MS })) return false;
  await work().finally(async () => setPeriods(sentinel, { 'INFO-PERIOD': INFO_MS }));
  return true;
}

async function setPeriods(sentinel: Endpoint, periods: Readonly<Record<string, number>>): Promise<boolean> {
  const words = Object.entries(periods).flatMap(([name, ms]) => [name, String(ms)]);
  return sentinel.call('SENTINEL', 'DEBUG', ...words).then(() => true, () => false);
}
