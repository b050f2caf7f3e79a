import { Actor, GLANCE_MS } from './actor';
import { candidatesIn } from '../decide/candidates';
import { obstacle } from '../decide/obstacle';
import { epochOf, Look, Observation } from '../observe/observation';
import { glance } from '../observe/observe';
import { DataRecord } from '../observe/record-file';

/** The only place that makes the local server a master. */
export async function promote(actor: Actor, observation: Observation, why: string): Promise<void> {
  const { peers, config, log } = actor;
  const look = await lookBefore(actor);
  if (!look) return;
  const { offset, hasKeys, runId, streamId } = observation.servers[config.self]!;
  // On disk before the first write: data that knows only older terms never wins against it again.
  await actor.remember({
    term: nextTerm(observation, actor.record()), epoch: epochOf(look.sentinels, config.self), master: true, offset, hasKeys, runId, streamId,
  });
  await peers.local.call('REPLICAOF', 'NO', 'ONE');
  log.info('master', why);
}

/** A quick look at everybody, unless something in it forbids what rests on the local server being named and nobody being master. */
async function lookBefore({ peers, config, log }: Actor): Promise<Look | undefined> {
  const look = await glance(peers, config, GLANCE_MS);
  const forbidden = obstacle(look, config.self);
  if (forbidden === undefined) return look;
  log.info('master', `not yet: ${forbidden}`);
  return undefined;
}

/** A term above all that anybody remembers. */
function nextTerm(observation: Observation, own: DataRecord | undefined): number {
  return Math.max(own?.term ?? 0, ...candidatesIn(observation).map((each) => each.claim.term)) + 1;
}
