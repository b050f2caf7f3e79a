import { execFile, execFileSync } from 'node:child_process';
import { Api } from '../test/e2e/support/api';

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

/** Costs no process for each question: questions that are asked often would slow what is measured. */
let server: Api | undefined;

/** Asks the API server. Rejects when it does not answer within the time or answers an error. */
export async function api(path: string, options: { readonly method?: string; readonly timeoutMs?: number } = {}): Promise<any> {
  server ??= new Api();
  return server.request(path, { method: options.method, timeoutMillis: options.timeoutMs ?? 5000 });
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
