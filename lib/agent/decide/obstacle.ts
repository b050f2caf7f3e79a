import { Look, namedMaster } from '../observe/observation';

/**
 * What forbids to promote the local server, or to replace it, right now, or undefined. Asked of a quick look just before,
 * because the observation behind the decision may be as old as the slowest answer, and a failover may have come between.
 */
export function obstacle(look: Look, self: number): string | undefined {
  if (namedMaster(look.sentinels) !== self) return 'no majority names it any more';
  if (look.sentinels.some((view) => view?.failoverInProgress)) return 'a failover is in progress';
  return anotherMaster(look.servers, self);
}

/** Says which server but this one is master, if one is. */
export function anotherMaster(servers: Look['servers'], self: number): string | undefined {
  const master = servers.findIndex((view, ordinal) => ordinal !== self && view?.role === 'master');
  return master < 0 ? undefined : `server ${master} is master`;
}
