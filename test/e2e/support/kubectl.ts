import { execFile } from 'node:child_process';

const KUBECTL = process.env.KUBECTL ?? 'kubectl';

/** How a run of kubectl ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl to its end, whatever that is. */
export function attempt(args: readonly string[], input?: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = execFile(KUBECTL, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
    child.stdin!.on('error', () => undefined); // it may end before it has read its input
    child.stdin!.end(input ?? '');
  });
}

/**
 * Runs kubectl and returns what it prints.
 *
 * @throws what kubectl said, when it failed
 */
export async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await attempt(args, input);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: exit code ${code}: ${stderr || stdout}`);
  return stdout;
}

/** Program and arguments of a kubectl that is left running. */
export function command(args: readonly string[]): [string, string[]] {
  return [KUBECTL, [...args]];
}
