import { External } from './external';
import { Endpoint } from './resp';
import { Clock } from '../base/clock';

/** Everybody the agent talks to. */
export interface Peers {
  /** The server beside the agent, over the loopback interface. */
  readonly local: Endpoint;
  /** All servers by ordinal, at the addresses they announce. The local one is not used. */
  readonly servers: readonly Endpoint[];
  readonly sentinels: readonly Endpoint[];
  /** A server that is not configured, at the address it announces. */
  readonly serverAt: (address: string) => Endpoint;
  /** Announced IP address of each server. */
  readonly addresses: readonly string[];
  /** Addresses that servers had before, as Sentinels and replicas may still know them by these. */
  readonly former?: ReadonlyMap<string, number>;
  /** IP address of the source of a restore; undefined while its name has none. Only asked for where there is a restore. */
  readonly sourceAddress?: () => Promise<string | undefined>;
  /** The master outside, where one is followed. */
  readonly external?: External;
  /** Announced IP address of each Sentinel. */
  readonly sentinelAddresses: readonly string[];
  readonly clock: Clock;
}
