import type { TokenSource } from './credentials';

/** PEM text, or a file holding it that may be replaced while we run. */
export type Pem = { readonly file: string } | { readonly data: string };

/** Everything needed to reach one API server. */
export interface KubeConfigProps {
  /** What of a kubeconfig this was made of. Default: nothing, as for a service account, whose files are read again by themselves. */
  readonly madeOf?: string;
  /** URL of the API server; a path in it is put in front of every request. */
  readonly server: string;
  /** Default: default. */
  readonly namespace?: string;
  /** Default: the root certificates of Node. */
  readonly ca?: Pem;
  readonly clientCert?: Pem;
  readonly clientKey?: Pem;
  /** Default: none, requests are anonymous. */
  readonly tokens?: TokenSource;
  /** Name expected in the server's certificate. Default: the host of the URL. */
  readonly serverName?: string;
  /** Default: false. */
  readonly insecureSkipTlsVerify?: boolean;
}
