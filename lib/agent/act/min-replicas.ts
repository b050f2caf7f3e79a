import { Actor } from './actor';

/**
 * The directive that a hand-over sets to 0 while writes are paused: a master whose replicas left refuses a write (NOREPLICAS) before it would pause it, and clients
 * don't repeat refused writes. A cut-over sets it to more than there are replicas: that makes a master refuse writes.
 */
export const MIN_REPLICAS = 'min-replicas-to-write';

/** Gives the local server its configured value back: a hand-over leaves 0 behind that could not reach it at its end, or whose agent ended meanwhile. */
export async function restoreMinReplicas({ peers, config, log }: Actor): Promise<void> {
  const configured = String(config.minReplicasToWrite);
  const [, current] = await peers.local.call('CONFIG', 'GET', MIN_REPLICAS) as string[];
  if (current !== '0' || configured === '0') return;
  await peers.local.call('CONFIG', 'SET', MIN_REPLICAS, configured);
  log.info('hand-over', `${MIN_REPLICAS} was 0, as a hand-over left it: ${configured} again`);
}
