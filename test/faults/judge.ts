/** A write that was acknowledged. */
export interface Acknowledgement {
  readonly key: string;
  /** When, in milliseconds. */
  readonly at: number;
  /** Address of the server that gave it. */
  readonly server: string;
}

/** What a probe saw. */
export interface Verdict {
  readonly acknowledged: number;
  /** Acknowledged writes that were gone at the end. */
  readonly lost: number;
  /** Acknowledgements that a server gave after its successor had given one. */
  readonly double: number;
  /** Longest time without an acknowledgement to anybody, in milliseconds. */
  readonly gapMs: number;
  /** Servers in the order of their first acknowledgement. */
  readonly servers: string[];
}

/** Judges acknowledgements in the order in which they came. */
export function judge(acknowledgements: readonly Acknowledgement[], lost: ReadonlySet<string>): Verdict {
  const servers: string[] = [];
  let double = 0;
  let gapMs = 0;
  let last = acknowledgements[0]?.at ?? 0;
  for (const { at, server } of acknowledgements) {
    gapMs = Math.max(gapMs, at - last);
    last = at;
    if (servers.at(-1) === server) continue;
    if (servers.includes(server) && wasReplacedAfter(acknowledgements, server, at)) double++;
    else servers.push(server);
  }
  return { acknowledged: acknowledgements.length, lost: lost.size, double, gapMs, servers };
}

/**
 * Whether a server's acknowledgement came from a master that was replaced, and not from one that was elected again: a
 * master elected again has nobody acknowledging beside it within the second after.
 */
function wasReplacedAfter(acknowledgements: readonly Acknowledgement[], server: string, at: number): boolean {
  return acknowledgements.some((other) => other.server !== server && other.at > at && other.at < at + 1000);
}
