import { Actor } from './actor';
import { changeMinReplicas, MIN_REPLICAS } from './min-replicas';
import { sentinelViews } from '../observe/sentinel-view';

/** How often it is looked whether a pause may be ended, and how long after each other: until the pause ends by itself. */
const ATTEMPTS = 10;
const RETRY_MS = 1_000;

/**
 * Gives the local server its configured value back: a hand-over leaves 0 behind that could not reach it at its end, or whose agent ended meanwhile.
 *
 * @returns whether it was 0: a pause of writes may be there too
 */
export async function restoreMinReplicas({ peers: { local }, config, log }: Actor): Promise<boolean> {
  const configured = config.minReplicasToWrite;
  const former = await changeMinReplicas(local, (now) => (now === 0 && configured !== 0 ? configured : undefined));
  if (former === 0 && configured !== 0) log.info('hand-over', `${MIN_REPLICAS} was 0, as a hand-over left it: ${configured} again`);
  return former === 0;
}

/**
 * Ends a pause of writes that a hand-over left behind whose agent ended meanwhile: it would last until all is over that a hand-over may take.
 *
 * @param over whether another hand-over began, whose pause must stay
 */
export async function endLeftPause(actor: Actor, over: () => boolean): Promise<void> {
  const { local, clock } = actor.peers;
  for (let attempt = 0; attempt < ATTEMPTS && !over(); attempt++) {
    const role = await local.call('ROLE');
    if (!Array.isArray(role) || role[0] !== 'master') return;
    if (await isAbandoned(actor)) {
      if (!over()) await local.call('CLIENT', 'UNPAUSE');
      return;
    }
    // a Sentinel that does not answer at this moment may know better
    await clock.sleep(RETRY_MS);
  }
}

/** Whether it is certain that no other server becomes the master by a hand-over: all Sentinels name this one, so that there is nobody who could tell the others. */
export async function isAbandoned({ peers, config }: Actor): Promise<boolean> {
  const sentinels = await sentinelViews(peers, config);
  return sentinels.every((view) => view?.names === config.self);
}
