import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { ConnectionVolume, ConnectOptions, EnvironmentOptions, MetricsOptions } from './connect-options';
import { MetricsEndpoint } from './metrics-endpoint';

/**
 * An installation: made here by `new RedisHa`, or elsewhere and known by `RedisHa.fromAttributes`. What clients and add-ons need to know of it, and how they
 * are admitted.
 *
 * Where a workload or client is asked for, any construct does: a workload of any cdk8s-plus, an L1 object, or a construct that holds some of them
 * by the time of the call, like a Helm chart; for a client also pods, namespaces and addresses of any cdk8s-plus, and a `Peer`.
 */
export interface IRedisHa extends IConstruct {
  /** Name of the installation: what the name of each of its objects starts with. */
  readonly name: string;

  /** Namespace of the installation; undefined where the chart has none. */
  readonly namespace?: string;

  /** Name of the master's group, as Sentinel-aware clients give it. */
  readonly masterName: string;

  /** Name of the engine, `redis` or `valkey`: also of its programs, like `redis-cli`. */
  readonly engineName: string;

  /** Image of the servers, with the programs of the engine. */
  readonly serverImage: string;

  /** Registry of its default images, like `docker.io`: add-ons have theirs from there, too. */
  readonly imageRegistry: string;

  /** Names of the Secrets that its images are pulled with, and those of add-ons where they name no others. */
  readonly imagePullSecrets: string[];

  /** Whether its pods name the user and group that they run as; those of add-ons do the same. */
  readonly fixedIds: boolean;

  /** Whether servers and Sentinels speak TLS, as with `Tls.everywhere`. */
  readonly serverTls: boolean;

  /** Whether clients have to show a certificate, as with `ClientCertificates.REQUIRED`. */
  readonly clientCertificates: boolean;

  /** Whether it has no pods, as with `hibernate`; false where that is said elsewhere. */
  readonly hibernates: boolean;

  /**
   * Host of the Service that clients connect to, as the chart finds it; undefined with `Routing.none()`. Its name, or where the installation is in another
   * namespace `NAME.NAMESPACE.svc`.
   */
  readonly host?: string;

  /** Port of that Service for the master; undefined with `Routing.none()`. */
  readonly port?: number;

  /** Port of that Service for replicas; undefined with `Routing.none()`. */
  readonly readPort?: number;

  /** Hosts of the Services of the servers, one for each, in order, as the chart finds them. */
  readonly serverHosts: string[];

  /** Port of the servers. */
  readonly serverPort: number;

  /**
   * Names of the claims that the servers' data is on: one for each server, in order, or the one of `Persistence.existingClaim`; none where it is in pods or on nodes. Undefined
   * beside an installation that is made elsewhere, unless its attributes say so by `persistence`.
   */
  readonly dataClaims?: string[];

  /** Addresses of the Sentinels, as `host:port`, as the chart finds them. */
  readonly sentinelHosts: string[];

  /** Name of the Secret that holds the password; undefined without one. */
  readonly secretName?: string;

  /** Key of that Secret; undefined without a password. */
  readonly secretKey?: string;

  /** Secret with `ca.crt`, and with certificate and key of servers or HAProxy; undefined without TLS. */
  readonly tlsSecretName?: string;

  /** Name that clients look for in certificates; undefined without TLS. */
  readonly tlsServerName?: string;

  /** Labels that select the servers' pods. */
  readonly serverSelector: { [name: string]: string };

  /** Labels that select the pods in which Sentinels run: the servers' where they are sidecars. */
  readonly sentinelSelector: { [name: string]: string };

  /** Labels that select the proxy's pods; undefined with `Routing.direct()` and `Routing.none()`. */
  readonly proxySelector?: { [name: string]: string };

  /** Where pods tell metrics: what `allowMetricsFrom` opens, and `RedisMonitoring` has scraped. */
  readonly metricsEndpoints: MetricsEndpoint[];

  /**
   * Connects a workload: gives all its containers, also init containers and those that are added later, the variables of `connectionEnvironment`
   * before their own, with TLS the certificates to check servers by, and admits its pods by NetworkPolicy. A variable that a container has by itself stays as
   * it is. Calling it again changes nothing; with other options it needs another prefix. Installations and add-ons that a construct holds are no clients.
   *
   * @throws an error for a workload of another namespace without `secretName` (and with TLS `ca`), for a user that is missing or not there, for one with the same prefix for two installations, and where only one of
   * workload and installation has a namespace that is known
   */
  connectFrom(workload: IConstruct, options?: ConnectOptions): void;

  /**
   * Admits a client to the proxy by NetworkPolicy, with `Routing.direct()` to servers, with `Routing.none()` to servers and Sentinels, and gives it no variables.
   */
  allowFrom(client: IConstruct): void;

  /**
   * Admits a Sentinel-aware client to Sentinels and servers by NetworkPolicy, also where there is a proxy.
   */
  allowSentinelFrom(client: IConstruct): void;

  /**
   * Admits a reader of metrics by NetworkPolicy: those of the agents (`/metrics` at 9098, port name `agent-stats`), those of HAProxy (at
   * `proxy.statsPort`, port name `stats`), with `Routing.podIp()` those of kube-template (at 9099, port name `templates`), with `Metrics.exporter()`
   * those of servers and Sentinels, and those of containers that you add. HAProxy's statistics page is at its port, too.
   */
  allowMetricsFrom(reader: IConstruct, options?: MetricsOptions): void;

  /**
   * What a client needs to know, as variables: `REDIS_HOST`, `REDIS_PORT` and `REDIS_READ_PORT`; for a Sentinel-aware client
   * `REDIS_SENTINELS` and `REDIS_MASTER_NAME`; `REDIS_USERNAME` for a user, and `REDIS_PASSWORD`, which refers to the Secret. With TLS `REDIS_TLS` (`true`),
   * `REDIS_TLS_SERVER_NAME` (the name to look for in certificates), `REDIS_CA_FILE`, with a client certificate `REDIS_CERT_FILE` and `REDIS_KEY_FILE` (files of
   * `connectionVolume`), and `REDIS_PLAIN_PORT` where there is a port without TLS.
   *
   * @throws an error for another namespace without `secretName`, for a user that is missing or not there, and for one that is not known where that of the installation is
   */
  connectionEnvironment(options?: EnvironmentOptions): k8s.EnvVar[];

  /**
   * The variables of `connectionEnvironment` for containers of cdk8s-plus-27, by name.
   *
   * @example
   *
   * for (const [name, value] of Object.entries(redis.connectionEnvValues())) container.env.addVariable(name, value);
   */
  connectionEnvValues(options?: EnvironmentOptions): { [name: string]: kplus.EnvValue };

  /**
   * The certificates to which `connectionEnvironment` refers, for containers that are written by hand; undefined where clients need no TLS. `connectFrom` mounts
   * them by itself.
   *
   * @throws an error for another namespace without `ca`
   */
  connectionVolume(options?: EnvironmentOptions): ConnectionVolume | undefined;

  /** What cdk8s-plus asks of a peer, so that `web.connections.allowTo(redis)` works: the pods that clients connect to. */
  toNetworkPolicyPeerConfig(): any;

  /**
   * The pods that clients connect to. The type differs between versions of cdk8s-plus.
   *
   * @throws an error with `networkPolicies: false`: a policy for these pods would shut all other clients out
   */
  toPodSelector(): any;
}
