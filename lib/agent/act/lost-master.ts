import { Actor, GLANCE_MS } from './actor';
import { failOver } from './failover';
import { masterAbsent } from './witness';
import { messageOf } from '../../log/log';
import { lateAfter } from '../base/clock';
import { anyTrue } from '../base/until-enough';
import { AbsentMaster, hasTurn, mayBeReplaced } from '../decide/lost-master';
import { Absence, MasterWatch, Said } from '../observe/master-watch';
import { earlySentinelViews } from '../observe/sentinel-view';
import { ConnectionError, ReplyError } from '../redis/resp';
import { signOfLife } from '../redis/sign-of-life';

/** A server that restarts at once refuses connections for less, and its agent knows better. In milliseconds. */
const GONE_AFTER_MS = 1_000;

/** Watches a master, and replaces it when it is absent. @param current the actor at each moment: members change */
export function watchForLostMaster(current: () => Actor): MasterWatch {
  const { peers: { clock }, config: { unreachableAfterMs } } = current();
  const afterMs = { lost: unreachableAfterMs, gone: Math.min(GONE_AFTER_MS, unreachableAfterMs) };
  return new MasterWatch({
    clock,
    afterMs,
    ask: async (master) => whatItSays(master, current()),
    signOfLife: async (master, withinMs) => {
      const { peers: { addresses }, config: { serverPort, sentinelPort, sentinelSidecar } } = current();
      const ports = sentinelSidecar ? [serverPort, sentinelPort] : [serverPort];
      return anyTrue(ports.map(async (port) => signOfLife(addresses[master], port, withinMs)));
    },
    absent: (master, absence, ms) => {
      const actor = current();
      replaceLostMaster(actor, master, { absence, ms, afterMs: afterMs[absence] })
        .catch((error: unknown) => actor.log.warn('failover', messageOf(error)));
    },
  });
}

async function whatItSays(master: number, { peers }: Actor): Promise<Said> {
  const server = peers.servers[master];
  // one that is no member any more is nobody's to replace
  if (server === undefined) return 'answer';
  return server.call('PING').then(() => 'answer', (error: unknown) => {
    if (error instanceof ReplyError) return 'answer';
    return error instanceof ConnectionError && error.code === 'ECONNREFUSED' ? 'refusal' : 'nothing';
  });
}

/** Replaces a master that is absent, instead of letting the Sentinels wait for down-after: that is as long as it is for servers that stall. */
export async function replaceLostMaster(
  actor: Actor, master: number, how: { readonly absence: Absence; readonly ms: number; readonly afterMs: number },
): Promise<void> {
  const { peers, config } = actor;
  const absent: AbsentMaster = { ...how, self: config.self, master, downAfterMs: config.downAfterMs };
  if (!hasTurn(absent)) return;
  // one beside the master is lost with it, and would keep us waiting
  const views = await earlySentinelViews(lateAfter(peers.clock, GLANCE_MS), peers, config, config.sentinelSidecar ? master : undefined);
  if (mayBeReplaced(views, absent)) await failOver(master, masterAbsent(how.absence, how.ms), actor);
}
