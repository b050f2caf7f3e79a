/** Time, as the agent sees it. */
export interface Clock {
  /** Never goes back. In milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** What whoever answers after this time counts as: to race with the answer. */
export async function lateAfter(clock: Clock, ms: number): Promise<undefined> {
  await clock.sleep(ms);
  return undefined;
}

/** Time of this process. */
export const CLOCK: Clock = {
  now: () => Math.round(performance.now()),
  sleep: async (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
