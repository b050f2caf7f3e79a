import { Claim } from '../observe/claim';
import { majorityOf, Observation, ServerView } from '../observe/observation';

/** A server that may become the master, with what is known of its data. */
export interface Candidate {
  readonly ordinal: number;
  readonly view: ServerView;
  readonly claim: Claim;
}

/** All servers that answer and whose agents speak. */
export function candidatesIn(observation: Observation): Candidate[] {
  return observation.servers.flatMap((view, ordinal) => view?.claim ? [{ ordinal, view, claim: view.claim }] : []);
}

/**
 * The server with the best data: of the latest term and epoch, its master; but a replica whose memory is intact and that has
 * all the master had when last recorded beats a master that was restarted; then the longest stream; then the lowest ordinal.
 */
export function bestCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  const latest = candidates.reduce<Candidate[]>((best, each) => {
    const order = best.length === 0 ? 1 : each.claim.term - best[0].claim.term || each.claim.epoch - best[0].claim.epoch;
    return order > 0 ? [each] : order === 0 ? [...best, each] : best;
  }, []);
  const master = latest.find((each) => each.claim.master);
  if (master && (master.claim.live || !latest.some((each) => outlived(each, master)))) return master;
  const eligible = master ? latest.filter((each) => outlived(each, master)) : latest;
  return [...eligible].sort((a, b) => position(b) - position(a) || Number(b.view.hasKeys) - Number(a.view.hasKeys) || a.ordinal - b.ordinal)[0];
}

/** A replica that kept running and has at least what the restarted master is known to have had. */
function outlived(replica: Candidate, master: Candidate): boolean {
  return replica !== master && replica.claim.live && position(replica) >= master.claim.offset;
}

/** Whether the first one's data is certainly not the latest: it may be of a lost configuration, or a snapshot from before. */
export function isOlder(one: Candidate, other: Candidate): boolean {
  if (one.claim.term !== other.claim.term) return one.claim.term < other.claim.term;
  if (one.claim.epoch !== other.claim.epoch) return one.claim.epoch < other.claim.epoch;
  return !one.claim.master && position(one) < position(other);
}

function position(candidate: Candidate): number {
  return candidate.claim.live ? candidate.view.offset : candidate.claim.offset;
}

/** Whether enough servers answer to choose the best. */
export function seesMajority(observation: Observation): boolean {
  return candidatesIn(observation).length >= majorityOf(observation.servers.length);
}
