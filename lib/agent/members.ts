import { Config } from './config';
import { ConfigFile } from './config-file';
import { Connections } from './connections';
import { Ports } from './ports';

/** The connections to the members, which follow their file. */
export class Members {
  /** The configuration that the connections are of. */
  config: Config;
  private next?: Connections;

  constructor(private readonly file: ConfigFile, private connections: Connections, private readonly open: () => Promise<Connections>) {
    this.config = file.current;
  }

  /** The way to other members than at the last question, once each of them has an address. */
  changed(): Ports | undefined {
    if (this.file.changed()) void this.prepare(this.file.current);
    if (!this.next) return undefined;
    this.connections.close();
    this.connections = this.next;
    this.next = undefined;
    this.config = this.file.current;
    return this.connections.ports;
  }

  private async prepare(config: Config): Promise<void> {
    this.next?.close();
    this.next = undefined;
    const connections = await this.open();
    if (this.file.current === config) this.next = connections;
  }
}
