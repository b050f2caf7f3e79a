import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** What the agent is told about TLS. */
export interface TlsConfig {
  /** Directory of `tls.crt`, `tls.key` and `ca.crt`, which follow the Secret. */
  readonly dir: string;
  /** Name that is looked for in the certificates of servers and Sentinels. */
  readonly serverName: string;
  /** Whether servers ask for a certificate of clients. */
  readonly clientCertificates: boolean;
}

/** A certificate with all that belongs to it, in PEM. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Short hash of what is shown and trusted: names this state in log lines. */
  readonly id: string;
  /** Until when the certificate is valid, and the CAs above it. */
  readonly end: Date;
}

/** Extended key usages (RFC 5280). */
const USAGES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

const NO_CERTIFICATE_OF_CA = 'ca.crt holds no certificate';
const NO_CA = 'tls.crt is of no CA in ca.crt';

/** What the last files were found to be: that takes a millisecond, and each round and each new connection asks. */
const judged = new WeakMap<TlsConfig, Certificates>();

/**
 * The files as they are.
 *
 * @throws an error that says which of them does not fit: nobody should use them then
 */
export function readCertificates(config: TlsConfig, now: number = Date.now()): Certificates {
  // bytes, as the start script hashes them: comments may be in any encoding
  const [ca, cert, key] = ['ca.crt', 'tls.crt', 'tls.key'].map((file) => fs.readFileSync(path.join(config.dir, file), 'latin1'));
  const before = judged.get(config);
  if (before?.ca === ca && before.cert === cert && before.key === key && now < before.end.getTime()) return before;
  const end = judge({ ca, cert, key }, config, now);
  const id = createHash('sha256').update(cert, 'latin1').update(ca, 'latin1').digest('hex').slice(0, 16);
  const certificates = { ca, cert, key, id, end };
  judged.set(config, certificates);
  return certificates;
}

/**
 * The CAs alone, whatever certificate and key are.
 *
 * @throws an error if there is none
 */
export function readCas({ dir }: Pick<TlsConfig, 'dir'>): string {
  const ca = fs.readFileSync(path.join(dir, 'ca.crt'), 'latin1');
  if (certificatesIn(ca).length === 0) throw new Error(NO_CERTIFICATE_OF_CA);
  return ca;
}

function judge(
  { ca, cert, key }: Pick<Certificates, 'ca' | 'cert' | 'key'>, { serverName, clientCertificates }: TlsConfig, now: number,
): Date {
  const trusted = certificatesIn(ca);
  const [leaf, ...between] = certificatesIn(cert);
  if (leaf === undefined) throw new Error('tls.crt holds no certificate');
  if (trusted.length === 0) throw new Error(NO_CERTIFICATE_OF_CA);
  if (key.includes('ENCRYPTED')) throw new Error('tls.key has a passphrase, which nobody can enter: openssl pkey removes it');
  // a mistake, or read between two versions of the Secret
  if (!isKeyOf(key, leaf)) throw new Error('tls.key is not the key of tls.crt');
  const dates = problemOfDates(leaf, now);
  if (dates !== undefined) throw new Error(`tls.crt ${dates}`);
  if (leaf.checkHost(serverName) === undefined) throw new Error(`tls.crt is not for ${serverName}`);
  // what Node.js calls the extended key usages
  const usages = leaf.keyUsage as readonly string[] | undefined;
  if (usages !== undefined && !usages.includes(USAGES.server)) throw new Error('tls.crt must not be used by servers (extended key usage)');
  // replicas and Sentinels show it to servers that ask
  if (usages !== undefined && clientCertificates && !usages.includes(USAGES.client)) throw new Error('tls.crt must not be used by clients (extended key usage)');
  const end = endOfChain(leaf, between, trusted, now);
  if (typeof end === 'string') throw new Error(end);
  return new Date(end);
}

function problemOfDates({ validFrom, validTo }: X509Certificate, now: number): string | undefined {
  if (Date.parse(validTo) <= now) return `ended on ${validTo}`;
  return Date.parse(validFrom) > now ? `begins on ${validFrom}` : undefined;
}

function certificatesIn(pem: string): X509Certificate[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((text) => new X509Certificate(text));
}

function isKeyOf(key: string, certificate: X509Certificate): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/**
 * Until when a chain of valid certificates leads to a root that is trusted, or why none does. Servers, HAProxy and Node.js all ask for the root: to them
 * an intermediate CA in ca.crt alone is none.
 */
function endOfChain(
  certificate: X509Certificate, between: readonly X509Certificate[], trusted: readonly X509Certificate[], now: number,
): number | string {
  const issuers = [...trusted, ...between].filter((other) => isSignedBy(certificate, other));
  const ends = issuers.map((issuer) => {
    const dates = problemOfDates(issuer, now);
    if (dates !== undefined) return `the CA ${nameOf(issuer)} of tls.crt ${dates}`;
    if (isSignedBy(issuer, issuer)) return trusted.includes(issuer) ? Date.parse(issuer.validTo) : NO_CA;
    const others = (all: readonly X509Certificate[]) => all.filter((other) => other !== issuer);
    const end = endOfChain(issuer, others(between), others(trusted), now);
    return end === NO_CA && trusted.includes(issuer) ? `ca.crt lacks the root above the intermediate CA ${nameOf(issuer)}` : end;
  });
  const good = ends.filter((end) => typeof end === 'number');
  // whoever checks takes the next chain when one has ended
  if (good.length > 0) return Math.min(Date.parse(certificate.validTo), Math.max(...good));
  return ends[0] ?? NO_CA;
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** On one line. */
function nameOf({ subject }: X509Certificate): string {
  return subject.split('\n').join(', ');
}
