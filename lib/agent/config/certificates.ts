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
  /** Until when the certificate is valid. */
  readonly end: Date;
}

/** Extended key usages (RFC 5280). */
const USAGES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

/** What the last files were found to be: that takes a millisecond, and each round and each new connection asks. */
const judged = new WeakMap<TlsConfig, { readonly certificates: Certificates; readonly leaf: X509Certificate }>();

/**
 * The files as they are.
 *
 * @throws an error that says which of them does not fit: nobody should use them then
 */
export function readCertificates(config: TlsConfig, now: number = Date.now()): Certificates {
  const [ca, cert, key] = ['ca.crt', 'tls.crt', 'tls.key'].map((file) => fs.readFileSync(path.join(config.dir, file), 'utf8'));
  const before = judged.get(config);
  if (before?.certificates.ca === ca && before.certificates.cert === cert && before.certificates.key === key) {
    checkDates(before.leaf, now);
    return before.certificates;
  }
  const leaf = judge({ ca, cert, key }, config, now);
  const id = createHash('sha256').update(cert).update(ca).digest('hex').slice(0, 16);
  const certificates = { ca, cert, key, id, end: new Date(leaf.validTo) };
  judged.set(config, { certificates, leaf });
  return certificates;
}

function judge(
  { ca, cert, key }: Pick<Certificates, 'ca' | 'cert' | 'key'>, { serverName, clientCertificates }: TlsConfig, now: number,
): X509Certificate {
  const trusted = certificatesIn(ca);
  const [leaf, ...between] = certificatesIn(cert);
  if (leaf === undefined) throw new Error('tls.crt holds no certificate');
  if (trusted.length === 0) throw new Error('ca.crt holds no certificate');
  // a mistake, or read between two versions of the Secret
  if (!isKeyOf(key, leaf)) throw new Error('tls.key is not the key of tls.crt');
  checkDates(leaf, now);
  if (leaf.checkHost(serverName) === undefined) throw new Error(`tls.crt is not for ${serverName}`);
  // what Node.js calls the extended key usages
  const usages = leaf.keyUsage as readonly string[] | undefined;
  if (usages !== undefined && !usages.includes(USAGES.server)) throw new Error('tls.crt must not be used by servers (extended key usage)');
  // replicas and Sentinels show it to servers that ask
  if (usages !== undefined && clientCertificates && !usages.includes(USAGES.client)) throw new Error('tls.crt must not be used by clients (extended key usage)');
  if (!isSignedBy(leaf, between, trusted)) throw new Error('tls.crt is of no CA in ca.crt');
  return leaf;
}

function checkDates({ validFrom, validTo }: X509Certificate, now: number): void {
  if (Date.parse(validTo) <= now) throw new Error(`tls.crt ended on ${validTo}`);
  if (Date.parse(validFrom) > now) throw new Error(`tls.crt begins on ${validFrom}`);
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

/** Whether a chain leads from a certificate to one that is trusted. */
function isSignedBy(certificate: X509Certificate, between: readonly X509Certificate[], trusted: readonly X509Certificate[]): boolean {
  const issuerIn = (others: readonly X509Certificate[]) => (
    others.find((other) => certificate.checkIssued(other) && certificate.verify(other.publicKey)));
  if (issuerIn(trusted)) return true;
  const next = issuerIn(between);
  return next !== undefined && isSignedBy(next, between.filter((other) => other !== next), trusted);
}
