import { namespaceName, objectName } from './checks';
import { reject } from './invalid-prop';
import { EnvironmentOptions } from '../options/connect-options';

/** What a client is to be told, with defaults. */
export function resolveEnvironment(options: EnvironmentOptions): EnvironmentOptions & { readonly prefix: string } {
  const { prefix = 'REDIS', namespace, secretName } = options;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix)) reject('prefix', prefix, 'must be the start of a variable\'s name: letters, digits and "_", no digit first');
  if (namespace !== undefined) namespaceName('namespace', namespace);
  if (secretName !== undefined) objectName('secretName', secretName);
  return { ...options, prefix };
}
