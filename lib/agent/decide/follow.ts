import { Action, wait } from './action';
import { seesMajority } from './candidates';
import { Conditions } from './conditions';
import { Follow } from './memory';
import { inSteps, LITTLE, progress } from './progress';
import { Situation } from './situation';
import { ServerView } from '../observe/observation';
import { Traits } from '../observe/traits';

/**
 * Nobody is named and nobody is master, and a master outside is to be followed: one server copies it, the others copy that one, and nobody is elected until the
 * installation cuts over. Undefined where that is none of it: nothing is followed, or the installation has data of its own.
 */
export function decideFollow(now: Situation, conditions: Conditions): Action | undefined {
  const { self, rules: { follow, self: ordinal, stopping } } = now;
  if (follow === undefined) return undefined;
  const { ownData } = now;
  if (ownData !== undefined) {
    const why = `server ${ownData} has data of this installation: ${follow.name} is not followed`;
    return self.follows === 'external' ? { kind: 'step-down', why } : undefined;
  }
  if (stopping) return wait('about to stop');
  if (now.naming.length > 0) return { kind: 'withdraw', sentinels: now.naming, why: 'votes of a cut-over that was given up' };
  const leader = leaderOf(now);
  if (leader === undefined) return wait('the data is not judged yet');
  if (self.hasKeys && !follow.copied && self.follows === 'nobody') {
    return wait(`has keys that are no copy of another server's, and does not follow ${follow.name} over them: empty the volume, or remove 'follow'`);
  }
  return leader === ordinal ? lead(now, conditions, follow) : followLeader(self, leader, follow);
}

/** The server that copies the master outside: one that does, rather one in sync; else the lowest ordinal. */
function leaderOf({ observation: { servers }, candidates }: Situation): number | undefined {
  const copying = servers.flatMap((view, ordinal) => (view?.follows === 'external' ? [ordinal] : []));
  return copying.find((ordinal) => servers[ordinal]!.linkUp) ?? copying[0] ?? candidates[0]?.ordinal;
}

function followLeader(self: ServerView, leader: number, { name }: Follow): Action {
  if (self.follows !== leader) return { kind: 'follow', via: leader, why: `which copies ${name}` };
  if (self.linkUp) return { kind: 'following', why: `in sync with server ${leader}, which copies ${name}` };
  return wait(`link to server ${leader}, which copies ${name}, is down`);
}

function lead(now: Situation, conditions: Conditions, follow: Follow): Action {
  const { self, candidates, observation: { servers } } = now;
  const { name, master, traits } = follow;
  const unfit = traits && whyUnfit(name, traits);
  if (unfit !== undefined) return wait(unfit);
  if (self.follows !== 'external') {
    // One that is missing may have data of the installation.
    if (!conditions.seesEnough('bootstrap')) return wait(`sees ${candidates.length} of ${servers.length} servers: waits for the others before it follows ${name}`);
    if (!master) return wait(`${name}, which is to be followed, does not answer`);
    if (master.role !== 'master') return wait(`${name}, which is to be followed, is a replica`);
    if (traits && traits.here.limit > 0 && traits.there.dataset > traits.here.limit) return wait(`does not copy ${name}: ${needs(traits.there.dataset, traits.here)}`);
    return { kind: 'follow', why: 'nobody has data of this installation' };
  }
  if (self.received !== undefined) return wait(`copies the data of ${name}: ${progress(self.received)}`);
  if (!self.linkUp) return wait(`link to ${name} is down`);
  return follow.cutOver ? cutOver(now, follow) : { kind: 'following', why: inSync(self, follow) };
}

function inSync(self: ServerView, { name, master }: Follow): string {
  const behind = master === undefined ? 0 : master.offset - self.offset;
  return behind < LITTLE ? `in sync with ${name}` : `${inSteps(behind)} behind ${name}`;
}

/** Why nothing of it is copied. */
function whyUnfit(name: string, { there, here }: Required<Follow>['traits']): string | undefined {
  if (there.clustered) return `${name} is a node of a Redis Cluster, and others have the rest of the data: it is not followed`;
  // What is written to a database that there is none of here would go into another one.
  if (there.databases <= here.databases) return undefined;
  return `${name} has ${there.databases} databases, and this installation ${here.databases}: its servers need 'databases ${there.databases}' in server.directives`;
}

function needs(bytes: number, { limit }: Traits): string {
  const mebibytes = (count: number): number => Math.ceil(count / 1_048_576);
  return `its data needs ${mebibytes(bytes)} MiB, and the servers here have a maxmemory of ${mebibytes(limit)} MiB`;
}

/** Why the local server would refuse writes as the master, or drop keys to make room. A replica does neither. */
function whyUnready({ there, here }: Required<Follow>['traits']): string | undefined {
  if (here.unwritten !== undefined) return `it can't write ${here.unwritten} to its disk`;
  // a cache over there is full as well, and drops keys already
  const asThere = there.evicts && here.evicts && there.limit > 0 && there.limit <= here.limit;
  return here.limit > 0 && here.used > here.limit && !asThere ? needs(here.used, here) : undefined;
}

/** Writes are stopped at the master outside only when nothing in sight speaks against the rest. */
function cutOver(now: Situation, { name, master, traits, held }: Follow): Action {
  const { self, observation: { servers }, rules } = now;
  const not = (why: string): Action => wait(`does not cut over yet: ${why}`);
  if (held !== undefined) return not(held);
  if (!master) return not(`${name} does not answer`);
  if (master.role !== 'master') return not(`${name} is a replica`);
  if (master.streamId !== self.streamId) return not(`who answers at ${name} is not the server whose data this is`);
  if (master.offset - self.offset >= LITTLE) return not(`${inSteps(master.offset - self.offset)} behind ${name}`);
  const unready = traits && whyUnready(traits);
  if (unready !== undefined) return not(unready);
  if (self.rewriting) return not('writes what it has copied to its disk');
  if (!now.isMajority(now.blank)) return not('too few Sentinels are free to name a master');
  if (!seesMajority(now.observation)) return not('too few servers answer');
  const behind = servers.findIndex((view, ordinal) => ordinal !== rules.self && view !== undefined && !(view.follows === rules.self && view.linkUp));
  if (behind >= 0) return not(`server ${behind} is not in sync`);
  return { kind: 'cut-over', why: `takes over from ${name}` };
}
