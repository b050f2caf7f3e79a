import { ask, ConnectionLost, delay, NotRunning, persist } from './socket';

/** HAProxy read the file and goes on with the former one. */
export class NotAccepted extends Error {}

/** What the master says of its processes. */
export interface Processes {
  /** Number of reloads that failed since the last that did not. */
  readonly failed: number;
  /** The process that takes connections. */
  readonly worker?: number;
  /** The processes that only serve sessions from before a reload. */
  readonly old: readonly number[];
}

/** Reads the answer to `show proc`. */
export function parseProcesses(answer: string): Processes {
  const [current, old = ''] = answer.split(/^# old workers$/m);
  const workers = (text: string): number[] => [...text.matchAll(/^(\d+)\s+worker\s/gm)].map(([, pid]) => Number(pid));
  return {
    failed: Number(/\[failed: (\d+)\]/.exec(current)?.[1] ?? 0),
    worker: workers(current)[0],
    old: workers(old.split(/^# programs$/m)[0]),
  };
}

/** The processes of the master at this socket. */
export async function processes(master: string): Promise<Processes> {
  return parseProcesses(await ask(master, 'show proc'));
}

/**
 * Makes HAProxy read its file again, and waits until a new worker has taken over.
 *
 * @param master path of the master socket
 * @param timeoutMs how long it may take
 * @throws NotRunning when nobody listens; Error with HAProxy's words when it does not accept the file, or after the time
 */
export async function reload(master: string, timeoutMs: number = 20_000): Promise<void> {
  const before = await persist(() => processes(master), 500, true);
  const answer = await requestReload(master, timeoutMs);
  // Since 2.7 the answer comes when it is done.
  const [, success, words = ''] = /^Success=(\d)\s*(?:--\s*)?([^]*)/.exec(answer) ?? [];
  if (success === '1') return;
  if (success === '0') throw new NotAccepted(`HAProxy did not accept the file: ${alerts(words)}`);
  if (answer.trim() !== '') throw new Error(`HAProxy answered "${answer.trim()}" to reload`);
  await takenOver(master, before, timeoutMs);
}

/** @returns the answer; nothing when the master replaced itself, which ends the connection in one way or another */
async function requestReload(master: string, timeoutMs: number): Promise<string> {
  try {
    return await ask(master, 'reload', timeoutMs);
  } catch (error) {
    if (error instanceof ConnectionLost) return '';
    throw error;
  }
}

/** Waits for the worker of a HAProxy before 2.7, whose master refuses and cuts connections while it replaces itself. */
async function takenOver(master: string, before: Processes, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const now = await processes(master).catch((error) => {
      if (error instanceof NotRunning || error instanceof ConnectionLost) return before;
      throw error;
    });
    if (now.failed > before.failed) throw new NotAccepted('HAProxy did not accept the file; its log says why');
    if (now.worker !== undefined && now.worker !== before.worker) return;
    await delay(5);
  }
  throw new Error(`HAProxy has no new worker within ${timeoutMs} ms`);
}

/** What HAProxy complains of, without the notices around it. */
function alerts(words: string): string {
  const lines = words.split('\n').map((line) => line.trim()).filter(Boolean);
  const important = lines.filter((line) => line.startsWith('[ALERT]'));
  return (important.length > 0 ? important : lines).map((line) => line.replace(/^\[ALERT\]\s*\(\d+\)\s*:\s*/, '')).join('; ');
}
