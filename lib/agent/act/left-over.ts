import { Actor } from './actor';
import { MIN_REPLICAS } from './min-replicas';
import { sentinelViews } from '../observe/sentinel-view';

/**
 * Ends what a hand-over left behind that could not reach the local server at its end, or whose agent ended meanwhile: a server that takes writes without replicas,
 * and a pause of writes, which would last until all that a hand-over may take is over.
 */
export async function endLeftOver(actor: Actor): Promise<void> {
  const { peers: { local }, config, log } = actor;
  const configured = String(config.minReplicasToWrite);
  const [, current] = await local.call('CONFIG', 'GET', MIN_REPLICAS) as string[];
  if (current !== '0') return;
  if (configured !== '0') {
    await local.call('CONFIG', 'SET', MIN_REPLICAS, configured);
    log.info('hand-over', `${MIN_REPLICAS} was 0, as a hand-over left it: ${configured} again`);
  }
  if (await isAbandoned(actor)) await local.call('CLIENT', 'UNPAUSE');
}

/** Whether it is certain that no other server becomes the master by a hand-over: all Sentinels name this one, so that there is nobody who could tell the others. */
export async function isAbandoned({ peers, config }: Actor): Promise<boolean> {
  const sentinels = await sentinelViews(peers, config);
  return sentinels.every((view) => view?.names === config.self);
}
