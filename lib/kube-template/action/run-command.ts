import { spawn } from 'node:child_process';
import { Command } from '../config/settings';

/** How {@link runCommand} runs a command. */
interface RunOptions {
  /** Kill the command after so many milliseconds. 0: never. */
  readonly timeout: number;
  /** Keep what it prints for the error's message, rather than pass it on. */
  readonly quiet?: boolean;
  /** Kills the command. */
  readonly ending?: AbortSignal;
}

/** A command failed; the message says how. */
class CommandError extends Error {
  public override readonly name = 'CommandError';
}

/** The program and its arguments: a list is taken as it is, a text goes to `/bin/sh -c`. */
export function argvOf(command: Command): string[] {
  return typeof command === 'string' ? ['/bin/sh', '-c', command] : [...command];
}

/** A command for a message. */
export function commandText(command: Command): string {
  return typeof command === 'string' ? command : command.join(' ');
}

const KEPT = 2000;

/**
 * Runs a command to its end in a process group of its own, so that a timeout ends its children too.
 *
 * @throws CommandError when it cannot start, fails, or takes too long
 */
export async function runCommand(command: Command, { timeout, quiet = false, ending }: RunOptions): Promise<void> {
  const [file, ...args] = argvOf(command);
  const output = quiet ? 'pipe' : 'inherit';
  const child = spawn(file, args, { stdio: ['ignore', output, output], detached: true });
  const kill = (): Error | undefined => killGroup(child.pid, 'SIGKILL');
  ending?.addEventListener('abort', kill);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => { printed = (printed + text).slice(-KEPT); });
  }
  let late = false;
  let giveUp: (error: CommandError) => void = () => undefined;
  const timer = timeout > 0 ? setTimeout(() => {
    late = true;
    const failure = kill();
    if (failure) giveUp(new CommandError(`took longer than ${timeout} ms, and cannot be killed: ${failure.message}`));
    // A grandchild that left the group may hold the pipes open; its output is not worth waiting for.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, timeout) : undefined;
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    giveUp = reject;
    child.on('error', (error) => reject(new CommandError(`${file}: ${error.message}`)));
    child.on(quiet ? 'close' : 'exit', (exitCode: number | null, exitSignal: NodeJS.Signals | null) => resolve({ code: exitCode, signal: exitSignal }));
  }).finally(() => {
    clearTimeout(timer);
    ending?.removeEventListener('abort', kill);
  });
  if (code === 0) return;
  const how = late ? `killed after ${timeout} ms` : signal ? `ended by ${signal}` : `exit status ${code}`;
  throw new CommandError(printed.trim() ? `${how}: ${printed.trim()}` : how);
}

/**
 * Sends a signal to a process group.
 *
 * @returns why it can't be done, as for a group of another user; undefined when it was, or the group is gone
 */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): Error | undefined {
  if (pid === undefined) return undefined;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') return error as Error;
  }
  return undefined;
}
