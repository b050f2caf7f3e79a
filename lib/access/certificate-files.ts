import { k8s } from 'cdk8s-plus-27';
import { Client } from './client';
import { ConnectionVolume } from '../options/connect-options';

/** Where a client finds the CAs, and its certificate if it has one. */
interface CertificateFiles {
  readonly caFile: string;
  readonly certificateFile?: string;
  readonly keyFile?: string;
}

/** The name of what belongs to a prefix, as volumes and directories are named. */
function nameOf({ prefix }: Client): string {
  return `${prefix.toLowerCase().replace(/_+/g, '-').replace(/^-|-$/g, '')}-tls`;
}

/** Undefined without TLS. */
export function certificateFiles(client: Client): CertificateFiles | undefined {
  if (!client.tls) return undefined;
  const dir = `/etc/${nameOf(client)}`;
  return { caFile: `${dir}/ca.crt`, ...client.tls.clientCertificate === undefined ? {} : { certificateFile: `${dir}/tls.crt`, keyFile: `${dir}/tls.key` } };
}

/** A volume with those files, which follows them; undefined without TLS. The CAs alone: who has the key of the servers can be one. */
export function certificateVolume(client: Client): ConnectionVolume | undefined {
  if (!client.tls) return undefined;
  const { ca: { kind, name, key }, clientCertificate } = client.tls;
  const sources: k8s.VolumeProjection[] = [
    { [kind]: { name, items: [{ key, path: 'ca.crt' }] } },
    ...clientCertificate === undefined ? [] : [{ secret: { name: clientCertificate, items: ['tls.crt', 'tls.key'].map((file) => ({ key: file, path: file })) } }],
  ];
  // names of volumes are short
  const volume = nameOf(client).slice(-63).replace(/^-+/, '');
  return {
    volume: { name: volume, projected: { sources } },
    mount: { name: volume, mountPath: `/etc/${nameOf(client)}`, readOnly: true },
  };
}
