import { Actor, GLANCE_MS } from './actor';
import { PING_MS } from './sentinel-periods';
import { Wish } from './successor';
import { lateAfter } from '../base/clock';
import { ServerView } from '../observe/observation';
import { serverView } from '../observe/server-view';
import { pairs } from '../redis/replies';
import { Endpoint } from '../redis/resp';

/** Between polls. */
const POLL_MS = 20;
/** Sentinel finds nobody fit to be elected that has left its pings unanswered for five of its ping periods. */
const SILENT_MS = 5 * PING_MS;

/** A hand-over can't go on; nothing is lost, the server is still the master. */
export class HandOverError extends Error {
  public override readonly name = 'HandOverError';
}

/** A replica that the Sentinels reach, and what it says itself. */
interface Candidate {
  readonly ordinal: number;
  readonly view: ServerView | undefined;
}

/** For how long to wait. In milliseconds. */
interface Waits {
  /** For the one that should become the master while another one could. */
  readonly choiceMs: number;
  /** For anybody. */
  readonly longestMs: number;
}

/** Who may become the master. */
interface Successor {
  readonly ordinal: number;
  /** All replicas of this master, and those of them whose link is up. */
  readonly replicas: readonly number[];
  readonly following: readonly number[];
  /** Who is not in sync, and is left behind. */
  readonly without: readonly number[];
}

/**
 * Waits until a replica has the stream up to here. One is enough: one that lost its link, resynchronizes, or can't be reached from here is not waited for,
 * and one that only lags not for long, unless nobody else will do.
 */
export async function caughtUp(actor: Actor, sentinel: Endpoint, wish: Wish, waits: Waits): Promise<Successor> {
  const { peers: { clock, local }, config } = actor;
  const self = await serverView(local, actor.peers, config);
  if (self?.role !== 'master') throw new HandOverError('the server is no longer the master');
  const began = clock.now();
  for (;;) {
    const all = await candidates(actor, sentinel);
    const leaving = all.filter(({ view }) => view?.priority === 0);
    const others = all.filter((each) => !leaving.includes(each));
    const following = others.filter(({ view }) => follows(view, config.self));
    const ready = following.filter(({ view }) => view!.offset >= self.offset);
    const waited = clock.now() - began;
    const late = waited >= Math.min(waits.choiceMs, waits.longestMs) && !wish.must;
    const choice = chosen(late && ready.length > 0 ? ready : following, wish);
    if (ready.some(({ ordinal }) => ordinal === choice)) {
      const without = others.filter((each) => !(late ? ready : following).includes(each));
      const replicas = all.filter(({ view }) => view?.follows === config.self);
      return { ordinal: choice!, replicas: numbers(replicas), following: numbers(following), without: numbers(without) };
    }
    if (waited >= waits.longestMs) throw new HandOverError(whyNot(leaving, others, wish));
    await clock.sleep(POLL_MS);
  }
}

/** Those with the lowest `replica-priority` come first, as with Sentinel, unless somebody asked for another one. */
function chosen(replicas: readonly Candidate[], wish: Wish): number | undefined {
  const lowest = Math.min(...replicas.map(({ view }) => view!.priority!));
  return wish.choose(numbers(wish.must ? replicas : replicas.filter(({ view }) => view!.priority === lowest)));
}

/**
 * What the master itself knows of its replicas is up to 1 s old: they are asked. One that the Sentinel does not reach would be found down at once. And one
 * that does not answer soon holds nobody up, as writes may be paused.
 */
async function candidates({ peers, config }: Actor, sentinel: Endpoint): Promise<Candidate[]> {
  const reply = await sentinel.call('SENTINEL', 'REPLICAS', config.masterName);
  const known = Array.isArray(reply) ? reply.map((each) => pairs(each)) : [];
  const reached = known.filter((each) => each.get('flags') === 'slave' && Number(each.get('last-ok-ping-reply') ?? 0) <= SILENT_MS);
  const ordinals = reached.map((each) => peers.addresses.indexOf(each.get('ip') ?? '')).filter((ordinal) => ordinal >= 0);
  const late = lateAfter(peers.clock, GLANCE_MS);
  return Promise.all(ordinals.map(async (ordinal) => (
    { ordinal, view: await Promise.race([serverView(peers.servers[ordinal], peers, config), late]) })));
}

/** Whether it is a replica of this master whose link is up. */
function follows(view: ServerView | undefined, master: number): view is ServerView {
  return view?.role === 'slave' && view.follows === master && view.linkUp;
}

function numbers(replicas: readonly Candidate[]): number[] {
  return replicas.map(({ ordinal }) => ordinal);
}

/** Ordinals in a line of the log. */
export function named(ordinals: readonly number[]): string {
  return ordinals.join(' and ');
}

function whyNot(leaving: readonly Candidate[], others: readonly Candidate[], wish: Wish): string {
  const wished = others.filter(({ ordinal }) => wish.choose([ordinal]) !== undefined);
  if (wish.must && wished.length === 0) return 'the server that was asked for can\'t be elected';
  if (wished.length > 0) return `server ${named(numbers(wished))} did not receive every write in time`;
  return leaving.length > 0 ? `server ${named(numbers(leaving))} is about to stop` : 'no replica can be elected';
}
