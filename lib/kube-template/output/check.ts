import { messageOf } from '../../log/log';
import { runCommand } from '../action/run-command';
import { Command } from '../config/settings';

const PLACEHOLDER = /\{\{\s*\.\s*\}\}/g;

/** The shell reads the quoted text as one word, whatever it contains. What needs no quotes gets none, as the user may have written some. */
const quoted = (text: string): string => /^[\w./:@,+=-]+$/.test(text) ? text : `'${text.replace(/'/g, '\'\\\'\'')}'`;

/** A check with the file's path in place of `{{.}}`. */
export function checkCommand(check: Command, file: string): Command {
  return typeof check === 'string'
    ? check.replace(PLACEHOLDER, () => quoted(file))
    : check.map((word) => word.replace(PLACEHOLDER, () => file));
}

/**
 * Lets the user's command judge a file.
 *
 * @param timeout in milliseconds
 * @param ending kills the command
 * @throws Error when the command rejects the file, cannot run or takes too long
 */
export async function checkFile(check: Command, file: string, timeout: number, ending?: AbortSignal): Promise<void> {
  try {
    await runCommand(checkCommand(check, file), { timeout, quiet: true, ending });
  } catch (error) {
    throw new Error(`the check failed: ${messageOf(error)}`);
  }
}
