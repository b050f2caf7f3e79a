import { Actor, GLANCE_MS, serverOf } from './actor';
import { appoint, UnsettledError } from './appoint';
import { Epoch } from './epoch';
import { messageOf } from '../../log/log';
import { lateAfter } from '../base/clock';
import { isBegun } from '../decide/begun';
import { electedReplica } from '../decide/elected-replica';
import { anotherMaster, obstacle } from '../decide/obstacle';
import { Look } from '../observe/observation';
import { earlySentinelViews } from '../observe/sentinel-view';
import { serverView } from '../observe/server-view';

/** Between two looks whether replicas still read what the master sent before it was gone. In milliseconds. */
const QUIET_MS = 50;
/** A link that ended so long ago did not end with the master. In seconds. */
const BEHIND_SECONDS = 5;
/** How long those that may know more are waited for before one that is behind is elected: about as long as Sentinel does. */
const LAST_LOOK_MS = 1_000;
/** How long the Sentinels may take to say whether one of them fails over by now. In milliseconds. */
const LAST_WORD_MS = 100;

/**
 * Replaces a master that is gone by its best replica, instead of letting the Sentinels find out.
 *
 * @returns whether there is another master, or may be one soon
 */
export async function failOver(master: number, why: string, actor: Actor): Promise<boolean> {
  return actor.failovers.once(async () => {
    const began = actor.peers.clock.now();
    const line = await attempt(master, why, actor);
    if (line !== undefined && actor.failovers.isNews(line, actor.peers.clock.now())) actor.log.warn('failover', `given up: ${line}`);
    actor.witness?.failoverLed(master, why, line === undefined, began);
    return line === undefined;
  });
}

/** @returns why there is no other master */
async function attempt(master: number, why: string, actor: Actor): Promise<string | undefined> {
  const { peers, config, log } = actor;
  const servers = await electorate(master, actor);
  const sentinels = await earlySentinelViews(lateAfter(peers.clock, LAST_WORD_MS), peers, config);
  const begun = isBegun({ servers, sentinels }, master, config.self, actor.record());
  const successor = begun ? config.self : electedReplica(servers, master, config.downAfterMs);
  if (successor === undefined) return 'no replica can be elected';
  // A Sentinel that begins a failover now promotes somebody after two of its ticks: by then it has heard of another master, which ends it.
  const others = begun ? servers.map((view, ordinal) => ordinal === successor ? undefined : view) : servers;
  const forbidden = obstacle({ servers: others, sentinels }, master);
  if (forbidden !== undefined) return forbidden;
  const epoch = await Epoch.win(master, sentinels, actor);
  if (epoch === undefined) return 'no majority of the Sentinels voted for another master';
  // by another epoch: it may have clients by now, whose writes would be lost
  const winner = epoch.contested ? anotherMaster(await otherServers(master, actor), successor) : undefined;
  if (winner !== undefined) return winner;
  log.info('failover', `to server ${successor}${begun ? ', which is promoted already' : ''}: ${why}`);
  const followers = servers.flatMap((view, ordinal) => view?.follows === master ? [ordinal] : []);
  try {
    await appoint(successor, followers, epoch, actor);
  } catch (error) {
    if (!(error instanceof UnsettledError)) return messageOf(error);
    log.warn('failover', messageOf(error));
  }
  return undefined;
}

/** What all but the master say. One that lost its link long before is elected only if nobody knows more: those that are slow are waited for then. */
async function electorate(master: number, actor: Actor): Promise<Look['servers']> {
  const servers = await quietServers(master, actor);
  const elected = electedReplica(servers, master, actor.config.downAfterMs);
  const view = elected === undefined ? undefined : servers[elected];
  const isBehind = view !== undefined && !view.linkUp && view.linkDownSeconds >= BEHIND_SECONDS;
  const isAnySilent = servers.some((each, ordinal) => each === undefined && ordinal !== master);
  return isBehind && isAnySilent ? otherServers(master, actor, LAST_LOOK_MS) : servers;
}

/** The same once its replicas have read all that it sent, as their links have ended or nothing comes any more. What one that is promoted has not read is lost. */
async function quietServers(master: number, actor: Actor): Promise<Look['servers']> {
  const { clock } = actor.peers;
  const deadline = clock.now() + GLANCE_MS;
  for (let before = await otherServers(master, actor); ;) {
    const reading = before.some((view) => view?.follows === master && view.linkUp);
    if (!reading || clock.now() >= deadline) return before;
    await clock.sleep(QUIET_MS);
    const now = await otherServers(master, actor);
    if (now.every((view, ordinal) => view?.offset === before[ordinal]?.offset)) return now;
    before = now;
  }
}

/** What all but the master say that answer soon: one that was lost with it holds nobody up. */
async function otherServers(master: number, actor: Actor, withinMs = GLANCE_MS): Promise<Look['servers']> {
  const { peers, config } = actor;
  const late = lateAfter(peers.clock, withinMs);
  return Promise.all(peers.servers.map(async (_, ordinal) => {
    if (ordinal === master) return undefined;
    return Promise.race([serverView(serverOf(ordinal, actor), peers, config), late]);
  }));
}
