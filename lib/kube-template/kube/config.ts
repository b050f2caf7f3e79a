import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import { ClientCertificate, ExecCredentials, FileToken } from './credentials';
import { readKubeconfig } from './kubeconfig';
import type { KubeConfigProps, Pem } from './props';

/** Where kubelet mounts the service account of a pod. */
const SERVICE_ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What {@link KubeConfig.load} chooses from. */
export interface LoadOptions {
  /** Path of a kubeconfig file. Default: in-cluster, else `$KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfig?: string;
  /** Context of the kubeconfig. Default: its current context. */
  readonly context?: string;
  /** URL of the API server, instead of the configured one. */
  readonly master?: string;
}

/** Address of and credentials for one API server. Files are read again when they change. */
export class KubeConfig {
  /**
   * The service account of the pod we run in.
   *
   * @param dir directory of the `token`, `ca.crt` and `namespace` files
   * @param server URL. Default: from `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`
   * @throws when the variables are not set
   */
  static inCluster(dir: string = SERVICE_ACCOUNT_DIR, server: string = inClusterServer()): KubeConfig {
    return new KubeConfig({
      server,
      namespace: readIfPresent(path.join(dir, 'namespace')),
      ca: { file: path.join(dir, 'ca.crt') },
      tokens: new FileToken(path.join(dir, 'token')),
    });
  }

  /**
   * A kubeconfig file, YAML or JSON.
   *
   * @param file its path; several paths are merged as kubectl merges `$KUBECONFIG`, the first entry of a name wins
   * @throws when it cannot be read or names things it does not define
   */
  static fromFile(file: string | string[], options: { context?: string; server?: string } = {}): KubeConfig {
    const props = readKubeconfig([file].flat(), options.context);
    return new KubeConfig({ ...props, server: options.server ?? props.server });
  }

  /**
   * The configuration kubectl would use, except that inside a cluster the service account comes first.
   *
   * @throws when there is none, or it is not valid
   */
  static load(options: LoadOptions = {}): KubeConfig {
    const { kubeconfig, context, master } = options;
    if (kubeconfig !== undefined) return KubeConfig.fromFile(kubeconfig, { context, server: master });
    if (process.env.KUBERNETES_SERVICE_HOST && context === undefined) return KubeConfig.inCluster(SERVICE_ACCOUNT_DIR, master);
    const files = kubeconfigFiles();
    if (files.length > 0) return KubeConfig.fromFile(files, { context, server: master });
    if (master !== undefined && context === undefined) return new KubeConfig({ server: master });
    throw new Error('no Kubernetes configuration: KUBERNETES_SERVICE_HOST is not set, and neither $KUBECONFIG nor ~/.kube/config is a file');
  }

  /** URL of the API server. */
  readonly server: URL;
  /** The service account's or the context's namespace. */
  readonly namespace: string;

  constructor(private readonly props: KubeConfigProps) {
    this.server = parseServer(props.server);
    this.namespace = props.namespace || 'default';
  }

  /** The bearer token to send now. Never sent over plain http. */
  token(): string | undefined {
    return this.server.protocol === 'https:' ? this.props.tokens?.token() : undefined;
  }

  /** Tells that the server answered 401 to this token, so that the next one is read anew. */
  rejectToken(token: string | undefined): void {
    this.props.tokens?.reject(token);
  }

  /** Changes whenever {@link tlsOptions} would: files were replaced, or a plugin made a new certificate. */
  tlsStamp(): string {
    const { ca, clientCert, clientKey } = this.props;
    return [...[ca, clientCert, clientKey].map(fileStamp), this.pluginCertificate()?.cert].join();
  }

  /** TLS options for connections made from now on. */
  tlsOptions(): SecureContextOptions & { servername?: string; rejectUnauthorized: boolean } {
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

function inClusterServer(): string {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  if (!host || !port) throw new Error('not in a cluster: KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set');
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function kubeconfigFiles(): string[] {
  const listed = process.env.KUBECONFIG?.split(path.delimiter).filter(file => file !== '');
  const files = listed?.length ? listed : [path.join(os.homedir(), '.kube', 'config')];
  return files.filter(file => fs.existsSync(file));
}

function readIfPresent(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : undefined;
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
