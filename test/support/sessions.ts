import * as net from 'node:net';
import * as tls from 'node:tls';
import type { Stack } from '../../playground/stack';

/** Connections that do nothing, and notice their end. */
export class Sessions {
  private readonly sockets: net.Socket[] = [];
  public ended = 0;
  /** Of those with TLS: how many are ready for use. */
  public secured = 0;

  constructor(stack: Stack, port: number, count = 4) {
    const host = stack.serviceAddress(stack.redis.host!.split('.')[0]);
    for (let n = 0; n < count; n++) {
      const socket = stack.tls ? tls.connect({ host, port, ...stack.tls }, () => this.secured++) : net.connect(port, host);
      socket.on('error', () => undefined);
      socket.on('close', () => this.ended++);
      socket.resume();
      this.sockets.push(socket);
    }
  }

  public get count(): number { return this.sockets.length; }

  public close(): void {
    for (const socket of this.sockets) socket.removeAllListeners('close').destroy();
  }
}
