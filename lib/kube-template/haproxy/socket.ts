import * as net from 'node:net';

/** Nobody listens on the socket: HAProxy is not running, or replaces itself at this moment. */
export class NotRunning extends Error {}

/** The connection was cut before the answer was complete. */
export class ConnectionLost extends Error {}

const CLASSES: Record<string, new (message: string) => Error> = {
  ENOENT: NotRunning,
  ECONNREFUSED: NotRunning,
  ECONNRESET: ConnectionLost,
  EPIPE: ConnectionLost,
};

/**
 * Sends one line to a socket of HAProxy and reads the answer, up to the end of the connection.
 *
 * @param timeoutMs how long HAProxy may be silent
 * @throws NotRunning when nobody listens; ConnectionLost when it is cut; Error when it fails otherwise, or after the time
 */
export function ask(path: string, line: string, timeoutMs: number = 5000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(path);
    let answer = '';
    socket.setEncoding('utf8');
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    socket.on('data', data => answer += data);
    socket.on('end', () => resolve(answer));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      reject(new (CLASSES[error.code ?? ''] ?? Error)(`HAProxy's socket ${path}: ${error.message}`));
    });
    socket.end(line + '\n');
  });
}

/** Resolves after the time. */
export function delay(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

/**
 * Repeats what fails because nobody listens: HAProxy 2.6 refuses connections to its master socket while it reloads.
 *
 * @param question it may be asked twice, so it is repeated after a connection that was cut too: a HAProxy that starts cuts those that came early
 * @throws what the last attempt threw, after the time or at once when it is another error
 */
export async function persist<T>(attempt: () => Promise<T>, timeoutMs: number, question: boolean = false): Promise<T> {
  const began = Date.now();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      // Somebody cut it: HAProxy is there, and deserves more patience than one that is not.
      const patience = error instanceof NotRunning ? timeoutMs : question && error instanceof ConnectionLost ? 10 * timeoutMs : 0;
      if (Date.now() - began >= patience) throw error;
      await delay(5);
    }
  }
}
