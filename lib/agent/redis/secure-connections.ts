import * as tls from 'node:tls';
import { Certificates, readCas, readCertificates, TlsConfig } from '../config/certificates';

/**
 * What each new TLS connection uses: the files as they are then, or, while they do not fit together, as they were. An agent that never saw them fit checks
 * others by the CAs alone, where it shows no certificate: these use what they took before.
 */
export class SecureConnections {
  private used?: { readonly id: string; readonly context: tls.SecureContext };

  constructor(private readonly config: TlsConfig) {}

  /** @throws an error while the files have never fitted together, and are needed */
  public options(): tls.ConnectionOptions {
    const { serverName, clientCertificates } = this.config;
    return {
      secureContext: this.context(),
      servername: serverName,
      // addresses are not in certificates
      checkServerIdentity: (_, certificate) => tls.checkServerIdentity(serverName, certificate),
      rejectUnauthorized: true,
      requestCert: clientCertificates,
    };
  }

  private context(): tls.SecureContext {
    let files: Certificates;
    try {
      files = readCertificates(this.config);
    } catch (error) {
      if (this.used !== undefined) return this.used.context;
      if (this.config.clientCertificates) throw error;
      return tls.createSecureContext({ ca: readCas(this.config) });
    }
    const { id, ca, cert, key } = files;
    // one context for each content: it remembers sessions, and a resumed handshake costs the server no signature
    if (this.used?.id !== id) this.used = { id, context: tls.createSecureContext(this.config.clientCertificates ? { ca, cert, key } : { ca }) };
    return this.used.context;
  }
}
