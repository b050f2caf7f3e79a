import { Actor, GLANCE_MS } from './actor';
import { requestFailover } from './failover';
import { SERVER_DIED } from './witness';
import { obstacle } from '../decide/obstacle';
import { sentinelsWhere } from '../observe/observation';
import { glance } from '../observe/observe';

/** Between attempts. */
const RETRY_MS = 200;
/** After this the Sentinels act by themselves, or can't. */
const ATTEMPTS = 20;

/**
 * Asks for a failover as soon as the local server died as the master, instead of letting the Sentinels find out.
 *
 * @param back whether the server answers again: then a decision is due, not the watchdog.
 */
export async function replaceDeadMaster(actor: Actor, back: () => boolean): Promise<void> {
  const { peers, config } = actor;
  for (let attempt = 0; attempt < ATTEMPTS && !back(); attempt++) {
    const look = await glance(peers, config, GLANCE_MS);
    if (obstacle(look, config.self) !== undefined) return;
    const naming = sentinelsWhere(look.sentinels, (view) => view.names === config.self);
    // One beside this server last: it may end with the pod before it is done.
    const beside = (index: number): number => Number(config.sentinelSidecar && index === config.self);
    if (await requestFailover(naming.sort((a, b) => beside(a) - beside(b)), SERVER_DIED, actor)) return;
    await peers.clock.sleep(RETRY_MS);
  }
}
