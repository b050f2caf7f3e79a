import { register, Registration } from './registration';
import { majorityAnswers, namedMaster, sentinelsWhere } from '../observe/observation';
import { sentinelViews } from '../observe/sentinel-view';
import { Peers } from '../redis/peers';

/**
 * Whether members with more Sentinels can be taken: once a majority of these names a master, where the former ones name one. Among new ones that are not there yet,
 * which may never come, no majority would name a healthy master. It makes itself known to those that answer.
 *
 * @param peers who they are
 * @param registration among them
 * @param former whom the former ones name, if anybody, and whether that is the local server
 */
export async function mayTake(
  peers: Peers, registration: Registration, former: { readonly named: boolean; readonly isMaster: boolean },
): Promise<boolean> {
  const views = await sentinelViews(peers, registration.config);
  if (!former.named) return majorityAnswers(views);
  if (namedMaster(views) !== undefined) return true;
  if (former.isMaster) {
    const blank = sentinelsWhere(views, ({ names }) => names === 'nobody');
    await Promise.all(blank.map(async (index) => register(peers.sentinels[index], index, registration, 'monitored no master: registered')));
  }
  return false;
}
