import { Build } from '../base/build';
import { member } from '../base/expression';

/** Keys that say where a certificate is. */
interface Source {
  /** What switches TLS on. */
  readonly switch: string;
  readonly secret: string;
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
}

interface Given {
  readonly everywhere?: Source;
  readonly edge?: Source;
  readonly clientCertificates: boolean;
  /** Keys that have no meaning without TLS. */
  readonly optional: readonly string[];
}

/** Puts TLS. It is never left out because something else of it can't be taken over. */
export function putTls(build: Build, { everywhere, edge, clientCertificates, optional }: Given): void {
  const source = everywhere ?? edge;
  if (source === undefined) {
    for (const key of build.given(...optional)) build.note(key, 'TLS is off');
    return;
  }
  const usual = `${build.name}-tls`;
  if (!build.has(source.secret)) build.note(source.switch, `tls: the certificate comes from the Secret ${usual}, which you make, with the keys tls.crt, tls.key and ca.crt`);
  for (const [key, name] of [[source.certificate, 'tls.crt'], [source.key, 'tls.key']] as const) {
    if (key !== undefined && build.has(key) && build.value(key, name) !== name) build.refuse(key, `the key of the Secret must be ${name}: copy it under that name, as kubectl create secret tls does`);
  }
  build.put(['tls', 'mode'], everywhere === undefined ? 'edge' : 'everywhere', source.switch);
  build.put(['tls', 'usual'], usual);
  if (build.has(source.secret)) build.put(['tls', 'certificate'], build.text(source.secret), source.secret);
  if (source.ca !== undefined && build.has(source.ca) && build.text(source.ca) !== 'ca.crt') build.put(['tls', 'ca'], build.text(source.ca), source.ca);
  if (clientCertificates && everywhere !== undefined) build.put(['tls', 'clients'], member('ClientCertificates.REQUIRED'));
  if (everywhere !== undefined && edge !== undefined) build.put(['tls', 'front'], member('TlsFront.REENCRYPT'), edge.switch);
  if (everywhere !== undefined && edge !== undefined) {
    for (const key of build.given(edge.secret)) build.refuse(key, `one certificate is for HAProxy and servers: that of ${everywhere.secret}`);
  }
}
