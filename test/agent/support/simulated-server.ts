import { Reply, ReplyError } from '../../../lib/agent/redis/resp';

/** What a server holds. */
export interface DataSet {
  /** Number of the promotion whose stream this is. */
  readonly era: number;
  /** Number of the last write; 0 for no data. */
  readonly last: number;
}

const EMPTY: DataSet = { era: 0, last: 0 };

/** Where the source of a restore listens. */
export const SOURCE = { host: '10.0.2.1', port: 9097 };

export type Promoter = 'agent' | 'sentinel' | 'hand-over';

/** What a server needs of the world. */
interface ServerEvents {
  addressOf(ordinal: number): string;
  /** Those that are in sync with this one. */
  replicasOf(ordinal: number): readonly number[];
  promoted(server: SimulatedServer, by: Promoter): void;
  /** It was told to end. */
  shutDown(server: SimulatedServer): void;
  now(): number;
  /** A number at random, below this one. */
  below(limit: number): number;
}

/** A Redis server, as far as agents and Sentinels see it. */
export class SimulatedServer {
  public up = false;
  public role: 'master' | 'slave' = 'slave';
  public follows: number | 'source' | undefined;
  public linkUp = false;
  public priority = 0;
  public runId = '';
  public clientName = '';
  public data: DataSet = EMPTY;
  /** Era of the data when its agent last kept a record of it, on the disk or not. */
  public recordedEra = 0;
  public streamId = 'none';
  /** The stream of before its promotion, of which replicas need no copy. */
  public formerStream = 'none';
  /** Takes CLIENT PAUSE for done and goes on accepting writes, as no server does. */
  public restless = false;
  /** Says as a master that its stream is empty, as no server does. */
  public modest = false;
  /** It has not yet on its disk what it copied as a whole: what it had before comes back if it ends. */
  public rewriting = false;
  private before: DataSet = EMPTY;
  /** Era that the record on the disk is of. */
  public writtenEra = 0;
  /** As a replica it receives nothing until then, over a link that is up. */
  public lagsUntil = -Infinity;
  /** A script that has written does not end: the server answers nothing else, and can only be ended. */
  public busy = false;
  private pausedUntil = -Infinity;
  private starts = 0;

  constructor(public readonly ordinal: number, private readonly events: ServerEvents) {}

  /** Starts the process as a standby. */
  public start(): void {
    this.up = true;
    this.busy = false;
    this.role = 'slave';
    this.follows = undefined;
    this.linkUp = false;
    this.priority = 0;
    this.runId = `run${this.ordinal}x${this.starts++}`;
    this.clientName = '';
    this.pausedUntil = -Infinity;
    // An append-only file does not tell the stream.
    this.streamId = this.runId;
    this.formerStream = 'none';
  }

  public stop(options: { losesData: boolean }): void {
    this.up = false;
    this.linkUp = false;
    this.clientName = '';
    if (this.rewriting) this.data = this.before;
    if (options.losesData) this.data = EMPTY;
    this.rewriting = false;
    this.recordedEra = this.writtenEra;
  }

  /** Has received all data, and begins to write its log anew. */
  public copied(data: DataSet, streamId: string): void {
    if (!this.rewriting) this.before = this.data;
    this.rewriting = true;
    this.data = data;
    this.streamId = streamId;
  }

  public follow(ordinal: number | 'source' | undefined): void {
    if (this.role === 'slave' && this.follows === ordinal) return;
    this.role = 'slave';
    this.follows = ordinal;
    this.linkUp = false;
  }

  public promote(by: Promoter): void {
    if (this.role === 'master') return;
    this.role = 'master';
    this.follows = undefined;
    this.linkUp = false;
    this.events.promoted(this, by);
  }

  public get paused(): boolean {
    return this.events.now() < this.pausedUntil && !this.restless;
  }

  public execute(command: readonly string[]): Reply {
    if (this.busy) return this.executeBusy(command);
    switch (command[0]) {
      case 'PING': return 'PONG';
      case 'INFO': return this.info(command[1]);
      case 'CLIENT': return this.client(command);
      case 'SELECT': return 'OK';
      case 'RANDOMKEY': return this.data.last > 0 ? `w${1 + this.events.below(this.data.last)}` : null;
      case 'TYPE': return 'string';
      case 'OBJECT': return 'embstr';
      case 'GETRANGE': return Number(command[1].slice(1)) <= this.data.last ? command[1] : '';
      case 'MULTI':
      case 'EXEC': return 'OK';
      case 'CONFIG':
        if (command[1] === 'GET') return [command[2], command[2] === 'replica-announce-ip' ? this.events.addressOf(this.ordinal) : '1'];
        if (command[2] === 'replica-priority') this.priority = Number(command[3]);
        return 'OK';
      case 'REPLICAOF':
        if (command[1] === 'NO') {
          this.promote('agent');
        } else if (command[1] === SOURCE.host) {
          this.follow('source');
        } else {
          this.follow([...Array(9).keys()].find((ordinal) => this.events.addressOf(ordinal) === command[1]));
        }
        return 'OK';
      default: return new ReplyError(`ERR unknown command '${command[0]}'`);
    }
  }

  private executeBusy([name]: readonly string[]): Reply {
    if (name === 'SHUTDOWN') {
      this.events.shutDown(this);
      return 'OK';
    }
    return new ReplyError(['SCRIPT', 'FUNCTION'].includes(name) ? 'UNKILLABLE the script has written' : 'BUSY a script runs');
  }

  private client(command: readonly string[]): Reply {
    switch (command[1]) {
      case 'LIST': return `id=1 addr=x:1 name=sentinel user=default\nid=2 addr=x:2 name=${this.clientName} db=0 user=default\n`;
      case 'PAUSE':
        this.pausedUntil = this.events.now() + Number(command[2]);
        return 'OK';
      case 'UNPAUSE':
        this.pausedUntil = -Infinity;
        return 'OK';
      case 'KILL': return 0;
      default: return new ReplyError(`ERR unknown subcommand '${command[1]}'`);
    }
  }

  private info(section: string): string {
    const lines = {
      server: [`run_id:${this.runId}`],
      keyspace: this.data.last > 0 ? [`db0:keys=${this.data.last},expires=0`] : [],
      persistence: ['loading:0', 'aof_enabled:1', `aof_rewrite_in_progress:${Number(this.rewriting)}`],
      replication: this.replication(),
    }[section] ?? [];
    return lines.join('\r\n');
  }

  private replication(): string[] {
    const common = [`role:${this.role}`, `master_replid:${this.streamId}`];
    if (this.role === 'master') {
      const replicas = this.events.replicasOf(this.ordinal)
        .map((ordinal, n) => `slave${n}:ip=${this.events.addressOf(ordinal)},port=6379,state=online,offset=${this.data.last},lag=0`);
      return [...common, ...replicas, `master_repl_offset:${this.modest ? 0 : this.data.last}`];
    }
    return [
      ...common,
      `master_host:${this.follows === undefined ? '127.0.0.1' : this.follows === 'source' ? SOURCE.host : this.events.addressOf(this.follows)}`,
      `master_port:${this.follows === undefined ? 1 : this.follows === 'source' ? SOURCE.port : 6379}`,
      `master_link_status:${this.linkUp ? 'up' : 'down'}`,
      `slave_repl_offset:${this.data.last}`,
      `slave_priority:${this.priority}`,
      `master_link_down_since_seconds:${this.linkUp ? 0 : 1}`,
    ];
  }
}
