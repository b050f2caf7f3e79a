import type { ConnectionOptions } from 'node:tls';
import Redis, { RedisOptions } from 'ioredis';

/** What lets clients in, as it is at the moment: asked again before each connection. */
export interface Access {
  readonly password: () => string;
  /** What connections need for TLS. Default: no TLS. */
  readonly tls?: () => ConnectionOptions;
  /** Time that a connection gets until it can be used. In milliseconds. Default: 500. */
  readonly handshakeMs?: number;
}

/** A client that never repeats a command and never waits for long: each command is either answered or not. */
export function connection({ password, tls, handshakeMs = 500 }: Access, retryMs: number, options: RedisOptions): Redis {
  const client: Redis = new Redis({
    password: password(),
    tls: tls?.(),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    connectTimeout: handshakeMs,
    // a connection that ends during ioredis' own CLIENT SETINFO counts as ready for ever, and is never made anew
    disableClientInfo: true,
    retryStrategy: () => {
      client.options.password = password();
      client.options.tls = tls?.();
      return retryMs;
    },
    ...options,
  });
  // the kernel of a frozen or dying server still takes connections: who waits for more than that waits for ever
  return client.on('connect', () => {
    const { stream } = client;
    setTimeout(() => { if (client.status === 'connect' && client.stream === stream) leave(client); }, handshakeMs);
  });
}

/**
 * Leaves a connection, for another one. At once: what `disconnect(true)` says to a peer that has vanished it says for minutes, and said while
 * the client connects anew it ends it for good.
 */
export function leave(client: Redis): void {
  client.stream?.destroy();
}
