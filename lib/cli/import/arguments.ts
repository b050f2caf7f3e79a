/** How the command ends, beside the statuses of all commands. */
export const IMPORT_EXIT = { whole: 0, refused: 1 } as const;

/** Options of the command. */
export interface ImportArguments {
  readonly chart?: string;
  readonly name?: string;
  readonly out?: string;
  readonly json?: boolean;
}
