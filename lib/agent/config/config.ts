import { TlsConfig } from './certificates';
import { RESTORE_PORT } from '../../limits/restore-port';
import { LogFormat } from '../../log/log';

/** A master outside that the installation follows until it has data of its own. */
export interface FollowConfig {
  readonly host: string;
  readonly port: number;
  /** Default: that of `default`. */
  readonly user?: string;
  /** Undefined where it asks for no password. */
  readonly passwordFile?: string;
  readonly tls: boolean;
  /** One server is to become the master in its place. */
  readonly cutOver: boolean;
}

/** A Service without a proxy whose EndpointSlices the agent of the master writes. */
export interface DirectConfig {
  readonly service: string;
  /** Names of the slices, and of the Service's ports that lead to them. */
  readonly writeSlice: string;
  readonly writePort: string;
  readonly readSlice: string;
  readonly readPort: string;
  /** Of the slices. */
  readonly labels: { readonly [name: string]: string };
  /** Of the annotation with the epoch. */
  readonly domain: string;
  /** Where the token, the CA and the namespace of the ServiceAccount are. */
  readonly accountDir: string;
}

/** What the agent shows at the Kubernetes API. */
export interface KubernetesConfig {
  readonly events: boolean;
  readonly roleLabel: boolean;
  /** Of the Events. */
  readonly labels: { readonly [name: string]: string };
  /** Of the label with the role, and of who tells. */
  readonly domain: string;
  /** Where the token, the CA and the namespace of the ServiceAccount are. */
  readonly accountDir: string;
}

/** What the agent is told by its configuration file. Times are in milliseconds. */
export interface Config {
  /** Name under which the Sentinels know the master. */
  readonly masterName: string;
  /** Host names or IP addresses under which the servers announce themselves, by ordinal. */
  readonly servers: string[];
  readonly serverPort: number;
  /** Host names or IP addresses of the Sentinels. */
  readonly sentinels: string[];
  readonly sentinelPort: number;
  /** Ordinal of the server beside this agent. */
  readonly self: number;
  /** Where the local server is reached: the path of its Unix socket, or an address. An expired certificate must not part the two. */
  readonly selfAddress: string;
  /** Sentinel j lives in the pod of server j. */
  readonly sentinelSidecar: boolean;
  /** Sentinels that must agree that the master is down. */
  readonly quorum: number;
  readonly downAfterMs: number;
  readonly failoverTimeoutMs: number;
  readonly parallelSyncs: number;
  /** From which silence of its pod a master counts as lost. */
  readonly unreachableAfterMs: number;
  readonly masterRebootDownAfterMs: number;
  /** `replica-priority` of a replica that has synchronized; 0 for one that is never elected. */
  readonly replicaPriority: number;
  /** `min-replicas-to-write` of redis.conf, which a server that runs is told when it changes. */
  readonly minReplicasToWrite: number;
  /** How long a first start waits for missing servers. */
  readonly bootTimeoutMs: number;
  /** Longest time of a hand-over, with its second attempt. */
  readonly handOverBudgetMs: number;
  /** How long a master that was replaced stays paused, so that the proxies move first. */
  readonly lingerMs: number;
  /** Where the record of the data set is kept: the volume of the server. */
  readonly dataDir: string;
  /** Directory shared with the container of the server. */
  readonly runDir: string;
  readonly passwordFile?: string;
  /** File of the members, which is followed. */
  readonly membersFile?: string;
  /** Where the data is that the installation begins with, which the Job of a restore serves, as HOST:PORT; undefined without a restore. */
  readonly restoreSource?: { readonly host: string; readonly port: number };
  /** Undefined where the installation begins by itself. */
  readonly follow?: FollowConfig;
  /** Port of /metrics and /healthz, on all addresses; none without. */
  readonly metricsPort?: number;
  /** Name of the service in Consul that the local server is an instance of; undefined without Consul, which variables tell the rest of. */
  readonly consulService?: string;
  /** Undefined where clients reach the servers through a proxy. */
  readonly direct?: DirectConfig;
  /** Undefined where it shows nothing. */
  readonly kubernetes?: KubernetesConfig;
  /** How the log is written. */
  readonly logFormat: LogFormat;
  /** Family of the addresses of servers and Sentinels; 0 takes what their names resolve to. */
  readonly ipFamily: 0 | 4 | 6;
  /** Undefined without TLS. */
  readonly tls?: TlsConfig;
  /** Files of the users of servers and of Sentinels, which are followed; undefined without users. Needs a password file, beside which theirs are. */
  readonly usersFile?: string;
  readonly sentinelUsersFile?: string;
}

/** Where the source of a restore listens, which a server may follow when it is not asked for any more. Without one, servers may listen there. */
export function sourcePort({ restoreSource, serverPort }: Pick<Config, 'restoreSource' | 'serverPort'>): number | undefined {
  return restoreSource?.port ?? (serverPort === RESTORE_PORT ? undefined : RESTORE_PORT);
}

/** The configuration cannot be used. */
export class ConfigError extends Error {
  public override readonly name = 'ConfigError';
}
