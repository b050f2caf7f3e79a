import { k8s } from 'cdk8s-plus-27';
import { certificateFiles } from './certificate-files';
import { Client } from './client';
import { hostOf } from './namespaces';
import { PartProps } from '../manifests/part-props';
import { PlainPort, PROXY_PORTS } from '../settings/ports';
import { plainPortOf } from '../settings/resolve-tls';

/**
 * What a client needs to know, as variables.
 *
 * @param namespace that of the installation, if it is known
 */
export function environment({ settings, topology }: PartProps, namespace: string | undefined, client: Client): k8s.EnvVar[] {
  const { frontDoor, sentinel, tls } = settings;
  const seen = (service: string) => hostOf(service, namespace, client.namespace);
  const plain = (name: PlainPort) => tls && plainPortOf(tls, name)?.toString();
  const { caFile, certificateFile, keyFile } = certificateFiles(client) ?? {};
  const values: { [name: string]: string | undefined } = {
    HOST: frontDoor && seen(topology.frontDoor),
    PORT: frontDoor && String(frontDoor.port),
    READ_PORT: frontDoor && String(frontDoor.readPort),
    PLAIN_PORT: plain(PROXY_PORTS.plainWrite),
    PLAIN_READ_PORT: plain(PROXY_PORTS.plainRead),
    TLS: tls && 'true',
    TLS_SERVER_NAME: tls?.serverName,
    CA_FILE: caFile,
    CERT_FILE: certificateFile,
    KEY_FILE: keyFile,
    SENTINELS: client.sentinel ? topology.sentinels.map(({ service }) => `${seen(service)}:${sentinel.port}`).join(',') : undefined,
    MASTER_NAME: client.sentinel ? settings.masterName : undefined,
    USERNAME: client.user,
  };
  const variables: k8s.EnvVar[] = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name: `${client.prefix}_${name}`, value }]));
  if (client.password) {
    const { secretName, key } = client.password;
    variables.push({ name: `${client.prefix}_PASSWORD`, valueFrom: { secretKeyRef: { name: secretName, key } } });
  }
  return variables;
}
