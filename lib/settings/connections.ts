import { reject } from './invalid-prop';

/** `maxclients` of Redis and Valkey where nothing is said. */
const DEFAULT_MAXCLIENTS = 10_000;
/** Connections of each server, Sentinel and proxy to a server, with room for new ones before the old have ended. */
const EACH_MEMBER = 10;
/** Exporters, backups, people with redis-cli. */
const OTHERS = 100;

/** Connections of HAProxy to itself, of probes, and of clients that are about to be refused: beside those that it lets in. */
export const OWN_CONNECTIONS = 100;

/** All connections of a proxy, if our frontends let in so many clients together, and each of the user's as many. */
export function totalConnections(clients: number, customFronts: number): number {
  return clients * (1 + customFronts) + OWN_CONNECTIONS;
}

/** How the connections that a server takes are shared. Redis refuses everybody when they are used up, probes and checks too. */
export interface ServerConnections {
  /** Connections that a server takes: `maxclients`. */
  readonly maxclients: number;
  /** Those that are kept for members, checks and probes. */
  readonly reserved: number;
  /** Pods of the proxy that may run at once: more while they are rolled. */
  readonly proxies: number;
  /** How many more. */
  readonly surge: number;
  /** Clients that each of these may let in, so that together they leave the reserved ones free. */
  readonly share: number;
}

/**
 * @param directives of redis.conf, where users set `maxclients`
 * @param members number of servers and Sentinels
 * @param maxSurge pods of the proxy that a rollout may add; also without any, one that ends keeps its clients while its successor has some already
 */
export function serverConnections(directives: readonly string[], members: number, proxyReplicas: number, maxSurge: number): ServerConnections {
  const given = directives.map((line) => /^maxclients\s+["']?(\d+)/i.exec(line)?.[1]).filter((value) => value !== undefined).at(-1);
  const maxclients = given === undefined ? DEFAULT_MAXCLIENTS : Number(given);
  const surge = Math.max(1, maxSurge);
  const proxies = proxyReplicas + surge;
  const reserved = Math.min(OTHERS + EACH_MEMBER * (members + proxies), Math.ceil(maxclients / 2));
  return { maxclients, reserved, proxies, surge, share: Math.max(1, Math.floor((maxclients - reserved) / proxies)) };
}

/**
 * Clients of a proxy: as many as are given, or as fit in its memory and in its share.
 *
 * @param customFronts frontends of the user, each of which may have as many
 */
export function maxconn(given: number | undefined, room: number | undefined, connections: ServerConnections, customFronts: number): number {
  const { maxclients, reserved, proxies, surge, share } = connections;
  if (given === undefined) return Math.min(share, room === undefined ? share : Math.max(1, Math.floor(room / (1 + customFronts))));
  if (room !== undefined && given > room) {
    reject('proxy.maxconn', given, `must be at most ${room}: more connections do not fit in the memory limit of the proxy`);
  } else if (given > share) {
    reject('proxy.maxconn', given, `must be at most ${share}: a server takes ${maxclients} clients, ${reserved} of them are kept for servers, Sentinels, checks and probes, `
      + `and ${proxies} pods of the proxy share the rest (${surge === 1 ? 'one' : surge} more than 'proxy.replicas' or 'proxy.autoscaling.maxReplicas' while they are rolled). More are had by 'server.directives' "maxclients N"`);
  }
  return given;
}
