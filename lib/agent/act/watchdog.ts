import { Actor, GLANCE_MS } from './actor';
import { failOver } from './failover';
import { SERVER_DIED } from './witness';
import { lateAfter } from '../base/clock';
import { untilEnough } from '../base/until-enough';
import { namedMaster } from '../observe/observation';
import { askEarly } from '../observe/sentinel-view';

/** Between attempts. */
const RETRY_MS = 200;
/** After this the Sentinels act by themselves, or can't. */
const ATTEMPTS = 20;

/**
 * Replaces the local server as soon as it died as the master, instead of letting the Sentinels find out.
 *
 * @param back whether the server answers again: then a decision is due, not the watchdog.
 */
export async function replaceDeadMaster(actor: Actor, back: () => boolean): Promise<void> {
  const { peers, config } = actor;
  for (let attempt = 0; attempt < ATTEMPTS && !back(); attempt++) {
    const asked = askEarly(lateAfter(peers.clock, GLANCE_MS), peers, config);
    // as after a hand-over; anything else that forbids it, the failover sees by itself
    if (namedMaster(await untilEnough(asked, (soFar) => namedMaster(soFar) !== undefined)) !== config.self) return;
    if (await failOver(config.self, SERVER_DIED, actor)) return;
    await peers.clock.sleep(RETRY_MS);
  }
}
