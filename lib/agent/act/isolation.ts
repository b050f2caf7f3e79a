import { Actor } from './actor';
import { watchHearing } from './hearing';
import { givenMinReplicas } from './min-replicas';
import { WriteFence } from './write-fence';
import { anyTrue, areTrue } from '../base/until-enough';
import { patienceMs } from '../decide/lost-master';
import { HearingWatch } from '../observe/hearing-watch';
import { majorityOf } from '../observe/observation';
import { freshReplicas } from '../observe/server-view';
import { SilenceWatch } from '../observe/silence-watch';
import { Endpoint, ReplyError } from '../redis/resp';
import { signOfLife } from '../redis/sign-of-life';

/** After so long in silence a replica that still acknowledges is none of before. In milliseconds. */
const SURELY_MS = 4_000;

const ALONE = 'this master reaches no other server and no majority of the Sentinels';
const UNHEARD = 'a majority of the Sentinels does not hear this master any more';
const REPLACED = 'a majority of the Sentinels names another master';

/**
 * Stands before a master that is cut off from all others, or that these do not hear. They replace it before the server itself refuses writes for want of replicas,
 * which it does two to three seconds after the last of them was heard; and where HAProxy reaches both sides, one HAProxy would still write to the one while another
 * writes to the other.
 */
export class Isolation {
  private readonly fence: WriteFence;
  private readonly silence: SilenceWatch;
  private readonly hearing: HearingWatch;

  /**
   * @param current the actor at each moment: members change
   * @param handingOver whether the role moves
   * @param sign whether anybody takes or refuses a connection
   */
  constructor(private readonly current: () => Actor, handingOver: () => boolean, private readonly sign = signOfLife) {
    this.fence = new WriteFence(current, handingOver, [ALONE, UNHEARD, REPLACED]);
    const { peers: { clock }, config } = current();
    this.silence = new SilenceWatch({
      clock,
      silentAfterMs: patienceMs(config),
      answers: async () => this.heard(this.anyServer(async (_, server) => answered(server))),
      signOfLife: async (_, withinMs) => this.heard(this.anySign(withinMs)),
      silent: (_, ms) => void this.alone(ms),
    });
    this.hearing = watchHearing(current, {
      heard: async () => this.fence.lower(UNHEARD, REPLACED),
      unheard: () => this.fence.raise(UNHEARD),
      replaced: () => this.fence.raise(REPLACED),
    });
  }

  /** @param master whether the local server is a master that nobody else guards; others refuse writes by themselves */
  public async watch(master: boolean): Promise<void> {
    const { config } = this.current();
    // Whoever takes writes without replicas wants them taken; so does a master that has none yet of those that it is to have.
    const watched = master && (givenMinReplicas(config) ?? config.minReplicasToWrite) > 0;
    this.silence.watch(watched ? config.self : undefined);
    this.hearing.watch(watched);
    if (!watched) await this.fence.lower(ALONE, UNHEARD, REPLACED);
  }

  /** Of another server's pod, or of a majority of the Sentinels, who would not replace it then. */
  private async anySign(withinMs: number): Promise<boolean> {
    const { peers: { addresses, sentinels }, config: { serverPort } } = this.current();
    return anyTrue([
      this.anyServer(async (ordinal) => this.sign(addresses[ordinal], serverPort, withinMs)),
      areTrue(majorityOf(sentinels.length), sentinels.map(answered)),
    ]);
  }

  /** As soon as one is: others that are silent for long must not make it late. */
  private async anyServer(asked: (ordinal: number, server: Endpoint) => Promise<boolean>): Promise<boolean> {
    const { peers: { servers }, config: { self } } = this.current();
    return anyTrue(servers.map(async (server, ordinal) => ordinal !== self && asked(ordinal, server)));
  }

  /** Nobody answers. But where only what begins here is stopped, as by a policy, others go on to hear this master, and nobody replaces it. */
  private async alone(ms: number): Promise<void> {
    if (ms > SURELY_MS && await this.hasReplica()) await this.fence.lower(ALONE);
    else this.fence.raise(ALONE);
  }

  /** A replica of this installation says that it has what it was sent; others copy from a master on its side of the cut. */
  private async hasReplica(): Promise<boolean> {
    const { peers, config } = this.current();
    return (await freshReplicas(peers, config))?.some(({ server }) => server !== 'unknown') ?? false;
  }

  private async heard(sign: Promise<boolean>): Promise<boolean> {
    const came = await sign;
    if (came) await this.fence.lower(ALONE);
    return came;
  }
}

async function answered(server: Endpoint): Promise<boolean> {
  return server.call('PING').then(() => true, (error: unknown) => error instanceof ReplyError);
}
