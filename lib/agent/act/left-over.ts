import { existsSync, readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { Actor } from './actor';
import { changeMinReplicas, MIN_REPLICAS } from './min-replicas';
import { messageOf } from '../../log/log';
import { replaceFile } from '../base/files';
import { sentinelViews } from '../observe/sentinel-view';

/** How often it is looked whether a pause may be ended, and how long after each other: until the pause ends by itself. */
const ATTEMPTS = 10;
const RETRY_MS = 1_000;

/** While it is there, a hand-over set 0 in the place of the value in it. */
const markOf = ({ runDir }: Actor['config']): string => path.join(runDir, 'handing-over');

/** Told before a hand-over sets 0: nobody would take back what has no mark. Where it can't be written, the hand-over itself does in nearly all cases. */
export function noteMinReplicas({ config, log }: Actor, minReplicas: number): void {
  try {
    replaceFile(markOf(config), String(minReplicas));
  } catch (error) {
    log.warn('hand-over', messageOf(error));
  }
}

/**
 * Gives the local server its value back: a hand-over leaves 0 behind that could not reach it at its end, or whose agent ended meanwhile. A 0 of anybody else stays.
 *
 * @returns whether it was 0: a pause of writes may be there too
 */
export async function restoreMinReplicas({ peers: { local }, config, log }: Actor): Promise<boolean> {
  const mark = markOf(config);
  if (!existsSync(mark)) return false;
  const before = Number(readFileSync(mark, 'utf8'));
  const former = await changeMinReplicas(local, (now) => (now === 0 ? before : undefined));
  if (former === undefined) return false;
  rmSync(mark, { force: true });
  if (former === 0 && before !== 0) log.info('hand-over', `${MIN_REPLICAS} was 0, as a hand-over left it: ${before} again`);
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
