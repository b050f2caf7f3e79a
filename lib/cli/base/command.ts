/** How the program ends, beside the statuses of a command: sysexits.h. */
export const EXIT = {
  /** The command line is wrong. */
  usage: 64,
  /** It can't be done as things are: nothing was changed. */
  refused: 65,
  /** There is no such installation. */
  notFound: 66,
  /** kubectl is not installed, or the cluster does not answer. */
  unavailable: 69,
  /** A fault of this program. */
  software: 70,
  /** The cluster does not permit what the command needs. */
  notPermitted: 77,
  /** Ended by Ctrl-C, before there was anything to tell. */
  interrupted: 130,
} as const;

/** Something that the user has to know, in one line, and the exit status for it. */
export class CliError extends Error {
  public override readonly name = 'CliError';

  constructor(message: string, public readonly exitCode: number) {
    super(message);
  }
}

/** Where a command writes to, and what ends it early. */
export interface Terminal {
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Writes to standard error. */
  readonly printError: (text: string) => void;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Of the terminal. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly env: NodeJS.ProcessEnv;
  /** Aborted when the user wants an end. */
  readonly signal: AbortSignal;
}

/** A command of the program. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` prints after the command's name. */
  readonly usage: string;
  /** Runs it with the arguments after its name. @returns the exit status @throws CliError */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
}
