import { majorityOf, namedMaster, Observation, SentinelSettings, sentinelsWhere, ServerView } from './observation';
import { bestCandidate, Candidate, candidatesIn, epochOf, isOlder, seesMajority } from './record';

/** What the agent does next. */
export type Action =
  /** Nothing; the reason is worth a line when it changes. */
  | { readonly kind: 'wait'; readonly why: string }
  /** Replicate this server. */
  | { readonly kind: 'attach'; readonly to: number; readonly why: string }
  /** Make the own server electable. */
  | { readonly kind: 'enlist'; readonly why: string }
  /** Make the own server, a master that was replaced, a standby. */
  | { readonly kind: 'step-down'; readonly why: string }
  /** Promote the own server: the majority names it. */
  | { readonly kind: 'resume'; readonly why: string }
  /** Ask for a failover away from the own server. */
  | { readonly kind: 'give-way'; readonly ask: readonly number[]; readonly why: string }
  /** Make these Sentinels give up a failover, as its replica was restarted. */
  | { readonly kind: 'call-off'; readonly sentinels: readonly number[]; readonly why: string }
  /** Withdraw the own name from these Sentinels. */
  | { readonly kind: 'withdraw'; readonly sentinels: readonly number[]; readonly why: string }
  /** Ask the blank Sentinels for their votes; promote the own server when a majority accepts, and these forgot an older master. */
  | { readonly kind: 'stand'; readonly clear: readonly number[]; readonly why: string }
  /** Keep the Sentinels right, as the agent of the master. */
  | { readonly kind: 'tend'; readonly register: readonly number[]; readonly replace: readonly number[]; readonly adjust: readonly number[] }
  /** Make a Sentinel forget servers and Sentinels that are no more. */
  | { readonly kind: 'forget'; readonly sentinel: number; readonly why: string }
  /** Make these Sentinels accept replicas that lost the master longer ago, because they elect none. */
  | { readonly kind: 'unwedge'; readonly sentinels: readonly number[]; readonly downAfterMs: number; readonly why: string }
  /** Everything is as it should be. */
  | { readonly kind: 'rest' };

/** What decisions depend on beside the observation. Times in milliseconds. */
export interface Rules {
  readonly self: number;
  readonly bootTimeoutMs: number;
  readonly replicaPriority: number;
  /** The own server is about to stop: it must not be elected any more. */
  readonly stopping?: boolean;
  /** The own server is in sync with the master, and the agent of that one has not said yet which data this is. */
  readonly unrecorded?: boolean;
  readonly settings: SentinelSettings;
}

/** What is remembered between decisions about the process of the own server. */
export interface Memory {
  readonly runId: string | undefined;
  /** Since when each condition has held without a break. */
  readonly since: Readonly<Record<string, number>>;
  /** Sentinels that this agent asked for a vote. */
  readonly asked: readonly number[];
}

export const BLANK_MEMORY: Memory = { runId: undefined, since: {}, asked: [] };

export interface Decision {
  readonly action: Action;
  readonly memory: Memory;
}

/** Sentinel moves replicas by itself; only one that it forgot for so long is attached by the agent. */
const REATTACH_AFTER_MS = 10_000;
/** Sentinel demotes a master that it knows and does not name within 12 s; one that it does not know is left for so long. */
const ROGUE_AFTER_MS = 30_000;
/** Time for Sentinels and agents that are about to agree, before a master that none of them is sure of steps down. */
const DOUBTED_FOR_MS = 10_000;
/** A restarted master whose data survived takes over again when the hand-over failed for so long. */
const GIVE_WAY_FOR_MS = 15_000;
/** So long a restarted master looks for a replica that kept the data. */
const LOOK_ROUND_MS = 3_000;
/** So long beyond two attempts of the Sentinels a failover is overdue. */
const OVERDUE_MS = 10_000;
/** The Sentinels tell each other newer configurations within 2 s; one that names another master for so long is put right. */
const STRAY_AFTER_MS = 10_000;

/** So long a failover that can't end well is left to Sentinel. */
const HOPELESS_MS = 500;

/** So long Sentinels that name different servers may take to agree by themselves. */
const DIVIDED_MS = 15_000;

/** So long a replica in sync is not electable while the agent of its master says nothing: it may be gone. */
const UNRECORDED_MS = 5_000;

/** Sentinels go one after the other: a Sentinel that is gone for so long, and is none of ours, does not come back. */
const GHOST_AFTER_MS = 30_000;

/** Decides from one observation. Pure: all time comes from the observation and the memory. */
export function decide(observation: Observation, memory: Memory, rules: Rules): Decision {
  const self = observation.servers[rules.self];
  const kept = self && memory.runId !== self.runId ? { ...BLANK_MEMORY, runId: self.runId } : memory;
  const round = new Round(observation, kept, rules);
  const action = self ? round.choose(self) : wait('the server does not answer');
  return { action, memory: { ...kept, since: self ? round.since : kept.since } };
}

/**
 * What forbids to promote the own server, or to ask for a failover away from it, right now, or undefined. Asked of a quick look just before,
 * because the observation behind the decision may be as old as the slowest answer, and a failover may have come between.
 */
export function obstacle(look: Pick<Observation, 'servers' | 'sentinels'>, self: number): string | undefined {
  if (namedMaster(look.sentinels) !== self) return 'no majority names it any more';
  if (look.sentinels.some(view => view?.failoverInProgress)) return 'a failover is in progress';
  const master = look.servers.findIndex((view, ordinal) => ordinal !== self && view?.role === 'master');
  return master < 0 ? undefined : `server ${master} is master`;
}

/** The down-after at which Sentinel elects a replica whose link is down for so long, with half a minute for its next attempt. */
export function unwedgingDownAfterMs(linkDownSeconds: number): number {
  return (linkDownSeconds + 30) * 100;
}

function wait(why: string): Action {
  return { kind: 'wait', why };
}

class Round {
  readonly since: Record<string, number> = {};
  private readonly named: number | 'unknown' | undefined;
  private readonly candidates: Candidate[];

  constructor(private readonly o: Observation, private readonly memory: Memory, private readonly rules: Rules) {
    this.named = namedMaster(o.sentinels);
    this.candidates = candidatesIn(o);
  }

  choose(self: ServerView): Action {
    if (self.loading) return wait('the server is loading its data');
    if (this.named === 'unknown') return wait('the Sentinels name a master that is none of the servers');
    if (this.named === undefined) return self.role === 'master' ? this.masterWithoutMajority(self) : this.noMaster(self);
    if (this.named !== this.rules.self) return self.role === 'master' ? this.rogue(this.named) : this.replica(self, this.named);
    return self.role === 'master' ? this.master() : this.namedButNotMaster(self);
  }

  /** The majority names the own server and it is the master: keep all Sentinels right. */
  private master(): Action {
    const register = sentinelsWhere(this.o.sentinels, view => view.names === 'nobody');
    const epoch = epochOf(this.o.sentinels, this.rules.self);
    const strays = sentinelsWhere(this.o.sentinels, view =>
      view.names !== 'nobody' && view.names !== this.rules.self && view.epoch <= epoch && !view.failoverInProgress);
    const replace = strays.filter(index => this.held(`stray ${index}`) >= STRAY_AFTER_MS);
    const adjust = sentinelsWhere(this.o.sentinels, view => view.names === this.rules.self
      && !view.failoverInProgress && this.differs(view.settings));
    if (register.length + replace.length + adjust.length > 0) return { kind: 'tend', register, replace, adjust };
    return this.haunted() ?? { kind: 'rest' };
  }

  /**
   * A Sentinel never forgets another: after a scale-down the dead ones count for its majority until nobody can be elected. Only a reset makes
   * it forget, all replicas and Sentinels, which it then finds again within seconds. So one at a time, and only while all others know
   * everybody and nothing is wrong with the master.
   */
  private haunted(): Action | undefined {
    const { sentinels, servers } = this.o;
    const healthy = sentinels.every(view => view?.names === this.rules.self && !view.masterDown && !view.failoverInProgress
      && view.otherSentinels >= sentinels.length - 1 && view.replicas >= servers.length - 1);
    const due = sentinelsWhere(sentinels, view => view.ghosts > 0).filter(index => this.held(`ghosts at ${index}`) >= GHOST_AFTER_MS);
    if (!healthy || due.length === 0) return undefined;
    return { kind: 'forget', sentinel: due[0], why: `it remembers ${sentinels[due[0]]!.ghosts} that are no more` };
  }

  /**
   * No majority names anybody, and the own server is the master: Sentinels that forgot learn it again from its agent. But a master that was
   * cut off may have been replaced before they forgot. One that can't be the latest becomes a standby, which keeps its data, and all vote.
   */
  private masterWithoutMajority(self: ServerView): Action {
    const register = sentinelsWhere(this.o.sentinels, view => view.names === 'nobody');
    const doubt = this.doubtAsMaster(self);
    const unnamedForMs = this.held('unnamed');
    if (doubt !== undefined) {
      const canVote = sentinelsWhere(this.o.sentinels, () => true).length >= majorityOf(this.o.sentinels.length);
      return canVote && unnamedForMs >= DOUBTED_FOR_MS ? { kind: 'step-down', why: doubt } : wait(`master, but ${doubt}`);
    }
    if (register.length === 0) return wait('too few Sentinels answer');
    if (this.candidates.length < this.o.servers.length && this.held('forgotten') < this.rules.bootTimeoutMs) {
      return wait('master, and the Sentinels forgot: looks whether a server has newer data');
    }
    return { kind: 'tend', register, replace: [], adjust: [] };
  }

  /** What speaks against this master being the latest. */
  private doubtAsMaster(self: ServerView): string | undefined {
    if (!self.claim?.live || !self.claim.master) return 'no majority has ever named it';
    if (this.o.sentinels.some(view => view && view.names !== 'nobody' && view.names !== this.rules.self)) return 'some Sentinels name another server';
    if (this.otherMasters().length > 0) return 'another server is master too';
    return this.isBest() ? undefined : `server ${bestCandidate(this.candidates)!.ordinal} has newer data`;
  }

  /** The majority names another server while this one is master too: Sentinel demotes it, unless it does not know it. */
  private rogue(named: number): Action {
    const other = this.o.servers[named];
    const unnamedForMs = this.held('unnamed');
    if (other && !this.failoverInProgress() && unnamedForMs >= ROGUE_AFTER_MS) {
      const why = 'the Sentinels name another server and do not demote this one';
      // The other one does not become master while this one is.
      return other.role === 'master' ? { kind: 'attach', to: named, why } : { kind: 'step-down', why };
    }
    return wait(`master, but the Sentinels name server ${named}: left to them`);
  }

  /** The majority names another server: replicate it, and be electable once in sync. */
  private replica(self: ServerView, named: number): Action {
    if (self.follows !== named) {
      if (this.rules.stopping) return wait('about to stop');
      const neverSynced = self.follows === 'nobody' || (self.priority === 0 && !self.linkUp);
      if (neverSynced) return { kind: 'attach', to: named, why: 'named by the Sentinels' };
      if (!this.failoverInProgress() && this.held('elsewhere') >= REATTACH_AFTER_MS) {
        return { kind: 'attach', to: named, why: 'the Sentinels did not move this replica' };
      }
      return wait(`follows ${self.follows} instead of server ${named}: Sentinel moves it`);
    }
    if (self.linkUp) {
      if (self.priority === this.rules.replicaPriority || this.rules.stopping) return { kind: 'rest' };
      // Elected with a record of older data, it could lose a later vote to that.
      if (this.rules.unrecorded && this.held('unrecorded') < UNRECORDED_MS) return wait('in sync, and the agent of the master has not said yet with what');
      return { kind: 'enlist', why: 'in sync' };
    }
    return this.masterAbsent(self, named);
  }

  /** The named master is gone, and nobody who lived with it is left to be elected: the best of the others offers itself. */
  private masterAbsent(self: ServerView, named: number): Action {
    const down = sentinelsWhere(this.o.sentinels, view => view.names === named && view.masterDown);
    const lost = down.length >= majorityOf(this.o.sentinels.length) && !this.o.servers[named] && seesMajority(this.o)
      && !this.candidates.some(each => (each.view.priority ?? 0) > 0);
    if (lost && this.held('master absent') >= this.rules.bootTimeoutMs && this.isBest() && this.rules.replicaPriority > 0
      && self.priority === 0) {
      return { kind: 'enlist', why: `server ${named} did not return, and this one has the best data of those left` };
    }
    return this.maybeWedged(self, named) ?? wait(`link to server ${named} is down`);
  }

  /**
   * Sentinel elects no replica whose link was down for longer than ten times down-after before it found the master down itself:
   * after an outage of the Sentinels that is for ever. The replica with the longest stream makes them wait less strictly;
   * the agent of the new master restores the setting.
   */
  private maybeWedged(self: ServerView, named: number): Action | undefined {
    const down = sentinelsWhere(this.o.sentinels, view => view.names === named && view.masterDown);
    if (down.length < majorityOf(this.o.sentinels.length) || this.o.servers[named]) return undefined;
    const overdue = this.held('master down') >= 2 * this.rules.settings.failoverTimeoutMs + OVERDUE_MS && !this.failoverInProgress();
    const longest = this.candidates.every(each => each.view.offset <= self.offset);
    if (!overdue || !longest || !self.priority) return undefined;
    const downAfterMs = unwedgingDownAfterMs(self.linkDownSeconds);
    const strict = down.filter(index => this.o.sentinels[index]!.settings!.downAfterMs * 10 < self.linkDownSeconds * 1_000);
    if (strict.length === 0) return undefined;
    return { kind: 'unwedge', sentinels: strict, downAfterMs, why: `server ${named} is down for too long and no replica is elected` };
  }

  /** The majority names the own server, which is not master: it was restarted, or the vote was won just now. */
  private namedButNotMaster(self: ServerView): Action {
    if (self.follows !== 'nobody' && (self.linkUp || this.held('elsewhere') < REATTACH_AFTER_MS)) {
      return wait('named by the Sentinels but replicates another server: left to them');
    }
    const forbidden = obstacle(this.o, this.rules.self);
    if (forbidden !== undefined) return this.maybeCallOff() ?? wait(`named by the Sentinels, but ${forbidden}`);
    const own = this.candidates.find(each => each.ordinal === this.rules.self);
    if (!own) return wait('the data is not judged yet');
    const best = bestCandidate(this.candidates)!;
    const waited = this.held('named');
    if (best !== own && best.claim.live && (best.view.priority ?? 0) > 0) {
      if (waited < GIVE_WAY_FOR_MS) return this.giveWay(`server ${best.ordinal} kept the data while this one restarted`);
      if (own.claim.term > 0) return { kind: 'resume', why: 'the failover was refused for too long, and the data is there' };
    }
    if (own.claim.term === 0 || isOlder(own, best)) return this.namedButOlder(own, best);
    if (this.candidates.length < this.o.servers.length && waited < LOOK_ROUND_MS) {
      return wait('looks for a replica that kept the data');
    }
    return { kind: 'resume', why: 'named by the Sentinels, and no replica kept more' };
  }

  /**
   * A master that dies together with its replicas has asked for a failover that never ends well: Sentinel waits a failover timeout for a replica
   * that was restarted, or promotes it, with less data perhaps.
   */
  private maybeCallOff(): Action | undefined {
    const running = this.naming().filter(index => this.o.sentinels[index]!.failoverInProgress);
    const allRestarted = this.candidates.length === this.o.servers.length && this.candidates.every(({ claim }) => !claim.live);
    if (running.length === 0 || !allRestarted || this.otherMasters().length > 0 || !this.isBest()) return undefined;
    if (this.held('hopeless') < HOPELESS_MS) return undefined;
    return { kind: 'call-off', sentinels: running, why: 'all servers were restarted' };
  }

  /** Named, but the own data is not the latest, or nothing is known of it: as careful as at a first start. */
  private namedButOlder(own: Candidate, best: Candidate): Action {
    const state = own.claim.term === 0 ? 'without data' : 'with older data';
    if (!this.seesEnough('named and older')) return wait(`named by the Sentinels ${state}: waits for the other servers`);
    if (best === own) return { kind: 'resume', why: 'named by the Sentinels, and nobody has data' };
    // One that is not asked would soon tell the others again.
    if (this.o.sentinels.includes(undefined) && this.held('withdraw') < this.rules.bootTimeoutMs) {
      return wait(`named by the Sentinels ${state}: waits for all Sentinels to withdraw`);
    }
    return { kind: 'withdraw', sentinels: this.naming(), why: `named ${state}, while server ${best.ordinal} has newer` };
  }

  private giveWay(why: string): Action {
    return { kind: 'give-way', ask: this.naming(), why };
  }

  /** No majority names anybody, and this server is no master. */
  private noMaster(self: ServerView): Action {
    const answering = sentinelsWhere(this.o.sentinels, () => true).length;
    if (answering < majorityOf(this.o.sentinels.length)) return wait('too few Sentinels answer');
    const masters = this.otherMasters();
    if (masters.length === 1) return this.onlyMaster(self, masters[0]);
    if (masters.length > 1) return wait('several servers are master: left to the Sentinels');
    const leftOver = this.ownLeftOverVotes();
    const standing = this.maybeStand(self);
    if (standing.kind === 'stand') return standing;
    if (leftOver.length > 0) return { kind: 'withdraw', sentinels: leftOver, why: 'votes that did not become a majority' };
    return this.maybeUniteSentinels() ?? standing;
  }

  /** Sentinels that name different servers, none of them a master, may never hear of each other: whoever has not the best data makes room for it. */
  private maybeUniteSentinels(): Action | undefined {
    const naming = this.naming();
    const divided = naming.length > 0 && !this.failoverInProgress() && this.o.servers.every(view => !view?.linkUp);
    if (!divided || this.held('divided') < DIVIDED_MS || this.isBest() || !this.seesEnough('bootstrap')) return undefined;
    return { kind: 'withdraw', sentinels: naming, why: 'the Sentinels name different servers, and another has better data' };
  }

  /** One server is master and no majority names it yet: its agent registers it. Attach when its data is no older than ours. */
  private onlyMaster(self: ServerView, ordinal: number): Action {
    const others = sentinelsWhere(this.o.sentinels, view => view.names !== 'nobody' && view.names !== ordinal);
    const own = self.claim;
    const theirs = this.o.servers[ordinal]?.claim;
    if (self.follows !== 'nobody' || others.length > 0 || !own || !theirs?.master) return wait(`server ${ordinal} is master and not named yet`);
    if (theirs.term < own.term || (theirs.term === own.term && theirs.epoch < own.epoch)) {
      return wait(`server ${ordinal} is master with older data than this one`);
    }
    return { kind: 'attach', to: ordinal, why: 'the only master' };
  }

  /** Nobody is master and nobody is named: the server with the best data asks for the votes. */
  private maybeStand(self: ServerView): Action {
    const free = sentinelsWhere(this.o.sentinels, view => view.names === 'nobody' || view.names === this.rules.self);
    if (free.length < majorityOf(this.o.sentinels.length)) return wait('the Sentinels name different servers');
    if (this.o.servers.some(view => view?.role === 'slave' && view.linkUp)) return wait('a replica still has a master');
    if (!self.claim) return wait('the data is not judged yet');
    if (!this.seesEnough('bootstrap')) return wait(`sees ${this.candidates.length} of ${this.o.servers.length} servers: waits for the others`);
    const best = bestCandidate(this.candidates)!;
    if (best.ordinal !== this.rules.self) return wait(`server ${best.ordinal} has better data and asks for the votes`);
    // One that remembers an older configuration would make the others name that master again.
    const clear = sentinelsWhere(this.o.sentinels, view => view.names !== 'nobody' && view.names !== this.rules.self && view.epoch > 0);
    return { kind: 'stand', clear, why: `best data of ${this.candidates.length} of ${this.o.servers.length} servers` };
  }

  /** All servers are there, or a majority of them for the whole boot timeout; and for each that answers, its agent speaks. */
  private seesEnough(what: string): boolean {
    if (this.o.servers.some(view => view && !view.claim)) return false;
    if (this.candidates.length === this.o.servers.length) return true;
    return seesMajority(this.o) && this.held(what) >= this.rules.bootTimeoutMs;
  }

  /** The Sentinels that name the own server. */
  private naming(): number[] {
    return sentinelsWhere(this.o.sentinels, view => view.names === this.rules.self);
  }

  private isBest(): boolean {
    return bestCandidate(this.candidates)?.ordinal === this.rules.self;
  }

  /** Sentinels that still name this server from a vote that it did not win: only ours, or too fresh to know anybody. */
  private ownLeftOverVotes(): number[] {
    return sentinelsWhere(this.o.sentinels, view => view.names === this.rules.self && view.epoch === 0)
      .filter(index => this.memory.asked.includes(index) || this.o.sentinels[index]!.otherSentinels === 0);
  }

  private otherMasters(): number[] {
    return this.o.servers.flatMap((view, ordinal) => ordinal !== this.rules.self && view?.role === 'master' ? [ordinal] : []);
  }

  private failoverInProgress(): boolean {
    return this.o.sentinels.some(view => view?.failoverInProgress);
  }

  private differs(settings: SentinelSettings | undefined): boolean {
    const wanted = this.rules.settings;
    return settings !== undefined && (Object.keys(wanted) as (keyof SentinelSettings)[]).some(key => settings[key] !== wanted[key]);
  }

  /** How long a condition has held. Asking is what keeps it: a round that does not ask ends it. */
  private held(condition: string): number {
    this.since[condition] = this.memory.since[condition] ?? this.o.at;
    return this.o.at - this.since[condition];
  }
}
