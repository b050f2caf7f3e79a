import { Actor } from './actor';
import { messageOf } from '../../log/log';

/** Makes Sentinels accept replicas whose link to the dead master has been down for up to ten times this. */
export async function relaxElection(sentinels: readonly number[], downAfterMs: number, why: string, actor: Actor): Promise<void> {
  const { peers, config, log } = actor;
  await Promise.all(sentinels.map(async (index) => {
    try {
      await peers.sentinels[index].call('SENTINEL', 'SET', config.masterName, 'down-after-milliseconds', String(downAfterMs));
      log.warn('relax-election', `Sentinel ${index} has down-after ${downAfterMs} ms until the master is replaced: ${why}`);
    } catch (error) {
      log.warn('relax-election', `Sentinel ${index}: ${messageOf(error)}`);
    }
  }));
}
