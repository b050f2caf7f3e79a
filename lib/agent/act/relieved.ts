import { Actor } from './actor';
import { otherServerViews } from '../observe/server-view';

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
    const views = await otherServerViews(peers, config);
    const after = `after ${peers.clock.now() - started} ms as its replica`;
    const others = views[successor]?.replicas?.filter(({ server, online }) => online && server !== config.self) ?? [];
    if (others.length >= minReplicas) return `left ${after}`;
    const now = peers.clock.now();
    if (views.filter((view, ordinal) => ordinal !== successor && view?.role === 'slave').length >= minReplicas) answered = now;
    if (now > Math.min(answered + ABSENT_MS, deadline)) return `left ${after}, though it has too few others and will refuse writes`;
    await peers.clock.sleep(POLL_MS);
  }
}
