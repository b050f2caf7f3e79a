import { Acknowledgement, Change, ProbeReport } from './probe/protocol';

/** What clients saw of a fault. Times in milliseconds. */
export interface Verdict {
  readonly acknowledged: number;
  /** Acknowledged writes that were gone at the end. */
  readonly lost: number;
  /** Acknowledgements that one server gave while another gave some too. */
  readonly double: number;
  /** Longest time without an acknowledgement to anybody who was not cut off. */
  readonly gapMs: number;
  /** Longest time without an acknowledgement to one of these. */
  readonly clientGapMs: number;
  /** From the oldest lost write to the last one of the server that had acknowledged it. */
  readonly lostTailMs: number;
  /** Lost writes that were acknowledged before the fault, but for those on their way to the replicas at that moment. */
  readonly lostBefore: number;
  /** From the moment of recovery to the first acknowledgement. */
  readonly recoveryMs?: number;
  /** How long after the fault the old master still acknowledged; 0 if it never stopped being the master. */
  readonly oldMasterMs: number;
  /** How often the master changed, as a majority of the Sentinels told it. */
  readonly switches: number;
}

/** Alternations within this time are two servers at once, not a master that was elected again. */
const TOGETHER_MS = 1000;

/** Writes of so long before a fault may be on their way. */
const ON_THE_WAY_MS = 200;

/**
 * Judges what probes saw.
 *
 * @param faultAt when the fault began
 * @param recoveryAt when clients should be served again, if it is known
 * @param cutOff probes that the fault cuts off: their writes count, their waiting does not
 */
export function judge(
  reports: readonly ProbeReport[], { faultAt, recoveryAt, cutOff = [] }: { faultAt: number; recoveryAt?: number; cutOff?: readonly ProbeReport[] },
): Verdict {
  const free = reports.filter((report) => !cutOff.includes(report));
  const all = reports.flatMap(({ acknowledged }) => acknowledged).sort((a, b) => a[0] - b[0]);
  const lost = reports.flatMap((report) => report.lost.map((index) => report.acknowledged[index]));
  const [from, until] = [Math.max(...free.map((one) => one.from)), Math.min(...free.map((one) => one.until))];
  const before = all.filter(([at]) => at < faultAt).at(-1)?.[1] ?? -1;
  const replaced = all.some(([at, server]) => at > faultAt && server !== before);
  return {
    acknowledged: all.length,
    lost: lost.length,
    double: doubles(all),
    gapMs: longestGap(free.flatMap(({ acknowledged }) => acknowledged), from, until),
    clientGapMs: Math.max(0, ...free.flatMap((report) => writersOf(report).map((acks) => longestGap(acks, report.from, report.until)))),
    lostTailMs: lostTail(all, lost),
    lostBefore: lost.filter(([at]) => at < faultAt - ON_THE_WAY_MS).length,
    recoveryMs: recoveryAt === undefined ? undefined : (all.find(([at]) => at >= recoveryAt)?.[0] ?? until) - recoveryAt,
    oldMasterMs: replaced ? Math.max(0, lastOf(all, before, faultAt) - faultAt) : 0,
    switches: switches(free[0].changes),
  };
}

/** The acknowledgements of each busy writer; the idle one and the one that connects anew have gaps of their own. */
function writersOf({ acknowledged, writers }: ProbeReport): Acknowledgement[][] {
  return Array.from({ length: writers }, (_, writer) => acknowledged.filter((one) => one[2] === writer));
}

function longestGap(acks: readonly Acknowledgement[], from: number, until: number): number {
  const times = acks.map(([at]) => at).filter((at) => at >= from && at <= until).sort((a, b) => a - b);
  return [...times, until].reduce(({ last, gap }, at) => ({ last: at, gap: Math.max(gap, at - last) }), { last: times[0] ?? from, gap: 0 }).gap;
}

/** The last acknowledgement of an old master: before the first time that it pauses for long after the fault and another one takes over. */
function lastOf(all: readonly Acknowledgement[], server: number, faultAt: number): number {
  let last = faultAt;
  for (const [at, by] of all) {
    if (at <= faultAt || by !== server) continue;
    // elected again, after another
    if (at - last > TOGETHER_MS && all.some((other) => other[1] !== server && other[0] > last && other[0] < at)) break;
    last = at;
  }
  return last;
}

/** Acknowledgements of a server between two of another one that are less than a second apart. */
function doubles(all: readonly Acknowledgement[]): number {
  const runs: { server: number; first: number; last: number; count: number }[] = [];
  for (const [at, server] of all) {
    const run = runs.at(-1);
    if (run?.server === server) Object.assign(run, { last: at, count: run.count + 1 });
    else runs.push({ server, first: at, last: at, count: 1 });
  }
  return runs.reduce((sum, run, index) => {
    const [previous, next] = [runs[index - 1], runs[index + 1]];
    return previous && next && previous.server === next.server && next.first - previous.last < TOGETHER_MS ? sum + run.count : sum;
  }, 0);
}

function lostTail(all: readonly Acknowledgement[], lost: readonly Acknowledgement[]): number {
  const oldest = new Map<number, number>();
  for (const [at, server] of lost) oldest.set(server, Math.min(at, oldest.get(server) ?? at));
  return Math.max(0, ...[...oldest].map(([server, since]) => {
    const reign = all.filter(([at, by]) => by === server && at >= since);
    return reign.reduce((last, [at]) => (at - last > TOGETHER_MS ? last : at), since) - since;
  }));
}

/** Changes of the server that most Sentinels name. */
function switches(changes: readonly Change[]): number {
  const names = new Map<number, Change['to']>();
  const sentinels = new Set(changes.flatMap(({ sentinel }) => sentinel ?? [])).size;
  let master: Change['to'] | undefined;
  let count = 0;
  for (const { sentinel, to } of changes) {
    if (sentinel === undefined) continue;
    names.set(sentinel, to);
    const most = [...names.values()].find((one) => typeof one === 'number' && [...names.values()].filter((other) => other === one).length > sentinels / 2);
    if (most === undefined || most === master) continue;
    if (master !== undefined) count++;
    master = most;
  }
  return count;
}
