import Redis from 'ioredis';
import { Access, connection, leave } from './connection';
import { Acknowledgement } from './protocol';

/** So many bytes a write that replicas which lag have more to catch up with than one read of a socket. */
const VALUE = 'x'.repeat(200);
const PAUSE_MS = 20;
const IDLE_MS = 4000;
const FRESH_MS = 200;
const READERS = 2;
/**
 * Between two attempts of a client to connect, as ioredis has it for the first. Twelve clients see each moment all the same, and with TLS their handshakes would
 * otherwise take the cores of the nodes whose failover they wait for.
 */
const RETRY_MS = 50;
/** For so long a client tries to reach a host before it tries another one. */
const UNREACHED_MS = 1000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface LoadOptions extends Access {
  /** Where clients write: at the first one, as long as it takes writes, and then at the next. Readers stay at the first. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly readPort: number;
  readonly writers: number;
  /** Start of every key, never used before. */
  readonly prefix: string;
  /** Ordinal of the server that announces an address. */
  readonly ordinalOf: (address: string) => number;
}

/** Clients over lasting connections: writers with unique keys, a writer that is idle for seconds, one that connects anew for each write, and readers. */
export class Load {
  public readonly acknowledged: Acknowledgement[] = [];
  public readonly errors = new Map<string, number>();
  public reads = 0;
  private readonly keys: string[] = [];
  /** Where a write was acknowledged last. */
  private host: string;
  private running = true;
  private readonly ended: Promise<unknown>;

  constructor(private readonly options: LoadOptions) {
    [this.host] = options.hosts;
    this.ended = Promise.all([
      ...Array.from({ length: options.writers }, (_, writer) => this.write(writer, PAUSE_MS)),
      this.write(options.writers, IDLE_MS),
      this.write(options.writers + 1, FRESH_MS, true),
      ...Array.from({ length: READERS }, () => this.read()),
    ]);
  }

  public async stop(): Promise<void> {
    this.running = false;
    await this.ended;
  }

  /** Indices of acknowledged writes that are not there. */
  public async lost(): Promise<number[]> {
    const client = this.connect(this.host, this.options.port, { maxRetriesPerRequest: null, enableOfflineQueue: true, commandTimeout: undefined });
    const lost: number[] = [];
    for (let start = 0; start < this.keys.length; start += 1000) {
      const values = await client.mget(this.keys.slice(start, start + 1000));
      values.forEach((value, index) => { if (value === null) lost.push(start + index); });
    }
    // The next run finds an empty memory again.
    for (let start = 0; start < this.keys.length; start += 1000) await client.unlink(this.keys.slice(start, start + 1000)).catch(() => undefined);
    client.disconnect();
    return lost;
  }

  private connect(host: string, port: number, more: object = {}): Redis {
    const client = connection(this.options, RETRY_MS, { host, port, commandTimeout: 2000, ...more });
    client.on('error', (error) => this.note(error));
    return client;
  }

  private note(error: unknown): void {
    const text = String((error as Error).message ?? error).slice(0, 60);
    this.errors.set(text, (this.errors.get(text) ?? 0) + 1);
  }

  private async write(writer: number, pause: number, fresh = false): Promise<void> {
    const { hosts, port } = this.options;
    const client = this.connect(hosts[0], port);
    let server: number | undefined;
    let reached = Date.now();
    client.on('close', () => { server = undefined; });
    const elsewhere = () => {
      client.options.host = hosts[(hosts.indexOf(client.options.host!) + 1) % hosts.length];
      reached = Date.now();
      leave(client);
    };
    for (let number = 0; this.running; number++) {
      try {
        if (client.status !== 'ready') {
          if (hosts.length > 1 && Date.now() - reached > UNREACHED_MS) elsewhere();
          await sleep(5);
          continue;
        }
        reached = Date.now();
        server ??= this.options.ordinalOf((await client.config('GET', 'replica-announce-ip') as string[])[1]);
        const from = server;
        const key = `${this.options.prefix}:${writer}:${number}`;
        await client.set(key, VALUE);
        this.acknowledged.push([Date.now(), from, writer]);
        this.keys.push(key);
        this.host = client.options.host!;
        if (fresh) leave(client);
      } catch (error) {
        this.note(error);
        // a server that answers but takes no writes is left, as a careful client does
        if (/READONLY|NOREPLICAS|MASTERDOWN|MISCONF|timed out/.test(String(error))) elsewhere();
      }
      for (let slept = 0; slept < pause && this.running; slept += 500) await sleep(Math.min(500, pause - slept));
    }
    client.disconnect();
  }

  private async read(): Promise<void> {
    const client = this.connect(this.options.hosts[0], this.options.readPort);
    while (this.running) {
      try {
        if (client.status === 'ready' && this.keys.length > 0) {
          await client.get(this.keys[Math.floor(Math.random() * this.keys.length)]);
          this.reads++;
        }
      } catch (error) { this.note(error); }
      await sleep(20);
    }
    client.disconnect();
  }
}
