import { MountedVolumes } from './pod-parts';
import { renderAsset } from './render';
import { TlsVersion } from '../options/tls';
import { TlsSettings } from '../settings/auth-settings';

/** Where certificate, key and CAs are mounted, as `tls.crt`, `tls.key` and `ca.crt`. */
export const TLS_DIR = '/etc/redis-ha-tls';

/** Certificate, key and CAs as a volume that follows them; nothing without TLS. No `subPath`: such a file would never change. */
export function tlsVolume(tls: TlsSettings | undefined): MountedVolumes {
  if (tls === undefined) return { volumes: [], mounts: [] };
  const { secretName, ca } = tls;
  const pair = ['tls.crt', 'tls.key'].map((key) => ({ key, path: key }));
  const sources = ca === undefined
    ? [{ secret: { name: secretName, items: [...pair, { key: 'ca.crt', path: 'ca.crt' }] } }]
    : [{ secret: { name: secretName, items: pair } }, { [ca.kind]: { name: ca.name, items: [{ key: ca.key, path: 'ca.crt' }] } }];
  return {
    volumes: [{ name: 'tls', projected: { defaultMode: 0o440, sources } }],
    mounts: [{ name: 'tls', mountPath: TLS_DIR, readOnly: true }],
  };
}

/** As {@link tlsVolume}, for servers and Sentinels: they speak TLS only with `Tls.everywhere`. */
export function memberTlsVolume(tls: TlsSettings | undefined): MountedVolumes {
  return tlsVolume(tls?.everywhere ? tls : undefined);
}

/** The port of a server or Sentinel, with TLS or without. */
export function portDirectives(tls: TlsSettings | undefined, port: number): string {
  if (!tls?.everywhere) return `port ${port}`;
  const { clientCertificates, minVersion } = tls;
  const protocols = minVersion === TlsVersion.TLS_1_3 ? 'TLSv1.3' : 'TLSv1.2 TLSv1.3';
  return renderAsset('tls.conf', { port, clientCertificates, dir: TLS_DIR, protocols }).trimEnd();
}
