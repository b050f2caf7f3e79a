import { Actor, serverOf } from './actor';
import { Epoch } from './epoch';
import { untilEnough } from '../base/until-enough';
import { namedMaster } from '../observe/observation';
import { sentinelView } from '../observe/sentinel-view';
import { serverView } from '../observe/server-view';

/** Longest wait from the promotion until a majority names the new master. Once one Sentinel was told, it tells the others. */
export const SWITCH_MS = 8_000;
/** Until they are told again: what was said may be lost on its way. */
const TELL_AGAIN_MS = 1_000;
/** Between polls. */
const POLL_MS = 20;

/** Sentinels were told of another master, and no majority names it yet: one may do so later, and what the former one accepts until then is lost. */
export class UnsettledError extends Error {
  public override readonly name = 'UnsettledError';
}

/**
 * Makes a replica the master, in an epoch that this agent won: promotes it, tells the Sentinels, waits until a majority names it, and has the
 * others follow it. Until it is promoted nothing has happened.
 *
 * @param followers the replicas of the former master
 */
export async function appoint(successor: number, followers: readonly number[], epoch: Epoch, actor: Actor, longestMs = SWITCH_MS): Promise<void> {
  const { peers, config } = actor;
  const deadline = peers.clock.now() + longestMs;
  await promoted(successor, actor);
  await untilNamed(successor, epoch, deadline, actor);
  for (const ordinal of followers.filter((each) => each !== successor)) {
    // one that can't be told is moved by its own agent, later: it holds nobody up
    void serverOf(ordinal, actor).call('REPLICAOF', peers.addresses[successor], String(config.serverPort)).catch(() => undefined);
  }
}

/** Promotes it. An answer may be lost: what the server is then counts. */
async function promoted(successor: number, actor: Actor): Promise<void> {
  const server = serverOf(successor, actor);
  try {
    await server.call('REPLICAOF', 'NO', 'ONE');
  } catch (error) {
    if ((await serverView(server, actor.peers, actor.config))?.role !== 'master') throw error;
  }
}

async function untilNamed(successor: number, epoch: Epoch, deadline: number, actor: Actor): Promise<void> {
  const { peers, config } = actor;
  for (let toldAt = -Infinity; ;) {
    if (peers.clock.now() - toldAt >= TELL_AGAIN_MS) {
      await epoch.name(successor);
      toldAt = peers.clock.now();
    }
    const asked = peers.sentinels.map(async (sentinel) => sentinelView(sentinel, peers, config));
    const views = await untilEnough(asked, (soFar) => namedMaster(soFar) === successor);
    const view = namedMaster(views) === successor ? await serverView(serverOf(successor, actor), peers, config) : undefined;
    if (view?.role === 'master') return;
    if (peers.clock.now() > deadline) throw new UnsettledError('the Sentinels did not agree on another master in time');
    await peers.clock.sleep(POLL_MS);
  }
}
