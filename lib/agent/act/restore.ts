import { Actor } from './actor';

/** Makes the local server a replica of the source of a restore. A server that copies from it already goes on. */
export async function followSource(why: string, { peers, config, log }: Actor): Promise<void> {
  const address = await peers.sourceAddress?.();
  if (address === undefined) throw new Error(`${config.restoreSource?.host}, which has the data of the restore, has no address yet`);
  await peers.local.call('REPLICAOF', address, String(config.restoreSource!.port));
  log.info('restore', why);
}
