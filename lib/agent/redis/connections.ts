import { resolveAgain, resolveAll } from './addresses';
import { ExternalConnections } from './external';
import { KnownAddresses } from './known-addresses';
import { Peers } from './peers';
import { RespClient } from './resp-client';
import { SecureConnections } from './secure-connections';
import { Log } from '../../log/log';
import { CLOCK } from '../base/clock';
import { Config } from '../config/config';
import { PasswordReader } from '../config/password-file';

/** Longest wait for an answer. */
export const CALL_MS = 1_000;

/** Connections to all members of a configuration. */
export class Connections {
  /** Waits until each member has an address, or had one before the agent ended. */
  public static async open(config: Config, password: () => readonly string[] | undefined, log: Log, external?: PasswordReader): Promise<Connections> {
    const known = new KnownAddresses(config.runDir);
    const [servers, sentinels] = await Promise.all([config.servers, config.sentinels].map(async (hosts) => (
      resolveAll(hosts, config.ipFamily, log, (host) => known.of(host)))));
    return new Connections(config, servers, sentinels, password, new Map(), external);
  }

  public readonly peers: Peers;
  private readonly clients: RespClient[] = [];

  private constructor(
    public readonly config: Config,
    servers: readonly string[],
    sentinels: readonly string[],
    private readonly password: () => readonly string[] | undefined,
    former: ReadonlyMap<string, number>,
    private readonly externalPassword: PasswordReader = () => undefined,
  ) {
    new KnownAddresses(config.runDir).keep([...config.servers, ...config.sentinels], [...servers, ...sentinels]);
    const secure = config.tls && new SecureConnections(config.tls);
    const client = (host: string, port: number): RespClient => {
      const made = new RespClient({ host, port, password, tls: secure && (() => secure.options()), timeoutMs: CALL_MS });
      this.clients.push(made);
      return made;
    };
    const external = config.follow && new ExternalConnections(config.follow, config.tls, externalPassword);
    if (external) this.clients.push(external.endpoint);
    const serverAt = (address: string): RespClient => client(address, config.serverPort);
    this.peers = {
      local: serverAt(config.selfAddress),
      servers: servers.map(serverAt),
      serverAt,
      sentinels: sentinels.map((address) => client(address, config.sentinelPort)),
      addresses: servers,
      former,
      sourceAddress: async () => config.restoreSource && (await resolveAgain([config.restoreSource.host], [], config.ipFamily))[0],
      external,
      sentinelAddresses: sentinels,
      clock: CLOCK,
    };
  }

  /** Connections to the same members at the addresses that their names have now, or undefined if these are the same. */
  public async renewed(): Promise<Connections | undefined> {
    const { config, peers: { addresses, sentinelAddresses, former } } = this;
    const [servers, sentinels] = await Promise.all([
      resolveAgain(config.servers, addresses, config.ipFamily), resolveAgain(config.sentinels, sentinelAddresses, config.ipFamily),
    ]);
    if ([...servers, ...sentinels].join() === [...addresses, ...sentinelAddresses].join()) return undefined;
    const known = new Map([...former!, ...addresses.map((address, ordinal) => [address, ordinal] as const)]);
    // What one had may be given to another.
    servers.forEach((address) => known.delete(address));
    return new Connections(config, servers, sentinels, this.password, known, this.externalPassword);
  }

  public close(): void {
    this.clients.forEach((client) => client.close());
  }
}
