import { configure, monitor, Registration, withdraw } from './registration';
import { majorityOf } from '../observe/observation';
import { Endpoint } from '../redis/resp';

/** How a vote ended. */
interface VoteResult {
  readonly won: boolean;
  /** Sentinels that were asked and may name this server. */
  readonly asked: readonly number[];
}

/**
 * Asks the Sentinels for their votes. A blank Sentinel gives its vote to the first that makes it monitor a master, and can't give another.
 * All candidates ask in the same order, so the first Sentinel decides between them. A candidate without a majority withdraws.
 */
export async function vote(sentinels: readonly Endpoint[], registration: Registration): Promise<VoteResult> {
  const majority = majorityOf(sentinels.length);
  const asked: number[] = [];
  const accepted: number[] = [];
  for (const [index, sentinel] of sentinels.entries()) {
    if (accepted.length >= majority) break;
    try {
      if (!await monitor(sentinel, registration)) continue;
      accepted.push(index);
      asked.push(index);
    } catch {
      // It may have accepted without being able to say so.
      asked.push(index);
    }
  }
  const won = accepted.length >= majority && await stillNamed(accepted, sentinels, registration);
  if (!won) {
    await Promise.allSettled(asked.map(async (index) => withdraw(sentinels[index], registration)));
  }
  return { won, asked };
}

/** Configures those that voted. True when each of them answers that it still monitors this server. */
async function stillNamed(accepted: readonly number[], sentinels: readonly Endpoint[], registration: Registration): Promise<boolean> {
  try {
    await Promise.all(accepted.map(async (index) => configure(sentinels[index], registration)));
    const named = await Promise.all(accepted.map(async (index) => monitor(sentinels[index], registration)));
    return named.every(Boolean);
  } catch {
    return false;
  }
}
