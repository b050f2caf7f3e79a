import { Actor } from './actor';
import { serverView } from '../observe/server-view';
import { Endpoint } from '../redis/resp';

/** Between looks whether the successor has other replicas. */
const POLL_MS = 200;
/** A replica that doesn't answer for so long is not waited for: one that loads its data may be silent for a while. */
const ABSENT_MS = 5_000;

/**
 * Waits until the successor has enough replicas without this server, as long as there are some that may become it. It is the successor who counts them, when
 * it refuses writes or not.
 *
 * @returns what happened, as a part of a line for the log.
 */
export async function relieved({ peers, config }: Actor, successor: number, minReplicas: number, deadline: number): Promise<string> {
  const started = peers.clock.now();
  let answered = started;
  for (;;) {
    const [online, views] = await Promise.all([
      onlineReplicas(peers.servers[successor]),
      Promise.all(peers.servers.map(async (server, ordinal) =>
        ordinal === config.self || ordinal === successor ? undefined : serverView(server, peers, config))),
    ]);
    const after = `after ${peers.clock.now() - started} ms as its replica`;
    if (online.filter((address) => address !== peers.addresses[config.self]).length >= minReplicas) return `left ${after}`;
    const now = peers.clock.now();
    if (views.filter((view) => view?.role === 'slave').length >= minReplicas) answered = now;
    if (now > Math.min(answered + ABSENT_MS, deadline)) return `left ${after}, though it has too few others and will refuse writes`;
    await peers.clock.sleep(POLL_MS);
  }
}

/** Addresses of the replicas that have a server's data, and receive its stream. */
async function onlineReplicas(server: Endpoint): Promise<readonly string[]> {
  const info = String(await server.call('INFO', 'replication').catch(() => ''));
  return [...info.matchAll(/^slave\d+:ip=([^,]+),.*state=online/gm)].map(([, address]) => address);
}
