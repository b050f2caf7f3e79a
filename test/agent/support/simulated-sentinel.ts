import { SimulatedServer } from './simulated-server';
import { Reply, ReplyError } from '../../../lib/agent/redis/resp';

/** Who a Sentinel can reach, and the others. */
export interface SentinelWorld {
  readonly servers: readonly SimulatedServer[];
  readonly sentinels: readonly SimulatedSentinel[];
  addressOf(ordinal: number): string;
  /** The server is up and this Sentinel reaches it. */
  reaches(sentinel: number, server: number): boolean;
  /** Two Sentinels reach each other. */
  meets(sentinel: number, other: number): boolean;
  now(): number;
  later(ms: number, run: () => void): void;
  /** A failover that somebody asked for is about to promote this server. */
  handsOver(from: number, to: number): void;
}

const DOWN_AFTER_MS = 3_500;
const ROGUE_AFTER_MS = 9_000;
/** From the promotion until the leader believes it. */
const BELIEVE_MS = 1_000;
const RETRY_MS = 12_000;

/** A Redis Sentinel, as far as agents see it. */
export class SimulatedSentinel {
  public up = false;
  public names: number | undefined;
  public epoch = 0;
  public others = new Set<number>();
  public replicas = new Set<number>();
  public failoverInProgress = false;
  /** Gives its vote to everybody who asks, as no Sentinel does. */
  public faithless = false;
  private downSince: number | undefined;
  private rogueSince = new Map<number, number>();
  private lastAttempt = -Infinity;
  /** Its last vote, and the highest epoch that it heard of. */
  private vote = { leader: '*', epoch: 0 };
  private currentEpoch = 0;
  private settings: Record<string, string> = {};
  /** Priority of each replica, as of the last look at it. */
  private readonly priorities = new Map<number, number>();

  constructor(public readonly index: number, private readonly world: SentinelWorld) {}

  public start(options: { blank: boolean }): void {
    this.up = true;
    this.failoverInProgress = false;
    this.downSince = undefined;
    if (options.blank) this.forget();
  }

  public stop(): void {
    this.up = false;
  }

  public get masterDown(): boolean {
    return this.downSince !== undefined && this.world.now() - this.downSince >= DOWN_AFTER_MS;
  }

  public execute(command: readonly string[]): Reply {
    if (command[0] === 'PUBLISH') return this.hello(command[2].split(','));
    switch (command[1]) {
      case 'GET-MASTER-ADDR-BY-NAME': return this.names === undefined ? null : [this.world.addressOf(this.names), '6379'];
      case 'MASTER': return this.names === undefined ? new ReplyError('ERR No such master with that name') : this.describe();
      case 'MONITOR': return this.monitor(command[3]);
      case 'REMOVE':
        this.forget();
        return 'OK';
      case 'SET':
        this.settings[command[3]] = command[4];
        return 'OK';
      case 'FAILOVER': return this.failover({ planned: true });
      case 'REPLICAS': return [...this.replicas].map((ordinal) => this.describeReplica(ordinal));
      case 'SENTINELS': return [...this.others].map((other) => ['ip', `10.0.1.${other + 1}`, 'port', '26379', 'runid', `sentinel ${other}`]);
      case 'MYID': return `sentinel ${this.index}`;
      case 'IS-MASTER-DOWN-BY-ADDR': return this.voteFor(command[2], Number(command[4]), command[5]);
      case 'CONFIG': return [];
      case 'CKQUORUM': return this.checkQuorum();
      default: return new ReplyError('ERR unknown subcommand');
    }
  }

  /** One vote in an epoch. Whoever gave it begins no failover by itself for a while. */
  private voteFor(address: string, epoch: number, leader: string): Reply {
    if (this.names === undefined || this.world.addressOf(this.names) !== address) return [0, '*', 0];
    this.currentEpoch = Math.max(this.currentEpoch, epoch);
    if ((this.vote.epoch < epoch || this.faithless) && this.currentEpoch <= epoch) {
      this.vote = { leader, epoch };
      this.lastAttempt = this.world.now();
    }
    return [Number(this.masterDown), this.vote.leader, this.vote.epoch];
  }

  /** Another Sentinel tells who is the master. One that is not known counts from then on. */
  private hello([, , runId, current, , address, , epoch]: readonly string[]): Reply {
    this.currentEpoch = Math.max(this.currentEpoch, Number(current));
    if (this.names === undefined) return 1;
    this.others.add(Number(runId.split(' ')[1]));
    const master = this.world.servers.find((server) => this.world.addressOf(server.ordinal) === address)!.ordinal;
    if (Number(epoch) > this.epoch) this.switchTo(master, Number(epoch));
    return 1;
  }

  /** What a Sentinel does by itself, a few times a second. */
  public tick(): void {
    if (!this.up || this.names === undefined) return;
    this.meetOthers();
    const master = this.world.servers[this.names];
    const healthy = this.world.reaches(this.index, this.names) && master.role === 'master';
    this.downSince = this.world.reaches(this.index, this.names) ? undefined : this.downSince ?? this.world.now();
    if (healthy) {
      this.findReplicas();
      this.demoteRogues();
    }
    this.maybeLead();
  }

  private monitor(address: string): Reply {
    if (this.names !== undefined && !this.faithless) return new ReplyError('ERR Duplicated master name');
    this.names = this.world.servers.find((server) => this.world.addressOf(server.ordinal) === address)!.ordinal;
    return 'OK';
  }

  private forget(): void {
    this.names = undefined;
    this.epoch = 0;
    this.others.clear();
    this.replicas.clear();
    this.rogueSince.clear();
    this.downSince = undefined;
    this.failoverInProgress = false;
    this.settings = {};
  }

  private describe(): string[] {
    const flags = ['master', ...this.masterDown ? ['s_down'] : [], ...this.failoverInProgress ? ['failover_in_progress'] : []];
    return [
      'flags', flags.join(','), 'last-ok-ping-reply', String(this.downSince === undefined ? 0 : this.world.now() - this.downSince), 'config-epoch', String(this.epoch), 'num-other-sentinels', String(this.others.size),
      'quorum', this.settings.quorum ?? '2',
      'down-after-milliseconds', this.settings['down-after-milliseconds'] ?? '30000',
      'failover-timeout', this.settings['failover-timeout'] ?? '180000',
      'parallel-syncs', this.settings['parallel-syncs'] ?? '1',
    ];
  }

  private describeReplica(ordinal: number): string[] {
    const flags = this.world.reaches(this.index, ordinal) ? 'slave' : 's_down,slave';
    return ['ip', this.world.addressOf(ordinal), 'flags', flags, 'slave-priority', String(this.priorityOf(ordinal)), 'info-refresh', '600'];
  }

  private priorityOf(ordinal: number): number {
    return this.priorities.get(ordinal) ?? 100;
  }

  private checkQuorum(): Reply {
    const { sentinels } = this.world;
    const usable = sentinels.filter((other) => other === this
      || (other.up && this.others.has(other.index) && this.world.meets(this.index, other.index)));
    return usable.length > sentinels.length / 2 ? `OK ${usable.length} usable Sentinels` : new ReplyError('NOQUORUM');
  }

  /** Sentinels of one master find each other through it, and tell each other newer configurations. */
  private meetOthers(): void {
    for (const other of this.world.sentinels) {
      if (other === this || !other.up || other.names === undefined || !this.hears(other)) continue;
      if (other.names === this.names && this.world.reaches(this.index, this.names)) this.others.add(other.index);
      if ((this.others.has(other.index) || other.others.has(this.index)) && other.epoch > this.epoch) {
        this.others.add(other.index);
        this.switchTo(other.names, other.epoch);
      }
    }
  }

  /** Directly, or by way of a server that both reach. */
  private hears(other: SimulatedSentinel): boolean {
    const { meets, reaches, servers } = this.world;
    return meets(this.index, other.index)
      || servers.some(({ ordinal }) => reaches(this.index, ordinal) && reaches(other.index, ordinal));
  }

  private switchTo(ordinal: number, epoch: number): void {
    if (this.names !== ordinal && this.names !== undefined) this.replicas.add(this.names);
    this.replicas.delete(ordinal);
    this.names = ordinal;
    this.epoch = epoch;
    this.currentEpoch = Math.max(this.currentEpoch, epoch);
    this.downSince = undefined;
    this.failoverInProgress = false;
    this.lastAttempt = -Infinity;
  }

  private findReplicas(): void {
    for (const server of this.world.servers) {
      if (server.up && server.follows === this.names && server.linkUp) this.replicas.add(server.ordinal);
    }
    for (const ordinal of this.replicas) {
      if (this.world.reaches(this.index, ordinal)) this.priorities.set(ordinal, this.world.servers[ordinal].priority);
    }
  }

  private demoteRogues(): void {
    for (const ordinal of this.replicas) {
      const server = this.world.servers[ordinal];
      if (!this.world.reaches(this.index, ordinal) || server.role !== 'master') {
        this.rogueSince.delete(ordinal);
        continue;
      }
      const since = this.rogueSince.get(ordinal) ?? this.world.now();
      this.rogueSince.set(ordinal, since);
      if (this.world.now() - since >= ROGUE_AFTER_MS) server.follow(this.names);
    }
  }

  private maybeLead(): void {
    if (!this.masterDown || this.world.now() - this.lastAttempt < RETRY_MS) return;
    const size = this.world.sentinels.length;
    // A vote is given once in that time.
    const agree = this.world.sentinels.filter((other) => other.up && other.names === this.names && other.masterDown
      && this.world.now() - other.lastAttempt >= RETRY_MS
      && (other === this || (this.others.has(other.index) && this.world.meets(this.index, other.index))));
    if (agree.length > size / 2 && !agree.some((other) => other.failoverInProgress)) {
      for (const other of agree) other.lastAttempt = this.world.now();
      this.failover({ planned: false });
    }
  }

  private failover({ planned }: { planned: boolean }): Reply {
    const from = this.names;
    if (from === undefined) return new ReplyError('ERR No such master with that name');
    if (this.failoverInProgress) return new ReplyError('INPROG Failover already in progress');
    const chosen = [...this.replicas].map((ordinal) => this.world.servers[ordinal])
      .filter((server) => this.world.reaches(this.index, server.ordinal) && server.role === 'slave' && server.priority > 0)
      .sort((a, b) => this.priorityOf(a.ordinal) - this.priorityOf(b.ordinal) || b.data.last - a.data.last)[0];
    if (!chosen) return new ReplyError('NOGOODSLAVE No suitable replica to promote');
    this.failoverInProgress = true;
    const { runId } = chosen;
    // that of a failover that somebody asked for is nobody's vote: the model spares itself two in one epoch
    const epoch = Math.max(...this.world.sentinels.map((each) => each.currentEpoch)) + 1;
    this.currentEpoch = epoch;
    this.world.later(200, () => {
      if (!this.failoverInProgress || !this.up) return;
      if (!chosen.up || chosen.runId !== runId) {
        this.failoverInProgress = false;
        return;
      }
      if (planned) this.world.handsOver(from, chosen.ordinal);
      chosen.promote('sentinel');
      this.world.later(BELIEVE_MS, () => this.complete(chosen, runId, epoch));
    });
    return 'OK';
  }

  private complete(chosen: SimulatedServer, runId: string, epoch: number): void {
    if (!this.up || !this.failoverInProgress) return;
    this.failoverInProgress = false;
    if (!chosen.up || chosen.runId !== runId || chosen.role !== 'master') return;
    this.switchTo(chosen.ordinal, epoch);
    for (const ordinal of this.replicas) {
      const server = this.world.servers[ordinal];
      if (this.world.reaches(this.index, ordinal) && server.role === 'slave' && server.follows !== undefined) server.follow(chosen.ordinal);
    }
  }
}
