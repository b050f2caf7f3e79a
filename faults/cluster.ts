import { ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { Socket } from 'node:net';

const MAX_BUFFER = 256 * 1024 * 1024;
const KUBECTL = process.env.KUBECTL ?? 'kubectl';

/** Runs kubectl and returns what it prints. */
export function kubectl(args: readonly string[], input?: string): string {
  return execFileSync(KUBECTL, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: MAX_BUFFER });
}

/** The same without waiting for it to end. */
export function kubectlAsync(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => execFile(KUBECTL, [...args], { encoding: 'utf8', maxBuffer: MAX_BUFFER }, (error, out) => (error ? reject(error) : resolve(out))));
}

/** A way to the API server that costs no process for each question: questions that are asked often would slow what is measured. */
let door: Promise<{ readonly url: string; readonly process: ChildProcess }> | undefined;

function openDoor() {
  return new Promise<{ url: string; process: ChildProcess }>((resolve, reject) => {
    const child = spawn(KUBECTL, ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.once('error', reject);
    child.stdout!.on('data', (text) => {
      const address = /127\.0\.0\.1:\d+/.exec(String(text));
      if (address === null) return;
      // it keeps nobody from ending
      child.unref();
      (child.stdout as Socket).unref();
      resolve({ url: `http://${address[0]}`, process: child });
    });
    child.once('exit', (code) => reject(new Error(`kubectl proxy ended with ${code}`)));
    process.once('exit', () => child.kill());
  });
}

/** Asks the API server. Rejects when it does not answer within the time or answers an error. */
export async function api(path: string, options: { readonly method?: string; readonly timeoutMs?: number } = {}): Promise<any> {
  door ??= openDoor();
  const response = await fetch((await door).url + path, { method: options.method ?? 'GET', signal: AbortSignal.timeout(options.timeoutMs ?? 5000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 200)}`);
  return JSON.parse(text);
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits for a condition; errors count as "not yet". @returns milliseconds that it took */
export async function until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs: number): Promise<number> {
  const start = Date.now();
  let last: unknown;
  while (Date.now() - start < timeoutMs) {
    try {
      if (await condition()) return Date.now() - start;
    } catch (error) { last = error; }
    await sleep(200);
  }
  throw new Error(`${what}: not within ${timeoutMs / 1000} s${last ? ` (${String(last).slice(0, 300)})` : ''}`);
}
