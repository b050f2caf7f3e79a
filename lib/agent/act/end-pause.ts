import { Actor } from './actor';
import { sentinelView } from '../observe/sentinel-view';

/**
 * Gives the Sentinels their configured patience back: they would bear a silent master for as long again otherwise. Each agent that was told of the pause does
 * so, as that of the master may be what is silent.
 *
 * @param leftOverMs what they were given
 * @returns whether all of them answered
 */
export async function endPause({ peers, config, log }: Actor, leftOverMs: number): Promise<boolean> {
  const answered = await Promise.all(peers.sentinels.map(async (sentinel, index) => {
    const view = await sentinelView(sentinel, peers, config);
    if (view?.settings?.downAfterMs !== leftOverMs) return view !== undefined;
    return sentinel.call('SENTINEL', 'SET', config.masterName, 'down-after-milliseconds', String(config.downAfterMs)).then(() => {
      log.info('sentinel', `${index} finds a silent master down after ${config.downAfterMs} ms again`);
      return true;
    }, () => false);
  }));
  return answered.every(Boolean);
}
