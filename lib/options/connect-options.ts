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
   * servers, also where there is a proxy.
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
}

/**
 * Options of `connectionEnvironment` and `connectionEnvValues`.
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
