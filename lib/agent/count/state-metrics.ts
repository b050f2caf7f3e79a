import { reasonOf } from './reason';
import { Counter, Gauge } from '../../metrics/registry';
import { FollowLag } from '../act/follower';
import { Action } from '../decide/action';
import { epochOf, majorityAnswers, majorityOf, namedMaster, Observation, SentinelView, ServerView } from '../observe/observation';
import { DataRecord } from '../observe/record-file';
import { roleOf, ROLES } from '../observe/role';

/** What a round saw. */
export interface Seen {
  readonly self: number;
  readonly observation: Observation;
  readonly record: DataRecord | undefined;
  /** Sentinels that use far more CPU than they should. */
  readonly spinning: readonly number[];
  /** How far it is behind a master outside that it copies; undefined if it copies none. */
  readonly follow?: FollowLag;
  /** End of a time without failovers. */
  readonly pausedUntil?: Date;
  /** The server waits with data that it can't load. */
  readonly unusable: boolean;
}

const gauge = (name: string, help: string): Gauge => new Gauge(`redis_ha_${name}`, help);

/** What the agent sees: of its own server, of each Sentinel, and as the agent of the master of each replica. */
export class StateMetrics {
  public readonly serverUp = gauge('server_up', '1 while the local server answers.');
  public readonly role = gauge('role', '1 for what the local server is: master, replica, standby (replicates nobody) or unknown (does not answer).');
  public readonly loading = gauge('loading', '1 while the local server loads its data.');
  public readonly linkUp = gauge('link_up', '1 while the local replica is in sync with its master.');
  public readonly linkDown = gauge('link_down_seconds', 'Since when the link of the local replica is down; 0 while it is up.');
  public readonly electable = gauge('electable', '1 while the local server is a replica in sync that may be promoted.');
  public readonly offset = gauge('replication_offset_bytes', 'Position of the local server in the replication stream.');
  public readonly term = gauge('term', 'Times that the Sentinels began anew, as far as the local data knows; 0 without data.');
  public readonly restoring = gauge('restoring', '1 while the local server copies the data of a restore, or waits for it.');
  public readonly restoreReceived = gauge('restore_received_bytes', 'How much of that data it has received.');
  public readonly followLinkUp = gauge('follow_link_up', '1 while the local server, which copies a master outside, is in sync with it; nothing otherwise.');
  public readonly followLagBytes = gauge('follow_lag_bytes', 'How much of the stream of that master it has not received.');
  public readonly followLagSeconds = gauge('follow_lag_seconds', 'Age of what it has received last, while it has not received all.');
  public readonly unusable = gauge('data_unusable', '1 while the local server does not start because it cannot load its data.');

  public readonly leads = gauge('direct_leads', '1 while the local server is certainly the master and the EndpointSlice for writes leads to it; nothing where a proxy leads clients.');

  public readonly pausedUntil = gauge('failover_paused_until_timestamp_seconds', 'When the pause of failovers ends that was ordered; nothing while there is none.');

  public readonly servers = gauge('servers', 'Servers that are configured.');
  public readonly sentinels = gauge('sentinels', 'Sentinels that are configured.');
  public readonly majority = gauge('sentinels_majority', 'Sentinels that a failover needs.');
  public readonly majorityReachable = gauge('majority_reachable', '1 while a majority of the Sentinels answers this agent.');
  public readonly namedMaster = gauge('named_master', '1 for the server that a majority of the Sentinels names; none while they name nobody.');
  public readonly epoch = gauge('config_epoch', 'Configuration epoch of the named master.');

  public readonly sentinelUp = gauge('sentinel_up', '1 while this Sentinel answers this agent.');
  public readonly sentinelNames = gauge('sentinel_names', '1 for the server that this Sentinel names; "nobody" while it monitors none.');
  public readonly sentinelEpoch = gauge('sentinel_epoch', 'Configuration epoch of this Sentinel.');
  public readonly sentinelFindsMasterDown = gauge('sentinel_finds_master_down', '1 while this Sentinel finds the master down.');
  public readonly sentinelFailover = gauge('sentinel_failover_in_progress', '1 while this Sentinel is in a failover.');
  public readonly sentinelOthers = gauge('sentinel_known_sentinels', 'Other Sentinels that this one knows.');
  public readonly sentinelReplicas = gauge('sentinel_known_replicas', 'Replicas that this Sentinel knows.');
  public readonly sentinelStale = gauge('sentinel_stale_entries', 'Servers and Sentinels that this Sentinel remembers, that are down and not configured any more.');
  public readonly sentinelSpinning = gauge('sentinel_spinning', '1 while this Sentinel uses far more CPU than the others; told by the agent of the master.');

  public readonly replicaOnline = gauge('replica_online', '1 while this replica has the data and is sent the stream; told by the agent of the master.');
  public readonly replicaLagBytes = gauge('replica_lag_bytes', 'How much of the stream this replica has not confirmed; told by the agent of the master.');
  public readonly replicaLagSeconds = gauge('replica_lag_seconds', 'Time since this replica confirmed anything; told by the agent of the master.');

  public readonly phase = gauge('phase', '1 for what the agent does: steady, wait, or an action.');
  public readonly phaseSince = gauge('phase_since_timestamp_seconds', 'When the agent began to do that.');
  public readonly waits = new Counter('redis_ha_wait_seconds_total', 'Time that the agent waited, by reason.');

  private doing = '';
  private lastRound?: { readonly at: number; readonly waitedFor: string | undefined };

  /** Takes over what a round saw. */
  public observe(seen: Seen): void {
    const { observation: { servers, sentinels }, self, record, unusable } = seen;
    this.ofServer(servers[self]);
    this.ofFollow(seen.follow);
    this.pausedUntil.clear();
    if (seen.pausedUntil) this.pausedUntil.set({}, seen.pausedUntil.getTime() / 1_000);
    this.term.set({}, record?.term ?? 0);
    this.unusable.set({}, Number(unusable));
    this.servers.set({}, servers.length);
    this.sentinels.set({}, sentinels.length);
    this.majority.set({}, majorityOf(sentinels.length));
    this.majorityReachable.set({}, Number(majorityAnswers(sentinels)));
    const named = namedMaster(sentinels);
    for (const metric of [this.namedMaster, this.epoch]) metric.clear();
    if (named !== undefined) this.namedMaster.set({ server: String(named) }, 1);
    if (typeof named === 'number') this.epoch.set({}, epochOf(sentinels, named));
    this.ofSentinels(sentinels, named === self ? seen.spinning : undefined);
    this.ofReplicas(servers[self]);
  }

  /** Takes over what a round decided. */
  public decided(action: Action, at: number): void {
    const waitedFor = action.kind === 'wait' ? reasonOf(action.why) : undefined;
    const before = this.lastRound;
    if (before?.waitedFor !== undefined) this.waits.add({ reason: before.waitedFor }, (at - before.at) / 1_000);
    this.lastRound = { at, waitedFor };
    if (action.kind === this.doing) return;
    this.doing = action.kind;
    this.phase.clear();
    this.phase.set({ phase: action.kind }, 1);
    this.phaseSince.set({}, Date.now() / 1_000);
  }

  private ofServer(view: ServerView | undefined): void {
    this.serverUp.set({}, Number(view !== undefined));
    const role = roleOf(view);
    for (const each of ROLES) this.role.set({ role: each }, Number(each === role));
    for (const metric of [this.loading, this.linkUp, this.linkDown, this.offset, this.restoreReceived]) metric.clear();
    this.electable.set({}, Number(role === 'replica' && view!.linkUp && (view!.priority ?? 0) > 0));
    this.restoring.set({}, Number(view?.follows === 'source'));
    if (!view) return;
    if (view.follows === 'source' && view.received !== undefined) this.restoreReceived.set({}, view.received);
    this.loading.set({}, Number(view.loading));
    this.offset.set({}, view.offset);
    if (role !== 'replica') return;
    this.linkUp.set({}, Number(view.linkUp));
    // -1: there never was one
    this.linkDown.set({}, Math.max(0, view.linkDownSeconds));
  }

  private ofFollow(lag: FollowLag | undefined): void {
    for (const metric of [this.followLinkUp, this.followLagBytes, this.followLagSeconds]) metric.clear();
    if (!lag) return;
    this.followLinkUp.set({}, Number(lag.linkUp));
    if (lag.bytes !== undefined) this.followLagBytes.set({}, lag.bytes);
    if (lag.seconds !== undefined) this.followLagSeconds.set({}, lag.seconds);
  }

  private ofSentinels(views: readonly (SentinelView | undefined)[], spinning: readonly number[] | undefined): void {
    const each = [
      this.sentinelUp, this.sentinelNames, this.sentinelEpoch, this.sentinelFindsMasterDown, this.sentinelFailover, this.sentinelOthers,
      this.sentinelReplicas, this.sentinelStale, this.sentinelSpinning,
    ];
    for (const metric of each) metric.clear();
    for (const [index, view] of views.entries()) {
      const sentinel = String(index);
      this.sentinelUp.set({ sentinel }, Number(view !== undefined));
      if (spinning) this.sentinelSpinning.set({ sentinel }, Number(spinning.includes(index)));
      if (!view) continue;
      this.sentinelNames.set({ sentinel, server: String(view.names) }, 1);
      this.sentinelEpoch.set({ sentinel }, view.epoch);
      this.sentinelFindsMasterDown.set({ sentinel }, Number(view.masterDown));
      this.sentinelFailover.set({ sentinel }, Number(view.failoverInProgress));
      this.sentinelOthers.set({ sentinel }, view.otherSentinels);
      this.sentinelReplicas.set({ sentinel }, view.replicas);
      this.sentinelStale.set({ sentinel }, view.staleEntries);
    }
  }

  private ofReplicas(view: ServerView | undefined): void {
    for (const metric of [this.replicaOnline, this.replicaLagBytes, this.replicaLagSeconds]) metric.clear();
    for (const replica of view?.replicas ?? []) {
      const labels = { server: String(replica.server) };
      this.replicaOnline.set(labels, Number(replica.online));
      if (!replica.online) continue;
      this.replicaLagBytes.set(labels, Math.max(0, view!.offset - replica.offset));
      this.replicaLagSeconds.set(labels, replica.lagSeconds);
    }
  }
}
