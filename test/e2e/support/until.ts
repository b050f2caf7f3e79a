const PAUSE_MILLIS = 250;

/**
 * Tries until `attempt` returns something true; an error counts as "not yet".
 *
 * @throws an error that says what did not happen and why the last attempt failed
 */
export async function until<T>(what: string, timeoutMillis: number, attempt: () => Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + timeoutMillis;
  let reason: unknown = 'it is not so';
  do {
    try {
      const result = await attempt();
      if (result) return result;
      reason = 'it is not so';
    } catch (error) {
      reason = error instanceof Error ? error.message : error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLIS));
  } while (Date.now() < end);
  throw new Error(`${what}: not within ${timeoutMillis / 1000} s: ${reason}`);
}
