import * as net from 'node:net';

/** What a connection ends with that nobody answered. Everything else was said by somebody, or says something of this pod. */
const SILENCE = ['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN'];

/**
 * Whether anybody takes or refuses a connection. The kernel does, for a program that hangs and for one that is gone: nobody does where the node, or all ways to
 * it, are lost.
 */
export async function signOfLife(host: string, port: number, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (sign: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(sign);
    };
    // A process that had to wait for the CPU sees its timers before its connections.
    const timer = setTimeout(() => setImmediate(() => end(false)), withinMs);
    socket.on('connect', () => end(true));
    socket.on('error', (error: NodeJS.ErrnoException) => end(!SILENCE.includes(error.code ?? '')));
  });
}
