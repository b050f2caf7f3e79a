import Redis from 'ioredis';
import { Access, connection, leave } from './connection';
import { Change, Named, SentinelState, ServerState, State } from './protocol';

const PERIOD_MS = 100;
const ANSWER_MS = 1000;

export interface Member {
  readonly host: string;
  readonly port: number;
  /** Where the name led last: to another address once its Service is made anew. */
  address: string;
}

/** Asks every server and every Sentinel what they are, again and again. */
export class Observer {
  public readonly changes: Change[] = [];
  /** Ordinals of servers by every address that they had. */
  private readonly known = new Map<string, number>();
  private readonly servers: Redis[];
  private readonly sentinels: Redis[];
  private last: string[] = [];
  private timer?: NodeJS.Timeout;
  private asking = false;

  constructor(
    private readonly members: { servers: readonly Member[]; sentinels: readonly Member[] },
    private readonly masterName: string,
    access: Access,
  ) {
    const connect = ({ address, port }: Member) => (
      connection(access, PERIOD_MS, { host: address, port, enableReadyCheck: false, commandTimeout: ANSWER_MS }).on('error', () => undefined));
    this.servers = members.servers.map(connect);
    this.sentinels = members.sentinels.map(connect);
    this.note(this.members.servers);
  }

  /** Looks where the names lead now. One that leads nowhere keeps its address: no DNS is needed while nothing has changed. */
  public async follow(resolve: (host: string) => Promise<string>): Promise<void> {
    const { servers, sentinels } = this.members;
    await Promise.all([...servers, ...sentinels].map(async (member, index) => {
      const address = await resolve(member.host).catch(() => member.address);
      if (address === member.address) return;
      member.address = address;
      const client = [...this.servers, ...this.sentinels][index];
      client.options.host = address;
      leave(client);
    }));
    this.note(servers);
  }

  public start(): void {
    this.changes.length = 0;
    this.last = [];
    this.timer ??= setInterval(() => void this.look(), PERIOD_MS);
  }

  public stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  public async state(): Promise<State> {
    const [servers, sentinels] = await Promise.all([
      Promise.all(this.servers.map((client) => this.server(client))),
      Promise.all(this.sentinels.map((client) => this.sentinel(client))),
    ]);
    return { servers, sentinels, addresses: [...this.members.servers, ...this.members.sentinels].map(({ address }) => address) };
  }

  /** The ordinal of the server that announces an address, or did; -1 for none. */
  public everOf(address: string): number {
    return this.known.get(address) ?? -1;
  }

  /** The ordinal that an announced address belongs to now, -1 for none. */
  private ordinalOf(address: string): number {
    return this.members.servers.findIndex((member) => member.address === address);
  }

  private note(servers: readonly Member[]): void {
    servers.forEach(({ address }, ordinal) => this.known.set(address, ordinal));
  }

  private async look(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const at = Date.now();
    const { servers, sentinels } = await this.state();
    this.asking = false;
    const now = [
      ...servers.map(({ role }, server) => ({ at, server, to: role })),
      ...sentinels.map(({ names }, sentinel) => ({ at, sentinel, to: names })),
    ];
    now.forEach((change, index) => {
      if (this.last[index] === String(change.to)) return;
      this.last[index] = String(change.to);
      this.changes.push(change);
    });
  }

  private async server(client: Redis): Promise<ServerState> {
    try {
      const [role, address, , link] = await this.ask<string[]>(client, 'ROLE');
      if (role === 'master') return { role, follows: -1 };
      return { role: link === 'connected' ? 'replica' : 'syncing', follows: this.ordinalOf(address) };
    } catch {
      return { role: 'down', follows: -1 };
    }
  }

  private async sentinel(client: Redis): Promise<SentinelState> {
    try {
      const [address, fields, info] = await Promise.all([
        // the one that HAProxy and clients ask: the leader of a failover answers it before it is done
        this.ask<string[] | null>(client, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', this.masterName),
        this.ask<string[]>(client, 'SENTINEL', 'MASTER', this.masterName),
        this.ask<string>(client, 'INFO', 'sentinel'),
      ]);
      const field = (name: string) => fields[fields.indexOf(name) + 1];
      const ordinal = this.ordinalOf(address?.[0] ?? '');
      return {
        names: ordinal < 0 ? 'stranger' : ordinal,
        others: Number(field('num-other-sentinels')),
        replicas: Number(field('num-slaves')),
        tilt: /^sentinel_tilt:1/m.test(info),
      };
    } catch (error) {
      const names: Named = /No such master/.test(String(error)) ? 'nobody' : 'down';
      return { names, others: 0, replicas: 0, tilt: false };
    }
  }

  private async ask<T>(client: Redis, command: string, ...args: string[]): Promise<T> {
    if (client.status !== 'ready') throw new Error('not connected');
    try {
      return await client.call(command, ...args) as T;
    } catch (error) {
      // to a node that was switched off, this connection would be silent for ever
      if (/timed out/.test(String(error))) leave(client);
      throw error;
    }
  }
}
