import { findMasterDown, Look, namedMaster, Observation, SentinelView, ServerView } from './observation';
import { claimOf } from './record';
import { DataRecord } from './record-file';
import { earlySentinelViews, sentinelViews } from './sentinel-view';
import { serverView, serverViewWithClaim } from './server-view';
import { snapshotOffset } from './snapshot-offset';
import { lateAfter } from '../base/clock';
import { Config } from '../config/config';
import { Peers } from '../redis/peers';
import { Endpoint, ReplyError } from '../redis/resp';

/**
 * Asks the local server and all Sentinels at once and, unless these agree, the other servers too.
 *
 * @param recordFor gives the record for a process of the local server.
 * @param early ask the other servers at once too, as they will be needed and some may not answer.
 */
export async function observe(
  peers: Peers, config: Config, recordFor: (runId: string) => DataRecord | undefined, early = false,
): Promise<Observation> {
  const askOthers = async (): Promise<Look['servers']> => Promise.all(peers.servers.map(async (server, ordinal) =>
    ordinal === config.self ? undefined : serverViewWithClaim(server, peers, config)));
  const [local, sentinels, asked] = await Promise.all([
    serverView(peers.local, peers, config),
    sentinelViews(peers, config),
    early ? askOthers() : undefined,
  ]);
  const self = local && { ...local, claim: claimOf(recordFor(local.runId), local, () => snapshotOffset(config.dataDir)) };
  const named = sentinels.map((view) => withOutdatedAddress(view, local, config.self));
  const busy = !local && await isBusy(peers.local);
  const needsOthers = self ? !agrees(self, config.self, named) : busy;
  const others = needsOthers ? asked ?? await askOthers() : [];
  const servers = peers.servers.map((_, ordinal) => ordinal === config.self ? self : others[ordinal]);
  return { at: peers.clock.now(), servers, sentinels: named, busy };
}

/** A look at all Sentinels and other servers that takes no longer than this: who answers later counts as absent. */
export async function glance(peers: Peers, config: Config, withinMs: number): Promise<Look> {
  const late = lateAfter(peers.clock, withinMs);
  const [servers, sentinels] = await Promise.all([
    Promise.all(peers.servers.map(async (server, ordinal) =>
      ordinal === config.self ? undefined : Promise.race([serverView(server, peers, config), late]))),
    earlySentinelViews(late, peers, config),
  ]);
  return { servers, sentinels };
}

/** A Sentinel that names the local server by an address that this agent has never known, as it started later. */
export function withOutdatedAddress(view: SentinelView | undefined, local: ServerView | undefined, self: number): SentinelView | undefined {
  return view?.names === 'unknown' && local && view.masterRunId === local.runId ? { ...view, names: self, namesFormer: true } : view;
}

async function isBusy(server: Endpoint): Promise<boolean> {
  return server.call('PING').then(() => false, (error: unknown) => error instanceof ReplyError && error.message.startsWith('BUSY'));
}

/** The server is what the majority wants it to be, and its master is there: a link to one that hangs is up for a while. */
function agrees(self: ServerView, ordinal: number, sentinels: Look['sentinels']): boolean {
  const named = namedMaster(sentinels);
  if (self.role === 'master') return named === ordinal;
  return named !== undefined && self.follows === named && self.linkUp && !findMasterDown(sentinels, named);
}
