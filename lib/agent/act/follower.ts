import { Actor } from './actor';
import { CutOvers } from './cut-over';
import { useExternal, useOwn } from './follow';
import { OldMaster } from './old-master';
import { messageOf } from '../../log/log';
import { Follow } from '../decide/memory';
import { majorityAnswers, namedMaster, Observation, ServerView } from '../observe/observation';
import { isCopy } from '../observe/record';
import { serverView } from '../observe/server-view';
import { traitsOf } from '../observe/traits';

/** Between attempts to mend a link. */
const MEND_MS = 5_000;
/** Positions of the master outside that are remembered for the lag in seconds: those of ten minutes, and then the oldest. */
const KEPT = 600;

/** How far the local server is behind the master outside. */
export interface FollowLag {
  readonly linkUp: boolean;
  /** Undefined while that one does not answer. */
  readonly bytes?: number;
  readonly seconds?: number;
}

/** What is followed by an installation without data of its own, for the status file. */
export interface Standby {
  /** The master outside, as `host:port`. */
  readonly master: string;
  /** How far the local server is behind it, if it is the one that copies it. */
  readonly lag?: FollowLag;
}

/** What the agent knows of the master outside, and keeps right beside the decisions. */
export class Follower {
  /** Undefined unless the local server copies it. */
  public lag?: FollowLag;
  public readonly cutOvers = new CutOvers();
  /** Who is followed; undefined where nobody is, or where the installation has data of its own. */
  private followed?: string;
  private checked?: string;
  private mendedAt = -Infinity;
  private saidOwn = false;
  private saidScripts = false;
  private positions: { readonly at: number; readonly offset: number }[] = [];

  constructor(private readonly actor: Actor) {}

  public get standby(): Standby | undefined {
    return this.followed === undefined ? undefined : { master: this.followed, lag: this.lag };
  }

  /** Looks at the master outside, unless the installation has data of its own. */
  public async look({ servers, sentinels }: Observation): Promise<Follow | undefined> {
    const { peers, config, log } = this.actor;
    const { follow } = config;
    if (follow === undefined) return undefined;
    const name = `${follow.host}:${follow.port}`;
    const record = this.actor.record();
    const self = servers[config.self];
    const own = record !== undefined && !isCopy(record);
    this.followed = own ? undefined : name;
    if (own) {
      if (!this.saidOwn) log.info('follow', `this installation has data of its own: ${name} is not followed, and 'follow' may be removed`);
      this.saidOwn = true;
    }
    // nobody waits for it where a server has data of the installation
    const isWanted = namedMaster(sentinels) === undefined && servers.every((view) => !view?.claim?.term);
    const asks = isWanted && self?.role === 'slave' && (typeof self.follows !== 'number' || !self.linkUp);
    const master = asks ? await serverView(peers.external!.endpoint, peers, config) : undefined;
    this.measure(self, master);
    const [there, here] = master ? await Promise.all([peers.external!.endpoint, peers.local].map(traitsOf)) : [];
    const traits = there === undefined || here === undefined ? undefined : { there, here };
    if (there?.scriptsWrite && !this.saidScripts) log.warn('follow', `${name} is older than Redis 7.0: scripts (EVAL) that write have to be stopped before the cut-over, as they go on after it`);
    this.saidScripts ||= there?.scriptsWrite === true;
    const held = this.cutOvers.held(peers.clock.now());
    return { name, master: traits && master, traits, copied: isCopy(record), cutOver: follow.cutOver, held };
  }

  /** Keeps user and password of the local server right: those of the master outside while it copies that, else its own. */
  public async keep(self: ServerView, sentinels: Observation['sentinels']): Promise<void> {
    const { peers, config, log } = this.actor;
    try {
      if (self.follows !== 'external') {
        // without 'follow' only a server that copied one until it was removed has anything else
        if (this.checked === self.runId || (config.follow === undefined && self.follows !== 'unknown')) return;
        if (await useOwn(this.actor)) log.info('follow', 'the server has its own user and password again');
        this.checked = self.runId;
        return;
      }
      this.checked = undefined;
      const now = peers.clock.now();
      if (!self.linkUp && self.received === undefined && now >= this.mendedAt + MEND_MS) {
        this.mendedAt = now;
        // the password may have changed, here or there
        await useExternal(this.actor);
      }
      // nobody is promoted by a vote that was won
      const isFree = sentinels.every((view) => view === undefined || view.names === 'nobody') && majorityAnswers(sentinels);
      if (self.linkUp && isFree && this.cutOvers.mayHaveStopped) await this.release();
    } catch (error) {
      log.warn('follow', messageOf(error));
    }
  }

  /** Ends what a cut-over left behind that was called off, or that could not take it back. */
  private async release(): Promise<void> {
    const { peers, config, log } = this.actor;
    const old = await OldMaster.at(peers.external!.endpoint, config);
    if (old?.isStopped) {
      await old.release();
      log.info('follow', 'the master outside accepts writes again: no cut-over is under way');
      const failed = await old.releaseReplicas(peers.external!);
      if (failed.length > 0) log.warn('follow', `its replicas may refuse writes, should one be promoted: ${failed.join(', ')}`);
    }
    this.cutOvers.mayHaveStopped = false;
  }

  private measure(self: ServerView | undefined, master: ServerView | undefined): void {
    if (self?.follows !== 'external') {
      this.positions = [];
      this.lag = undefined;
      return;
    }
    const now = this.actor.peers.clock.now();
    if (master) this.positions.push({ at: now, offset: master.offset });
    if (this.positions.length > KEPT) this.positions.splice(1, 1);
    // what it has, it has had since then at the latest
    while (this.positions.length > 1 && this.positions[1].offset <= self.offset) this.positions.shift();
    const [oldest] = this.positions;
    const behind = oldest !== undefined && this.positions[this.positions.length - 1].offset > self.offset;
    this.lag = {
      linkUp: self.linkUp,
      bytes: master && Math.max(0, master.offset - self.offset),
      seconds: master && (behind ? (now - oldest.at) / 1_000 : 0),
    };
  }
}
