import { whyNotCopied } from './at-stake';
import { bestCandidate, Candidate, candidatesIn, isOlder, seesMajority } from './candidates';
import { electedReplica } from './elected-replica';
import { Rules } from './memory';
import { obstacle } from './obstacle';
import { epochOf, findMasterDown, majorityOf, namedMaster, Observation, SentinelSettings, SentinelView, sentinelsWhere, ServerView } from '../observe/observation';
import { isReplaced } from '../observe/record';

/** What one observation says to the agent of the local server. Nothing in here depends on time. */
export class Situation {
  /** The server that the majority of the Sentinels names. */
  public readonly named: number | 'unknown' | undefined;
  /** The servers that answer and whose agents speak. */
  public readonly candidates: readonly Candidate[];
  /** The one with the best data, and the local one. */
  public readonly best: Candidate | undefined;
  public readonly local: Candidate | undefined;
  public readonly failoverInProgress: boolean;
  /** Other servers that are master. */
  public readonly otherMasters: readonly number[];
  /** Sentinels that answer, that name the local server, and that name nobody. */
  public readonly answering: readonly number[];
  public readonly naming: readonly number[];
  public readonly blank: readonly number[];

  constructor(
    public readonly observation: Observation, public readonly rules: Rules, public readonly self: ServerView,
    private readonly asked: readonly number[],
  ) {
    const { servers, sentinels } = observation;
    this.named = namedMaster(sentinels);
    this.candidates = candidatesIn(observation);
    this.best = bestCandidate(this.candidates);
    this.local = this.candidates.find((each) => each.ordinal === rules.self);
    this.failoverInProgress = sentinels.some((view) => view?.failoverInProgress);
    this.otherMasters = servers.flatMap((view, ordinal) => ordinal !== rules.self && view?.role === 'master' ? [ordinal] : []);
    this.answering = this.sentinelsWhere(() => true);
    this.naming = this.sentinelsWhere((view) => view.names === rules.self);
    this.blank = this.sentinelsWhere((view) => view.names === 'nobody');
  }

  public sentinelsWhere(condition: (view: SentinelView) => boolean): number[] {
    return sentinelsWhere(this.observation.sentinels, condition);
  }

  public isMajority(sentinels: readonly number[]): boolean {
    return sentinels.length >= majorityOf(this.observation.sentinels.length);
  }

  public get isBest(): boolean {
    return this.best?.ordinal === this.rules.self;
  }

  /**
   * The local server replicates no other server of the installation: nobody, the source of a restore, a master outside; or itself, as Sentinels order where what
   * they take for a replica is a way to it, such as HAProxy.
   */
  public get isStandby(): boolean {
    return ['nobody', 'source', 'external', this.rules.self].includes(this.self.follows!);
  }

  /** A server that has, or had, data of this installation; undefined where none that answers does. */
  public get ownData(): number | undefined {
    return this.best !== undefined && this.best.claim.term > 0 ? this.best.ordinal : undefined;
  }

  /** Why nobody may copy another server's data now: what is there and was never recorded would be lost. */
  public get notCopied(): string | undefined {
    return whyNotCopied(this.rules.stakes ?? [], this.observation.servers);
  }

  // When a restore is asked for.

  /** No server that answers has data, or ever had: one of them has to copy that of the restore, before there is a master. */
  public get restoreDue(): boolean {
    const { best, restored, rules } = this;
    return rules.restoreSource !== undefined && !restored && best !== undefined && best.claim.term === 0 && !best.view.hasKeys;
  }

  /** The local server has copied the data of the restore, which may be none at all, and has it on its disk. */
  public get restored(): boolean {
    return this.self.follows === 'source' && (this.self.linkUp || this.self.hasKeys) && !this.self.rewriting;
  }

  /** All servers answer, and their agents speak. */
  public get seesAll(): boolean {
    return this.candidates.length === this.observation.servers.length;
  }

  /** Not all servers answer, but a majority of them, and the agents of all that do speak. */
  public get seesMajorityOnly(): boolean {
    return !this.seesAll && seesMajority(this.observation) && this.observation.servers.every((view) => !view || view.claim);
  }

  // When the local server is master.

  /** What speaks against this master being the latest. */
  public get doubtAsMaster(): string | undefined {
    const { claim } = this.self;
    if (!claim?.live || !claim.master) return 'no majority has ever named it';
    if (this.sentinelsWhere((view) => view.names !== 'nobody' && view.names !== this.rules.self).length > 0) return 'some Sentinels name another server';
    if (this.otherMasters.length > 0) return 'another server is master too';
    return this.isBest ? undefined : `server ${this.best!.ordinal} has newer data`;
  }

  /** The named server has taken the place of the local one. */
  public isReplacedBy(named: number): boolean {
    const { observation: { servers, sentinels }, rules: { record }, self, failoverInProgress } = this;
    return servers[named]?.role === 'master' && !failoverInProgress && isReplaced(named, self, record, sentinels);
  }

  /** Sentinels that name another master than the majority, and have not heard of a newer configuration. */
  public get disagreeing(): number[] {
    const epoch = epochOf(this.observation.sentinels, this.rules.self);
    return this.sentinelsWhere((view) =>
      view.names !== 'nobody' && view.names !== this.rules.self && view.epoch <= epoch && !view.failoverInProgress);
  }

  /** Sentinels that name the local server with other settings than they should. */
  public get withOtherSettings(): number[] {
    return this.sentinelsWhere((view) => view.names === this.rules.self && !view.failoverInProgress && this.differs(view.settings));
  }

  /** Every Sentinel names the master, finds it up, and knows all others and all replicas: one may forget them for a while. */
  public get sentinelsKnowAll(): boolean {
    const { sentinels, servers } = this.observation;
    return sentinels.every((view) => view?.names === this.rules.self && !view.masterDown && !view.failoverInProgress
      && view.otherSentinels >= sentinels.length - 1 && view.replicas >= servers.length - 1);
  }

  /** Sentinels know the local server by an address that it has no more. */
  public get addressIsOutdated(): boolean {
    return this.naming.some((index) => this.observation.sentinels[index]!.namesFormer) && !this.failoverInProgress;
  }

  // When another server is named.

  /** The local server replicates it at an address that it has no more, and the Sentinels know better. */
  public get followsOutdatedAddress(): boolean {
    const outdated = this.sentinelsWhere((view) => view.names === this.named && view.namesFormer === true);
    return this.self.followsFormer === true && outdated.length === 0;
  }

  /** Its data was never of the named master, so nothing is lost by replicating that one. */
  public get neverSynced(): boolean {
    return this.isStandby || (this.self.priority === 0 && !this.self.linkUp);
  }

  /** Sentinels that name this server and find it down. */
  public findingDown(named: number): number[] {
    return this.sentinelsWhere((view) => view.names === named && view.masterDown);
  }

  /** A majority of the Sentinels finds the named master down, and it does not answer. */
  public masterDown(named: number): boolean {
    return findMasterDown(this.observation.sentinels, named) && !this.observation.servers[named];
  }

  /** The same, no Sentinel replaces it, and there is somebody who could take its place: a replica, or the local server, which somebody has promoted already. */
  public leftDown(named: number): boolean {
    const { claim, role } = this.self;
    const isThere = role === 'master' ? claim?.live && !claim.master
      : electedReplica(this.observation.servers, named, this.rules.settings.downAfterMs) !== undefined;
    return isThere === true && this.masterDown(named) && !this.failoverInProgress;
  }

  /** The named master is down, and nobody who lived with it is left to be elected. */
  public masterLost(named: number): boolean {
    return this.masterDown(named) && seesMajority(this.observation) && !this.candidates.some((each) => (each.view.priority ?? 0) > 0);
  }

  /** The local server can't be elected, and is the one that should be. */
  public get shouldBeElectable(): boolean {
    return this.isBest && this.rules.replicaPriority > 0 && this.self.priority === 0;
  }

  // When the local server is named and not master.

  public get obstacle(): string | undefined {
    return obstacle(this.observation, this.rules.self);
  }

  /** Sentinels whose failover to a restarted server ends in a timeout, or promotes it, with less data perhaps. */
  public get hopelessFailover(): number[] {
    const running = this.naming.filter((index) => this.observation.sentinels[index]!.failoverInProgress);
    const allRestarted = this.seesAll && this.candidates.every(({ claim }) => !claim.live);
    return allRestarted && this.otherMasters.length === 0 && this.isBest ? running : [];
  }

  /** A replica that Sentinel may elect kept the data while the local server restarted. */
  public get replicaKeptData(): boolean {
    return this.best !== this.local && this.best!.claim.live && (this.best!.view.priority ?? 0) > 0;
  }

  /** Nothing is known of the local data, or it is not the latest. */
  public get localDataIsOlder(): boolean {
    return this.local!.claim.term === 0 || isOlder(this.local!, this.best!);
  }

  /** The local server must not take the role: another one has newer data, or nobody has any and that of a restore is to come first. */
  public get givesWay(): boolean {
    return this.best !== this.local || this.restoreDue;
  }

  // When nobody is named and nobody is master.

  /** Why no vote can be held now. */
  public get noVote(): string | undefined {
    const free = this.sentinelsWhere((view) => view.names === 'nobody' || view.names === this.rules.self);
    if (!this.isMajority(free)) return 'the Sentinels name different servers';
    if (this.observation.servers.some((view) => this.hasMaster(view))) return 'a replica still has a master';
    return this.self.claim ? undefined : 'the data is not judged yet';
  }

  /** Sentinels that still name this server from a vote that it did not win: only ours, or too fresh to know anybody. */
  public get leftOverVotes(): number[] {
    return this.sentinelsWhere((view) => view.names === this.rules.self && view.epoch === 0)
      .filter((index) => this.asked.includes(index) || this.observation.sentinels[index]!.otherSentinels === 0);
  }

  /** Sentinels that name the local server and others may never hear of each other, as there is no master to meet at. */
  public get divided(): boolean {
    return this.naming.length > 0 && !this.failoverInProgress && this.observation.servers.every((view) => !this.hasMaster(view));
  }

  /** The link of a replica is up, and not only to the source of a restore, directly or by way of a server that copies from it. */
  private hasMaster(view: ServerView | undefined): boolean {
    if (view?.role !== 'slave' || !view.linkUp) return false;
    const via = typeof view.follows === 'number' ? this.observation.servers[view.follows] : view;
    return via?.follows !== 'source';
  }

  private differs(settings: SentinelSettings | undefined): boolean {
    const wanted = this.rules.settings;
    return settings !== undefined && (Object.keys(wanted) as (keyof SentinelSettings)[]).some((key) => settings[key] !== wanted[key]);
  }
}
