import { Look, ServerView } from '../observe/observation';

/** A link may have been down for so many times down-after, as with Sentinel. */
const DOWN_AFTERS = 10;

/**
 * The replica that takes the place of a master that is gone, by the rules of Sentinel: the lowest `replica-priority`, then the longest stream. None that has
 * priority 0, or whose link was down long before: it lacks what the master accepted since.
 *
 * @param servers those that answered; nobody knows more than what they say
 */
export function electedReplica(servers: Look['servers'], master: number, downAfterMs: number): number | undefined {
  const fit = servers.flatMap((view, ordinal) => view && isFit(view, master, downAfterMs) ? [{ ordinal, view }] : []);
  fit.sort((a, b) => a.view.priority! - b.view.priority! || b.view.offset - a.view.offset);
  return fit[0]?.ordinal;
}

function isFit(view: ServerView, master: number, downAfterMs: number): boolean {
  const lived = view.linkUp || (view.linkDownSeconds >= 0 && view.linkDownSeconds * 1_000 <= DOWN_AFTERS * downAfterMs);
  return view.role === 'slave' && view.follows === master && !view.loading && view.priority !== 0 && lived;
}
