import { Actor, GLANCE_MS } from './actor';
import { failOver } from './failover';
import { masterLost } from './witness';
import { messageOf } from '../../log/log';
import { hasTurn, isLost, LostMaster } from '../decide/lost-master';
import { earlySentinelViews } from '../observe/sentinel-view';
import { SilenceWatch } from '../observe/silence-watch';
import { ReplyError } from '../redis/resp';
import { signOfLife } from '../redis/sign-of-life';

/** Watches a master, and replaces it when it is lost. @param current the actor at each moment: members change */
export function watchForLostMaster(current: () => Actor): SilenceWatch {
  const { peers: { clock }, config: { unreachableAfterMs } } = current();
  return new SilenceWatch({
    clock,
    silentAfterMs: unreachableAfterMs,
    // one that is no member any more is nobody's to replace
    answers: async (master) => current().peers.servers[master]?.call('PING').then(() => true, (error: unknown) => error instanceof ReplyError) ?? true,
    signOfLife: async (master, withinMs) => {
      const { peers: { addresses }, config: { serverPort, sentinelPort, sentinelSidecar } } = current();
      const ports = sentinelSidecar ? [serverPort, sentinelPort] : [serverPort];
      return (await Promise.all(ports.map(async (port) => signOfLife(addresses[master], port, withinMs)))).includes(true);
    },
    silent: (master, silentMs) => {
      const actor = current();
      replaceLostMaster(actor, master, silentMs).catch((error: unknown) => actor.log.warn('failover', messageOf(error)));
    },
  });
}

/**
 * Replaces a master that is lost with its node, or cut off, instead of letting the Sentinels wait for down-after: that is as long as it is
 * for servers that stall, of which there is a sign of life.
 */
export async function replaceLostMaster(actor: Actor, master: number, silentMs: number): Promise<void> {
  const { peers, config } = actor;
  const { self, unreachableAfterMs, downAfterMs } = config;
  const lost: LostMaster = { self, master, silentMs, unreachableAfterMs, downAfterMs };
  if (!hasTurn(lost)) return;
  const late = peers.clock.sleep(GLANCE_MS).then(() => undefined);
  // one beside the master is lost with it, and would keep us waiting
  const views = await earlySentinelViews(late, peers, config, config.sentinelSidecar ? master : undefined);
  if (isLost(views, lost)) await failOver(master, masterLost(silentMs), views, actor);
}
