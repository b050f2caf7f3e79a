import { Actor, serverOf, STANDBY } from './actor';
import { appoint, SWITCH_MS, UnsettledError } from './appoint';
import { caughtUp, HandOverError, named } from './caught-up';
import { Epoch } from './epoch';
import { isAbandoned, noteMinReplicas } from './left-over';
import { MIN_REPLICAS, minReplicasOf, withoutFence } from './min-replicas';
import { channelOf } from './orders';
import { relieved } from './relieved';
import { nextInRoll, only, Wish } from './successor';
import { withUnlistedReplicas } from './unlisted-replicas';
import { HandOverOutcome } from './witness';
import { FENCES } from '../../limits/fences';
import { messageOf } from '../../log/log';
import { namedMaster, SentinelView, sentinelsWhere } from '../observe/observation';
import { sentinelViews } from '../observe/sentinel-view';
import { otherServerViews, serverView } from '../observe/server-view';
import { Endpoint } from '../redis/resp';

/** The pause must end before the Sentinels find the master down: it stops their own commands too. */
const PAUSE_MARGIN_MS = 500;
/** How long one that should become the master may lag while another one does not, before the pause and within it. */
const CHOICE_MS = { before: 1_000, within: 100 };
/** Longest wait for a replica to receive the rest of the stream, while writes are paused. */
const CATCH_UP_MS = 1_000;
/** How long the successor's agent may take to notice: it looks once a second. */
const TOLD_MS = 5_000;
/** Before the second attempt. */
const RETRY_MS = 1_000;
const ATTEMPTS = 2;
/** How long it may take beside {@link SWITCH_MS} and the linger until clients are let go, with answers that don't come. */
const SETTLE_MS = 5_000;
/** What an attempt needs, beside the linger, from the pause on. */
const ATTEMPT_MS = 3_000;

/**
 * Hands the master's role to a replica without losing a write: get the votes of the Sentinels, pause writes, wait until a replica has them all, promote it, tell
 * the Sentinels, wait for the majority and for the proxies, become a standby.
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
  /** The server that is to become the master. Default: the one that is best in a roll. */
  readonly to?: number;
}

/** How a hand-over ended, and the same as a line for the log. `nothing`: this server is not the master. */
interface Result {
  readonly outcome: HandOverOutcome | 'nothing';
  readonly line: string;
}

/** No majority of the Sentinels goes along, for now perhaps: one change stops their pods and those of servers. */
class NoMajorityError extends HandOverError {}

async function attempts(actor: Actor, order: HandOverOrder, deadline: number): Promise<Result> {
  let said: string | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptHandOver(actor, order, deadline);
    } catch (error) {
      if (error instanceof UnsettledError) {
        return { outcome: 'undecided', line: `given up, writes stay paused as the failover may still happen: ${error.message}` };
      }
      const line = `given up, writes go on: ${messageOf(error)}`;
      const again = attempt < ATTEMPTS || (order.stops && error instanceof NoMajorityError && await isNotAlone(actor));
      if (!again || timeToPrepare(actor, deadline) < RETRY_MS) return { outcome: 'given-up', line };
      if (line !== said) actor.log.warn('hand-over', `attempt ${attempt} ${line}`);
      said = line;
    }
    await actor.peers.clock.sleep(RETRY_MS);
  }
}

/** Whether another server answers. Without one, as when all are stopped, there is nothing to wait for. */
async function isNotAlone({ peers, config }: Actor): Promise<boolean> {
  return (await otherServerViews(peers, config)).some(Boolean);
}

/** How long an attempt may prepare, so that it ends in time once writes are paused. */
function timeToPrepare({ peers, config }: Actor, deadline: number): number {
  return deadline - peers.clock.now() - ATTEMPT_MS - config.lingerMs;
}

async function attemptHandOver(configured: Actor, { stops, to }: HandOverOrder, deadline: number): Promise<Result> {
  const sentinels = await prepare(configured);
  if (sentinels === undefined) {
    // Two servers that stop together must not hand the role to each other.
    if (stops) await configured.peers.local.call('CONFIG', 'SET', 'replica-priority', '0');
    return { outcome: 'nothing', line: 'not the master: nothing to hand over' };
  }
  const actor = await withUnlistedReplicas(configured, sentinels.asked);
  if (actor.peers.servers.length === 1) return { outcome: 'given-up', line: 'given up, writes go on: there is no other server' };
  return handOverBy(sentinels, actor, to === undefined ? nextInRoll(configured.config.self) : only(to), deadline);
}

/** What comes once this server is known to be the master. */
async function handOverBy({ asked, views }: Sentinels, actor: Actor, wish: Wish, deadline: number): Promise<Result> {
  const { peers, config, log } = actor;
  // Without a pause there is time: replicas that lag catch up, and those that died are found down.
  const { without } = await caughtUp(actor, asked, wish, { choiceMs: CHOICE_MS.before, longestMs: timeToPrepare(actor, deadline) });
  if (without.length > 0) log.info('hand-over', `goes on without server ${named(without)}, which is not in sync`);
  if (timeToPrepare(actor, deadline) < 0) throw new HandOverError('too little time is left');
  const epoch = await Epoch.win(config.self, views, actor);
  if (epoch === undefined) throw new NoMajorityError('no majority of the Sentinels voted for another master');
  const before = await minReplicasOf(peers.local) ?? config.minReplicasToWrite;
  const minReplicas = withoutFence(before);
  // what stands before it, and a cut-over from this server that came meanwhile, or was taken back
  const fenced = async (): Promise<number> => {
    const now = await minReplicasOf(peers.local).catch(() => undefined) ?? before;
    return before >= FENCES.cutOver && now < FENCES.cutOver ? minReplicas : Math.max(before, now);
  };
  const pauseMs = Math.max(config.downAfterMs - PAUSE_MARGIN_MS, 300);
  const started = peers.clock.now();
  const elapsed = (): string => `${peers.clock.now() - started} ms`;
  try {
    await peers.local.call('CLIENT', 'PAUSE', String(pauseMs), 'WRITE');
    const longestMs = Math.min(CATCH_UP_MS, pauseMs / 2);
    const { ordinal: successor, replicas, following } = await caughtUp(actor, asked, wish, { choiceMs: CHOICE_MS.within, longestMs });
    // The others leave this server next: writes wait for the end, and are not refused until then. Being found down changes nothing any more.
    if (!await takeFenceAlong(await fenced(), successor, actor)) {
      noteMinReplicas(actor, minReplicas);
      await peers.local.call('CONFIG', 'SET', MIN_REPLICAS, '0');
    }
    await peers.local.call('CLIENT', 'PAUSE', String(SWITCH_MS + SETTLE_MS + config.lingerMs), 'WRITE');
    // Answers may have come late: what was accepted between two pauses the successor need not have.
    if (peers.clock.now() - started >= pauseMs) throw new HandOverError('the pause of writes was over before it could be made longer');
    log.info('hand-over', `server ${successor} has every write ${elapsed()} after the pause began: promotes it`);
    await appoint(successor, replicas, epoch, actor, Math.min(SWITCH_MS, deadline - peers.clock.now()));
    const agreed = elapsed();
    tellSuccessor(actor, successor, peers.clock.now() - started).catch(() => undefined); // nothing depends on it
    // Without this server, the successor would refuse writes until the others are in sync with it.
    // It needs what this one does or, where its process began with a later configuration, what that says.
    const least = Math.max(minReplicas, config.minReplicasToWrite);
    const needed = following.length - 1 < least;
    if (!needed) await peers.clock.sleep(config.lingerMs);
    const value = await fenced();
    // the successor is the master by now: nothing that fails here may let writes in
    await takeFenceAlong(value, successor, actor).catch(() => undefined);
    const left = String(value < FENCES.cutOver ? minReplicas : value);
    await demote(actor, left, needed ? [peers.addresses[successor], String(config.serverPort)] : STANDBY);
    actor.witness?.writesPaused(peers.clock.now() - started);
    const line = `to server ${successor} at ${peers.addresses[successor]}: agreed after ${agreed}, done after ${elapsed()}`;
    return { outcome: 'done', line: needed ? `${line}, ${await relieved(actor, successor, least, deadline)}` : line };
  } catch (error) {
    const unsettled = error instanceof UnsettledError && !await isAbandoned(actor);
    const value = String(await fenced());
    const pause = unsettled ? ['PAUSE', String(SWITCH_MS), 'WRITE'] : ['UNPAUSE'];
    await peers.local.batch([['CONFIG', 'SET', MIN_REPLICAS, value], ['CLIENT', ...pause]]).catch(() => undefined);
    actor.witness?.writesPaused(peers.clock.now() - started);
    throw unsettled ? error : new HandOverError(messageOf(error));
  }
}

/** Where another installation has cut over from this server, its successor must take no writes either. @returns whether one has */
async function takeFenceAlong(value: number, successor: number, actor: Actor): Promise<boolean> {
  if (value < FENCES.cutOver) return false;
  await serverOf(successor, actor).call('CONFIG', 'SET', MIN_REPLICAS, String(value));
  return true;
}

/** Lets the agent of the successor know how it came by its role, while this server lingers: what this one counts and logs may go with its pod. */
async function tellSuccessor({ peers, config, registration }: Actor, successor: number, ms: number): Promise<void> {
  const teller = peers.serverAt(peers.addresses[successor]);
  const channel = await channelOf(teller, 'handed-over', `${config.self},${Math.round(ms)}`, registration.password() ?? '');
  await teller.call('SUBSCRIBE', channel);
  await peers.clock.sleep(TOLD_MS);
  await teller.call('QUIT');
}

/** Sentinels of a master that hands over. */
interface Sentinels {
  /** Whose word on the replicas counts: it is not the one that stops with this server. */
  readonly asked: Endpoint;
  readonly views: readonly (SentinelView | undefined)[];
}

/** The preconditions. Returns undefined when this server is not the master. */
async function prepare(actor: Actor): Promise<Sentinels | undefined> {
  const { peers, config } = actor;
  const self = await serverView(peers.local, peers, config);
  if (!self) throw new HandOverError('the server does not answer');
  if (self.role !== 'master') return undefined;
  const views = await sentinelViews(actor.peers, actor.config);
  const master = namedMaster(views);
  if (master === undefined) throw new NoMajorityError('no majority of the Sentinels names a master');
  if (master !== config.self) throw new HandOverError(`the Sentinels name server ${master}`);
  if (views.some((view) => view?.failoverInProgress)) throw new HandOverError('a failover is in progress');
  const naming = sentinelsWhere(views, (view) => view.names === config.self);
  // A Sentinel beside this server ends with it.
  const ask = naming.find((index) => !config.sentinelSidecar || index !== config.self);
  if (ask === undefined) throw new NoMajorityError('no Sentinel of another pod names this server');
  const quorum = String(await peers.sentinels[ask].call('SENTINEL', 'CKQUORUM', config.masterName).catch(messageOf));
  if (!quorum.startsWith('OK')) throw new NoMajorityError(quorum);
  return { asked: peers.sentinels[ask], views };
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
