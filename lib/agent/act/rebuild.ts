import { Actor } from './actor';
import { namedMaster } from '../observe/observation';
import { sentinelViews } from '../observe/sentinel-view';
import { serverView } from '../observe/server-view';
import { ReplyError } from '../redis/resp';

/** How long a replica may have confirmed nothing: it does once a second. */
const MAX_LAG_SECONDS = 2;

/** Why an order is not carried out: nothing was changed. */
export class RefusedError extends Error {
  public override readonly name = 'RefusedError';
}

/**
 * Whether the local server may start over without its data.
 *
 * @returns the master that it would copy from
 * @throws RefusedError
 */
export async function rebuildable({ peers, config }: Actor): Promise<number> {
  const sentinels = await sentinelViews(peers, config);
  const named = namedMaster(sentinels);
  if (typeof named !== 'number') throw new RefusedError('no majority of the Sentinels names a master to copy from');
  if (named === config.self) throw new RefusedError('it is the master: hand over first');
  if (sentinels.some((view) => view?.failoverInProgress)) throw new RefusedError('a failover is in progress');
  const [self, master] = await Promise.all([serverView(peers.local, peers, config), serverView(peers.servers[named], peers, config)]);
  if (self?.role !== 'slave') throw new RefusedError('it is no replica');
  if (master?.role !== 'master' || master.loading) throw new RefusedError(`server ${named}, the master, does not answer as one`);
  const others = (master.replicas ?? []).filter(({ server, online, lagSeconds: lag }) => server !== config.self && online && lag <= MAX_LAG_SECONDS);
  if (peers.servers.length > 2 && others.length === 0) {
    throw new RefusedError('no other replica is in sync: if the master died meanwhile, all would be lost');
  }
  return named;
}

/** Ends the local server, which drops its data when it starts again. @throws Error if it does not end */
export async function endServer({ peers }: Actor): Promise<void> {
  await peers.local.call('SHUTDOWN', 'NOSAVE').catch((error: unknown) => {
    // the connection ends with it
    if (error instanceof ReplyError) throw error;
  });
}
