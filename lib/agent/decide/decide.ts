import { Action, wait } from './action';
import { decideBusy } from './busy';
import { Conditions } from './conditions';
import {
  DISAGREES_AFTER_MS, DIVIDED_MS, DOUBTFUL_MASTER_MS, HOPELESS_MS, LOOK_FOR_REPLICA_MS, OVERDUE_MS, REATTACH_AFTER_MS, REPLACED_AFTER_MS,
  SECOND_MASTER_AFTER_MS, STALE_AFTER_MS, UNRECORDED_MS,
} from './delays';
import { decideFollow } from './follow';
import { BLANK_MEMORY, Memory, Rules } from './memory';
import { progress } from './progress';
import { Situation } from './situation';
import { Observation } from '../observe/observation';

/** Why an agent replaces the master of others that may be there still. */
export const LEFT_DOWN = 'the Sentinels find the master down, and none of them replaces it';

export interface Decision {
  readonly action: Action;
  readonly memory: Memory;
}

/** Decides from one observation. Pure: all time comes from the observation and the memory. */
export function decide(observation: Observation, memory: Memory, rules: Rules): Decision {
  const self = observation.servers[rules.self];
  if (!self && observation.busy) return decideBusy(observation, memory, rules);
  if (!self) return { action: wait('the server does not answer'), memory };
  const kept = memory.runId === self.runId ? memory : { ...BLANK_MEMORY, runId: self.runId };
  const situation = new Situation(observation, rules, self, kept.asked);
  const conditions = new Conditions(situation, kept.since);
  return { action: new Choice(situation, conditions).action(), memory: { ...kept, since: conditions.since } };
}

/** The down-after at which Sentinel elects a replica whose link is down for so long, with half a minute for its next attempt. */
export function relaxedDownAfterMs(linkDownSeconds: number): number {
  return (linkDownSeconds + 30) * 100;
}

function failOverOf(named: number): Action {
  return { kind: 'fail-over', of: named, why: LEFT_DOWN };
}

/** Chooses the action. Nothing in here begins or ends a condition. */
class Choice {
  constructor(private readonly now: Situation, private readonly conditions: Conditions) {}

  public action(): Action {
    const { self, named, rules } = this.now;
    if (self.loading) return wait('the server is loading its data');
    if (named === 'unknown') return wait('the Sentinels name a master that is none of the servers');
    if (named === undefined) return self.role === 'master' ? this.masterWithoutMajority() : this.noMaster();
    if (named !== rules.self) return self.role === 'master' ? this.secondMaster(named) : this.replica(named);
    return self.role === 'master' ? this.master() : this.namedButNotMaster();
  }

  /** The majority names the local server and it is the master: keep all Sentinels right. */
  private master(): Action {
    if (this.now.addressIsOutdated) return { kind: 'renew-address', sentinels: this.now.naming };
    const { blank: register, withOtherSettings: adjust } = this.now;
    const replace = this.now.disagreeing.filter((index) => this.conditions.lasted(`disagrees ${index}`, DISAGREES_AFTER_MS));
    if (register.length + replace.length + adjust.length > 0) return { kind: 'reconcile-sentinels', register, replace, adjust };
    return this.maybeReset() ?? { kind: 'steady' };
  }

  /**
   * A Sentinel never forgets another: after a scale-down the dead ones count for its majority until nobody can be elected. Only a reset makes
   * it forget, all replicas and Sentinels, which it then finds again within seconds. So one at a time, and only while all others know
   * everybody and nothing is wrong with the master. It also closes all connections, as nothing else does that ends a spin.
   */
  private maybeReset(): Action | undefined {
    const [spinning] = this.now.rules.spinning ?? [];
    if (spinning !== undefined && this.now.sentinelsKnowAll) return { kind: 'reset-sentinel', sentinel: spinning, why: 'it spins on a broken connection' };
    const sentinel = this.now.answering.find((index) => this.conditions.lasted(`stale ${index}`, STALE_AFTER_MS));
    if (sentinel === undefined || !this.now.sentinelsKnowAll) return undefined;
    return { kind: 'reset-sentinel', sentinel, why: `it remembers ${this.now.observation.sentinels[sentinel]!.staleEntries} that were removed` };
  }

  /**
   * No majority names anybody, and the local server is the master: Sentinels that forgot learn it again from its agent. But a master that was
   * cut off may have been replaced before they forgot. One that can't be the latest becomes a standby, which keeps its data, and all vote.
   */
  private masterWithoutMajority(): Action {
    const { now, conditions } = this;
    const doubt = now.doubtAsMaster;
    if (doubt !== undefined) {
      const stepsDown = now.isMajority(now.answering) && conditions.lasted('unnamed', DOUBTFUL_MASTER_MS);
      return stepsDown ? { kind: 'step-down', why: doubt } : wait(`master, but ${doubt}`);
    }
    if (now.blank.length === 0) return wait('too few Sentinels answer');
    if (!conditions.seesEnough('forgotten')) return wait('master, and the Sentinels forgot: looks whether a server has newer data');
    return { kind: 'reconcile-sentinels', register: now.blank, replace: [], adjust: [] };
  }

  /** The majority names another server while this one is master too: Sentinel demotes it, unless it does not know it, or not at this address. */
  private secondMaster(named: number): Action {
    const other = this.now.observation.servers[named];
    if (this.conditions.mayReplace(named)) return failOverOf(named);
    if (this.conditions.lasted('replaced', REPLACED_AFTER_MS)) return { kind: 'attach', to: named, why: 'it was replaced, and nobody demotes it' };
    if (other && !this.now.failoverInProgress && this.conditions.lasted('unnamed', SECOND_MASTER_AFTER_MS)) {
      const why = 'the Sentinels name another server and do not demote this one';
      // The other one does not become master while this one is.
      return other.role === 'master' ? { kind: 'attach', to: named, why } : { kind: 'step-down', why };
    }
    return wait(`master, but the Sentinels name server ${named}: left to them`);
  }

  /** The majority names another server: replicate it, and be electable once in sync. */
  private replica(named: number): Action {
    const { now, conditions } = this;
    const { self, rules } = now;
    if (self.follows !== named) {
      if (rules.stopping) return wait('about to stop');
      if (now.notCopied !== undefined) return wait(now.notCopied);
      if (now.neverSynced) return { kind: 'attach', to: named, why: 'named by the Sentinels' };
      if (conditions.lasted('elsewhere', REATTACH_AFTER_MS)) return { kind: 'attach', to: named, why: 'nobody moved this replica' };
      return wait(`follows ${self.follows} instead of server ${named}: is about to be moved`);
    }
    if (now.followsOutdatedAddress && !rules.stopping) return { kind: 'attach', to: named, why: 'its address changed' };
    if (conditions.mayReplace(named)) return failOverOf(named);
    if (!self.linkUp) return this.masterAbsent(named);
    if (self.priority === rules.replicaPriority || rules.stopping) return { kind: 'steady' };
    // Elected with a record of older data, it could lose a later vote to that.
    if (rules.unrecorded && !conditions.lasted('unrecorded', UNRECORDED_MS)) return wait('in sync, and the agent of the master has not said yet with what');
    return { kind: 'make-electable', why: 'in sync' };
  }

  /** The named master is gone, and nobody who lived with it is left to be elected: the best of the others offers itself. */
  private masterAbsent(named: number): Action {
    if (this.conditions.offersItself) {
      if (this.now.restoreDue) return wait(`only server ${named} has data, as far as this one knows: it must return, or all begin anew with that of the restore`);
      return { kind: 'make-electable', why: `server ${named} did not return, and this one has the best data of those left` };
    }
    return this.maybeRelaxElection(named) ?? wait(`link to server ${named} is down`);
  }

  /**
   * Sentinel elects no replica whose link was down for longer than ten times down-after before it found the master down itself:
   * after an outage of the Sentinels that is for ever. The replica with the longest stream makes them wait less strictly;
   * the agent of the new master restores the setting.
   */
  private maybeRelaxElection(named: number): Action | undefined {
    const { now, conditions } = this;
    const { self, rules, observation: { sentinels } } = now;
    const overdue = conditions.lasted('master down', 2 * rules.settings.failoverTimeoutMs + OVERDUE_MS) && !now.failoverInProgress;
    const longest = now.candidates.every((each) => each.view.offset <= self.offset);
    if (!overdue || !longest || !self.priority) return undefined;
    const strict = now.findingDown(named).filter((index) => sentinels[index]!.settings!.downAfterMs * 10 < self.linkDownSeconds * 1_000);
    if (strict.length === 0) return undefined;
    const why = `server ${named} is down for too long and no replica is elected`;
    return { kind: 'relax-election', sentinels: strict, downAfterMs: relaxedDownAfterMs(self.linkDownSeconds), why };
  }

  /** The majority names the local server, which is not master: it was restarted, or the vote was won just now. */
  private namedButNotMaster(): Action {
    const { now, conditions } = this;
    if (conditions.leftToSentinel) return wait('named by the Sentinels but replicates another server: left to them');
    if (now.obstacle !== undefined) return this.maybeAbortFailover() ?? wait(`named by the Sentinels, but ${now.obstacle}`);
    if (!now.local) return wait('the data is not judged yet');
    if (conditions.failsOver) {
      return { kind: 'fail-over', of: now.rules.self, why: `server ${now.best!.ordinal} kept the data while this one restarted` };
    }
    if (now.replicaKeptData && now.local.claim.term > 0) {
      return { kind: 'resume', why: 'the failover was refused for too long, and the data is there' };
    }
    if (now.localDataIsOlder) return this.namedButOlder();
    if (!now.seesAll && !conditions.lasted('named', LOOK_FOR_REPLICA_MS)) return wait('looks for a replica that kept the data');
    return { kind: 'resume', why: 'named by the Sentinels, and no replica kept more' };
  }

  /**
   * Where a master dies together with its replicas, a failover that a Sentinel has begun never ends well: it waits a failover timeout for a replica
   * that was restarted, or promotes it, with less data perhaps.
   */
  private maybeAbortFailover(): Action | undefined {
    if (!this.conditions.lasted('hopeless failover', HOPELESS_MS)) return undefined;
    return { kind: 'abort-failover', sentinels: this.now.hopelessFailover, why: 'all servers were restarted' };
  }

  /** Named, but the local data is not the latest, or nothing is known of it: as careful as at a first start. */
  private namedButOlder(): Action {
    const { now, conditions } = this;
    const state = now.local!.claim.term === 0 ? 'without data' : 'with older data';
    if (!conditions.seesEnough('named and older')) return wait(`named by the Sentinels ${state}: waits for the other servers`);
    if (!now.givesWay) return now.notCopied !== undefined ? wait(now.notCopied) : { kind: 'resume', why: 'named by the Sentinels, and nobody has data' };
    // One that is not asked would soon tell the others again.
    if (now.observation.sentinels.includes(undefined) && !conditions.lasted('withdraw', now.rules.bootTimeoutMs)) {
      return wait(`named by the Sentinels ${state}: waits for all Sentinels to withdraw`);
    }
    const why = now.restoreDue ? 'and that of a restore comes first' : `while server ${now.best!.ordinal} has newer`;
    return { kind: 'withdraw', sentinels: now.naming, why: `named ${state}, ${why}` };
  }

  /** No majority names anybody, and this server is no master. */
  private noMaster(): Action {
    const { now } = this;
    if (!now.isMajority(now.answering)) return wait('too few Sentinels answer');
    if (now.otherMasters.length === 1) return this.onlyMaster(now.otherMasters[0]);
    if (now.otherMasters.length > 1) return wait('several servers are master: left to the Sentinels');
    const follow = decideFollow(now, this.conditions);
    if (follow !== undefined) return follow;
    if (this.conditions.standsForElection) return this.maybeRestore() ?? this.startVote();
    if (now.leftOverVotes.length > 0) return { kind: 'withdraw', sentinels: now.leftOverVotes, why: 'votes that did not become a majority' };
    return this.maybeUniteSentinels() ?? wait(this.whyNoVote());
  }

  /** One server is master and no majority names it yet: its agent registers it. Attach when its data is no older than ours. */
  private onlyMaster(ordinal: number): Action {
    const { self, observation } = this.now;
    const others = this.now.sentinelsWhere((view) => view.names !== 'nobody' && view.names !== ordinal);
    const ours = self.claim;
    const theirs = observation.servers[ordinal]?.claim;
    if (!this.now.isStandby || others.length > 0 || !ours || !theirs?.master) return wait(`server ${ordinal} is master and not named yet`);
    if (theirs.term < ours.term || (theirs.term === ours.term && theirs.epoch < ours.epoch)) {
      return wait(`server ${ordinal} is master with older data than this one`);
    }
    if (this.now.notCopied !== undefined) return wait(this.now.notCopied);
    return { kind: 'attach', to: ordinal, why: 'the only master' };
  }

  /**
   * A restore is asked for, and nobody has data: this server copies that of the restore before it may be elected, so that no installation begins without it.
   * What it copies when that is not asked for any more it copies to its end.
   */
  private maybeRestore(): Action | undefined {
    const { self, restoreDue, restored, rules: { restoreSource } } = this.now;
    if (self.follows !== 'source') return restoreDue ? { kind: 'restore', why: `no server has data: copies that of ${restoreSource}` } : undefined;
    if (restored) return undefined;
    if (self.received !== undefined) return wait(`copies the data of the restore from ${restoreSource ?? 'its Job'}: ${progress(self.received)}`);
    if (self.rewriting) return wait('writes the data of the restore to its disk');
    if (restoreSource === undefined) return undefined;
    return wait(`no server has data, and ${restoreSource} does not offer that of the restore: its Job's log says why`);
  }

  /** Nobody is master and nobody is named: the server with the best data asks for the votes. */
  private startVote(): Action {
    const { candidates, notCopied, observation: { servers }, rules } = this.now;
    if (notCopied !== undefined) return wait(notCopied);
    // One that remembers an older configuration would make the others name that master again.
    const clear = this.now.sentinelsWhere((view) => view.names !== 'nobody' && view.names !== rules.self && view.epoch > 0);
    return { kind: 'start-vote', clear, why: `best data of ${candidates.length} of ${servers.length} servers` };
  }

  private whyNoVote(): string {
    const { noVote, candidates, best, notCopied, observation: { servers } } = this.now;
    if (noVote !== undefined) return noVote;
    if (!this.conditions.seesEnough('bootstrap')) return `sees ${candidates.length} of ${servers.length} servers: waits for the others`;
    return notCopied ?? `server ${best!.ordinal} has better data and asks for the votes`;
  }

  /** Sentinels that name different servers, none of them a master, may never hear of each other: whoever has not the best data makes room for it. */
  private maybeUniteSentinels(): Action | undefined {
    const { now, conditions } = this;
    if (!conditions.lasted('divided', DIVIDED_MS) || now.isBest || !conditions.seesEnough('bootstrap')) return undefined;
    return { kind: 'withdraw', sentinels: now.naming, why: 'the Sentinels name different servers, and another has better data' };
  }
}
