import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { KubeConfig } from './config';
import { FileToken } from './credentials';
import { readKubeconfig } from './kubeconfig';

/** Where kubelet mounts the service account of a pod. */
const SERVICE_ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What {@link loadConfig} chooses from. */
export interface LoadOptions {
  /** Path of a kubeconfig file. Default: in-cluster, else `$KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfig?: string;
  /** Context of the kubeconfig. Default: its current context. */
  readonly context?: string;
  /** URL of the API server, instead of the configured one. */
  readonly master?: string;
}

/**
 * The service account of the pod we run in.
 *
 * @param dir directory of the `token`, `ca.crt` and `namespace` files
 * @param server URL. Default: from `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`
 * @throws when the variables are not set
 */
export function inClusterConfig(dir: string = SERVICE_ACCOUNT_DIR, server: string = inClusterServer()): KubeConfig {
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
export function configFromFile(file: string | string[], options: { context?: string; server?: string } = {}): KubeConfig {
  const props = readKubeconfig([file].flat(), options.context);
  return new KubeConfig({ ...props, server: options.server ?? props.server });
}

/**
 * The configuration kubectl would use, except that inside a cluster the service account comes first.
 *
 * @throws when there is none, or it is not valid
 */
export function loadConfig(options: LoadOptions = {}): KubeConfig {
  const { kubeconfig, context, master } = options;
  if (kubeconfig !== undefined) return configFromFile(kubeconfig, { context, server: master });
  if (process.env.KUBERNETES_SERVICE_HOST && context === undefined) return inClusterConfig(SERVICE_ACCOUNT_DIR, master);
  const files = kubeconfigFiles();
  if (files.length > 0) return configFromFile(files, { context, server: master });
  if (master !== undefined && context === undefined) return new KubeConfig({ server: master });
  throw new Error('no Kubernetes configuration: KUBERNETES_SERVICE_HOST is not set, and neither $KUBECONFIG nor ~/.kube/config is a file');
}

function inClusterServer(): string {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  if (!host || !port) throw new Error('not in a cluster: KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set');
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function kubeconfigFiles(): string[] {
  const listed = process.env.KUBECONFIG?.split(path.delimiter).filter((file) => file !== '');
  const files = listed?.length ? listed : [path.join(os.homedir(), '.kube', 'config')];
  return files.filter((file) => fs.existsSync(file));
}

function readIfPresent(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : undefined;
}
