import { Actor, STANDBY, serverOf } from './actor';
import { useOwn } from './follow';
import { OldMaster, Position, positionOf } from './old-master';
import { promote } from './promote';
import { withdraw } from './registration';
import { vote } from './vote';
import { messageOf } from '../../log/log';
import { Observation } from '../observe/observation';
import { sentinelView } from '../observe/sentinel-view';
import { serverView } from '../observe/server-view';
import { infoFields } from '../redis/replies';
import { Endpoint } from '../redis/resp';

/** Longest wait for what is left of the stream, while writes are stopped. */
const CATCH_UP_MS = 2_000;
/** Between polls. */
const POLL_MS = 20;
/** A master that takes no orders: how long nothing may be written there, and between looks. */
const STILL_MS = 5_000;
const LOOK_MS = 500;
/** Until it is tried again: where nothing was stopped, and where writes were, which doubles up to the longest. */
const AGAIN_MS = 5_000;
const AGAIN_AFTER_STOP_MS = 30_000;
const LONGEST_MS = 600_000;

/** A cut-over can't go on; writes go on where they were. */
class CutOverError extends Error {
  public override readonly name = 'CutOverError';
}

/** Cut-overs that failed, and until when none is tried. */
export class CutOvers {
  /** The last one; over at the latest when this is. */
  public underWay: Promise<readonly number[]> = Promise.resolve([]);
  /** Writes may still be refused over there, as one left it that failed or whose agent died. */
  public mayHaveStopped = true;
  private failed = 0;
  private until = -Infinity;
  private why = '';

  /** Why none is tried now. */
  public held(now: number): string | undefined {
    return now < this.until ? this.why : undefined;
  }

  public fails(now: number, why: string, stopped: boolean): void {
    if (stopped) this.failed++;
    this.until = now + (stopped ? Math.min(AGAIN_AFTER_STOP_MS * 2 ** (this.failed - 1), LONGEST_MS) : AGAIN_MS);
    this.why = why;
  }
}

/**
 * Makes the local server, which copies the master outside, the master in its place without losing a write: stop writes there, wait until this server and enough
 * others have them all, end the copy, win the vote of the Sentinels, promote. From the moment at which writes are refused there, nobody writes anywhere until one
 * of both is the master for sure. If anything fails before, writes go on there, and the server goes on copying.
 *
 * @returns Sentinels that were asked for a vote
 */
export async function cutOver(observation: Observation, actor: Actor, cutOvers: CutOvers): Promise<readonly number[]> {
  const { peers, config, log } = actor;
  const { host, port } = config.follow!;
  const name = `${host}:${port}`;
  const { clock } = peers;
  const external = peers.external!;
  const asked: number[] = [];
  let old: OldMaster | undefined;
  let stoppedAt: number | undefined;
  // Until the vote nothing is lost by leaving it to the next server. After it, a hand-over waits for the end.
  const goesOn = (): void => {
    if (actor.stopping?.()) throw new CutOverError('this server is about to stop');
  };
  try {
    goesOn();
    old = await OldMaster.at(external.endpoint, config);
    if (!old) log.info('cut-over', `${name} takes no orders (CONFIG): its clients have to be stopped. Looks whether nothing is written there for ${STILL_MS / 1_000} s`);
    stoppedAt = old ? clock.now() : undefined;
    cutOvers.mayHaveStopped = true;
    const position = old ? await old.stopWrites() : await standsStill(external.endpoint, actor);
    await reached(position, actor);
    if (old) {
      await old.refuseWrites();
      // The pause ends by itself, maybe before that: what was written since is acknowledged, and has to be here too.
      await reached(await positionOf(external.endpoint), actor);
    }
    goesOn();
    // What Sentinels there publish comes with the stream: those here must not hear of them.
    await peers.local.call('REPLICAOF', ...STANDBY);
    goesOn();
    const result = await vote(peers.sentinels, actor.registration);
    asked.push(...result.asked);
    actor.witness?.voted(result.won);
    if (!result.won) throw new CutOverError('the Sentinels did not vote for this server');
    await promote(actor, observation, `in the place of ${name}, with every write`);
    if ((await serverView(peers.local, peers, config))?.role !== 'master') throw new CutOverError('this server was not promoted');
  } catch (error) {
    // Recorded as the master, and named: the next round promotes it.
    const promoted = (actor.record()?.term ?? 0) > 0;
    const why = messageOf(error);
    const begun = { asked, old, stopped: stoppedAt !== undefined, name, cutOvers };
    const line = promoted ? await proceed(why, old, actor, name) : await giveUp(why, begun, actor);
    cutOvers.fails(clock.now(), line, stoppedAt !== undefined);
    log.warn('cut-over', line);
    return asked;
  }
  const took = stoppedAt === undefined ? '' : `, ${clock.now() - stoppedAt} ms after writes were stopped there`;
  await useOwn(actor).catch(() => undefined);
  log.info('cut-over', `done: this server is the master${took}. ${await leave(old, actor, name)}`);
  return asked;
}

/** Clients there are refused from now on, also where Sentinels there promote another one. @returns what became of it, for the log */
async function leave(old: OldMaster | undefined, { peers, config, log }: Actor, name: string): Promise<string> {
  if (!old) return `${name} takes no orders: nobody must write there any more`;
  const external = peers.external!;
  const refuse = async (): Promise<string[]> => {
    await old.letGo();
    // another one may have been promoted there meanwhile
    const master = await OldMaster.at(external.endpoint, config) ?? old;
    await master.refuseWrites();
    return master.refuseAtReplicas(external);
  };
  const failed = await refuse().catch((error: unknown) => [messageOf(error)]);
  if (failed.length > 0) log.warn('cut-over', `not all replicas of ${name} refuse writes, should one be promoted: ${failed.join(', ')}`);
  return `${name} refuses writes (min-replicas-to-write) until it is started again: take its clients to this installation, and end it`;
}

/** Waits until the local server has the stream up to here, and as many replicas as a write needs. */
async function reached({ offset, streamId }: Position, actor: Actor): Promise<void> {
  const { peers, config } = actor;
  const deadline = peers.clock.now() + CATCH_UP_MS;
  const needed = Math.min(config.minReplicasToWrite, peers.servers.length - 1);
  for (;;) {
    const views = await Promise.all(peers.servers.map(async (_, ordinal) => serverView(serverOf(ordinal, actor), peers, config)));
    const has = (ordinal: number): boolean => views[ordinal]?.linkUp === true && views[ordinal]!.offset >= offset;
    const others = views.filter((view, ordinal) => ordinal !== config.self && view?.follows === config.self && has(ordinal)).length;
    const self = views[config.self];
    const here = has(config.self) && self?.follows === 'external' && self.streamId === streamId;
    if (here && others >= needed) return;
    if (peers.clock.now() > deadline) throw new CutOverError(here ? `only ${others} replicas have every write` : 'this server did not receive every write in time');
    await peers.clock.sleep(POLL_MS);
  }
}

/** Waits until nothing was written for a while at a master that takes no orders. @returns its position */
async function standsStill(endpoint: Endpoint, { peers: { clock } }: Actor): Promise<Position> {
  const first = await writtenAt(endpoint);
  const deadline = clock.now() + STILL_MS;
  while (clock.now() < deadline) {
    await clock.sleep(LOOK_MS);
    if (await writtenAt(endpoint) !== first) throw new CutOverError('clients still write there, and have to be stopped by hand');
  }
  return positionOf(endpoint);
}

/** Is another one after each write. The stream tells of more: pings, what Sentinels publish, keys whose time is over. */
async function writtenAt(endpoint: Endpoint): Promise<string> {
  const info = infoFields(String(await endpoint.call('INFO', 'persistence')));
  const [changes, saved] = ['rdb_changes_since_last_save', 'rdb_last_save_time'].map((field) => info.get(field));
  return changes === undefined ? String((await positionOf(endpoint)).offset) : `${changes} ${saved}`;
}

/** The vote was won and the promotion may have been: writes stay refused in the other place. @returns a line for the log */
async function proceed(why: string, old: OldMaster | undefined, actor: Actor, name: string): Promise<string> {
  await leave(old, actor, name);
  return `not finished, this server becomes the master in the next round: ${why}`;
}

interface Begun {
  readonly asked: readonly number[];
  readonly old: OldMaster | undefined;
  readonly stopped: boolean;
  readonly name: string;
  readonly cutOvers: CutOvers;
}

/** Takes back what was begun. Writes stay refused while it is not sure that nobody names this server: it would be promoted then. @returns a line for the log */
async function giveUp(why: string, { asked, old, stopped, name, cutOvers }: Begun, { peers, config, registration }: Actor): Promise<string> {
  await Promise.allSettled(asked.map(async (index) => withdraw(peers.sentinels[index], registration)));
  const views = await Promise.all(asked.map(async (index) => sentinelView(peers.sentinels[index], peers, config)));
  const sure = views.every((view) => view !== undefined && view.names !== config.self);
  if (!sure) return `given up, and ${old ? `writes stay refused at ${name}` : `nobody must write at ${name}`}, as Sentinels may still name this server: ${why}`;
  if (!stopped) return `nothing was changed: ${why}`;
  const released = await old!.release().then(() => true, () => false);
  cutOvers.mayHaveStopped = !released;
  return released ? `given up, writes go on at ${name}: ${why}` : `given up, and ${name} does not answer: writes may be refused there until it does: ${why}`;
}
