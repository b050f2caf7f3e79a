import { AcceptedPasswords } from './act/accepted-passwords';
import { act } from './act/act';
import { Actor } from './act/actor';
import { Announcements } from './act/announcements';
import { CertificateKeeper, CertificateStatus } from './act/certificate-keeper';
import { endPause } from './act/end-pause';
import { Follower } from './act/follower';
import { PasswordKeeper } from './act/password-keeper';
import { SentinelClocks } from './act/sentinel-clocks';
import { keepPeriods } from './act/sentinel-periods';
import { SentinelRenewal } from './act/sentinel-renewal';
import { SentinelRestarts } from './act/sentinel-restarts';
import { UserKeeper, Whose } from './act/user-keeper';
import { AgentState } from './agent-state';
import { Log, messageOf } from '../log/log';
import { Config } from './config/config';
import { PasswordReader } from './config/password-file';
import { UsersReader } from './config/users-file';
import { AgentMetrics } from './count/agent-metrics';
import { Action } from './decide/action';
import { atStake } from './decide/at-stake';
import { decide, Decision } from './decide/decide';
import { Follow, Rules } from './decide/memory';
import { Reporter } from './kubernetes/reporter';
import { Claim, formatClaim } from './observe/claim';
import { Copies, Stake } from './observe/copies';
import { epochOf, majorityOf, namedMaster, Observation, ServerView } from './observe/observation';
import { observe } from './observe/observe';
import { claimOf, nextRecord } from './observe/record';
import { SentinelCpu } from './observe/sentinel-cpu';
import { claimAt, serverView } from './observe/server-view';
import { snapshotOffset } from './observe/snapshot-offset';
import { Peers } from './redis/peers';
import { NamesFile } from './run-dir/names-file';
import { Pause } from './run-dir/pause';
import { UnusableData } from './run-dir/unusable-data';

/** Between rounds while everything is as it should be, and otherwise. */
const STEADY_MS = 1_000;
const UNSTEADY_MS = 200;

/** After these nothing is about to happen. */
const STEADY: readonly Action['kind'][] = ['steady', 'following', 'reconcile-sentinels', 'reset-sentinel'];

/** What the agent of one server needs. */
export interface AgentOptions {
  readonly config: Config;
  readonly peers: Peers;
  readonly state: AgentState;
  readonly passwords: PasswordReader;
  /** Users of clients at servers and at Sentinels. Default: none. */
  readonly users?: UsersReader;
  readonly sentinelUsers?: UsersReader;
  readonly log: Log;
  /** Whether the local server waits for leave to start without its data. Default: it never does. */
  readonly unusable?: UnusableData;
  /** A time without failovers. Default: there is none. */
  readonly pause?: Pause;
  /** Counts what this agent sees and does. Default: nobody is told. */
  readonly metrics?: AgentMetrics;
  /** Shows at the Kubernetes API what happens. Default: nobody does. */
  readonly reporter?: Reporter;
  /** Default: {@link decide}. */
  readonly decide?: typeof decide;
}

/** What an agent among other members goes on with: which passwords and users were there is nowhere else. */
interface Keepers {
  readonly accepted: AcceptedPasswords;
  readonly users?: UserKeeper;
  readonly sentinelUsers?: UserKeeper;
}

/** Observes, decides and acts for one server, among the members of one configuration. */
export class Agent {
  public readonly actor: Actor;
  public readonly state: AgentState;
  public readonly follower: Follower;
  private readonly rules: Rules;
  private readonly keeper: PasswordKeeper;
  private readonly announcements: Announcements;
  private readonly certificates?: CertificateKeeper;
  private readonly sentinelRenewal?: SentinelRenewal;
  private readonly sentinelClocks: SentinelClocks;
  private masterClaim: { readonly of: string; readonly claim: Claim | undefined } = { of: '', claim: undefined };
  private readonly cpu = new SentinelCpu();
  private readonly copies: Copies;
  private readonly metrics: AgentMetrics;
  private said = '';
  /** The process of the server that has got its users. */
  private greeted?: string;

  constructor(private readonly options: AgentOptions, private readonly keepers = keepersOf(options)) {
    const { config, peers, state, log, passwords, metrics = new AgentMetrics() } = options;
    const { self, bootTimeoutMs, replicaPriority, restoreSource, quorum, downAfterMs, failoverTimeoutMs, parallelSyncs } = config;
    this.state = state;
    this.metrics = metrics;
    const settings = { quorum, downAfterMs, failoverTimeoutMs, parallelSyncs };
    this.rules = { self, bootTimeoutMs, replicaPriority, restoreSource: restoreSource?.host, settings };
    this.announcements = new Announcements(peers, config, log);
    this.keeper = new PasswordKeeper(peers, config, passwords, keepers.accepted, log, metrics.events);
    this.certificates = config.tls && new CertificateKeeper(peers.local, config.tls, peers.clock, log, metrics.events);
    const restarts = new SentinelRestarts(peers, self, log);
    this.sentinelClocks = new SentinelClocks(peers.clock, restarts);
    this.sentinelRenewal = config.tls && new SentinelRenewal(peers, config.tls, restarts, () => this.certificates?.inUse);
    this.actor = {
      peers,
      config,
      registration: {
        config,
        downAfterMs: () => options.pause?.downAfterMs ?? config.downAfterMs,
        address: peers.addresses[self],
        password: () => passwords()?.current,
        log,
      },
      log,
      failovers: state.failovers,
      witness: metrics.events,
      stopping: () => state.stopping,
      record: () => state.record,
      remember: async (record) => state.remember(record),
    };
    this.follower = new Follower(this.actor);
    this.copies = new Copies(peers, self);
  }

  /** An agent among other members that knows what this one knows. */
  public among(config: Config, peers: Peers): Agent {
    return new Agent({ ...this.options, config, peers }, this.keepers);
  }

  /** Undefined without TLS. */
  public get certificate(): CertificateStatus | undefined {
    return this.certificates?.status;
  }

  /** One round. Returns how long to wait before the next one, in milliseconds. */
  public async tick(): Promise<number> {
    const { state, options: { peers, config, log } } = this;
    const observation = await observe(peers, config, (runId) => state.recordFor(runId), state.status.phase !== 'steady');
    const self = observation.servers[config.self];
    const { events } = this.metrics;
    events.observe(observation, config.self, state.record);
    const unusable = self === undefined ? this.options.unusable?.reason : undefined;
    this.options.reporter?.observe(observation, unusable);
    if (unusable !== undefined) await this.startOver(observation, unusable);
    try {
      const masterClaim = self && await this.updateRecord(observation, self);
      // Nothing else waits for these.
      void this.announcements.keep({ server: self, sentinels: state.isMaster });
      void this.keeper.keep({ server: self !== undefined, sentinels: state.isMaster });
      if (self) {
        void this.certificates?.keep(self.runId);
        await this.keepUsers(self.runId);
      }
      await this.endPause();
      void this.keepers.sentinelUsers?.keep({ kept: state.isMaster ? this.allSentinels : [], others: peers.sentinels });
      if (state.isMaster) {
        void keepPeriods(peers.sentinels);
        void this.sentinelClocks.keep(observation);
        void this.sentinelRenewal?.keep(observation);
        void this.cpu.look(peers.sentinels, () => peers.clock.now());
      } else {
        this.cpu.forget();
      }
      const follow = await this.follower.look(observation);
      if (self) await this.follower.keep(self, observation.sentinels);
      const stakes = await this.copies.look(atStake(observation, config.self, state.record !== undefined), observation);
      const { action } = this.decide(observation, masterClaim, stakes, follow);
      const { spinning } = this.cpu;
      this.tell(observation, unusable);
      this.metrics.state.decided(action, observation.at);
      const { asked } = await act(action, observation, this.actor, this.follower.cutOvers);
      state.votesAsked(asked);
      events.acted(action, spinning);
      events.roundEnded('finished');
      if (action.kind === 'reset-sentinel') this.cpu.wasReset(action.sentinel);
      return STEADY.includes(action.kind) ? STEADY_MS : UNSTEADY_MS;
    } catch (error) {
      // what it saw is so all the same: a role that is over would be told for as long as rounds fail
      this.tell(observation, unusable);
      events.roundEnded('failed');
      log.warn('round', `not finished: ${messageOf(error)}`);
      return UNSTEADY_MS;
    }
  }

  /** Tells Prometheus what a round saw. */
  private tell(observation: Observation, unusable: string | undefined): void {
    const { state, options: { config, pause } } = this;
    this.metrics.state.observe({
      self: config.self,
      observation,
      record: state.record,
      spinning: this.cpu.spinning,
      follow: this.follower.lag,
      pausedUntil: pause?.until,
      unusable: unusable !== undefined,
    });
  }

  /**
   * A new server has no users: only for them a round waits, and only before it acts on that server for the first time.
   *
   * @throws Error if it did not answer: it must not get a role, and with that clients, in this round
   */
  private async keepUsers(runId: string): Promise<void> {
    const { options: { peers } } = this;
    const server = { endpoint: peers.local, title: 'the server', process: runId };
    if (this.greeted !== runId) this.options.unusable?.forget();
    if (this.greeted !== runId && await this.keepers.users?.greet(server) === false) throw new Error('the server did not say that it has its users');
    this.greeted = runId;
    void this.keepers.users?.keep({ kept: [server], others: peers.servers });
  }

  private get allSentinels(): Whose['kept'] {
    // the start script of a new process gives it the same users
    return this.options.peers.sentinels.map((endpoint, index) => ({ endpoint, title: `Sentinel ${index}`, process: '' }));
  }

  /** A server whose data can't be loaded starts without it, where another one has data that it can copy. */
  private async startOver(observation: Observation, reason: string): Promise<void> {
    const { state, options: { config, peers, unusable } } = this;
    const named = namedMaster(observation.sentinels);
    if (typeof named !== 'number' || named === config.self) return;
    // without a local server the round asks no others
    const master = await serverView(peers.servers[named], peers, config);
    if (master?.role !== 'master' || master.loading) return;
    state.forgetData();
    unusable!.startOver(`${reason}; server ${named} is the master`);
  }

  private async endPause(): Promise<void> {
    const { pause } = this.options;
    const leftOver = pause?.leftOverMs;
    if (leftOver !== undefined) pause!.restored(await endPause(this.actor, leftOver));
  }

  private decide(observation: Observation, masterClaim: Claim | undefined, stakes: readonly Stake[], follow: Follow | undefined): Decision {
    const { state, options: { config } } = this;
    const settings = { ...this.rules.settings, downAfterMs: this.actor.registration.downAfterMs() };
    const { spinning } = this.cpu;
    const { stopping, record } = state;
    const rules: Rules = { ...this.rules, settings, stopping, unrecorded: masterClaim === undefined, spinning, follow, stakes, record };
    const decision = (this.options.decide ?? decide)(observation, state.memory, rules);
    const self = observation.servers[config.self];
    const named = namedMaster(observation.sentinels);
    if (self) state.serverSeen(self.role === 'master' && named === config.self);
    const { action } = decision;
    const why = 'why' in action ? action.why : '';
    state.decided(decision.memory, { role: self?.role ?? 'unknown', phase: action.kind, master: typeof named === 'number' ? named : null, why });
    this.say(action, why, observation, `${String(named)} ${self?.role}`);
    return decision;
  }

  /** Keeps and tells what is known of the local data. Returns what the agent of its master says. */
  private async updateRecord(observation: Observation, self: ServerView): Promise<Claim | undefined> {
    const { state, options: { config } } = this;
    const masterClaim = await this.claimOfMaster(observation, self);
    const next = nextRecord(state.record, config.self, observation, masterClaim);
    if (next && next !== state.record) await state.remember(next, self);
    await state.tell(formatClaim(claimOf(state.record, self, () => snapshotOffset(config.dataDir))), self.runId);
    return masterClaim;
  }

  /** What the agent of the master says: asked again whenever the master, its epoch or its stream is another one. */
  private async claimOfMaster(observation: Observation, self: ServerView): Promise<Claim | undefined> {
    const named = namedMaster(observation.sentinels);
    if (typeof named !== 'number' || self.follows !== named || !self.linkUp) return undefined;
    const epoch = epochOf(observation.sentinels, named);
    const of = `${named} ${epoch} ${self.streamId}`;
    if (this.masterClaim.of !== of) {
      const claim = await claimAt(this.options.peers.servers[named]);
      if (!claim?.master || claim.epoch !== epoch) return undefined;
      this.masterClaim = { of, claim };
    }
    return this.masterClaim.claim;
  }

  /** One line when something changed. */
  private say(action: Action, why: string, { sentinels }: Observation, state: string): void {
    const { log } = this.options;
    const said = `${action.kind} ${why} ${state}`;
    if (said === this.said) return;
    this.said = said;
    if (action.kind === 'wait') {
      log.info('wait', `${why} (${sentinels.filter(Boolean).length} of ${sentinels.length} Sentinels answer, ${majorityOf(sentinels.length)} needed)`);
    } else if (action.kind === 'following') {
      log.info('follow', why);
    } else if (action.kind === 'steady') {
      const { role, master } = this.state.status;
      log.info('steady', `${role}, master is server ${String(master)}`);
    }
  }
}

function keepersOf({ config: { runDir }, peers: { clock }, users, sentinelUsers, log }: AgentOptions): Keepers {
  const keeperOf = (file: string, reader?: UsersReader) => reader && new UserKeeper(reader, clock, log, new NamesFile(runDir, file, log));
  return { accepted: new AcceptedPasswords('default', clock), users: keeperOf('users', users), sentinelUsers: keeperOf('sentinel-users', sentinelUsers) };
}
