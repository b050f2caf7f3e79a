/** Time, as the agent sees it. */
export interface Clock {
  /** Never goes back. In milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** Time of this process. */
export const CLOCK: Clock = {
  now: () => Math.round(performance.now()),
  sleep: async (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
