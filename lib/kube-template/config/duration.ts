const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a duration such as `200ms`, `15s`, `1m30s` or `1.5h`; a bare number counts seconds.
 *
 * @throws Error naming the text when it is no duration
 */
export function parseDuration(text: string | number): number {
  const input = String(text).trim();
  if (/^\d+(\.\d+)?$/.test(input)) return Math.round(Number(input) * 1000);
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(input)) {
    throw new Error(`${JSON.stringify(text)} is not a duration; expected for example 200ms, 15s, 1m30s or 1h`);
  }
  let total = 0;
  for (const [, amount, unit] of input.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) total += Number(amount) * UNITS[unit];
  return Math.round(total);
}

/** How long to wait for quiet before acting on changes, in milliseconds. */
export interface Wait {
  /** Act when nothing changed for this long. 0: at once. */
  readonly min: number;
  /** Act at the latest this long after the first change. */
  readonly max: number;
}

/**
 * A wait written as `MIN` or `MIN:MAX`; MAX is four times MIN when absent.
 *
 * @throws Error when a part is no duration, or MAX is below MIN
 */
export function parseWait(text: string | number): Wait {
  const parts = String(text).split(':');
  if (parts.length > 2) throw new Error(`${JSON.stringify(text)} is not a wait; expected MIN or MIN:MAX, for example 200ms:2s`);
  return makeWait(parseDuration(parts[0]), parts.length === 2 ? parseDuration(parts[1]) : undefined);
}

/** A wait from milliseconds. @throws Error when max is below min */
export function makeWait(min: number, max: number = 4 * min): Wait {
  if (max < min) throw new Error(`the longest wait (${max} ms) is below the shortest (${min} ms)`);
  return { min, max };
}
