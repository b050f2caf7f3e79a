import { InvalidPropError } from '../settings/invalid-prop';

/** Label that Kubernetes gives to each namespace, with its name. */
export const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';

/** The name of a Service as a namespace finds it: the whole one where that is another namespace, or not known. */
export function hostOf(service: string, namespace: string | undefined, from: string | undefined): string {
  return namespace === undefined || namespace === from ? service : `${service}.${namespace}.svc`;
}

/**
 * Whether a client lives in another namespace than the installation.
 *
 * @throws InvalidPropError where only one of the two namespaces is known: host, Secret and policies would be guesses
 */
export function isElsewhere(
  client: { readonly prop: string; readonly title: string; readonly namespace?: string },
  installation: { readonly path: string; readonly namespace?: string },
): boolean {
  if ((client.namespace === undefined) !== (installation.namespace === undefined)) {
    const [known, unknown] = client.namespace === undefined ? [installation.namespace, client.title] : [client.namespace, installation.path];
    throw new InvalidPropError(client.prop, client.title,
      `must have a namespace that is known if the installation ${installation.path} has one, and none if not: "${known}" is known, that of ${unknown} is not. Give both charts a namespace: new Chart(app, id, { namespace })`);
  }
  return client.namespace !== installation.namespace;
}
