import { Actor, GLANCE_MS } from './actor';
import { successorOf } from '../decide/busy';
import { glance } from '../observe/observe';
import { Endpoint, ReplyError } from '../redis/resp';

/**
 * Ends the script or function of a local server that was replaced as the master. One that has written can't be killed: the process ends with it,
 * without saving what the script did, and kubelet starts another one. What the server acknowledged and its successor does not have was lost when the
 * Sentinels chose that one, not now.
 */
export async function endScript(why: string, { peers, config, log }: Actor): Promise<void> {
  if (successorOf(config.self, await glance(peers, config, GLANCE_MS)) === undefined) return;
  const replies = await peers.local.batch([['SCRIPT', 'KILL'], ['FUNCTION', 'KILL']]);
  if (replies.includes('OK')) {
    log.warn('script', `killed: ${why}`);
  } else if (replies.some((reply) => reply instanceof ReplyError && reply.message.startsWith('UNKILLABLE'))) {
    log.warn('script', `has written and can't be killed, ends the server: ${why}`);
    await shutDown(peers.local);
  }
}

/** A server that obeys closes the connection without an answer. Before Redis 7 it knows neither NOW nor FORCE, and waits for nobody. */
async function shutDown(server: Endpoint): Promise<void> {
  for (const how of [['NOSAVE', 'NOW', 'FORCE'], ['NOSAVE']]) {
    try {
      await server.call('SHUTDOWN', ...how);
    } catch (error) {
      if (!(error instanceof ReplyError)) return;
    }
  }
}
