import { Actor } from './actor';
import { messageOf } from '../../log/log';
import { sentinelView } from '../observe/sentinel-view';
import { ReplyError } from '../redis/resp';

/** From the request for a failover until the majority names the new master. */
const FAILOVER_MS = 1_500;

/**
 * Asks one Sentinel after the other for a failover until one accepts, and gives it time to be seen.
 * The caller has just seen that a majority names the master that is to be replaced.
 *
 * @param master default: the local server
 * @returns whether one accepted, or may have: a second one must not be asked then, or two replicas are promoted.
 */
export async function requestFailover(ask: readonly number[], why: string, actor: Actor, master = actor.config.self): Promise<boolean> {
  return actor.failovers.once(async () => askInTurn(ask, why, actor, master));
}

async function askInTurn(ask: readonly number[], why: string, { peers, config, log, witness }: Actor, master: number): Promise<boolean> {
  for (const index of ask) {
    const sentinel = peers.sentinels[index];
    // A master that it has learned of meanwhile would be replaced, with all that it acknowledges.
    if ((await sentinelView(sentinel, peers, config))?.names !== master) continue;
    try {
      await sentinel.call('SENTINEL', 'FAILOVER', config.masterName);
      log.info('failover', `asked of Sentinel ${index}: ${why}`);
    } catch (error) {
      log.warn('failover', `not confirmed by Sentinel ${index}: ${messageOf(error)}`);
      if (isRefusal(error)) continue;
    }
    witness?.failoverAsked(master, why, true, peers.clock.now());
    await peers.clock.sleep(FAILOVER_MS);
    return true;
  }
  witness?.failoverAsked(master, why, false, peers.clock.now());
  return false;
}

function isRefusal(error: unknown): boolean {
  if (error instanceof ReplyError) return !error.message.startsWith('INPROG');
  return (error as { code?: string }).code === 'ECONNREFUSED';
}
