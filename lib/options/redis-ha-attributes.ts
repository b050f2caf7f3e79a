import { Auth } from './auth';
import { Engine } from './engine';
import { Metrics } from './metrics';
import { Persistence } from './persistence';
import { Routing } from './routing';
import { Sentinel } from './sentinel';
import { Tls } from './tls';

/**
 * What is known of an installation that another chart or repository makes. Each must be as it is there; what is not given has the same default as there.
 */
export interface RedisHaAttributes {
  /**
   * Name of the installation: what the names of its objects start with.
   */
  readonly name: string;

  /**
   * Namespace of the installation.
   *
   * @default - the namespace of the chart
   */
  readonly namespace?: string;

  /**
   * Name of the master's group. Must be given where it is there, and where the installation's own chart has no namespace.
   *
   * @default - the namespace, if it is known, and the installation's name, like `production-cache-redis`
   */
  readonly masterName?: string;

  /**
   * Server program. Which of the two it is matters to all; its version or image only to `RedisBackup`, which runs it.
   *
   * @default Engine.redis()
   */
  readonly engine?: Engine;

  /**
   * Number of servers.
   *
   * @default 3
   */
  readonly replicas?: number;

  /**
   * Where Sentinels run. Only their number and port matter here.
   *
   * @default Sentinel.sidecar()
   */
  readonly sentinel?: Sentinel;

  /**
   * How clients find the master.
   *
   * @default Routing.service()
   */
  readonly routing?: Routing;

  /**
   * The password, and users that have one of their own, as clients of the installation's namespace read them.
   *
   * @default - the Secret `NAME-auth`, key `password`
   */
  readonly auth?: Auth;

  /**
   * Exporters of the metrics of servers and Sentinels. Only whether there are any matters here.
   *
   * @default - none
   */
  readonly metrics?: Metrics;

  /**
   * Encryption, as it is there. Of a certificate, only the names of the Secret and of the CAs matter here.
   *
   * @default - none
   */
  readonly tls?: Tls;

  /**
   * Where servers keep their data. Only the names of claims matter here: alerts of `RedisMonitoring` about volumes go by them.
   *
   * @default - not known: alerts are about claims with the names that `Persistence.volume` gives them
   */
  readonly persistence?: Persistence;

  /**
   * Port of the servers.
   *
   * @default 6379
   */
  readonly serverPort?: number;

  /**
   * Port of the proxy for the master.
   *
   * @default 6379
   */
  readonly port?: number;

  /**
   * Port of the proxy for replicas.
   *
   * @default 6380
   */
  readonly readPort?: number;

  /**
   * Port of the proxy's metrics.
   *
   * @default 8404
   */
  readonly statsPort?: number;

  /**
   * Registry of its default images, where pods of add-ons find theirs.
   *
   * @default - docker.io
   */
  readonly imageRegistry?: string;

  /**
   * Names of the Secrets that its images are pulled with, and those of add-ons.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];

  /**
   * Whether its pods name the user and group that they run as, and so those of add-ons.
   *
   * @default true
   */
  readonly fixedIds?: boolean;

  /**
   * Whether the installation has NetworkPolicies. Only then do `connectFrom` and its like write one more, which admits the client.
   *
   * @default true
   */
  readonly networkPolicies?: boolean;
}
