import * as fs from 'node:fs';
import { until } from './until';

const END_MILLIS = 5_000;

// Processes that a test file leaves behind outlive the run: they hold ports and connections that the next run needs.
afterAll(() => until('the end of all processes that this file started', END_MILLIS, async () => {
  const left = children(process.pid);
  if (left.length === 0) return true;
  throw new Error(left.join('; '));
}));

/** Command lines of a process's children. Empty where there is no /proc, as on macOS. */
function children(parent: number): string[] {
  if (!fs.existsSync('/proc/self/stat')) return [];
  return fs.readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === parent).map(commandLine)
    // Jest's own, and what ends with it
    .filter((command) => command !== '' && !/jest-worker|esbuild --service/.test(command));
}

/** Undefined for a process that has ended meanwhile, and for one that only waits for its parent to learn so. */
function parentOf(pid: string): number | undefined {
  try {
    const [, state, parent] = /^.*\) (\S) (\d+)/.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

function commandLine(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
