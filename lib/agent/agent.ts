import { act, Actor } from './act';
import { Config } from './config';
import { Action, BLANK_MEMORY, decide, Memory, Rules } from './decide';
import { Log, messageOf } from './log';
import { Claim, majorityOf, namedMaster, Observation, ServerView } from './observation';
import { claimAt, observe } from './observe';
import { PasswordKeeper, PasswordReader } from './passwords';
import { keepPeriods } from './periods';
import { Ports } from './ports';
import { claimOf, DataRecord, epochOf, formatClaim, nextRecord } from './record';
import { Registration } from './registration';

/** Between observations while all is settled, and otherwise. */
const SETTLED_MS = 1_000;
const UNSETTLED_MS = 200;

/** Where the record is kept. */
export interface RecordStore {
  read(): DataRecord | undefined;
  write(record: DataRecord): void;
}

/** Tells the other agents about the data. */
export interface Publisher {
  publish(name: string, runId: string): Promise<void>;
}

/** What the agent of one server needs. */
export interface AgentOptions {
  readonly config: Config;
  readonly ports: Ports;
  readonly store: RecordStore;
  readonly publisher: Publisher;
  readonly passwords: PasswordReader;
  readonly log: Log;
  /** Default: {@link decide}. */
  readonly decide?: typeof decide;
}

/** What the agent knows, for the status file. */
export interface Status {
  readonly role: string;
  readonly phase: Action['kind'];
  readonly master: number | null;
  readonly why: string;
}

/** Observes, decides and acts for one server. */
export class Agent {
  readonly actor: Actor;
  /** The own server was the named master when last seen. */
  isMaster = false;
  status: Status = { role: 'unknown', phase: 'wait', master: null, why: 'starting' };

  /** The own server is about to stop. */
  stopping = false;

  private readonly rules: Rules;
  private memory: Memory = BLANK_MEMORY;
  private record: DataRecord | undefined;
  private masterClaim: { readonly of: string; readonly claim: Claim | undefined } = { of: '', claim: undefined };
  private said = '';
  private readonly keeper: PasswordKeeper;

  constructor(private readonly options: AgentOptions) {
    const { config, ports, log, passwords, store } = options;
    const { self, bootTimeoutMs, replicaPriority, quorum, downAfterMs, failoverTimeoutMs, parallelSyncs } = config;
    this.rules = { self, bootTimeoutMs, replicaPriority, settings: { quorum, downAfterMs, failoverTimeoutMs, parallelSyncs } };
    this.record = store.read();
    const registration: Registration = { config, address: ports.addresses[config.self], password: () => passwords()?.[0], log };
    this.keeper = new PasswordKeeper(ports, config, passwords, log);
    this.actor = {
      ports,
      config,
      registration,
      log,
      record: () => this.record,
      remember: async record => this.remember(record),
      failoverAsked: false,
    };
  }

  /** The same agent among other members. */
  among(config: Config, ports: Ports): Agent {
    const next = new Agent({ ...this.options, config, ports });
    Object.assign(next, { isMaster: this.isMaster, stopping: this.stopping, memory: this.memory });
    return next;
  }

  /** One round. Returns how long to wait before the next one, in milliseconds. */
  async tick(): Promise<number> {
    const { ports, config, publisher, log } = this.options;
    const observation = await observe(ports, config, this.record, this.status.phase !== 'rest');
    const self = observation.servers[config.self];
    try {
      let masterClaim: Claim | undefined;
      if (self) {
        masterClaim = await this.claimOfMaster(observation, self);
        await this.updateRecord(observation, masterClaim);
        await publisher.publish(formatClaim(claimOf(this.record, self)), self.runId);
      }
      // Nothing else waits for these.
      void this.keeper.keep({ server: self !== undefined, sentinels: this.isMaster });
      if (this.isMaster) void keepPeriods(ports.sentinels);
      const rules: Rules = { ...this.rules, stopping: this.stopping, unrecorded: masterClaim === undefined };
      const { action, memory } = (this.options.decide ?? decide)(observation, this.memory, rules);
      this.memory = memory;
      this.note(action, observation, self);
      const { asked } = await act(action, observation, this.actor);
      this.memory = { ...this.memory, asked: [...new Set([...this.memory.asked, ...asked])] };
      return action.kind === 'rest' || action.kind === 'tend' || action.kind === 'forget' ? SETTLED_MS : UNSETTLED_MS;
    } catch (error) {
      log.warn('round', `not finished: ${messageOf(error)}`);
      return UNSETTLED_MS;
    }
  }

  private async updateRecord(observation: Observation, masterClaim: Claim | undefined): Promise<void> {
    const next = nextRecord(this.record, this.options.config.self, observation, masterClaim);
    if (next && next !== this.record) await this.remember(next);
  }

  private async remember(record: DataRecord): Promise<void> {
    this.options.store.write(record);
    this.record = record;
    await this.options.publisher.publish(formatClaim({ ...record, offset: 0, live: true }), record.runId);
  }

  /** What the agent of the master says: asked again whenever the master, its epoch or its stream is another one. */
  private async claimOfMaster(observation: Observation, self: ServerView): Promise<Claim | undefined> {
    const named = namedMaster(observation.sentinels);
    if (typeof named !== 'number' || self.follows !== named || !self.linkUp) return undefined;
    const epoch = epochOf(observation.sentinels, named);
    const of = `${named} ${epoch} ${self.streamId}`;
    if (this.masterClaim.of !== of) {
      const claim = await claimAt(this.options.ports.servers[named]);
      if (!claim?.master || claim.epoch !== epoch) return undefined;
      this.masterClaim = { of, claim };
    }
    return this.masterClaim.claim;
  }

  private note(action: Action, observation: Observation, self: ServerView | undefined): void {
    const named = namedMaster(observation.sentinels);
    const { config, log } = this.options;
    if (self) {
      this.isMaster = self.role === 'master' && named === config.self;
    }
    const why = 'why' in action ? action.why : '';
    this.status = { role: self?.role ?? 'unknown', phase: action.kind, master: typeof named === 'number' ? named : null, why };
    const said = `${action.kind} ${why} ${String(named)} ${self?.role}`;
    if (said === this.said) return;
    this.said = said;
    const answering = observation.sentinels.filter(Boolean).length;
    if (action.kind === 'wait') {
      log.info('wait', `${why} (${answering} of ${observation.sentinels.length} Sentinels answer, ${majorityOf(observation.sentinels.length)} needed)`);
    } else if (action.kind === 'rest') {
      log.info('settled', `${self?.role}, master is server ${String(named)}`);
    }
  }
}
