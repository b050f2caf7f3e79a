import { runIdIn } from './replies';
import { isGone } from './resp';
import { RespClient, RespClientOptions } from './resp-client';

/** Nobody publishes here: subscribing keeps the connection out of `CLIENT KILL TYPE normal` and of idle timeouts. */
const CHANNEL = '__redis-ha__';
/** Between attempts to connect again. */
const RETRY_MS = 100;

/** What the connection to the local server shows. */
interface PresenceEvents {
  /** A process answers. */
  onConnect(runId: string): void;
  /** The process is gone: the connection closed and another one is refused. Told once for each process. */
  onGone(): void;
}

/**
 * A connection that stays open. Its end is the first sign that the server died, and its name tells the other agents about the data.
 */
export class Presence {
  private readonly client: RespClient;
  private runId?: string;
  private name?: string;
  private stopped = false;
  private connecting = false;

  constructor(options: RespClientOptions, private readonly events: PresenceEvents) {
    this.client = new RespClient(options);
    this.client.onDisconnect = () => {
      this.name = undefined;
      void this.connect();
    };
  }

  /** Connects, now and whenever the connection ends. */
  public async connect(): Promise<void> {
    if (this.connecting) return;
    this.connecting = true;
    try {
      while (!this.stopped && !await this.tryConnect()) {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    } finally {
      this.connecting = false;
    }
  }

  /** Names the connection, if it is one to this process. */
  public async publish(name: string, runId: string): Promise<void> {
    if (this.name === name || this.runId !== runId) return;
    await this.client.batch([['UNSUBSCRIBE', CHANNEL], ['CLIENT', 'SETNAME', name], ['SUBSCRIBE', CHANNEL]]);
    this.name = name;
  }

  public close(): void {
    this.stopped = true;
    this.client.close();
  }

  private async tryConnect(): Promise<boolean> {
    try {
      const info = await this.client.call('INFO', 'server');
      const runId = runIdIn(info) ?? '';
      await this.client.call('SUBSCRIBE', CHANNEL);
      this.name = undefined;
      this.runId = runId;
      this.events.onConnect(runId);
      return true;
    } catch (error) {
      if (isGone(error) && this.runId !== undefined) {
        this.runId = undefined;
        this.events.onGone();
      }
      return false;
    }
  }
}
