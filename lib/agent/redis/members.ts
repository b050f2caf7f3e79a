import { Connections } from './connections';
import { Peers } from './peers';
import { Config } from '../config/config';
import { ConfigFile } from '../config/config-file';

/** Between looks whether a member has another address. */
const RESOLVE_MS = 2_000;

/** The connections to the members, which follow the members' file and the names in it. */
export class Members {
  /** The configuration that the connections are of. */
  public config: Config;
  private next?: Connections;
  private resolvedAt = performance.now();
  private resolving = false;

  constructor(private readonly file: ConfigFile, private connections: Connections, private readonly open: () => Promise<Connections>) {
    this.config = file.current;
  }

  /** The members, if they are others than at the last call and each of them has an address. */
  public changed(): Peers | undefined {
    if (this.file.changed()) void this.prepare(this.file.current);
    else if (!this.next) void this.renew();
    if (!this.next) return undefined;
    this.connections.close();
    this.connections = this.next;
    this.next = undefined;
    this.config = this.file.current;
    return this.connections.peers;
  }

  private async renew(): Promise<void> {
    if (this.resolving || performance.now() < this.resolvedAt + RESOLVE_MS) return;
    this.resolving = true;
    const { connections } = this;
    const renewed = await connections.renewed();
    this.resolving = false;
    this.resolvedAt = performance.now();
    // The members' file may have changed meanwhile.
    if (connections === this.connections && !this.next && this.file.current === this.config) this.next = renewed;
    else renewed?.close();
  }

  private async prepare(config: Config): Promise<void> {
    this.next?.close();
    this.next = undefined;
    const connections = await this.open();
    if (this.file.current === config) this.next = connections;
  }
}
