import { once } from 'node:events';
import { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import { Certificates, TlsConfig } from './certificates';

/** For a machine that is busy. */
const LONGEST_MS = 5_000;

/**
 * Lets a client and a server that have these files shake hands, in memory. Servers take what no client would: a CA that must not be one, a path that is too long, names that a CA
 * must not give, weak keys. Nobody knows these rules as OpenSSL does.
 *
 * @throws an error with its reason
 */
export async function shakeHands({ ca, cert, key }: Certificates, { clientCertificates }: TlsConfig): Promise<void> {
  const ends: readonly Duplex[] = [0, 1].map((end) => new Duplex({
    read: () => undefined,
    write: (chunk, _, done) => {
      ends[1 - end].push(chunk);
      done();
    },
  }));
  const signal = AbortSignal.timeout(LONGEST_MS);
  const server = tls.createServer({ ca, cert, key, requestCert: clientCertificates, rejectUnauthorized: false });
  server.on('secureConnection', (socket) => socket.on('error', () => undefined));
  server.emit('connection', ends[0]);
  // names were looked at
  const client = tls.connect({ socket: ends[1], ca, ...clientCertificates && { cert, key }, checkServerIdentity: () => undefined });
  client.on('error', () => undefined);
  try {
    const [[socket]] = await Promise.all([once(server, 'secureConnection', { signal }), once(client, 'secureConnect', { signal })]);
    if (clientCertificates && !socket.authorized) throw new Error(`as that of a client: ${socket.authorizationError}`);
  } catch (error) {
    throw new Error(`OpenSSL refuses tls.crt with ca.crt: ${(error as Error).message}`);
  } finally {
    client.destroy();
    ends.forEach((end) => end.destroy());
  }
}
