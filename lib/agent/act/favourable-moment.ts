import { PING_MS, withShortInfoPeriod } from './sentinel-periods';
import { Peers } from '../redis/peers';
import { pairs } from '../redis/replies';
import { Endpoint, Reply } from '../redis/resp';

/** A replica that Sentinel may elect, as one Sentinel knows it. */
interface ElectableReplica {
  readonly ordinal: number;
  /** `replica-priority` as of the last INFO of the replica: Sentinel elects one of those with the lowest, if it can. */
  readonly priority: number;
  /** Since the last INFO of the replica. In milliseconds. */
  readonly infoAgeMs: number;
}

/** Age of the last INFO at which a failover should begin. */
const FAVOURABLE_MS = { from: 540, to: 640 };
/** All replicas were asked at once when no answer is older than this: two ticks of a Sentinel, and a round trip. */
const FRESH_MS = 250;
/** Longest wait. Most take 0.7 s. */
const WAIT_MS = 3_000;
/** Between looks. */
const POLL_MS = 20;

/** Sentinel elects no replica that has left its pings unanswered for five of its ping periods. */
const SILENT_MS = 5 * PING_MS;

/** The replicas that this Sentinel may elect. */
export async function electableReplicas(sentinel: Endpoint, masterName: string, addresses: readonly string[]): Promise<ElectableReplica[]> {
  const reply = await sentinel.call('SENTINEL', 'REPLICAS', masterName);
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((each: Reply) => {
    const fields = pairs(each);
    const ordinal = addresses.indexOf(fields.get('ip') ?? '');
    const priority = Number(fields.get('slave-priority'));
    if (fields.get('flags') !== 'slave' || priority === 0 || ordinal < 0) return [];
    if (Number(fields.get('last-ok-ping-reply') ?? 0) > SILENT_MS) return [];
    return [{ ordinal, priority, infoAgeMs: Number(fields.get('info-refresh')) }];
  });
}

/** Those of them that it would elect: who has a higher priority is elected only when none of these can be. */
export async function firstChoice(sentinel: Endpoint, masterName: string, addresses: readonly string[]): Promise<readonly number[]> {
  const replicas = await electableReplicas(sentinel, masterName, addresses);
  const lowest = Math.min(...replicas.map(({ priority }) => priority));
  return replicas.filter(({ priority }) => priority === lowest).map(({ ordinal }) => ordinal);
}

/**
 * Waits for a moment at which a failover is short. Sentinel believes a promotion only when the replica's next INFO says so, and during
 * a failover it asks for INFO no sooner than 1 s after the last one. The promotion comes up to 0.3 s after the request for the failover.
 * An INFO just before that costs a whole second more; one that is half a second old makes the next come right after the promotion.
 *
 * Sentinel asks each replica at another time, and all of them at once with a short INFO period. Writes are not paused meanwhile,
 * and when the moment does not come, or the period can't be set, nothing is lost but that second.
 */
export async function favourableMoment(
  sentinel: Endpoint, masterName: string, peers: Pick<Peers, 'addresses' | 'clock'>, longestMs: number,
): Promise<void> {
  const deadline = peers.clock.now() + Math.min(WAIT_MS, longestMs);
  const untilAll = async (condition: (infoAgeMs: number) => boolean): Promise<void> => {
    while (peers.clock.now() < deadline) {
      const replicas = await electableReplicas(sentinel, masterName, peers.addresses);
      if (replicas.length > 0 && replicas.every(({ infoAgeMs }) => condition(infoAgeMs))) return;
      await peers.clock.sleep(POLL_MS);
    }
  };
  if (!await withShortInfoPeriod(sentinel, async () => untilAll((age) => age <= FRESH_MS))) return;
  await untilAll((age) => age >= FAVOURABLE_MS.from && age <= FAVOURABLE_MS.to);
}
