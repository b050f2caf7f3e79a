import { Endpoint } from './resp';

/** Time, as the agent sees it. */
export interface Clock {
  /** Never goes back. In milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** Everybody the agent talks to. */
export interface Ports {
  /** The own server over the loopback interface. */
  readonly own: Endpoint;
  /** All servers by ordinal, at the addresses they announce. The own one is not used. */
  readonly servers: readonly Endpoint[];
  readonly sentinels: readonly Endpoint[];
  /** A server that is in no configuration yet, at the address it announces. */
  readonly serverAt: (address: string) => Endpoint;
  /** Announced IP address of each server. */
  readonly addresses: readonly string[];
  /** Announced IP address of each Sentinel. */
  readonly sentinelAddresses: readonly string[];
  readonly clock: Clock;
}
