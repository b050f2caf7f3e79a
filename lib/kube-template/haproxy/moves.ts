import { Server } from './parse';
import { isDown, weigh } from './plan';
import { Runtime } from './runtime';
import { delay } from './socket';

/**
 * Waits for the checks that were under way when their servers got new addresses: such a check ends with what the old
 * address said, and would count for the new one. Meanwhile its server takes no connections.
 *
 * @param timeoutMs how long a check may take
 */
export async function outlastChecks(runtime: Runtime, moved: readonly Server[], timeoutMs: number = 5000): Promise<void> {
  if (moved.length === 0) return;
  const underWay = await stillChecking(runtime, moved);
  if (underWay.length === 0) return;
  await runtime.run(underWay.map(({ key }) => `set server ${key} weight 0%`));
  const deadline = Date.now() + timeoutMs;
  let waiting: readonly Server[] = underWay;
  while (waiting.length > 0 && Date.now() < deadline) {
    await delay(5);
    waiting = await stillChecking(runtime, waiting);
  }
  await runtime.run(underWay.flatMap(server => [isDown(server), weigh(server)]));
}

async function stillChecking(runtime: Runtime, servers: readonly Server[]): Promise<Server[]> {
  const checking = new Set((await runtime.servers()).filter(state => state.checking).map(({ key }) => key));
  return servers.filter(({ key }) => checking.has(key));
}
