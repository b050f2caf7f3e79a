import { EXIT, Terminal } from './base/command';
import { Where } from './base/options';
import { Health } from './judge/judge';
import { Kubectl } from './kubectl/kubectl';
import { Reader } from './read/reader';

/** How commands that look at an installation end. */
export const HEALTH_EXIT: { readonly [health in Health]: number } = { healthy: 0, degraded: 1, down: 2 };

/** Gives a reader of the installation to `use`, with a kubectl as {@link withKubectl} has it. @returns the exit status of `use`, or that of an interruption */
export async function withReader(where: Where, terminal: Terminal, use: (reader: Reader) => Promise<number>): Promise<number> {
  return withKubectl(where, terminal, async (kubectl) => use(new Reader(kubectl, where.name)));
}

/** Gives a kubectl to `use`, and ends all processes that it started, however `use` ends. @returns the exit status of `use`, or that of an interruption */
export async function withKubectl({ namespace, context }: Where, terminal: Terminal, use: (kubectl: Kubectl) => Promise<number>): Promise<number> {
  const kubectl = new Kubectl({ namespace, context, program: terminal.env.KUBECTL || undefined });
  const end = async (): Promise<void> => kubectl.close();
  terminal.signal.addEventListener('abort', end);
  try {
    return await use(kubectl);
  } catch (error) {
    if (terminal.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    terminal.signal.removeEventListener('abort', end);
    await end();
  }
}
