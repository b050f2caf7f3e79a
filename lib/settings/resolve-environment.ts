import { TrustedCasSettings } from './auth-settings';
import { namespaceName, objectName } from './checks';
import { reject } from './invalid-prop';
import { resolveCas } from './resolve-tls';
import { EnvironmentOptions } from '../options/connect-options';

/** What a client is to be told, with defaults. */
export function resolveEnvironment(options: EnvironmentOptions): Omit<EnvironmentOptions, 'ca'> & { readonly prefix: string; readonly ca?: TrustedCasSettings } {
  const { prefix = 'REDIS', namespace, secretName, ca, clientCertificate } = options;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix)) reject('prefix', prefix, 'must be the start of a variable\'s name: letters, digits and "_", no digit first');
  if (namespace !== undefined) namespaceName('namespace', namespace);
  if (secretName !== undefined) objectName('secretName', secretName);
  if (clientCertificate !== undefined) objectName('clientCertificate', clientCertificate);
  return { ...options, prefix, ca: ca && resolveCas('ca', ca) };
}
