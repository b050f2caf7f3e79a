import { existsSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { Actor } from './actor';
import { OldMaster } from './old-master';
import { messageOf } from '../../log/log';
import { anyTrue, areTrue } from '../base/until-enough';
import { majorityOf } from '../observe/observation';
import { SilenceWatch } from '../observe/silence-watch';
import { Endpoint, ReplyError } from '../redis/resp';
import { signOfLife } from '../redis/sign-of-life';

/** Of the time after which others replace a master that is lost: by then it must have noticed, asked its server, and been answered. */
const PATIENCE = 0.6;

/**
 * Stands before a master that is cut off from all others. They replace it before the server itself refuses writes for want of replicas, which it does two to three
 * seconds after the last of them was heard; and where HAProxy reaches both sides, one HAProxy would still write to the one while another writes to the other.
 */
export class Isolation {
  private readonly silence: SilenceWatch;
  /** While it is there, a fence stands, also one of a former agent. */
  private readonly mark: string;
  /** What refuses writes now. */
  private fence?: OldMaster;
  /** An attempt to refuse writes that is under way. */
  private raising?: Promise<void>;

  /**
   * @param current the actor at each moment: members change
   * @param handingOver while the role moves, the hand-over pauses writes: none are refused that were not before
   * @param sign whether anybody takes or refuses a connection
   */
  constructor(private readonly current: () => Actor, private readonly handingOver: () => boolean, private readonly sign = signOfLife) {
    const { peers: { clock }, config } = current();
    this.mark = path.join(config.runDir, 'isolated');
    this.silence = new SilenceWatch({
      clock,
      // agents replace it, or Sentinels that find it down
      silentAfterMs: PATIENCE * Math.min(config.unreachableAfterMs, config.downAfterMs),
      answers: async () => this.heard(this.anyServer(async (_, server) => answered(server))),
      signOfLife: async (_, withinMs) => this.heard(this.anySign(withinMs)),
      silent: () => this.raise(),
    });
  }

  /** @param master whether the local server is a master that nobody else guards; others refuse writes by themselves */
  public async watch(master: boolean): Promise<void> {
    const { config } = this.current();
    // Whoever takes writes without replicas wants them taken.
    this.silence.watch(master && config.minReplicasToWrite > 0 ? config.self : undefined);
    if (!master) await this.release();
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

  private async heard(sign: Promise<boolean>): Promise<boolean> {
    const came = await sign;
    if (came) await this.release();
    return came;
  }

  private raise(): void {
    if (this.fence || this.handingOver()) return;
    this.raising ??= this.refuseWrites()
      .catch((error: unknown) => this.current().log.warn('isolation', messageOf(error)))
      .finally(() => { this.raising = undefined; });
  }

  private async refuseWrites(): Promise<void> {
    const { peers: { local }, log } = this.current();
    const fence = await OldMaster.at(local);
    // before: nobody would take back what has no mark
    writeFileSync(this.mark, '');
    await fence?.refuseWrites();
    // only now: what the server has not confirmed is tried again
    this.fence = fence;
    log.warn('isolation', 'this master reaches no other server and no majority of the Sentinels: it refuses writes');
  }

  private async release(): Promise<void> {
    await this.raising;
    if (!existsSync(this.mark)) return;
    const { peers: { local }, log } = this.current();
    try {
      const fence = this.fence ?? await OldMaster.at(local);
      await fence?.release();
    } catch (error) {
      log.warn('isolation', messageOf(error));
      return;
    }
    rmSync(this.mark, { force: true });
    this.fence = undefined;
    log.info('isolation', 'others are reached again, or it is no master any more: its own limit counts');
  }
}

async function answered(server: Endpoint): Promise<boolean> {
  return server.call('PING').then(() => true, (error: unknown) => error instanceof ReplyError);
}
