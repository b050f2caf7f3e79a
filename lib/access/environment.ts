import { k8s } from 'cdk8s-plus-27';
import { hostOf } from './namespaces';
import { PartProps } from '../manifests/part-props';
import { EnvironmentOptions } from '../options/connect-options';
import { InvalidPropError, together } from '../settings/invalid-prop';
import { checked } from '../settings/kinds';
import { resolveEnvironment } from '../settings/resolve-environment';
import { environmentOptions } from '../settings/shapes';

/**
 * What a client needs to know, as variables.
 *
 * @param namespace that of the installation, if it is known
 * @param home that of the chart that asks, where clients are unless told
 */
export function environment(
  { settings, topology }: PartProps, { namespace, home }: { readonly namespace?: string; readonly home?: string }, given: EnvironmentOptions,
): k8s.EnvVar[] {
  const options = together(() => resolveEnvironment(checked(environmentOptions, given)));
  const { prefix } = options;
  if (options.namespace !== undefined && namespace === undefined) {
    throw new InvalidPropError('namespace', options.namespace, "must not be given: the installation's own is not known. Give its chart a namespace: new Chart(app, id, { namespace })");
  }
  const client = options.namespace ?? home;
  const { proxy, sentinel, auth } = settings;
  const seen = (service: string) => hostOf(service, namespace, client);
  const values: { [name: string]: string } = {};
  if (proxy) {
    values.HOST = seen(topology.frontDoor);
    values.PORT = String(proxy.port);
    values.READ_PORT = String(proxy.readPort);
  }
  if (!proxy || options.sentinel === true) {
    values.SENTINELS = topology.sentinels.map(({ service }) => `${seen(service)}:${sentinel.port}`).join(',');
    values.MASTER_NAME = settings.masterName;
  }
  const variables: k8s.EnvVar[] = Object.entries(values).map(([name, value]) => ({ name: `${prefix}_${name}`, value }));
  if (auth) {
    if (client !== namespace && options.secretName === undefined) {
      if (client === undefined) {
        throw new InvalidPropError('namespace', client,
          `must be given, or that of the chart: pods read Secrets of their own namespace only, and "${auth.secretName}" is in "${namespace}". In another one, 'secretName' names a copy`);
      }
      throw new InvalidPropError('secretName', options.secretName,
        `must name a Secret of the namespace "${client}" with a copy of the password under the key "${auth.secretKey}": pods read Secrets of their own namespace only, "${auth.secretName}" is in "${namespace}"`);
    }
    variables.push({ name: `${prefix}_PASSWORD`, valueFrom: { secretKeyRef: { name: options.secretName ?? auth.secretName, key: auth.secretKey } } });
  }
  return variables;
}
