import * as net from 'node:net';
import * as tls from 'node:tls';
import { Endpoint, Reply } from './resp';
import { RespClient } from './resp-client';
import { readCertificates, TlsConfig } from '../config/certificates';
import { FollowConfig } from '../config/config';
import { PasswordReader } from '../config/password-file';

/** A master outside, which the installation follows. */
export interface External {
  readonly endpoint: Endpoint;
  /** Another server there, asked once. */
  readonly ask: (host: string, port: number, ...command: string[]) => Promise<Reply>;
  /** What to log in with; undefined where it asks for no password, and while the file of the password can't be read. */
  readonly password: () => string | undefined;
}

/** Longest wait for a connection and for an answer: it may be far away. In milliseconds. */
const CONNECT_MS = 3_000;
const CALL_MS = 5_000;

/** Connections to a master outside. */
export class ExternalConnections implements External {
  public readonly endpoint: RespClient;

  constructor(private readonly follow: FollowConfig, private readonly ownTls: TlsConfig | undefined, private readonly passwords: PasswordReader) {
    this.endpoint = this.client(follow.host, follow.port);
  }

  public async ask(host: string, port: number, ...command: string[]): Promise<Reply> {
    const client = this.client(host, port);
    return client.call(...command).finally(() => client.close());
  }

  public password(): string | undefined {
    return this.passwords()?.current;
  }

  private client(host: string, port: number): RespClient {
    const { follow: { user, tls: secure }, ownTls } = this;
    return new RespClient({
      host,
      port,
      user,
      timeoutMs: CALL_MS,
      connectMs: CONNECT_MS,
      password: () => this.password(),
      tls: secure && ownTls ? () => security(ownTls, host) : undefined,
    });
  }
}

/** As servers do it that replicate: the CAs of the installation count, names don't, and its certificate is shown to those who ask. */
function security(config: TlsConfig, host: string): tls.ConnectionOptions {
  const { ca, cert, key } = readCertificates(config);
  return { ca, cert, key, servername: net.isIP(host) === 0 ? host : undefined, rejectUnauthorized: true, checkServerIdentity: () => undefined };
}
