import { DISAGREES_AFTER_MS, DIVIDED_MS, FAIL_OVER_FOR_MS, LEFT_DOWN_MS, LEFT_TO_SENTINEL_MS } from './delays';
import { turnMs } from './lost-master';
import { Condition, Since } from './memory';
import { Situation } from './situation';

/**
 * The conditions that hold now, and for how long. All are derived before anything is decided. Some begin to count only once another one
 * has lasted, so the order here is that of the counting.
 */
export class Conditions {
  /** Since when each condition has held. One that is not in here does not hold. */
  public readonly since: Since;
  private readonly counting: Partial<Record<Condition, number>> = {};

  constructor(private readonly now: Situation, private readonly before: Since) {
    this.since = this.counting;
    const { named, self, rules } = now;
    if (self.loading || named === 'unknown') return;
    if (self.role === 'master') {
      if (named === rules.self) this.deriveAsMaster();
      else this.deriveAsUnnamedMaster();
    } else if (named === undefined) {
      this.deriveWithoutMaster();
    } else if (named === rules.self) {
      this.deriveAsNamed();
    } else {
      this.deriveAsReplica(named);
    }
  }

  /** Whether a condition has held for so long. */
  public lasted(condition: Condition, ms: number): boolean {
    const since = this.counting[condition];
    return since !== undefined && this.now.observation.at - since >= ms;
  }

  /** All servers answer and their agents speak, or the condition that waits for the others has lasted for the boot timeout. */
  public seesEnough(waiting: Condition): boolean {
    return this.now.seesAll || this.lasted(waiting, this.now.rules.bootTimeoutMs);
  }

  /** Nobody who lived with the lost master returned: the local replica offers itself. */
  public get offersItself(): boolean {
    return this.lasted('master absent', this.now.rules.bootTimeoutMs) && this.now.shouldBeElectable;
  }

  /** The local server, which is named, replicates another one: Sentinel may be about to move it. */
  public get leftToSentinel(): boolean {
    return !this.now.isStandby && !this.lasted('elsewhere', LEFT_TO_SENTINEL_MS);
  }

  /** The local server, which is named, leaves the role to a replica that kept the data. One without data must not take it in the end either. */
  public get failsOver(): boolean {
    return this.now.replicaKeptData && !this.lasted('named', FAIL_OVER_FOR_MS);
  }

  /** It is this agent's turn to replace the named master, which is down, as no Sentinel does. */
  public mayReplace(named: number): boolean {
    return this.lasted('left down', LEFT_DOWN_MS + turnMs(this.now.rules.self, named));
  }

  /** The local server has the best data, enough others are seen to say so, and it may ask for votes. */
  public get standsForElection(): boolean {
    return this.now.noVote === undefined && this.seesEnough('bootstrap') && this.now.isBest;
  }

  private hold(condition: Condition, holds: boolean): void {
    if (holds) this.counting[condition] = this.before[condition] ?? this.now.observation.at;
  }

  private deriveAsMaster(): void {
    const { now } = this;
    const disagreeing = now.disagreeing;
    disagreeing.forEach((index) => this.hold(`disagrees ${index}`, true));
    const allNameIt = now.blank.length + now.withOtherSettings.length === 0
      && !disagreeing.some((index) => this.lasted(`disagrees ${index}`, DISAGREES_AFTER_MS));
    now.sentinelsWhere((view) => view.staleEntries > 0).forEach((index) => this.hold(`stale ${index}`, allNameIt));
  }

  private deriveAsUnnamedMaster(): void {
    const { now } = this;
    this.hold('unnamed', true);
    this.hold('left down', typeof now.named === 'number' && now.leftDown(now.named));
    this.hold('replaced', typeof now.named === 'number' && now.isReplacedBy(now.named));
    this.hold('forgotten', now.named === undefined && now.doubtAsMaster === undefined && now.blank.length > 0 && !now.seesAll);
  }

  private deriveAsReplica(named: number): void {
    const { now } = this;
    const { self, rules } = now;
    if (self.follows !== named) {
      this.hold('elsewhere', !rules.stopping && !now.neverSynced && !now.failoverInProgress);
      return;
    }
    this.hold('left down', now.leftDown(named));
    if (self.linkUp) {
      this.hold('unrecorded', self.priority !== rules.replicaPriority && !rules.stopping && rules.unrecorded === true);
    } else {
      this.hold('master absent', now.masterLost(named));
      this.hold('master down', !this.offersItself && now.masterDown(named));
    }
  }

  private deriveAsNamed(): void {
    const { now } = this;
    this.hold('elsewhere', !now.isStandby && !now.self.linkUp);
    if (this.leftToSentinel) return;
    if (now.obstacle !== undefined) {
      this.hold('hopeless failover', now.hopelessFailover.length > 0);
      return;
    }
    if (!now.local) return;
    this.hold('named', true);
    if (this.failsOver || (now.replicaKeptData && now.local.claim.term > 0) || !now.localDataIsOlder) return;
    this.hold('named and older', now.seesMajorityOnly);
    this.hold('withdraw', this.seesEnough('named and older') && now.givesWay && now.observation.sentinels.includes(undefined));
  }

  private deriveWithoutMaster(): void {
    const { now } = this;
    if (!now.isMajority(now.answering) || now.otherMasters.length > 0) return;
    this.hold('bootstrap', now.noVote === undefined && now.seesMajorityOnly);
    if (this.standsForElection || now.leftOverVotes.length > 0) return;
    this.hold('divided', now.divided);
    // A server that can't hold a vote waits for the others only from here on.
    this.hold('bootstrap', this.lasted('divided', DIVIDED_MS) && !now.isBest && now.seesMajorityOnly);
  }
}
