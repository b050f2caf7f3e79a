import { Connections } from './connections';
import { Peers } from './peers';
import { Config } from '../config/config';
import { ConfigFile } from '../config/config-file';

/** The connections to the members, which follow the members' file. */
export class Members {
  /** The configuration that the connections are of. */
  public config: Config;
  private next?: Connections;

  constructor(private readonly file: ConfigFile, private connections: Connections, private readonly open: () => Promise<Connections>) {
    this.config = file.current;
  }

  /** The members, if they are others than at the last call and each of them has an address. */
  public changed(): Peers | undefined {
    if (this.file.changed()) void this.prepare(this.file.current);
    if (!this.next) return undefined;
    this.connections.close();
    this.connections = this.next;
    this.next = undefined;
    this.config = this.file.current;
    return this.connections.peers;
  }

  private async prepare(config: Config): Promise<void> {
    this.next?.close();
    this.next = undefined;
    const connections = await this.open();
    if (this.file.current === config) this.next = connections;
  }
}
