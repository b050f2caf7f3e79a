import * as net from 'node:net';
import { Duration } from 'cdk8s';
import { CertManagerSettings, TlsSettings, TrustedCasSettings } from './auth-settings';
import { containerPort, dataKey, hostName, objectName, seconds } from './checks';
import { reject } from './invalid-prop';
import { PlainPort, PROXY_PORTS } from './ports';
import { withoutProxy } from './resolve-direct';
import { Routing } from '../options/routing';
import { ClientCertificates, Tls, TlsFront, TlsVersion } from '../options/tls';
import { CertManagerOptions, TlsCertificate, TrustedCas } from '../options/tls-certificate';

const DAY_SECONDS = 86_400;
const CENTURY_SECONDS = 100 * 365 * DAY_SECONDS;
/** Lifetime of a CA of an installation's own. */
export const CA_SECONDS = CENTURY_SECONDS / 10;

/** TLS, with defaults; undefined without. */
export function resolveTls(tls: Tls | undefined, name: string, routing: Routing): TlsSettings | undefined {
  if (tls === undefined) return undefined;
  const { front, clients, plainPort, plainReadPort, serverName, minVersion } = tls._options;
  const proxyless = withoutProxy(routing);
  if (proxyless !== undefined && !tls._everywhere) reject('tls', 'edge', `must not be given with ${proxyless}. Tls.everywhere is for servers and Sentinels`);
  if (proxyless !== undefined && front !== undefined) reject('tls.front', front, `must not be given with ${proxyless}`);
  for (const [prop, port] of Object.entries({ plainPort, plainReadPort })) {
    if (proxyless !== undefined && port !== undefined) reject(`tls.${prop}`, port, `must not be given with ${proxyless}`);
  }
  return {
    everywhere: tls._everywhere,
    front: tls._everywhere ? front ?? TlsFront.PASSTHROUGH : 'terminate',
    clientCertificates: clients === ClientCertificates.REQUIRED,
    minVersion: minVersion ?? TlsVersion.TLS_1_2,
    serverName: certificateName('tls.serverName', serverName ?? name),
    plainPorts: [
      ...plainPort === undefined ? [] : [{ name: PROXY_PORTS.plainWrite, port: containerPort('tls.plainPort', plainPort) }],
      ...plainReadPort === undefined ? [] : [{ name: PROXY_PORTS.plainRead, port: containerPort('tls.plainReadPort', plainReadPort) }],
    ],
    ...resolveCertificate(tls._certificate, name),
  };
}

/** A port without TLS, by its name, if there is one. */
export function plainPortOf({ plainPorts }: TlsSettings, name: PlainPort): number | undefined {
  return plainPorts.find((one) => one.name === name)?.port;
}

function resolveCertificate(certificate: TlsCertificate, name: string): Pick<TlsSettings, 'secretName' | 'ca' | 'certManager'> {
  const { secretName, ca, issuer, certManager } = certificate._source;
  return {
    secretName: objectName('tls.certificate', secretName ?? `${name}-tls`),
    ca: ca && resolveCas('tls.ca', ca),
    certManager: issuer && { ...resolveCertManager(certManager ?? {}, issuer._reference.kind === 'own'), issuer: resolveIssuer(issuer._reference) },
  };
}

/** Where CAs are. */
export function resolveCas(prop: string, { _kind: kind, _name: name, _key: key }: TrustedCas): TrustedCasSettings {
  return { kind, name: objectName(prop, name), key: dataKey(`${prop}.key`, key) };
}

function resolveIssuer({ kind, name, group }: { readonly kind: string; readonly name?: string; readonly group?: string }): CertManagerSettings['issuer'] {
  if (name === undefined || group === undefined) return undefined;
  if (!/^[A-Z][A-Za-z0-9]{0,62}$/.test(kind)) reject('tls.issuer.kind', kind, 'must be a kind of the API, like "AWSPCAClusterIssuer"');
  return { kind, name: objectName('tls.issuer', name), group: objectName('tls.issuer.group', group) };
}

/** A name to be found in a certificate. */
function certificateName(prop: string, value: string, wildcard: boolean = false): string {
  if (net.isIP(value) !== 0) reject(prop, value, 'must be a name: addresses are not looked for in certificates');
  return hostName(prop, value, wildcard);
}

function resolveCertManager({ duration, renewBefore, extraNames, clusterDomain }: CertManagerOptions, own: boolean): Omit<CertManagerSettings, 'issuer'> {
  // separate Sentinels take a new certificate one after the other, and only once their nodes have it: that may take hours
  const lifetime = seconds('tls.duration', duration ?? Duration.days(90), DAY_SECONDS, CENTURY_SECONDS);
  const before = renewBefore === undefined ? Math.floor(lifetime / 3) : seconds('tls.renewBefore', renewBefore, 300, CENTURY_SECONDS);
  if (before >= lifetime) {
    reject('tls.renewBefore', `${before} s`, `must be less than 'tls.duration' (${lifetime} s)`);
  } else if (own && lifetime - before > CA_SECONDS / 3) {
    // cert-manager renews a CA when a third of it is left, and brings the new one with the next certificate
    reject('tls.duration', `${lifetime} s`, `must be renewed at most ${CA_SECONDS / 3} s after it begins, and is after ${lifetime - before} s: `
      + 'with CertificateIssuer.own() its CA may have ended by then');
  }
  return {
    durationSeconds: lifetime,
    renewBeforeSeconds: before,
    extraNames: (extraNames ?? []).map((host, index) => certificateName(`tls.extraNames[${index}]`, host, true)),
    clusterDomain: clusterDomain === undefined ? undefined : hostName('tls.clusterDomain', clusterDomain),
  };
}
