/** What the probe and the suite say to each other. All times are milliseconds since 1970. */

/** An acknowledged write: when, by which server (ordinal, -1 unknown), to which writer. */
export type Acknowledgement = readonly [at: number, server: number, writer: number];

/** What a server says of itself. `syncing`: a replica whose link is not up. */
export type Role = 'master' | 'replica' | 'syncing' | 'down';

/** Whom a Sentinel names: a server's ordinal, or why not. */
export type Named = number | 'nobody' | 'stranger' | 'down';

export interface ServerState {
  readonly role: Role;
  /** Ordinal of the server that a replica follows, -1 for none of them. */
  readonly follows: number;
}

export interface SentinelState {
  readonly names: Named;
  /** Other Sentinels that it knows. */
  readonly others: number;
  /** Replicas that it knows, and could elect. */
  readonly replicas: number;
  /** It distrusts its clock, and elects nobody. */
  readonly tilt: boolean;
}

/** What all servers and Sentinels said at one time. */
export interface State {
  readonly servers: readonly ServerState[];
  readonly sentinels: readonly SentinelState[];
  /** Where their names lead, as the probe knows: servers first. */
  readonly addresses: readonly string[];
}

/** A change that was observed. */
export interface Change {
  readonly at: number;
  readonly server?: number;
  readonly sentinel?: number;
  readonly to: Role | Named;
}

/** What a probe saw between its start and its stop. */
export interface ProbeReport {
  readonly from: number;
  readonly until: number;
  readonly writers: number;
  readonly acknowledged: readonly Acknowledgement[];
  /** Indices of acknowledged writes that were not there at the end. */
  readonly lost: readonly number[];
  readonly reads: number;
  readonly errors: { readonly [text: string]: number };
  readonly changes: readonly Change[];
}

export const PROBE_PORT = 8080;

/** One master that every Sentinel names, each Sentinel knows everybody, and every other server is in sync with the master. */
export function isSettled({ servers, sentinels }: State): boolean {
  const master = servers.findIndex(({ role }) => role === 'master');
  return master >= 0
    && servers.every(({ role, follows }, ordinal) => ordinal === master || (role === 'replica' && follows === master))
    && sentinels.every(({ names, others, replicas }) => names === master && others === sentinels.length - 1 && replicas === servers.length - 1);
}
