import * as fs from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { ClientCertificate, ExecCredentials } from './credentials';
import type { KubeConfigProps, Pem } from './props';

/** Address of and credentials for one API server. Files are read again when they change. */
export class KubeConfig {
  /** URL of the API server. */
  public readonly server: URL;
  /** The service account's or the context's namespace. */
  public readonly namespace: string;

  constructor(private readonly props: KubeConfigProps) {
    this.server = parseServer(props.server);
    this.namespace = props.namespace || 'default';
  }

  /** Whether the other one is made of the same definitions, so that nothing is gained by it. */
  public sameAs(other: KubeConfig): boolean {
    return this.props.madeOf === other.props.madeOf && this.server.href === other.server.href;
  }

  /** The bearer token to send now. Never sent over plain http. */
  public token(): string | undefined {
    return this.server.protocol === 'https:' ? this.props.tokens?.token() : undefined;
  }

  /** Tells that the server answered 401 to this token, so that the next one is read anew. */
  public rejectToken(token: string | undefined): void {
    this.props.tokens?.reject(token);
  }

  /** Changes whenever {@link tlsOptions} would: files were replaced, or a plugin made a new certificate. */
  public tlsStamp(): string {
    const { ca, clientCert, clientKey } = this.props;
    return [...[ca, clientCert, clientKey].map(fileStamp), this.pluginCertificate()?.cert].join();
  }

  /** TLS options for connections made from now on. */
  public tlsOptions(): SecureContextOptions & { servername?: string; rejectUnauthorized: boolean } {
    const { ca, clientCert, clientKey, serverName, insecureSkipTlsVerify } = this.props;
    const plugin = this.pluginCertificate();
    return {
      ca: readPem(ca),
      cert: readPem(clientCert) ?? plugin?.cert,
      key: readPem(clientKey) ?? plugin?.key,
      rejectUnauthorized: !insecureSkipTlsVerify,
      ...(serverName ? { servername: serverName } : {}),
    };
  }

  private pluginCertificate(): ClientCertificate | undefined {
    return this.props.tokens instanceof ExecCredentials ? this.props.tokens.certificate() : undefined;
  }
}

function parseServer(server: string): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new Error(`API server ${JSON.stringify(server)}: expected a URL such as https://10.0.0.1:6443`);
  }
  return url;
}

function readPem(pem: Pem | undefined): string | undefined {
  if (!pem) return undefined;
  return 'data' in pem ? pem.data : fs.readFileSync(pem.file, 'utf8');
}

/** Kubelet replaces files by pointing a symbolic link elsewhere, so the inode tells more than the time alone. */
function fileStamp(pem: Pem | undefined): string {
  if (!pem || 'data' in pem) return '';
  const { ino, mtimeMs, size } = fs.statSync(pem.file);
  return `${ino}:${mtimeMs}:${size}`;
}
