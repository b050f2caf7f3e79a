import { Server } from './parse';
import { isDown, weigh } from './plan';
import { Runtime } from './runtime';
import { ServerState } from './server-state';
import { delay } from './socket';

/**
 * Gives servers that have new addresses their weights, once no check of the old address is under way: such a check ends
 * with what the old address said, and would count for the new one.
 *
 * @param timeoutMs how long a check may take
 */
export async function finishMoves(runtime: Runtime, moved: readonly Server[], timeoutMs: number = 5000): Promise<void> {
  if (moved.length === 0) return;
  const deadline = Date.now() + timeoutMs;
  const waiting = new Set(moved.map(({ key }) => key));
  let states = await runtime.servers();
  for (;;) {
    // Whoever was seen without a check can only be in a check of the new address later.
    for (const { key, checking } of states) if (!checking) waiting.delete(key);
    if (waiting.size === 0 || Date.now() >= deadline) break;
    await delay(5);
    states = await runtime.servers();
  }
  const known = new Map(states.map((state) => [state.key, state]));
  await runtime.run([...moved.map(isDown), ...moved.map((server) => restore(server, known.get(server.key)))]);
}

/** Where it is the same, relative to the weight in the file: the static algorithms of balancing accept nothing else. */
function restore(server: Server, state: ServerState | undefined): string {
  return state?.initialWeight === server.weight ? `set server ${server.key} weight 100%` : weigh(server);
}
