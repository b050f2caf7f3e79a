import { Actor, STANDBY } from './actor';
import { caughtUp, follows, forget, HandOverError, NOT_CHOSEN } from './caught-up';
import { electableReplicas, favourableMoment } from './favourable-moment';
import { MIN_REPLICAS } from './min-replicas';
import { channelOf } from './orders';
import { relieved } from './relieved';
import { ANY, nextInRoll, only, Wish } from './successor';
import { withUnlistedReplicas } from './unlisted-replicas';
import { HandOverOutcome } from './witness';
import { messageOf } from '../../log/log';
import { namedMaster, sentinelsWhere } from '../observe/observation';
import { sentinelViews } from '../observe/sentinel-view';
import { otherServerViews, serverView } from '../observe/server-view';
import { Endpoint, ReplyError } from '../redis/resp';

/** The pause must end before the Sentinels find the master down: it stops their own commands too. */
const PAUSE_MARGIN_MS = 500;
/** Longest wait for replicas to receive the rest of the stream, while writes are paused. */
const CATCH_UP_MS = 1_000;
/** Longest wait until the majority names the new master. Once the failover runs, being found down changes nothing. */
const SWITCH_MS = 8_000;
/** How long the successor's agent may take to notice: it looks once a second. */
const TOLD_MS = 5_000;
/** Between polls. */
const POLL_MS = 20;
/** Before the second attempt. */
const RETRY_MS = 1_000;
const ATTEMPTS = 2;
/** What an attempt needs, beside the linger, from the pause on. */
const ATTEMPT_MS = 3_000;

/** A hand-over was given up after a failover was asked for that may still happen: what a master accepts until then is lost. */
class UndecidedError extends Error {
  public override readonly name = 'UndecidedError';
}

/**
 * Hands the master's role to a replica without losing a write: pause writes, wait until each replica that may be elected has them all,
 * let Sentinel fail over, wait for the majority and for the proxies, become a standby.
 *
 * @returns what happened, as a line for the log.
 */
export async function handOver(actor: Actor, order: HandOverOrder = { stops: true }): Promise<string> {
  const { clock } = actor.peers;
  const started = clock.now();
  const { outcome, line } = await attempts(actor, order, started + actor.config.handOverBudgetMs);
  if (outcome !== 'nothing') actor.witness?.handedOver(outcome, clock.now() - started);
  return line;
}

/** Why there is a hand-over. */
export interface HandOverOrder {
  /** The server is about to stop: it must not be elected itself either. */
  readonly stops: boolean;
  /** The server that is to become the master. Default: of a server that stops, the one that is best in a roll; otherwise Sentinel's choice. */
  readonly to?: number;
}

/** How a hand-over ended, and the same as a line for the log. `nothing`: this server is not the master. */
interface Result {
  readonly outcome: HandOverOutcome | 'nothing';
  readonly line: string;
}

async function attempts(actor: Actor, order: HandOverOrder, deadline: number): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptHandOver(actor, order, deadline);
    } catch (error) {
      if (error instanceof UndecidedError) {
        return { outcome: 'undecided', line: `given up, writes stay paused as the failover may still happen: ${error.message}` };
      }
      const line = `given up, writes go on: ${messageOf(error)}`;
      if (attempt === ATTEMPTS || timeToPrepare(actor, deadline) < RETRY_MS) return { outcome: 'given-up', line };
      actor.log.warn('hand-over', `attempt ${attempt} ${line}`);
    }
    await actor.peers.clock.sleep(RETRY_MS);
  }
}

/** How long an attempt may prepare, so that it ends in time once writes are paused. */
function timeToPrepare({ peers, config }: Actor, deadline: number): number {
  return deadline - peers.clock.now() - ATTEMPT_MS - config.lingerMs;
}

async function attemptHandOver(configured: Actor, { stops, to }: HandOverOrder, deadline: number): Promise<Result> {
  const ask = await prepare(configured);
  if (ask === undefined) {
    // Two servers that stop together must not hand the role to each other.
    if (stops) await configured.peers.local.call('CONFIG', 'SET', 'replica-priority', '0');
    return { outcome: 'nothing', line: 'not the master: nothing to hand over' };
  }
  const actor = await withUnlistedReplicas(configured, configured.peers.sentinels[ask]);
  const preferred = new Set<number>();
  let undecided = false;
  try {
    const free = stops ? nextInRoll(configured.config.self) : ANY;
    return await handOverBy(ask, actor, preferred, to === undefined ? free : only(to), deadline);
  } catch (error) {
    undecided = error instanceof UndecidedError;
    throw error;
  } finally {
    if (!undecided) await forget(actor, preferred);
  }
}

/** What comes once this server is known to be the master, with a Sentinel to ask. */
async function handOverBy(ask: number, actor: Actor, preferred: Set<number>, wish: Wish, deadline: number): Promise<Result> {
  const { peers, config, log } = actor;
  const sentinel = peers.sentinels[ask];
  const electable = await electableReplicas(sentinel, config.masterName, peers.addresses);
  if (electable.length === 0) throw new HandOverError('Sentinel knows no replica that can be elected');
  // Without a pause there is time: replicas that lag catch up, and those that died are found down and not elected.
  await caughtUp(actor, sentinel, preferred, wish, timeToPrepare(actor, deadline));
  await favourableMoment(sentinel, config.masterName, peers, timeToPrepare(actor, deadline));
  if (timeToPrepare(actor, deadline) < 0) throw new HandOverError('too little time is left');
  const started = peers.clock.now();
  const elapsed = (): string => `${peers.clock.now() - started} ms`;
  const [, minReplicas] = await peers.local.call('CONFIG', 'GET', MIN_REPLICAS) as string[];
  let asked = false;
  try {
    await peers.local.call('CLIENT', 'PAUSE', String(Math.max(config.downAfterMs - PAUSE_MARGIN_MS, 300)), 'WRITE');
    // nobody is chosen any more: that takes time
    const ready = await caughtUp(actor, sentinel, preferred, ANY, Math.min(CATCH_UP_MS, config.downAfterMs / 2));
    if (wish.must && ready.some((ordinal) => ordinal !== wish.choose(ready))) throw new HandOverError(NOT_CHOSEN);
    // Asked now, as the failover changes it; one that does not answer holds nobody up.
    const following = replicasThatFollow(actor);
    await peers.local.call('CONFIG', 'SET', MIN_REPLICAS, '0');
    log.info('hand-over', `replicas have every write ${elapsed()} after the pause began; asks Sentinel ${ask} for the failover`);
    asked = await askForFailover(sentinel, config.masterName);
    // A Sentinel that got so far promotes within twice its timeout, or never.
    const promotionMs = Math.max(2 * config.failoverTimeoutMs, SWITCH_MS);
    await peers.local.call('CLIENT', 'PAUSE', String(promotionMs + config.lingerMs), 'WRITE');
    const successor = await switched(actor, Math.min(peers.clock.now() + SWITCH_MS, deadline));
    const agreed = elapsed();
    tellSuccessor(actor, successor, peers.clock.now() - started).catch(() => undefined); // nothing depends on it
    // Without this server, the successor would refuse writes until the others are in sync with it.
    const needed = await following - 1 < Number(minReplicas);
    if (!needed) await peers.clock.sleep(config.lingerMs);
    await demote(actor, minReplicas, needed ? [peers.addresses[successor], String(config.serverPort)] : STANDBY);
    actor.witness?.writesPaused(peers.clock.now() - started);
    const line = `to server ${successor} at ${peers.addresses[successor]}: agreed after ${agreed}, done after ${elapsed()}`;
    return { outcome: 'done', line: needed ? `${line}, ${await relieved(actor, successor, Number(minReplicas), deadline)}` : line };
  } catch (error) {
    const undecided = asked && !await abandoned(actor, ask);
    await peers.local.batch([['CONFIG', 'SET', MIN_REPLICAS, minReplicas], ...undecided ? [] : [['CLIENT', 'UNPAUSE']]]).catch(() => undefined);
    actor.witness?.writesPaused(peers.clock.now() - started);
    throw undecided ? new UndecidedError(messageOf(error)) : error;
  }
}

/** How many replicas of this server have their link, and go on: also those that Sentinel would not elect now, as another one is preferred to them. */
async function replicasThatFollow({ peers, config }: Actor): Promise<number> {
  const views = await otherServerViews(peers, config);
  return views.filter((view) => follows(view, config.self) && view.priority !== 0).length;
}

/** Returns true also without an answer, as the failover may have begun, and when one is in progress. Rejects when Sentinel refuses. */
async function askForFailover(sentinel: Endpoint, masterName: string): Promise<true> {
  await sentinel.call('SENTINEL', 'FAILOVER', masterName).catch((error: unknown) => {
    if (error instanceof ReplyError && !error.message.startsWith('INPROG')) throw error;
  });
  return true;
}

/** Whether it is certain that the failover will not happen: the Sentinel that was asked for it and a majority still name this server. */
async function abandoned(actor: Actor, asked: number): Promise<boolean> {
  const sentinels = await sentinelViews(actor.peers, actor.config);
  const { self } = actor.config;
  return sentinels[asked]?.names === self && namedMaster(sentinels) === self && !sentinels.some((view) => view?.failoverInProgress);
}

/** Lets the agent of the successor know how it came by its role, while this server lingers: what this one counts and logs may go with its pod. */
async function tellSuccessor({ peers, config, registration }: Actor, successor: number, ms: number): Promise<void> {
  const channel = channelOf('handed-over', `${config.self},${Math.round(ms)}`, registration.password() ?? '');
  const teller = peers.serverAt(peers.addresses[successor]);
  await teller.call('SUBSCRIBE', channel);
  await peers.clock.sleep(TOLD_MS);
  await teller.call('QUIT');
}

/** The preconditions. Returns the Sentinel to ask, or undefined when this server is not the master. */
async function prepare(actor: Actor): Promise<number | undefined> {
  const { peers, config } = actor;
  const self = await serverView(peers.local, peers, config);
  if (!self) throw new HandOverError('the server does not answer');
  if (self.role !== 'master') return undefined;
  const sentinels = await sentinelViews(actor.peers, actor.config);
  const named = namedMaster(sentinels);
  if (named === undefined) throw new HandOverError('no majority of the Sentinels names a master');
  if (named !== config.self) throw new HandOverError(`the Sentinels name server ${named}`);
  if (sentinels.some((view) => view?.failoverInProgress)) throw new HandOverError('a failover is in progress');
  const naming = sentinelsWhere(sentinels, (view) => view.names === config.self);
  // A Sentinel beside this server ends with it.
  const ask = naming.find((index) => !config.sentinelSidecar || index !== config.self);
  if (ask === undefined) throw new HandOverError('no Sentinel of another pod names this server');
  const quorum = String(await peers.sentinels[ask].call('SENTINEL', 'CKQUORUM', config.masterName));
  if (!quorum.startsWith('OK')) throw new HandOverError(quorum);
  return ask;
}

/** Waits until a majority names the same other server, and it is master. */
async function switched(actor: Actor, deadline: number): Promise<number> {
  const { peers, config } = actor;
  for (;;) {
    const named = namedMaster(await sentinelViews(actor.peers, actor.config));
    if (typeof named === 'number' && named !== config.self) {
      const view = await serverView(peers.servers[named], peers, config);
      if (view?.role === 'master') return named;
    }
    if (peers.clock.now() > deadline) throw new HandOverError('the Sentinels did not agree on another master in time');
    await peers.clock.sleep(POLL_MS);
  }
}

/**
 * Becomes a standby and lets the clients go, in one step: a paused write is answered READONLY or cut, never accepted. Not a replica of the
 * successor unless that needs one: a server that stops needs no data, and Redis refuses to stop while it writes the first append-only file after
 * a synchronization.
 */
async function demote({ peers }: Actor, minReplicas: string, following: readonly string[]): Promise<void> {
  await peers.local.batch([
    ['MULTI'],
    ['CONFIG', 'SET', 'replica-priority', '0'],
    ['REPLICAOF', ...following],
    ['CONFIG', 'SET', MIN_REPLICAS, minReplicas],
    ['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'],
    ['CLIENT', 'UNPAUSE'],
    ['EXEC'],
  ]);
}
