import { FollowLag, Reading, ServerAnswer, ServerName, ServerReading } from '../read/reading';

/** What an installation copies that has no data of its own. */
export interface Standby {
  /** The master outside, as `host:port`. */
  readonly master: string;
  /** The server that copies it; undefined while none does. */
  readonly server?: number;
  readonly lag?: FollowLag;
}

/** A replica or master that answered. */
type Answering = ServerReading & { readonly answer: ServerAnswer };

/** What follows from a reading, for all judgements. */
export class Facts {
  /** Sentinels that make a majority of all that are configured. */
  public readonly majority: number;
  /** Sentinels that answered. */
  public readonly answering: number;
  /** The server that a majority of the Sentinels names. */
  public readonly named?: number;
  /** The one that clients write to: the named one, if it says master or at least is not found down. */
  public readonly master?: number;
  /** What it said. */
  public readonly masterAnswer?: ServerAnswer;
  /** Where it copies a master outside, and takes no writes; never with a master of its own. */
  public readonly standby?: Standby;
  /** Replicas that Sentinel may promote, and that have the master's data. */
  public readonly electable: readonly number[];
  /** The master answers us, by a way that needs no network, and a majority of the Sentinels finds it down. */
  public readonly masterFoundDown: boolean;
  /** Somebody is in a failover. */
  public readonly failingOver: boolean;

  constructor(public readonly reading: Reading) {
    const { sentinels, servers } = reading;
    this.majority = Math.floor(sentinels.length / 2) + 1;
    this.answering = sentinels.filter(({ answer }) => answer).length;
    const namedBy = (count: number): number | undefined => servers.find(({ ordinal }) => count > 0 && this.naming(ordinal) >= count)?.ordinal;
    this.named = namedBy(this.majority);
    this.failingOver = sentinels.some(({ answer }) => answer?.failoverInProgress);
    // with fewer Sentinels there is no failover, but the master that all of them name goes on
    const agreed = this.named ?? namedBy(this.answering);
    if (agreed !== undefined && this.mayBeMaster(servers[agreed])) this.master = agreed;
    this.masterAnswer = this.master === undefined ? undefined : servers[this.master].answer;
    this.masterFoundDown = this.masterAnswer !== undefined && this.findingDown(this.master!) >= this.majority;
    this.standby = agreed === undefined ? this.standbyIn(servers) : undefined;
    const heirs = this.replicas().filter(({ ordinal, answer }) => ordinal !== this.named && this.isElectable(answer) && !this.isFoundDown(ordinal));
    this.electable = heirs.map(({ ordinal }) => ordinal);
  }

  /** Sentinels that name a server. */
  public naming(server: number): number {
    return this.reading.sentinels.filter(({ answer }) => answer?.names === server).length;
  }

  /** Servers that answer and are not the master. */
  public replicas(): Answering[] {
    return this.reading.servers.filter((server): server is Answering => server.answer !== undefined && server.ordinal !== this.master);
  }

  /** Whether Sentinels that answer find a server down: most of them. */
  public isFoundDown(server: number): boolean {
    const down = this.findingDown(server);
    return down > 0 && down * 2 >= this.answering;
  }

  private findingDown(server: number): number {
    return this.reading.sentinels.filter(({ answer }) => answer?.findsDown.includes(server)).length;
  }

  private standbyIn(servers: readonly ServerReading[]): Standby | undefined {
    const following = servers.flatMap(({ ordinal, answer }) => (answer?.agent?.follow ? [{ ordinal, ...answer.agent.follow }] : []));
    if (following.length === 0) return undefined;
    const leader = following.find(({ lag }) => lag !== undefined);
    return { master: following[0].master, server: leader?.ordinal, lag: leader?.lag };
  }

  /** It says so, or it can't be asked and nobody finds it down. */
  private mayBeMaster({ ordinal, answer, pod }: ServerReading): boolean {
    return answer ? answer.role === 'master' : !this.isFoundDown(ordinal) && pod?.ready === true;
  }

  /** The link to a master that is down is down as well. */
  private isElectable({ role, follows, linkUp, priority, loading }: ServerAnswer): boolean {
    return role === 'replica' && follows === (this.master ?? this.named) && (linkUp || this.master === undefined || this.masterFoundDown) && priority > 0 && !loading;
  }
}

/** `server 1`, `servers 1 and 2`; of HAProxy, without the plural. */
export function several(what: string, ordinals: readonly number[]): string {
  if (ordinals.length === 1) return `${what} ${ordinals[0]}`;
  return `${what}${what === 'HAProxy' ? '' : 's'} ${ordinals.slice(0, -1).join(', ')} and ${ordinals.at(-1)}`;
}

/** A server, as the object of a sentence. */
export function nameOf(server: ServerName): string {
  return server === 'nobody' ? 'nobody' : server === 'unknown' ? 'an unknown address' : `server ${server}`;
}
