import { Actor, GLANCE_MS, STANDBY } from './actor';
import { cutOver, CutOvers } from './cut-over';
import { endScript } from './end-script';
import { failOver } from './failover';
import { follow } from './follow';
import { promote } from './promote';
import { register, withdraw } from './registration';
import { relaxElection } from './relax-election';
import { renewAddress } from './renew-address';
import { followSource } from './restore';
import { vote } from './vote';
import { messageOf } from '../../log/log';
import { Action } from '../decide/action';
import { Observation } from '../observe/observation';
import { glance } from '../observe/observe';
import { Endpoint, ReplyError } from '../redis/resp';

/** Why a Sentinel is made to monitor another master. */
const NAMED_ANOTHER = 'named another master than the majority: registered anew';

/** Does what was decided. Rejects when a server does not answer; the next decision sees what became of it. */
export async function act(action: Action, observation: Observation, actor: Actor, cutOvers: CutOvers): Promise<{ asked: readonly number[] }> {
  const { peers, config, log } = actor;
  switch (action.kind) {
    case 'attach':
      await peers.local.call('REPLICAOF', peers.addresses[action.to], String(config.serverPort));
      log.info('attach', `to server ${action.to}: ${action.why}`);
      break;
    case 'restore':
      await followSource(action.why, actor);
      break;
    case 'follow':
      await follow(action, actor);
      break;
    case 'cut-over':
      cutOvers.underWay = cutOver(observation, actor, cutOvers);
      return { asked: await cutOvers.underWay };
    case 'make-electable':
      await peers.local.call('CONFIG', 'SET', 'replica-priority', String(config.replicaPriority));
      log.info('electable', `with priority ${config.replicaPriority}: ${action.why}`);
      break;
    case 'step-down':
      await stepDown(peers.local);
      log.warn('standby', `no longer the master: ${action.why}`);
      break;
    case 'end-script':
      await endScript(action.why, actor);
      break;
    case 'resume':
      await promote(actor, observation, `again: ${action.why}`);
      break;
    case 'fail-over':
      await failOver(action.of, action.why, actor);
      break;
    case 'abort-failover':
      if ((await glance(peers, config, GLANCE_MS)).servers.some((view) => view?.role === 'master')) break;
      await replace(action.sentinels, `was in a failover and registered anew: ${action.why}`, actor);
      break;
    case 'withdraw':
      await Promise.allSettled(action.sentinels.map(async (index) => withdraw(peers.sentinels[index], actor.registration)));
      log.info('vote', `withdrawn at Sentinels ${action.sentinels.join(', ')}: ${action.why}`);
      break;
    case 'start-vote':
      return { asked: await startVote(action, observation, actor) };
    case 'reconcile-sentinels':
      await reconcile(action, actor);
      break;
    case 'renew-address':
      await renewAddress(action.sentinels, observation, actor);
      break;
    case 'reset-sentinel':
      await peers.sentinels[action.sentinel].call('SENTINEL', 'RESET', config.masterName);
      log.info('sentinel', `${action.sentinel} was reset and discovers replicas and Sentinels again: ${action.why}`);
      break;
    case 'relax-election':
      await relaxElection(action.sentinels, action.downAfterMs, action.why, actor);
      break;
    case 'wait':
    case 'steady':
    case 'following':
      break;
  }
  return { asked: [] };
}

/** A standby keeps its data, and can't be elected with it. */
async function stepDown(server: Endpoint): Promise<void> {
  const replies = await server.batch([['CONFIG', 'SET', 'replica-priority', '0'], ['REPLICAOF', ...STANDBY]]);
  const failed = replies.find((reply): reply is ReplyError => reply instanceof ReplyError);
  if (failed) throw failed;
}

async function startVote(action: Extract<Action, { kind: 'start-vote' }>, observation: Observation, actor: Actor): Promise<readonly number[]> {
  const { won, asked } = await vote(actor.peers.sentinels, actor.registration);
  actor.witness?.voted(won);
  actor.log.info('vote', `${won ? 'won' : 'not won'}: ${action.why}`);
  if (won) {
    if (observation.servers[actor.config.self]?.follows === 'source') actor.log.info('restore', 'copied, and on the disk: the installation begins with this data');
    await replace(action.clear, NAMED_ANOTHER, actor);
    await promote(actor, observation, 'elected by the vote');
  }
  return asked;
}

async function reconcile(action: Extract<Action, { kind: 'reconcile-sentinels' }>, actor: Actor): Promise<void> {
  const { peers, registration } = actor;
  await Promise.all([
    ...action.register.map(async (index) => register(peers.sentinels[index], index, registration, 'monitored no master: registered')),
    ...action.adjust.map(async (index) => register(peers.sentinels[index], index, registration, 'had other settings: configured')),
    replace(action.replace, NAMED_ANOTHER, actor),
  ]);
}

/** Makes Sentinels forget their master, and monitor the local server. */
async function replace(sentinels: readonly number[], why: string, actor: Actor): Promise<void> {
  await Promise.all(sentinels.map(async (index) => {
    const sentinel = actor.peers.sentinels[index];
    await sentinel.call('SENTINEL', 'REMOVE', actor.config.masterName).catch((error: unknown) => {
      actor.log.warn('sentinel', `${index} cannot be corrected: ${messageOf(error)}`);
    });
    await register(sentinel, index, actor.registration, why);
  }));
}
