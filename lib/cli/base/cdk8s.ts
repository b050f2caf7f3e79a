import { CliError, EXIT } from './command';

/** Loads what makes installations: it needs cdk8s, which the other commands do without. @param why what for */
export function withCdk8s<T>(why: string, load: () => T): T {
  try {
    return load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'MODULE_NOT_FOUND') throw error;
    throw new CliError(`cdk8s is needed ${why}: npm install cdk8s cdk8s-plus-27 constructs`, EXIT.unavailable);
  }
}
