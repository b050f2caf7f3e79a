import { bestCandidate, candidatesIn } from './candidates';
import { AtStake, Stake } from '../observe/copies';
import { namedMaster, Observation, ServerView } from '../observe/observation';

/** A standby with keys that no agent has recorded: put on its volume, or the record is lost. */
function isUnrecorded(view: ServerView | undefined): boolean {
  return view?.follows === 'nobody' && (view.hasKeys || view.loading) && view.claim?.term === 0 && !view.claim.live;
}

/**
 * Unrecorded data that goes once servers copy the master, or the one that stands for election: that of the local server or, if that one is
 * the local server, that of the others.
 */
export function atStake({ servers, sentinels }: Observation, self: number, recorded: boolean): AtStake[] {
  const own = servers[self];
  if (own?.role !== 'slave') return [];
  const masters = servers.flatMap((view, ordinal) => view?.role === 'master' ? [ordinal] : []);
  const by = namedMaster(sentinels) ?? masters[0] ?? bestCandidate(candidatesIn({ at: 0, servers, sentinels }))?.ordinal;
  if (typeof by !== 'number') return [];
  if (by !== self) return !recorded && isUnrecorded(own) ? [{ of: self, by }] : [];
  return servers.flatMap((view, of) => of !== self && isUnrecorded(view) ? [{ of, by }] : []);
}

/** Why nobody may copy another server's data now, or undefined. */
export function whyNotCopied(stakes: readonly Stake[], servers: Observation['servers']): string | undefined {
  const lost = stakes.filter(({ is }) => is === 'different');
  const open = stakes.find(({ is }) => is === 'open');
  if (lost.length > 0) {
    const brought = lost.map(({ of }) => withKeys(of, servers)).join(' and ');
    const { by } = lost[0];
    // the number of a master's keys changes all the time, and with it the line
    const other = servers[by]?.role === 'master' ? `server ${by}, the master,` : withKeys(by, servers);
    return `${brought} has data that no agent has recorded and ${other} has not: nothing is overwritten. Empty the volumes of all of these servers but one`;
  }
  return open && `compares the data of server ${open.of} with that of server ${open.by}`;
}

function withKeys(ordinal: number, servers: Observation['servers']): string {
  return `server ${ordinal} (${servers[ordinal]?.keys ?? 0} keys)`;
}
