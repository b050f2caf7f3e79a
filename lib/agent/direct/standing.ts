import { doubtfulAfterMs, Epoch, isCertain, isHeld, Said } from './decide';
import { Actor } from '../act/actor';
import { lateAfter } from '../base/clock';
import { epochOf } from '../observe/observation';
import { earlySentinelViews } from '../observe/sentinel-view';
import { Endpoint, isGone } from '../redis/resp';

/** So many looks, one after the other, are not certain before it is in doubt. */
const LOOKS = 4;

/** Whether the local server is certainly the master: what it says, and what a majority of all Sentinels says. */
export class Standing {
  /** It does not say what it is, for the moment. */
  public silent = false;
  /** Since when it is certain without a break, but of a silence in which nobody may replace it; undefined while it is not. */
  public certainSince?: number;
  /** When a master was last seen to be demoted. */
  public demotedAt = -Infinity;
  /** What the server said last. */
  private last?: Exclude<Said, 'silent'>;
  /** Others may be about to replace it, whom they name all the same: they don't hear it. */
  private unheard = false;
  /** When it was last certain or held, or another role began; at first when this agent did: the one before it may have been certain until then. */
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

  /** What the server says; undefined while it does not. */
  public get role(): Said | undefined {
    return this.silent ? undefined : this.last;
  }

  /** It was the master when it last said something. */
  public get isMaster(): boolean {
    return this.last === 'master';
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
    const { peers } = this.actor();
    this.take(await said(peers.local, lateAfter(peers.clock, this.doubtfulAfterMs / LOOKS)));
    const due = this.silent || this.certainSince === undefined || this.now - this.lookedAt >= this.doubtfulAfterMs / LOOKS;
    if (due && (this.silent ? this.last !== 'slave' : this.isMaster)) await this.look();
  }

  /** Asks the server and all Sentinels, and waits for none that is late. @returns the epoch of the certain master; undefined if that is not the local server */
  public async look(): Promise<Epoch | undefined> {
    const actor = this.actor();
    const { peers, config } = actor;
    const at = this.now;
    this.lookedAt = at;
    const late = lateAfter(peers.clock, this.doubtfulAfterMs / LOOKS);
    const [says, sentinels] = await Promise.all([said(peers.local, late), earlySentinelViews(late, peers, config)]);
    const look = { said: says, sentinels };
    // once in doubt, only the server's own word ends that
    if (isHeld(look, config.self) && !this.doubtful) {
      this.silent = true;
      this.certainAt = at;
      return undefined;
    }
    if (this.unheard || !isCertain(look, config.self)) {
      this.certainSince = undefined;
      return undefined;
    }
    this.certainAt = at;
    this.certainSince ??= at;
    return { term: actor.record()?.term || 1, epoch: epochOf(sentinels, config.self) };
  }

  /** One that was silent is what it was. */
  private take(role: Said): void {
    this.silent = role === 'silent';
    if (role === 'silent' || role === this.last) return;
    this.last = role;
    this.certainAt = this.now;
    this.certainSince = undefined;
    this.unheard = false;
    if (role === 'slave' && this.wasMaster) this.demotedAt = this.now;
    if (role !== 'gone') this.wasMaster = role === 'master';
  }

  private get doubtfulAfterMs(): number {
    return doubtfulAfterMs(this.actor().config);
  }
}

async function said(local: Endpoint, late: Promise<undefined>): Promise<Said> {
  const answer = local.call('ROLE').then((reply) => (Array.isArray(reply) ? reply[0] : undefined), (error: unknown) => (isGone(error) ? 'gone' : undefined));
  const role = await Promise.race([late, answer]);
  return role === 'master' || role === 'slave' || role === 'gone' ? role : 'silent';
}
