import { Actor } from './actor';
import { firstChoice } from './favourable-moment';
import { withShortInfoPeriod } from './sentinel-periods';
import { Wish } from './successor';
import { ServerView } from '../observe/observation';
import { serverView } from '../observe/server-view';
import { Endpoint } from '../redis/resp';

/** Between polls. */
const POLL_MS = 20;
/** How long a replica that receives the stream may be behind one that has it all, before the hand-over goes on without it. */
const LAGGARD_MS = 1_000;
/** How long Sentinel may take to hear of other priorities, until all replicas are looked at again: some INFO periods. */
const HEARD_MS = 1_000;
/** `replica-priority` of the one that Sentinel should elect rather than others, and of those that it should elect if not that one. */
const CHOSEN = 1;
const PREFERRED = 2;
const RANKS = [CHOSEN, PREFERRED].map(String);

const NOT_ELECTABLE = 'Sentinel can\'t elect the server that was asked for';
/** Sentinel has not heard that it is to be elected. */
export const NOT_CHOSEN = 'Sentinel would elect another server than the one that was asked for';

/** A hand-over can't go on; nothing is lost, the server is still the master. */
export class HandOverError extends Error {
  public override readonly name = 'HandOverError';
}

/** A replica that the Sentinel would elect, and what it says itself. */
interface Candidate {
  readonly ordinal: number;
  readonly view: ServerView | undefined;
}

/**
 * Waits until every replica that the Sentinel would elect has the stream up to here, and there is one. What the master itself knows of them is up to
 * 1 s old. One replica is enough: those that have it all are preferred to one that lost its link, resynchronizes, lags or can't be reached from here, which
 * is not waited for, unless nobody else will do.
 *
 * @param preferred is told who was preferred to others: {@link forget} them afterwards
 * @returns the replicas that have it.
 */
export async function caughtUp(actor: Actor, sentinel: Endpoint, preferred: Set<number>, wish: Wish, budgetMs: number): Promise<readonly number[]> {
  const { peers, config, log } = actor;
  const deadline = peers.clock.now() + budgetMs;
  const self = await serverView(peers.local, peers, config);
  if (self?.role !== 'master') throw new HandOverError('the server is no longer the master');
  let enoughSince: number | undefined;
  let told = false;
  for (;;) {
    const all = await candidates(actor, sentinel);
    if (wish.must && wish.choose(all.map(({ ordinal }) => ordinal)) === undefined) throw new HandOverError(NOT_ELECTABLE);
    const { ready, behind, leaving } = sort(all, self.offset, config.self);
    const choice = wish.choose(ready.map(({ ordinal }) => ordinal));
    const chosen = ready.filter(({ ordinal }) => ordinal === choice);
    const others = ready.filter((each) => chosen.length > 0 && !chosen.includes(each));
    const enough = wish.must ? chosen.length > 0 : ready.length > 0;
    const now = peers.clock.now();
    const settled = others.length === 0 || (!wish.must && (told || now > deadline));
    if (enough && settled && behind.length + leaving.length === 0) return ready.map(({ ordinal }) => ordinal);
    if (now > deadline) throw new HandOverError(whyNot(ready, behind, leaving, wish));
    enoughSince = enough ? enoughSince ?? now : undefined;
    const tooLate = enoughSince !== undefined && now - enoughSince >= LAGGARD_MS;
    const without = enough ? behind.filter(({ view }) => tooLate || !follows(view, config.self)) : [];
    if (without.length > 0 && !told) log.info('hand-over', `goes on without server ${named(without)}, which is not in sync: Sentinel is to elect another one`);
    // One after the other: while somebody is behind, who that is may change.
    if (without.length > 0 || (enough && behind.length === 0 && others.length > 0)) {
      const ranks = new Map([
        ...(chosen.length > 0 ? chosen : ready).map(({ ordinal }): [number, number] => [ordinal, CHOSEN]),
        ...(without.length > 0 ? others : []).map(({ ordinal }): [number, number] => [ordinal, PREFERRED]),
        ...without.map(({ ordinal }): [number, number] => [ordinal, 0]),
      ]);
      for (const [ordinal, priority] of ranks) if (priority > 0) preferred.add(ordinal);
      await prefer(actor, sentinel, ranks, Math.min(now + HEARD_MS, deadline));
      told = true;
    }
    await peers.clock.sleep(POLL_MS);
  }
}

async function candidates({ peers, config }: Actor, sentinel: Endpoint): Promise<Candidate[]> {
  const ordinals = await firstChoice(sentinel, config.masterName, peers.addresses);
  return Promise.all(ordinals.map(async (ordinal) => ({ ordinal, view: await serverView(peers.servers[ordinal], peers, config) })));
}

function sort(replicas: readonly Candidate[], offset: number, master: number): Readonly<Record<'ready' | 'behind' | 'leaving', Candidate[]>> {
  // It stops too, or was set aside, and Sentinel has not heard of it yet.
  const leaving = replicas.filter(({ view }) => view?.priority === 0);
  const others = replicas.filter((each) => !leaving.includes(each));
  const ready = others.filter(({ view }) => follows(view, master) && view.offset >= offset);
  return { ready, leaving, behind: others.filter((each) => !ready.includes(each)) };
}

/** Whether it is a replica of this master whose link is up. */
export function follows(view: ServerView | undefined, master: number): view is ServerView {
  return view?.role === 'slave' && view.follows === master && view.linkUp;
}

/**
 * Makes Sentinel elect the replicas that come first, and waits until it knows. Those that are not in sync are made unelectable, if they can be told: should the
 * others die at this very moment, Sentinel elects nobody rather than one with less data.
 */
async function prefer({ peers, config }: Actor, sentinel: Endpoint, ranks: ReadonlyMap<number, number>, deadline: number): Promise<void> {
  await Promise.all([...ranks].map(async ([ordinal, priority]) => rank(peers.servers[ordinal], priority)));
  await withShortInfoPeriod(sentinel, async () => {
    while (peers.clock.now() <= deadline) {
      const first = await firstChoice(sentinel, config.masterName, peers.addresses);
      if (first.every((ordinal) => ranks.get(ordinal) === CHOSEN)) return;
      await peers.clock.sleep(POLL_MS);
    }
  });
}

/** Without an answer nothing is known: what Sentinel says counts. One that is about to stop has 0, and keeps it. */
async function rank(server: Endpoint, priority: number): Promise<void> {
  if (priority > 0 && await priorityOf(server) === '0') return;
  await server.call('CONFIG', 'SET', 'replica-priority', String(priority)).catch(() => undefined);
}

async function priorityOf(server: Endpoint): Promise<string | undefined> {
  const [, priority] = await server.call('CONFIG', 'GET', 'replica-priority').catch(() => []) as string[];
  return priority;
}

/** Makes those that were preferred equal to the others again. Who doesn't answer is made so by its own agent. */
export async function forget({ peers, config }: Actor, preferred: ReadonlySet<number>): Promise<void> {
  await Promise.all([...preferred].map(async (ordinal) => {
    if (RANKS.includes(await priorityOf(peers.servers[ordinal]) ?? '')) await rank(peers.servers[ordinal], config.replicaPriority);
  }));
}

function named(replicas: readonly Candidate[]): string {
  return replicas.map(({ ordinal }) => ordinal).join(' and ');
}

function whyNot(ready: readonly Candidate[], behind: readonly Candidate[], leaving: readonly Candidate[], wish: Wish): string {
  if (wish.must && behind.length + leaving.length === 0) return NOT_CHOSEN;
  if (ready.length + behind.length + leaving.length === 0) return 'no replica can be elected';
  if (behind.length === 0) return `server ${named(leaving)} is about to stop`;
  return `server ${named(behind)} did not receive every write in time`;
}
