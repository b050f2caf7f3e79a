import { Build } from '../base/build';
import { call, Expression, member } from '../base/expression';

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
  const secret = build.text(source.secret, `${build.model.get('name') ?? build.name}-tls`);
  if (!build.has(source.secret)) build.note(source.switch, `tls: the certificate comes from the Secret ${secret}, which you make, with the keys tls.crt, tls.key and ca.crt`);
  for (const [key, name] of [[source.certificate, 'tls.crt'], [source.key, 'tls.key']] as const) {
    if (key !== undefined && build.has(key) && build.value(key, name) !== name) build.refuse(key, `the key of the Secret must be ${name}: copy it under that name, as kubectl create secret tls does`);
  }
  const ca = source.ca === undefined ? 'ca.crt' : build.text(source.ca, 'ca.crt');
  const options: { [option: string]: Expression } = {
    ...clientCertificates && everywhere !== undefined ? { clients: member('ClientCertificates.REQUIRED') } : {},
    ...everywhere !== undefined && edge !== undefined ? { front: member('TlsFront.REENCRYPT') } : {},
  };
  const certificate = call('TlsCertificate.secret', secret, ...ca === 'ca.crt' ? [] : [{ ca: call('TrustedCas.secret', secret, ca) }]);
  const keys = build.given(...[source, edge ?? source].flatMap((one) => [one.switch, one.secret, one.ca ?? one.switch]));
  build.put(['tls'], call(everywhere === undefined ? 'Tls.edge' : 'Tls.everywhere', certificate, ...Object.keys(options).length === 0 ? [] : [options]), ...new Set(keys));
  if (everywhere !== undefined && edge !== undefined) {
    for (const key of build.given(edge.secret)) build.refuse(key, `one certificate is for HAProxy and servers: that of ${everywhere.secret}`);
  }
}
