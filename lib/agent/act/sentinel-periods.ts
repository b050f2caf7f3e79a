import { Endpoint } from '../redis/resp';

/**
 * How often Sentinels ask each server for INFO, instead of every 10 s. In milliseconds.
 *
 * Sentinel learns from INFO alone which replicas there are, whether they may be elected and how much of the stream they have: a master
 * that dies before the first INFO after its replicas attached is never replaced. During a failover that a Sentinel leads it asks again 1 s after the
 * last INFO, and sees a promotion, which takes up to 0.3 s, only then: with an INFO 0.7 s old at most that is never before the promotion.
 */
const INFO_MS = 700;
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

/** Sets the periods of all Sentinels, which forget them when they restart. One that can't be told keeps its own: it only takes longer. */
export async function keepPeriods(sentinels: readonly Endpoint[]): Promise<void> {
  const periods = { 'INFO-PERIOD': INFO_MS, 'PING-PERIOD': PING_MS, 'PUBLISH-PERIOD': PUBLISH_MS, 'MIN-LINK-RECONNECT-PERIOD': RECONNECT_MS };
  const words = Object.entries(periods).flatMap(([name, ms]) => [name, String(ms)]);
  await Promise.all(sentinels.map(async (sentinel) => sentinel.call('SENTINEL', 'DEBUG', ...words).catch(() => undefined)));
}
