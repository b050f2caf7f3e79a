import { Actor } from './actor';
import { firstChoice } from './favourable-moment';
import { withShortInfoPeriod } from './sentinel-periods';
import { ServerView } from '../observe/observation';
import { serverView } from '../observe/server-view';
import { Endpoint } from '../redis/resp';

/** Between polls. */
const POLL_MS = 20;
/** How long a replica that receives the stream may be behind one that has it all, before the hand-over goes on without it. */
const LAGGARD_MS = 1_000;
/** How long Sentinel may take to hear of other priorities, until all replicas are looked at again: some INFO periods. */
const HEARD_MS = 1_000;
/** `replica-priority` of those that Sentinel should elect rather than others. */
const PREFERRED = 1;

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
 * is not waited for.
 *
 * @param preferred is told who was preferred to others: {@link forget} them afterwards
 * @returns the replicas that have it.
 */
export async function caughtUp(actor: Actor, sentinel: Endpoint, preferred: Set<number>, budgetMs: number): Promise<readonly number[]> {
  const { peers, config, log } = actor;
  const deadline = peers.clock.now() + budgetMs;
  const self = await serverView(peers.local, peers, config);
  if (self?.role !== 'master') throw new HandOverError('the server is no longer the master');
  let enoughSince: number | undefined;
  for (;;) {
    const { ready, behind, leaving } = sort(await candidates(actor, sentinel), self.offset, config.self);
    if (ready.length > 0 && behind.length + leaving.length === 0) return ready.map(({ ordinal }) => ordinal);
    const now = peers.clock.now();
    if (now > deadline) throw new HandOverError(whyNot(ready, behind, leaving));
    enoughSince = ready.length === 0 ? undefined : enoughSince ?? now;
    const tooLate = enoughSince !== undefined && now - enoughSince >= LAGGARD_MS;
    const without = ready.length === 0 ? [] : behind.filter(({ view }) => tooLate || !follows(view, config.self));
    if (without.length > 0) {
      if (preferred.size === 0) log.info('hand-over', `goes on without server ${named(without)}, which is not in sync: Sentinel is to elect another one`);
      for (const { ordinal } of ready) preferred.add(ordinal);
      await prefer(actor, sentinel, ready, without, Math.min(now + HEARD_MS, deadline));
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

function follows(view: ServerView | undefined, master: number): view is ServerView {
  return view?.role === 'slave' && view.follows === master && view.linkUp;
}

/**
 * Makes Sentinel elect the replicas that are ready, and waits until it knows. The others are made unelectable, if they can be told: should those that are
 * ready die at this very moment, Sentinel elects nobody rather than one with less data.
 */
async function prefer(
  { peers, config }: Actor, sentinel: Endpoint, ready: readonly Candidate[], without: readonly Candidate[], deadline: number,
): Promise<void> {
  await Promise.all([
    ...ready.map(async ({ ordinal }) => rank(peers.servers[ordinal], PREFERRED)),
    ...without.map(async ({ ordinal }) => rank(peers.servers[ordinal], 0)),
  ]);
  const rest = without.map(({ ordinal }) => ordinal);
  await withShortInfoPeriod(sentinel, async () => {
    while (peers.clock.now() <= deadline) {
      const first = await firstChoice(sentinel, config.masterName, peers.addresses);
      if (!rest.some((ordinal) => first.includes(ordinal))) return;
      await peers.clock.sleep(POLL_MS);
    }
  });
}

/** Without an answer nothing is known: what Sentinel says counts. */
async function rank(server: Endpoint, priority: number): Promise<void> {
  await server.call('CONFIG', 'SET', 'replica-priority', String(priority)).catch(() => undefined);
}

/** Makes those that were preferred equal to the others again. Who doesn't answer is made so by its own agent. */
export async function forget({ peers, config }: Actor, preferred: ReadonlySet<number>): Promise<void> {
  await Promise.all([...preferred].map(async (ordinal) => {
    const [, priority] = await peers.servers[ordinal].call('CONFIG', 'GET', 'replica-priority').catch(() => []) as string[];
    // one that is about to stop has 0
    if (priority === String(PREFERRED)) await rank(peers.servers[ordinal], config.replicaPriority);
  }));
}

function named(replicas: readonly Candidate[]): string {
  return replicas.map(({ ordinal }) => ordinal).join(' and ');
}

function whyNot(ready: readonly Candidate[], behind: readonly Candidate[], leaving: readonly Candidate[]): string {
  if (ready.length + behind.length + leaving.length === 0) return 'no replica can be elected';
  if (behind.length === 0) return `server ${named(leaving)} is about to stop`;
  return `server ${named(behind)} did not receive every write in time`;
}
