import { Actor } from './actor';
import { electableReplicas } from './favourable-moment';
import { withShortInfoPeriod } from './sentinel-periods';
import { ServerView } from '../observe/observation';
import { serverView } from '../observe/server-view';
import { Endpoint } from '../redis/resp';

/** Between polls. */
const POLL_MS = 20;
/** How long a replica that receives the stream may be behind one that has it all, before the hand-over goes on without it. */
const LAGGARD_MS = 1_000;

/** A hand-over can't go on; nothing is lost, the server is still the master. */
export class HandOverError extends Error {
  public override readonly name = 'HandOverError';
}

/** A replica that the Sentinel may elect, and what it says itself. */
interface Electable {
  readonly ordinal: number;
  readonly view: ServerView | undefined;
}

/**
 * Waits until every replica that the Sentinel may elect has the stream up to here, and there is one. What the master itself knows of them is up to
 * 1 s old. One replica is enough: another that lost its link, resynchronizes or lags is made unelectable, and not waited for. Its agent makes it
 * electable again.
 *
 * @returns the replicas that have it.
 */
export async function caughtUp(actor: Actor, sentinel: Endpoint, budgetMs: number): Promise<readonly number[]> {
  const { peers, config } = actor;
  const deadline = peers.clock.now() + budgetMs;
  const self = await serverView(peers.local, peers, config);
  if (self?.role !== 'master') throw new HandOverError('the server is no longer the master');
  let enoughSince: number | undefined;
  for (;;) {
    const { ready, behind, leaving } = sort(await electable(actor, sentinel), self.offset, config.self);
    if (ready.length > 0 && behind.length + leaving.length === 0) return ready.map(({ ordinal }) => ordinal);
    const now = peers.clock.now();
    if (now > deadline) throw new HandOverError(whyNot(ready, behind, leaving));
    enoughSince = ready.length === 0 ? undefined : enoughSince ?? now;
    const tooLate = enoughSince !== undefined && now - enoughSince >= LAGGARD_MS;
    const without = ready.length === 0 ? [] : behind.filter(({ view }) => tooLate || !follows(view, config.self));
    if (without.length > 0) await setAside(actor, sentinel, without.map(({ ordinal }) => ordinal), deadline);
    await peers.clock.sleep(POLL_MS);
  }
}

async function electable({ peers, config }: Actor, sentinel: Endpoint): Promise<Electable[]> {
  const replicas = await electableReplicas(sentinel, config.masterName, peers.addresses);
  return Promise.all(replicas.map(async ({ ordinal }) => ({ ordinal, view: await serverView(peers.servers[ordinal], peers, config) })));
}

function sort(replicas: readonly Electable[], offset: number, master: number): Readonly<Record<'ready' | 'behind' | 'leaving', Electable[]>> {
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
 * Makes replicas unelectable, and waits until the Sentinel knows. One that doesn't answer can't be told: Sentinel elects none that leaves its pings
 * unanswered, as `electableReplicas()` knows.
 */
async function setAside({ peers, config, log }: Actor, sentinel: Endpoint, ordinals: readonly number[], deadline: number): Promise<void> {
  await Promise.all(ordinals.map(async (ordinal) => {
    try {
      await peers.servers[ordinal].call('CONFIG', 'SET', 'replica-priority', '0');
      log.info('hand-over', `goes on without server ${ordinal}, which is not in sync: it can't be elected now`);
    } catch {
      // Asked again while Sentinel may elect it.
    }
  }));
  await withShortInfoPeriod(sentinel, async () => {
    while (peers.clock.now() <= deadline) {
      const left = await electableReplicas(sentinel, config.masterName, peers.addresses);
      if (!left.some(({ ordinal }) => ordinals.includes(ordinal))) return;
      const views = await Promise.all(ordinals.map(async (ordinal) => serverView(peers.servers[ordinal], peers, config)));
      // One that answers now can be told, or is in sync.
      if (views.some((view) => view && view.priority !== 0)) return;
      await peers.clock.sleep(POLL_MS);
    }
  });
}

function whyNot(ready: readonly Electable[], behind: readonly Electable[], leaving: readonly Electable[]): string {
  const named = (replicas: readonly Electable[]): string => replicas.map(({ ordinal }) => ordinal).join(' and ');
  if (ready.length + behind.length + leaving.length === 0) return 'no replica can be elected';
  if (behind.length === 0) return `server ${named(leaving)} is about to stop`;
  return `server ${named(behind)} did not receive every write in time`;
}
