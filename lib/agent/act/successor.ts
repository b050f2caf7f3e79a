/** Who should become the master of those that have every write. */
export interface Wish {
  /** @returns undefined if nobody of these will do */
  readonly choose: (replicas: readonly number[]) => number | undefined;
  /** Whether nobody else will do. */
  readonly must: boolean;
}

/**
 * Perhaps all servers are rolled. A StatefulSet rolls from the highest ordinal down: a server above this one has been rolled, and will not be again. The highest
 * one finds nobody above it, and the lowest is the last to be rolled.
 */
export function nextInRoll(self: number): Wish {
  return {
    must: false,
    choose: (replicas) => {
      const above = replicas.filter((ordinal) => ordinal > self);
      return replicas.length === 0 ? undefined : Math.min(...above.length > 0 ? above : replicas);
    },
  };
}

/** For a server that somebody asked for. */
export function only(to: number): Wish {
  return { must: true, choose: (replicas) => replicas.find((ordinal) => ordinal === to) };
}
