import * as net from 'node:net';

/** Nobody listens on the socket: HAProxy is not running, or replaces itself at this moment. */
export class NotRunning extends Error {}

/** The master took the command, but its worker has not loaded the configuration yet, so nobody has run it. */
export class NotLoaded extends Error {}

/** HAProxy took the line and was silent. */
export class NoAnswer extends Error {}

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
 * @throws NotRunning when nobody listens; ConnectionLost when it is cut; NoAnswer after the time; Error when it fails otherwise
 */
export function ask(path: string, line: string, timeoutMs: number = 5000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(path);
    let answer = '';
    socket.setEncoding('utf8');
    socket.setTimeout(timeoutMs, () => socket.destroy(new NoAnswer(`no answer within ${timeoutMs} ms`)));
    socket.on('data', (data) => answer += data);
    socket.on('end', () => resolve(answer));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const kind = error instanceof NoAnswer ? NoAnswer : CLASSES[error.code ?? ''] ?? Error;
      reject(new kind(`HAProxy's socket ${path}: ${error.message}`));
    });
    socket.end(line + '\n');
  });
}

/** Resolves after the time. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** How long a worker may take to load its configuration, in ms; as long as for a reload. */
const LOADING = 20_000;
/** How long the answer to a question may be missing, in ms. */
const SILENCE = 4000;
/** The longest delay between two attempts, in ms. */
const MAX_DELAY = 500;

/**
 * Repeats what fails because HAProxy is not there yet: 2.6 refuses connections to its master socket while it reloads, and
 * since 3.1 the master answers before the worker is loaded.
 *
 * @param timeoutMs how long nobody may listen
 * @param question it may be asked twice, so it is repeated after silence, and after a connection that was cut: a HAProxy that starts cuts
 * those that came early, and the master of 3.2 never answers one that comes in the moment in which the worker begins to load
 * @throws what the last attempt threw, after the time or at once when it is another error
 */
export async function persist<T>(attempt: () => Promise<T>, timeoutMs: number, question: boolean = false): Promise<T> {
  const began = Date.now();
  for (let pause = 50; ; pause = Math.min(2 * pause, MAX_DELAY)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() - began >= patience(error, timeoutMs, question)) throw error;
      await delay(error instanceof NotLoaded ? pause : 5);
    }
  }
}

/** How long an error may last. */
function patience(error: unknown, timeoutMs: number, question: boolean): number {
  if (error instanceof NotLoaded) return LOADING;
  if (error instanceof NotRunning) return timeoutMs;
  if (question && error instanceof NoAnswer) return SILENCE;
  // Somebody cut the connection: HAProxy is there, and may take longer than one that is not.
  return question && error instanceof ConnectionLost ? 10 * timeoutMs : 0;
}
