import { Actor, GLANCE_MS } from './actor';
import { register } from './registration';
import { messageOf } from '../../log/log';
import { obstacle } from '../decide/obstacle';
import { Observation } from '../observe/observation';
import { glance, withOutdatedAddress } from '../observe/observe';

/**
 * Registers the local server, the master, at its new address. Sentinel knows a master by its address and can't be told another one but by a failover. So
 * all forget it before the first learns it again: one that still named the former address, with its higher epoch, would make the others return to it.
 * Their epochs begin anew, as after all Sentinels were lost: the records count that as a new term. An agent that ends in between leaves a master that
 * Sentinels without memory learn again from the next one.
 */
export async function renewAddress(sentinels: readonly number[], observation: Observation, actor: Actor): Promise<void> {
  const { peers, config, log, registration } = actor;
  const look = await glance(peers, config, GLANCE_MS);
  const local = observation.servers[config.self];
  const named = look.sentinels.map((view) => withOutdatedAddress(view, local, config.self));
  const forbidden = obstacle({ ...look, sentinels: named }, config.self);
  if (forbidden !== undefined) {
    log.info('address', `not registered anew yet: ${forbidden}`);
    return;
  }
  await Promise.all(sentinels.map(async (index) => peers.sentinels[index].call('SENTINEL', 'REMOVE', config.masterName).catch((error: unknown) => {
    log.warn('sentinel', `${index} cannot be corrected: ${messageOf(error)}`);
  })));
  await Promise.all(sentinels.map(async (index) => register(peers.sentinels[index], index, registration, `named a former address: registered anew at ${registration.address}`)));
}
