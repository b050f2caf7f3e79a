import { fileFunction } from './file-function';
import { Functions, standardFunctions } from '../../go-template';

const GROUP_VERSION = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?v[0-9]+((alpha|beta)[0-9]+)?$/;
const PLURAL = /^[a-z]([-a-z]*[a-z])?$/;

/**
 * All functions of templates.
 *
 * `list` has two meanings: with an API version and a resource before all else it reads the API, as in
 * `list "apps/v1" "daemonsets"`, otherwise it makes a list of its arguments, as in Sprig.
 *
 * @param sources the functions that read the API
 * @param fileRoot folder that `file` reads from. Default: none
 */
export function templateFunctions(sources: Functions, fileRoot?: string): Functions {
  return {
    ...standardFunctions,
    ...sources,
    file: fileFunction(fileRoot),
    list: (...args: unknown[]) => (isResourceCall(args) ? sources : standardFunctions).list(...args),
  };
}

/** Whether a call of `list` with these arguments reads the API. */
export function isResourceCall(args: readonly unknown[]): boolean {
  const [groupVersion, plural] = args;
  return args.length >= 2 && args.length <= 4 && args.every((arg) => typeof arg === 'string')
    && GROUP_VERSION.test(String(groupVersion)) && PLURAL.test(String(plural));
}
