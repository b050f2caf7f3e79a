import { Config } from './config';
import { Action, obstacle } from './decide';
import { Log, messageOf } from './log';
import { Observation } from './observation';
import { glance, sentinelView } from './observe';
import { Ports } from './ports';
import { DataRecord, epochOf, nextTerm } from './record';
import { register, Registration, withdraw } from './registration';
import { Endpoint, ReplyError } from './resp';
import { unwedge } from './unwedge';
import { vote } from './vote';

/** How old an answer may be on which a promotion or a failover rests. */
export const GLANCE_MS = 300;

/** From the question for a failover until the majority names the new master. */
const FAILOVER_MS = 1_500;

/** What a standby replicates: nobody, as nobody listens there. */
export const STANDBY = ['127.0.0.1', '1'] as const;

/** Why a Sentinel is made to forget. */
const NAMED_ANOTHER = 'named another master than the majority and was told';

/** What acting needs. */
export interface Actor {
  readonly ports: Ports;
  readonly config: Config;
  readonly registration: Registration;
  readonly log: Log;
  /** A failover was asked for and may not be seen yet. */
  failoverAsked: boolean;
  record(): DataRecord | undefined;
  /** Keeps a record and tells the others. */
  remember(record: DataRecord): Promise<void>;
}

/** Does what was decided. Rejects when a server does not answer; the next decision sees what became of it. */
export async function act(action: Action, observation: Observation, actor: Actor): Promise<{ asked: readonly number[] }> {
  const { ports, config, log } = actor;
  switch (action.kind) {
    case 'attach':
      await ports.own.call('REPLICAOF', ports.addresses[action.to], String(config.serverPort));
      log.info('attach', `to server ${action.to}: ${action.why}`);
      break;
    case 'enlist':
      await ports.own.call('CONFIG', 'SET', 'replica-priority', String(config.replicaPriority));
      log.info('electable', `with priority ${config.replicaPriority}: ${action.why}`);
      break;
    case 'step-down':
      await stepDown(ports.own);
      log.warn('standby', `no longer the master: ${action.why}`);
      break;
    case 'resume':
      await promote(actor, observation, `again: ${action.why}`);
      break;
    case 'give-way':
      if (await allowed('failover', actor)) {
        await giveWay(action.ask, action.why, actor);
      }
      break;
    case 'call-off':
      if ((await glance(ports, config, GLANCE_MS)).servers.some(view => view?.role === 'master')) break;
      await replace(action.sentinels, `was in a failover and was told: ${action.why}`, actor);
      break;
    case 'withdraw':
      await Promise.allSettled(action.sentinels.map(async index => withdraw(ports.sentinels[index], actor.registration)));
      log.info('vote', `taken back at Sentinels ${action.sentinels.join(', ')}: ${action.why}`);
      break;
    case 'stand':
      return { asked: await stand(action, observation, actor) };
    case 'tend':
      await tend(action, actor);
      break;
    case 'forget':
      await ports.sentinels[action.sentinel].call('SENTINEL', 'RESET', config.masterName);
      log.info('sentinel', `${action.sentinel} forgot everybody and looks for them anew: ${action.why}`);
      break;
    case 'unwedge':
      await unwedge(action.sentinels, action.downAfterMs, action.why, actor);
      break;
    case 'wait':
    case 'rest':
      break;
  }
  return { asked: [] };
}

/** A standby keeps its data, and can't be elected with it. */
async function stepDown(own: Endpoint): Promise<void> {
  const replies = await own.batch([['CONFIG', 'SET', 'replica-priority', '0'], ['REPLICAOF', ...STANDBY]]);
  const failed = replies.find((reply): reply is ReplyError => reply instanceof ReplyError);
  if (failed) throw failed;
}

/** The only place that makes the own server a master. */
async function promote(actor: Actor, observation: Observation, why: string): Promise<void> {
  const { ports, config, log } = actor;
  const look = await allowed('master', actor);
  if (!look) return;
  const { offset, hasKeys, runId, streamId } = observation.servers[config.self]!;
  // On disk before the first write: data that knows only older terms never wins against it again.
  await actor.remember({
    term: nextTerm(observation, actor.record()), epoch: epochOf(look.sentinels, config.self), master: true, offset, hasKeys, runId, streamId,
  });
  await ports.own.call('REPLICAOF', 'NO', 'ONE');
  log.info('master', why);
}

/** A quick look at everybody, if nothing in it forbids what rests on the own server being named and nobody being master. */
async function allowed(subject: string, { ports, config, log }: Actor): Promise<Pick<Observation, 'servers' | 'sentinels'> | undefined> {
  const look = await glance(ports, config, GLANCE_MS);
  const forbidden = obstacle(look, config.self);
  if (forbidden === undefined) return look;
  log.info(subject, `not yet: ${forbidden}`);
  return undefined;
}

async function stand(action: Extract<Action, { kind: 'stand' }>, observation: Observation, actor: Actor): Promise<readonly number[]> {
  const { won, asked } = await vote(actor.ports.sentinels, actor.registration);
  actor.log.info('vote', `${won ? 'won' : 'not won'}: ${action.why}`);
  if (won) {
    await replace(action.clear, NAMED_ANOTHER, actor);
    await promote(actor, observation, 'elected by the vote');
  }
  return asked;
}

async function tend(action: Extract<Action, { kind: 'tend' }>, actor: Actor): Promise<void> {
  const { ports, registration } = actor;
  await Promise.all([
    ...action.register.map(async index => register(ports.sentinels[index], index, registration, 'knew no master and was told')),
    ...action.adjust.map(async index => register(ports.sentinels[index], index, registration, 'had other settings and was told')),
    replace(action.replace, NAMED_ANOTHER, actor),
  ]);
}

/** Makes Sentinels forget what they know, and name the own server. */
async function replace(sentinels: readonly number[], why: string, actor: Actor): Promise<void> {
  await Promise.all(sentinels.map(async index => {
    const sentinel = actor.ports.sentinels[index];
    await sentinel.call('SENTINEL', 'REMOVE', actor.config.masterName).catch((error: unknown) => {
      actor.log.warn('sentinel', `${index} cannot be put right: ${messageOf(error)}`);
    });
    await register(sentinel, index, actor.registration, why);
  }));
}

/**
 * Asks one Sentinel after the other for a failover until one accepts, and gives it time to be seen.
 * The caller has just seen that a majority names the own server.
 *
 * @returns whether one accepted, or may have: a second one must not be asked then, or two replicas are promoted.
 */
export async function giveWay(ask: readonly number[], why: string, actor: Actor): Promise<boolean> {
  // The server may have died and be back: both ask.
  if (actor.failoverAsked) return true;
  actor.failoverAsked = true;
  return askInTurn(ask, why, actor).finally(() => { actor.failoverAsked = false; });
}

async function askInTurn(ask: readonly number[], why: string, { ports, config, log }: Actor): Promise<boolean> {
  for (const index of ask) {
    const sentinel = ports.sentinels[index];
    // A master that it has learned of meanwhile would be replaced, with all that it acknowledges.
    if ((await sentinelView(sentinel, ports, config))?.names !== config.self) continue;
    try {
      await sentinel.call('SENTINEL', 'FAILOVER', config.masterName);
      log.info('failover', `asked of Sentinel ${index}: ${why}`);
    } catch (error) {
      log.warn('failover', `not confirmed by Sentinel ${index}: ${messageOf(error)}`);
      if (isRefusal(error)) continue;
    }
    await ports.clock.sleep(FAILOVER_MS);
    return true;
  }
  return false;
}

function isRefusal(error: unknown): boolean {
  if (error instanceof ReplyError) return !error.message.startsWith('INPROG');
  return (error as { code?: string }).code === 'ECONNREFUSED';
}
