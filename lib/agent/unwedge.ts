import { Actor } from './act';
import { messageOf } from './log';

/** Makes Sentinels accept replicas whose link to the dead master has been down for up to ten times this. */
export async function unwedge(sentinels: readonly number[], downAfterMs: number, why: string, actor: Actor): Promise<void> {
  const { ports, config, log } = actor;
  await Promise.all(sentinels.map(async index => {
    try {
      await ports.sentinels[index].call('SENTINEL', 'SET', config.masterName, 'down-after-milliseconds', String(downAfterMs));
      log.warn('unwedge', `Sentinel ${index} has down-after ${downAfterMs} ms until the master is replaced: ${why}`);
    } catch (error) {
      log.warn('unwedge', `Sentinel ${index}: ${messageOf(error)}`);
    }
  }));
}
