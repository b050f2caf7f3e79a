import { doubtfulAfterMs, Epoch, isCertain } from './decide';
import { Actor } from '../act/actor';
import { lateAfter } from '../base/clock';
import { epochOf, namedMaster } from '../observe/observation';
import { earlySentinelViews } from '../observe/sentinel-view';
import { Endpoint } from '../redis/resp';

/** So many looks, one after the other, are not certain before it is in doubt. */
const LOOKS = 4;

type Role = 'master' | 'slave';

/** Whether the local server is certainly the master: what it says, and what a majority of all Sentinels says. */
export class Standing {
  /** What the server said last; undefined while it does not answer. */
  public role: Role | undefined;
  /** Since when it is certain without a break; undefined while it is not. */
  public certainSince?: number;
  /** When a master was last seen to be demoted. */
  public demotedAt = -Infinity;
  /** Others may be about to replace it, whom they name all the same: they don't hear it. */
  private unheard = false;
  /** When it was last certain, or another role began; at first when this agent did: the one before it may have been certain until then. */
  private certainAt: number;
  private lookedAt = -Infinity;
  private wasMaster = false;

  /** @param actor with the members as they are now */
  constructor(private readonly actor: () => Actor) {
    this.certainAt = this.now;
  }

  public get now(): number {
    return this.actor().peers.clock.now();
  }

  /** It has not been certain for longer than anybody waits for it. */
  public get doubtful(): boolean {
    return this.unheard || (this.certainSince === undefined && this.now - this.certainAt > this.doubtfulAfterMs);
  }

  /** @param heard whether the Sentinels hear the local server */
  public hear(heard: boolean): void {
    this.unheard = !heard;
    if (!heard) this.certainSince = undefined;
  }

  /** Follows the role, and looks whether it is certain as often as is needed. */
  public async follow(): Promise<void> {
    const role = await roleOf(this.actor().peers.local);
    if (role !== this.role) {
      this.role = role;
      this.certainAt = this.now;
      this.certainSince = undefined;
      this.unheard = false;
      if (role === 'slave' && this.wasMaster) this.demotedAt = this.now;
      if (role !== undefined) this.wasMaster = role === 'master';
    }
    if (role === 'master' && (this.certainSince === undefined || this.now - this.lookedAt >= this.doubtfulAfterMs / LOOKS)) await this.look();
  }

  /** Asks the server and all Sentinels, and waits for none that is late. @returns the epoch of the certain master; undefined if that is not the local server */
  public async look(): Promise<Epoch | undefined> {
    const actor = this.actor();
    const { peers, config } = actor;
    const at = this.now;
    this.lookedAt = at;
    const late = lateAfter(peers.clock, this.doubtfulAfterMs / LOOKS);
    const [role, sentinels] = await Promise.all([
      roleOf(peers.local),
      earlySentinelViews(late, peers, config),
    ]);
    if (this.unheard || !isCertain({ role, named: namedMaster(sentinels) === config.self })) {
      this.certainSince = undefined;
      return undefined;
    }
    this.certainAt = at;
    this.certainSince ??= at;
    return { term: actor.record()?.term || 1, epoch: epochOf(sentinels, config.self) };
  }

  private get doubtfulAfterMs(): number {
    return doubtfulAfterMs(this.actor().config);
  }
}

async function roleOf(local: Endpoint): Promise<Role | undefined> {
  const role = await local.call('ROLE').then((reply) => (Array.isArray(reply) ? reply[0] : undefined), () => undefined);
  return role === 'master' || role === 'slave' ? role : undefined;
}
