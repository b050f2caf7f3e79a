import { k8s } from 'cdk8s-plus-27';
import { TrustedCas } from './tls-certificate';

/**
 * Options of `connectFrom`.
 */
export interface ConnectOptions {
  /**
   * What the names of the variables start with. Give another one to a workload that is connected to two installations.
   *
   * @default 'REDIS'
   */
  readonly prefix?: string;

  /**
   * Whether the client is Sentinel-aware: asks the Sentinels for the master itself. It gets their addresses, and is admitted to Sentinels and
   * servers, also where there is a proxy. Not with `Tls.edge`, where these speak no TLS.
   *
   * @default false; always so with `Routing.none()`
   */
  readonly sentinel?: boolean;

  /**
   * Name of a Secret in the workload's own namespace that holds the password, under the same key as that of the installation. A workload of another namespace
   * needs it, because pods read Secrets of their own namespace only.
   *
   * @default - the Secret of the installation
   */
  readonly secretName?: string;

  /**
   * The user that it logs in as, one of `auth`. Needed where there are any; `default` may do everything, also what moves the master.
   *
   * @default - `default`, where it is the only one
   */
  readonly user?: string;

  /**
   * CAs that it checks certificates against, in the workload's own namespace. Only with TLS; a workload of another namespace needs it.
   *
   * @default - those of the installation
   */
  readonly ca?: TrustedCas;

  /**
   * Name of a Secret in the workload's own namespace with a certificate of its own, in `tls.crt` and `tls.key`, which it shows. Only with TLS, for
   * `ClientCertificates.REQUIRED`. Never that of the installation, with which it could be a server.
   *
   * @default - it shows none
   */
  readonly clientCertificate?: string;
}

/**
 * Certificates for a container that is written by hand: its pod's volume, and where to mount it.
 */
export interface ConnectionVolume {
  /** A volume with the CAs and, if it has one, the client's certificate. */
  readonly volume: k8s.Volume;
  /** Where `REDIS_CA_FILE` and its like say that they are. */
  readonly mount: k8s.VolumeMount;
}

/**
 * Options of `connectionEnvironment`, `connectionEnvValues` and `connectionVolume`.
 */
export interface EnvironmentOptions extends ConnectOptions {
  /**
   * Namespace of the client. Hosts are then written as `SERVICE.NAMESPACE.svc` where it is not that of the installation.
   *
   * @default - the namespace of the chart that the installation is made in, or imported in
   */
  readonly namespace?: string;
}

/**
 * Options of `allowMetricsFrom`: ports of containers that users add to pods, like exporters.
 */
export interface MetricsOptions {
  /**
   * Further ports of the servers' pods.
   *
   * @default - none
   */
  readonly serverPorts?: number[];

  /**
   * Further ports of the Sentinels' own pods. Not with Sentinels as sidecars, which live in the servers' pods.
   *
   * @default - none
   */
  readonly sentinelPorts?: number[];

  /**
   * Further ports of the proxy's pods.
   *
   * @default - none
   */
  readonly proxyPorts?: number[];
}
