import { renderAsset } from '../private/render';
import { CONSENSUS_PORT } from '../redis-ha/settle-proxy';
import { ProxySettings, Settings } from '../redis-ha/settings';
import { Topology } from '../topology/topology';

/** How haproxy.cfg writes what only the running cluster knows. */
export interface Addressing {
  /** Address that server `ordinal` takes connections at. */
  server(ordinal: number): string;
  /** Regular expression for the frame in which a Sentinel names server `ordinal`: `\$` its length `\r\n` its announced address. */
  announced(ordinal: number): string;
  /** Address that Sentinel `ordinal` takes connections at. */
  sentinel(ordinal: number): string;
}

/** Addresses of the announce Services, which the start script puts into the environment. */
export const SERVICE_ADDRESSING: Addressing = {
  server: (ordinal) => `"\${SERVER_${ordinal}}"`,
  announced: (ordinal) => `"\${SERVER_${ordinal}_FRAME}"`,
  sentinel: (ordinal) => `"\${SENTINEL_${ordinal}}"`,
};

/** haproxy.cfg for any number of servers and Sentinels. */
export function haproxyConfig(settings: Settings, proxy: ProxySettings, topology: Topology, addressing: Addressing): string {
  const ordinals = topology.servers.map((server) => server.ordinal);
  return renderAsset('haproxy.cfg', {
    ...proxy,
    name: settings.name,
    auth: settings.auth !== undefined,
    masterName: settings.masterName,
    serverPort: String(settings.server.port),
    sentinelPort: settings.sentinel.port,
    majority: topology.majority,
    servers: ordinals.map((index) => ({
      index,
      address: addressing.server(index),
      namedPattern: addressing.announced(index),
      consensusPort: CONSENSUS_PORT + index,
      others: ordinals.filter((other) => other !== index),
    })),
    sentinels: topology.sentinels.map(({ ordinal }) => ({ index: ordinal, address: addressing.sentinel(ordinal) })),
  });
}
