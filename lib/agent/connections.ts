import { resolveAll } from './addresses';
import { Config } from './config';
import { Log } from './log';
import { Clock, Ports } from './ports';
import { RespClient } from './resp';

/** Longest wait for an answer. */
export const CALL_MS = 1_000;

const clock: Clock = {
  now: () => Math.round(performance.now()),
  sleep: async ms => new Promise(resolve => setTimeout(resolve, ms)),
};

/** Everybody in a configuration, over the network. */
export class Connections {
  /** Waits until each member has an address. */
  static async open(config: Config, password: () => string | undefined, log: Log): Promise<Connections> {
    const [servers, sentinels] = await Promise.all([config.servers, config.sentinels].map(async hosts => resolveAll(hosts, config.ipFamily, log)));
    return new Connections(config, servers, sentinels, password);
  }

  readonly ports: Ports;
  private readonly clients: RespClient[] = [];

  private constructor(config: Config, servers: readonly string[], sentinels: readonly string[], password: () => string | undefined) {
    const client = (host: string, port: number): RespClient => {
      const made = new RespClient({ host, port, password, timeoutMs: CALL_MS });
      this.clients.push(made);
      return made;
    };
    const serverAt = (address: string): RespClient => client(address, config.serverPort);
    this.ports = {
      own: serverAt(config.selfAddress),
      servers: servers.map(serverAt),
      serverAt,
      sentinels: sentinels.map(address => client(address, config.sentinelPort)),
      addresses: servers,
      sentinelAddresses: sentinels,
      clock,
    };
  }

  close(): void {
    this.clients.forEach(client => client.close());
  }
}
