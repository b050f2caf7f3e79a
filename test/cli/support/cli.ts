import { run } from '../../../lib/cli/program';

/** What may differ between runs. */
interface RunOptions {
  /** The program that stands for kubectl. Default: the one in the path. */
  readonly kubectl?: string;
  readonly signal?: AbortSignal;
  /** Is told what goes to standard output, when it does. */
  readonly onPrint?: (text: string) => void;
}

/** Runs the program, and keeps what it says. */
export async function runCli(args: readonly string[], { kubectl, signal = new AbortController().signal, onPrint }: RunOptions = {}) {
  let [out, err] = ['', ''];
  const status = await run(args, {
    print: (text) => {
      out += text;
      onPrint?.(text);
    },
    printError: (text) => { err += text; },
    isTerminal: false,
    size: () => ({ columns: 80, rows: 24 }),
    env: kubectl === undefined ? {} : { KUBECTL: kubectl },
    signal,
  });
  return { status, out, err };
}
