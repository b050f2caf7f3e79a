import { Connections } from './connections';
import { Peers } from './peers';
import { Log } from '../../log/log';
import { Config } from '../config/config';
import { ConfigFile } from '../config/config-file';

/** Between looks whether a member has another address. */
const RESOLVE_MS = 2_000;
/** Between looks whether members can be taken. */
const READY_MS = 1_000;

/** The connections to the members, which follow the members' file and the names in it. */
export class Members {
  /** The configuration that the connections are of. */
  public config: Config;
  private next?: Connections;
  private resolvedAt = performance.now();
  private resolving = false;

  /** @param mayTake whether members with more Sentinels can be taken; asked until they can */
  constructor(
    private readonly file: ConfigFile, private connections: Connections, private readonly open: () => Promise<Connections>,
    private readonly mayTake: (config: Config, peers: Peers) => Promise<boolean>, private readonly log: Log,
  ) {
    this.config = file.current;
  }

  /** The members, if they are others than at the last call, each of them has an address, and they can be taken. */
  public changed(): Peers | undefined {
    if (this.file.changed()) void this.prepare(this.file.current);
    else if (!this.next) void this.renew();
    if (!this.next) return undefined;
    this.connections.close();
    this.connections = this.next;
    this.next = undefined;
    this.config = this.connections.config;
    return this.connections.peers;
  }

  private async renew(): Promise<void> {
    if (this.resolving || performance.now() < this.resolvedAt + RESOLVE_MS) return;
    this.resolving = true;
    const { connections } = this;
    const renewed = await connections.renewed();
    this.resolving = false;
    this.resolvedAt = performance.now();
    // other members may have come meanwhile
    if (connections === this.connections && !this.next) this.next = renewed;
    else renewed?.close();
  }

  private async prepare(config: Config): Promise<void> {
    this.next?.close();
    this.next = undefined;
    let connections = await this.open();
    const more = config.sentinels.length > this.config.sentinels.length;
    for (let said = false; more && this.file.current === config && !await this.mayTake(config, connections.peers); said = true) {
      if (!said) this.log.info('members', `the former ones stay until a majority of ${config.sentinels.length} Sentinels names the master`);
      await new Promise((resolve) => setTimeout(resolve, READY_MS));
      const renewed = await connections.renewed();
      if (renewed) connections.close();
      connections = renewed ?? connections;
    }
    const outdated = this.file.current !== config;
    (outdated ? connections : this.next)?.close();
    if (!outdated) this.next = connections;
  }
}
