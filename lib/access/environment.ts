import { k8s } from 'cdk8s-plus-27';
import { PartProps } from '../manifests/part-props';
import { EnvironmentOptions } from '../options/connect-options';
import { objectName } from '../settings/checks';
import { InvalidPropError } from '../settings/invalid-prop';
import { checked } from '../settings/kinds';
import { environmentOptions } from '../settings/shapes';

/** What a client needs to know, as variables. */
export function environment({ settings, topology }: PartProps, namespace: string | undefined, given: EnvironmentOptions): k8s.EnvVar[] {
  const options = checked(environmentOptions, given);
  const prefix = options.prefix ?? 'REDIS';
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix)) {
    throw new InvalidPropError('prefix', prefix, 'must be the start of a variable\'s name: letters, digits and "_", no digit first');
  }
  const client = options.namespace ?? namespace;
  if (client !== undefined && namespace === undefined) {
    throw new InvalidPropError('namespace', client, "must not be given: the installation's own is not known. Give its chart a namespace: new Chart(app, id, { namespace })");
  }
  const elsewhere = client !== namespace;
  const { proxy, sentinel, auth } = settings;
  const seen = (service: string) => (elsewhere ? `${service}.${namespace}.svc` : service);
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
    if (elsewhere && options.secretName === undefined) {
      throw new InvalidPropError('secretName', options.secretName,
        `must name a Secret of the namespace "${client}" with a copy of the password under the key "${auth.secretKey}": pods read Secrets of their own namespace only, "${auth.secretName}" is in "${namespace}"`);
    }
    const name = options.secretName === undefined ? auth.secretName : objectName('secretName', options.secretName);
    variables.push({ name: `${prefix}_PASSWORD`, valueFrom: { secretKeyRef: { name, key: auth.secretKey } } });
  }
  return variables;
}
