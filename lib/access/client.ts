import { PartProps } from '../manifests/part-props';
import { EnvironmentOptions } from '../options/connect-options';
import { TrustedCasSettings, UserSettings } from '../settings/auth-settings';
import { invalid, together } from '../settings/invalid-prop';
import { checked } from '../settings/kinds';
import { resolveEnvironment } from '../settings/resolve-environment';
import { environmentOptions } from '../settings/shapes';

/** A client, with what it reads from its own namespace. */
export interface Client {
  /** What its variables start with. */
  readonly prefix: string;
  /** Namespace that it is in, if it is known. */
  readonly namespace?: string;
  /** Whether it asks the Sentinels for the master. */
  readonly sentinel: boolean;
  /** The user that it logs in as, if it has to be said. */
  readonly user?: string;
  /** Undefined without a password. */
  readonly password?: { readonly secretName: string; readonly key: string };
  /** Undefined without TLS. */
  readonly tls?: { readonly ca: TrustedCasSettings; readonly clientCertificate?: string };
}

/** Namespaces of the installation and of the chart that asks, where clients are unless told. */
export interface Places {
  readonly namespace?: string;
  readonly home?: string;
}

/**
 * A client as the options describe it.
 *
 * @throws InvalidPropError where it could not read what it needs, or where the user is not said or not there
 */
export function clientOf({ settings }: PartProps, { namespace, home }: Places, given: EnvironmentOptions): Client {
  const options = together(() => resolveEnvironment(checked(environmentOptions, given)));
  if (options.namespace !== undefined && namespace === undefined) {
    throw invalid('namespace', options.namespace, "must not be given: the installation's own is not known. Give its chart a namespace: new Chart(app, id, { namespace })");
  }
  const { auth, tls, frontDoor } = settings;
  const client = options.namespace ?? home;
  if (options.sentinel && tls && !tls.everywhere) {
    throw invalid('sentinel', true, 'must not be given with Tls.edge, where Sentinels and servers speak no TLS: use Tls.everywhere');
  }
  const elsewhere = client !== namespace;
  const needed = [
    ...auth && options.secretName === undefined ? [auth.secretName] : [],
    ...tls && options.ca === undefined ? [tls.ca?.name ?? tls.secretName] : [],
  ];
  if (elsewhere && client === undefined && needed.length > 0) {
    throw invalid('namespace', client,
      `must be given, or that of the chart: pods read Secrets of their own namespace only, and "${needed[0]}" is in "${namespace}". In another one, 'secretName' names a copy`);
  }
  const key = auth && passwordKey(auth.users, auth.secretKey, options.user);
  if (!auth && options.user !== undefined) throw invalid('user', options.user, "must not be given: the installation has no password ('auth')");
  if (elsewhere && key !== undefined && options.secretName === undefined) {
    throw invalid('secretName', options.secretName,
      `must name a Secret of the namespace "${client}" with a copy of the password under the key "${key}": pods read Secrets of their own namespace only, "${auth!.secretName}" is in "${namespace}"`);
  }
  for (const prop of ['ca', 'clientCertificate'] as const) {
    if (!tls && options[prop] !== undefined) throw invalid(prop, options[prop], "must not be given: the installation has no 'tls'");
  }
  if (elsewhere && tls && options.ca === undefined) {
    throw invalid('ca', options.ca,
      `must name a Secret or ConfigMap of the namespace "${client}" with a copy of the CAs, like TrustedCas.configMap("NAME"): pods read those of their own namespace only, "${tls.ca?.name ?? tls.secretName}" is in "${namespace}"`);
  }
  return {
    prefix: options.prefix,
    namespace: client,
    sentinel: !frontDoor || options.sentinel === true,
    user: options.user,
    password: auth && { secretName: options.secretName ?? auth.secretName, key: key! },
    tls: tls && { ca: options.ca ?? tls.ca ?? { kind: 'secret', name: tls.secretName, key: 'ca.crt' }, clientCertificate: options.clientCertificate },
  };
}

/** Key of the Secret with the password of a user. */
function passwordKey(users: readonly UserSettings[], defaultKey: string, user: string | undefined): string {
  if (user === 'default' || (user === undefined && users.length === 0)) return defaultKey;
  const known = users.find(({ name }) => name === user);
  if (known === undefined) {
    const names = [...users.map(({ name }) => `"${name}"`), '"default", who may do everything'].join(', ');
    throw invalid('user', user, `must be a user of 'auth': ${names}`);
  }
  return known.passwordKey;
}
