import { Failovers } from './failovers';
import { Registration } from './registration';
import { Witness } from './witness';
import { Log } from '../../log/log';
import { Config } from '../config/config';
import { DataRecord } from '../observe/record-file';
import { Peers } from '../redis/peers';
import { Endpoint } from '../redis/resp';

/** What acting needs. */
export interface Actor {
  readonly peers: Peers;
  readonly config: Config;
  readonly registration: Registration;
  readonly log: Log;
  readonly failovers: Failovers;
  /** Default: nobody counts. */
  readonly witness?: Witness;
  /** The local server is about to stop. Default: it is not. */
  readonly stopping?: () => boolean;
  record(): DataRecord | undefined;
  /** Keeps a record and tells the others. */
  remember(record: DataRecord): Promise<void>;
}

/** A server of the installation, also the local one. */
export function serverOf(ordinal: number, { peers, config }: Pick<Actor, 'peers' | 'config'>): Endpoint {
  return ordinal === config.self ? peers.local : peers.servers[ordinal];
}

/** How old an answer may be on which a promotion or a failover rests. In milliseconds. */
export const GLANCE_MS = 300;

/** What a standby replicates: nobody, as nobody listens there. */
export const STANDBY = ['127.0.0.1', '1'] as const;
