/** Who should become the master of those that have every write. */
export interface Wish {
  /** @returns undefined if it does not matter, or if it is none of these */
  readonly choose: (ready: readonly number[]) => number | undefined;
  /** Whether nobody else will do. */
  readonly must: boolean;
}

/**
 * For a server that stops, perhaps because all are rolled. A StatefulSet rolls from the highest ordinal down: a server above this one has been rolled, and
 * will not be again. The highest one finds nobody above it, and the lowest is the last to be rolled.
 */
export function nextInRoll(self: number): Wish {
  return {
    must: false,
    choose: (ready) => {
      const above = ready.filter((ordinal) => ordinal > self);
      return ready.length === 0 ? undefined : Math.min(...above.length > 0 ? above : ready);
    },
  };
}

/** For a server that somebody asked for. */
export function only(to: number): Wish {
  return { must: true, choose: (ready) => ready.find((ordinal) => ordinal === to) };
}

/** Any will do: Sentinel decides. */
export const ANY: Wish = { must: false, choose: () => undefined };
