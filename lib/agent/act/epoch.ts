import { randomBytes } from 'node:crypto';
import { Actor } from './actor';
import { messageOf } from '../../log/log';
import { areTrue, untilEnough } from '../base/until-enough';
import { majorityOf, SentinelView } from '../observe/observation';
import { pairs } from '../redis/replies';
import { Endpoint } from '../redis/resp';

/** By how much each attempt is above what is known: Sentinels may be far ahead, after elections that nobody won. */
const STEPS = [1, 1, 10, 1_000, 1_000_000];

/** How long another one that asked for votes at the same moment is let go first: each agent waits so much longer than the one before. In milliseconds. */
const GIVE_WAY_MS = 50;

/** The channel on which Sentinels tell each other what they know. */
const HELLO = '__sentinel__:hello';

/** A vote of a Sentinel: for whom, and in which epoch. */
interface Vote {
  readonly leader: string;
  readonly epoch: number;
}

/** By Sentinel; undefined for one that did not answer. */
type Votes = readonly (Vote | undefined)[];

/**
 * An epoch in which this agent alone may name another master, as a Sentinel that leads a failover: a majority of the Sentinels voted for it. Each Sentinel
 * gives one vote in an epoch, and has it on its disk before it answers. Later epochs win: https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#configuration-epochs
 */
export class Epoch {
  /**
   * Asks all Sentinels for their vote. Nothing changes by it but that those Sentinels begin no failover by themselves for twice the failover timeout, unless
   * they hear of another master, or are asked.
   *
   * @param master the one that they name now
   * @param views what each of them says
   * @returns undefined if no majority voted for this agent
   */
  public static async win(master: number, views: readonly (SentinelView | undefined)[], actor: Actor): Promise<Epoch | undefined> {
    const { peers: { sentinels, clock }, config: { self } } = actor;
    // as Sentinels count: those that they know and the configuration does not, too
    const majority = majorityOf(Math.max(sentinels.length, ...views.map((view) => view ? view.otherSentinels + 1 : 0)));
    if (majority > sentinels.length) return undefined;
    let known = Math.max(0, ...views.map((view) => view?.epoch ?? 0));
    for (const [attempt, step] of STEPS.entries()) {
      const epoch = known + step;
      // another one each time: nobody may be named twice in one epoch, whatever became of the first attempt
      const candidate = randomBytes(20).toString('hex');
      const isOurs = (vote: Vote | undefined): boolean => vote?.leader === candidate && vote.epoch === epoch;
      const won = (votes: Votes): boolean => votes.filter(isOurs).length >= majority;
      // one that is silent can't turn it any more, and is not waited for
      const lost = (votes: Votes): boolean => votes.filter((vote) => vote && !isOurs(vote)).length > sentinels.length - majority;
      const asked = sentinels.map(async (sentinel) => voteOf(sentinel, { master, epoch, candidate }, actor));
      const votes = await untilEnough(asked, (soFar) => won(soFar) || lost(soFar));
      if (won(votes)) return new Epoch(epoch, attempt > 0, actor);
      if (!votes.some((vote) => vote && !isOurs(vote))) return undefined;
      // whoever has the votes, if anybody has, names a master now
      if (attempt === 0) await clock.sleep(GIVE_WAY_MS * (1 + self));
      known = Math.max(epoch, ...votes.map((vote) => vote?.epoch ?? 0));
    }
    return undefined;
  }

  /** @param contested a Sentinel had voted for somebody else: long ago, or just now, and that one may have won an earlier epoch */
  private constructor(private readonly number: number, public readonly contested: boolean, private readonly actor: Actor) {}

  /** Tells the Sentinels who is the master, as a Sentinel does after a failover. Those that do not hear it are told by the others within a second. */
  public async name(master: number): Promise<void> {
    const { peers: { sentinels } } = this.actor;
    await areTrue(majorityOf(sentinels.length), sentinels.map(async (_, index) => this.tell(index, master)));
  }

  /** @returns whether it took it */
  private async tell(index: number, master: number): Promise<boolean> {
    const { peers, config, log } = this.actor;
    const sentinel = peers.sentinels[index];
    try {
      const peer = await anotherSentinel(sentinel, config.masterName) ?? await this.another(index);
      if (peer === undefined) return false;
      const configuration = [config.masterName, peers.addresses[master], config.serverPort, this.number];
      await sentinel.call('PUBLISH', HELLO, [...peer, this.number, ...configuration].join(','));
      return true;
    } catch (error) {
      log.warn('sentinel', `${index} can't be told that server ${master} is the master: ${messageOf(error)}`);
      return false;
    }
  }

  /** The same of a configured one that answers, for a Sentinel that knows nobody: one that was reset or is new, and a master that is gone can't introduce them. */
  private async another(index: number): Promise<readonly string[] | undefined> {
    const { peers: { sentinels, sentinelAddresses }, config } = this.actor;
    const asked = sentinels.map(async (sentinel, other) => other === index ? undefined : sentinel.call('SENTINEL', 'MYID').catch(() => undefined));
    const runIds = await untilEnough(asked, (soFar) => soFar.some(Boolean));
    const other = runIds.findIndex(Boolean);
    return other < 0 ? undefined : [sentinelAddresses[other], String(config.sentinelPort), String(runIds[other])];
  }
}

async function voteOf(
  sentinel: Endpoint, { master, epoch, candidate }: { master: number; epoch: number; candidate: string }, { peers, config }: Actor,
): Promise<Vote | undefined> {
  const address = [peers.addresses[master], String(config.serverPort)];
  const reply = await sentinel.call('SENTINEL', 'IS-MASTER-DOWN-BY-ADDR', ...address, String(epoch), candidate).catch(() => undefined);
  return Array.isArray(reply) ? { leader: String(reply[1]), epoch: Number(reply[2]) } : undefined;
}

/** Address, port and run ID of a Sentinel that this one knows: anybody else it would count as one more. */
async function anotherSentinel(sentinel: Endpoint, masterName: string): Promise<readonly string[] | undefined> {
  const known = await sentinel.call('SENTINEL', 'SENTINELS', masterName);
  const peer = (Array.isArray(known) ? known : []).map((each) => pairs(each)).find((each) => each.get('runid'));
  return peer && ['ip', 'port', 'runid'].map((field) => peer.get(field)!);
}
