import * as net from 'node:net';
import { TlsConfig } from './certificates';
import { LOG_FORMATS, LogFormat, messageOf } from '../../log/log';

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
  /** `min-replicas-to-write` of redis.conf. */
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

const DEFAULTS = {
  serverPort: 6379,
  sentinelPort: 26379,
  selfAddress: '127.0.0.1',
  sentinelSidecar: false,
  downAfterMs: 3_500,
  unreachableAfterMs: 1_500,
  failoverTimeoutMs: 6_000,
  parallelSyncs: 1,
  masterRebootDownAfterMs: 5_000,
  replicaPriority: 100,
  minReplicasToWrite: 0,
  bootTimeoutMs: 60_000,
  handOverBudgetMs: 30_000,
  lingerMs: 800,
  dataDir: '/data',
  runDir: '/run/redis-ha',
  ipFamily: 0,
  logFormat: 'text',
} as const;

const REQUIRED = ['masterName', 'servers', 'sentinels'] as const;
/** What the file of the members holds. */
const MEMBERS = ['servers', 'sentinels', 'quorum', 'restoreSource', 'follow'];
const OPTIONAL = [
  'self', 'quorum', 'passwordFile', 'membersFile', 'restoreSource', 'follow', 'metricsPort', 'tlsDir', 'tlsServerName', 'tlsClientCertificates', 'usersFile', 'sentinelUsersFile',
  'consulService', 'direct', 'kubernetes',
] as const;

/** The configuration cannot be used. */
export class ConfigError extends Error {
  public override readonly name = 'ConfigError';
}

/**
 * The configuration in JSON text.
 *
 * @param hostname name of the pod, whose trailing `-N` is the ordinal when there is no `self`.
 * @param read gives the text of the file of the members, whose settings count instead of those in the first text.
 * @throws ConfigError naming the setting, its value and what is accepted.
 */
export function parseConfig(text: string, hostname: string, read: (file: string) => string = () => '{}'): Config {
  const fixed = parseObject(text);
  const members = typeof fixed.membersFile === 'string' ? parseObject(read(fixed.membersFile)) : {};
  const surplus = Object.keys(members).filter((key) => !MEMBERS.includes(key));
  if (surplus.length > 0) throw new ConfigError(`"${surplus.join('", "')}" in ${String(fixed.membersFile)}: it holds only ${MEMBERS.join(', ')}`);
  const given = { ...fixed, ...members };
  const known = new Set<string>([...REQUIRED, ...OPTIONAL, ...Object.keys(DEFAULTS)]);
  for (const key of Object.keys(given)) {
    if (!known.has(key)) throw new ConfigError(`unknown setting "${key}"; known are ${[...known].sort().join(', ')}`);
  }
  const reader = new Reader({ ...DEFAULTS, ...given });
  const servers = reader.hosts('servers');
  const sentinels = reader.hosts('sentinels');
  const majority = Math.floor(sentinels.length / 2) + 1;
  return {
    masterName: reader.matching('masterName', /^[A-Za-z0-9._-]+$/, 'letters, digits, ".", "-" and "_"'),
    servers,
    serverPort: reader.integer('serverPort', 1, 65_535),
    sentinels,
    sentinelPort: reader.integer('sentinelPort', 1, 65_535),
    self: given.self === undefined ? ordinalOf(hostname, servers.length) : reader.integer('self', 0, servers.length - 1),
    selfAddress: reader.address('selfAddress'),
    sentinelSidecar: reader.flag('sentinelSidecar'),
    quorum: given.quorum === undefined ? majority : reader.integer('quorum', 1, sentinels.length),
    downAfterMs: reader.integer('downAfterMs', 500, 3_600_000),
    unreachableAfterMs: reader.integer('unreachableAfterMs', 500, 3_600_000),
    failoverTimeoutMs: reader.integer('failoverTimeoutMs', 500, 3_600_000),
    parallelSyncs: reader.integer('parallelSyncs', 1, 1_000),
    masterRebootDownAfterMs: reader.integer('masterRebootDownAfterMs', 0, 3_600_000),
    replicaPriority: reader.integer('replicaPriority', 0, 1_000_000),
    minReplicasToWrite: reader.integer('minReplicasToWrite', 0, 1_000),
    bootTimeoutMs: reader.integer('bootTimeoutMs', 0, 3_600_000),
    handOverBudgetMs: reader.integer('handOverBudgetMs', 5_000, 3_600_000),
    lingerMs: reader.integer('lingerMs', 0, 10_000),
    dataDir: reader.text('dataDir'),
    runDir: reader.text('runDir'),
    passwordFile: given.passwordFile === undefined ? undefined : reader.text('passwordFile'),
    membersFile: given.membersFile === undefined ? undefined : reader.text('membersFile'),
    restoreSource: given.restoreSource === undefined ? undefined : reader.hostAndPort('restoreSource'),
    follow: given.follow === undefined ? undefined : reader.follow('follow'),
    metricsPort: given.metricsPort === undefined ? undefined : reader.integer('metricsPort', 1, 65_535),
    consulService: given.consulService === undefined ? undefined : reader.text('consulService'),
    direct: given.direct === undefined ? undefined : reader.direct('direct'),
    kubernetes: given.kubernetes === undefined ? undefined : reader.kubernetes('kubernetes'),
    ipFamily: reader.family('ipFamily'),
    logFormat: reader.logFormat('logFormat'),
    usersFile: given.usersFile === undefined ? undefined : reader.text('usersFile'),
    sentinelUsersFile: given.sentinelUsersFile === undefined ? undefined : reader.text('sentinelUsersFile'),
    tls: given.tlsDir === undefined ? undefined : {
      dir: reader.text('tlsDir'),
      serverName: reader.text('tlsServerName'),
      clientCertificates: given.tlsClientCertificates !== undefined && reader.flag('tlsClientCertificates'),
    },
  };
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`is not JSON: ${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ConfigError('must be a JSON object');
  return value as Record<string, unknown>;
}

function ordinalOf(hostname: string, servers: number): number {
  const ordinal = Number(/-(\d+)$/.exec(hostname)?.[1] ?? NaN);
  if (!(ordinal < servers)) {
    throw new ConfigError(`"self" is absent and the host name "${hostname}" does not end in -0 to -${servers - 1}`);
  }
  return ordinal;
}

class Reader {
  constructor(private readonly values: Record<string, unknown>) {}

  public family(key: string): 0 | 4 | 6 {
    const value = this.values[key];
    if (value !== 0 && value !== 4 && value !== 6) throw this.error(key, '0, 4 or 6');
    return value;
  }

  public logFormat(key: string): LogFormat {
    const format = LOG_FORMATS.find((one) => one === this.values[key]);
    if (format === undefined) throw this.error(key, LOG_FORMATS.join(' or '));
    return format;
  }

  public integer(key: string, min: number, max: number): number {
    const value = this.values[key];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      throw this.error(key, `a whole number from ${min} to ${max}`);
    }
    return value;
  }

  public flag(key: string): boolean {
    const value = this.values[key];
    if (typeof value !== 'boolean') throw this.error(key, 'true or false');
    return value;
  }

  public text(key: string): string {
    const value = this.values[key];
    if (typeof value !== 'string' || value === '') throw this.error(key, 'a text that is not empty');
    return value;
  }

  public matching(key: string, pattern: RegExp, accepted: string): string {
    const value = this.values[key];
    if (typeof value !== 'string' || !pattern.test(value)) throw this.error(key, accepted);
    return value;
  }

  public address(key: string): string {
    const value = this.text(key);
    if (net.isIP(value) === 0 && !value.startsWith('/')) throw this.error(key, 'an IP address or the path of a socket');
    return value;
  }

  public hosts(key: string): string[] {
    const value = this.values[key];
    const accepted = 'a list of host names or IP addresses, each once';
    if (!Array.isArray(value) || value.length === 0 || new Set(value).size !== value.length) throw this.error(key, accepted);
    for (const host of value) {
      if (typeof host !== 'string' || !/^[A-Za-z0-9.:_-]+$/.test(host)) throw this.error(key, accepted);
    }
    return value as string[];
  }

  public hostAndPort(key: string): { readonly host: string; readonly port: number } {
    const [, host, port] = /^([A-Za-z0-9.:_-]+):(\d{1,5})$/.exec(this.text(key)) ?? [];
    if (!(Number(port) > 1 && Number(port) <= 65_535)) throw this.error(key, 'HOST:PORT');
    return { host, port: Number(port) };
  }

  public follow(key: string): FollowConfig {
    const value = this.values[key];
    if (typeof value !== 'object' || value === null) throw this.error(key, 'an object with a host and a port');
    const given = { tls: false, cutOver: false, ...value } as Record<string, unknown>;
    const reader = new Reader(given);
    return {
      host: reader.matching('host', /^[A-Za-z0-9.:_-]+$/, 'a host name or IP address'),
      port: reader.integer('port', 2, 65_535),
      user: given.user === undefined ? undefined : reader.text('user'),
      passwordFile: given.passwordFile === undefined ? undefined : reader.text('passwordFile'),
      tls: reader.flag('tls'),
      cutOver: reader.flag('cutOver'),
    };
  }

  public direct(key: string): DirectConfig {
    const reader = this.inner(key, 'an object with a service');
    return {
      service: reader.text('service'),
      writeSlice: reader.text('writeSlice'),
      writePort: reader.text('writePort'),
      readSlice: reader.text('readSlice'),
      readPort: reader.text('readPort'),
      ...reader.atApi(),
    };
  }

  public kubernetes(key: string): KubernetesConfig {
    const reader = this.inner(key, 'an object with events and roleLabel');
    return { events: reader.flag('events'), roleLabel: reader.flag('roleLabel'), ...reader.atApi() };
  }

  private inner(key: string, accepted: string): Reader {
    const value = this.values[key];
    if (typeof value !== 'object' || value === null) throw this.error(key, accepted);
    return new Reader(value as Record<string, unknown>);
  }

  /** What everything has that agents write at the Kubernetes API. */
  private atApi(): Pick<DirectConfig, 'labels' | 'domain' | 'accountDir'> {
    const { labels } = this.values;
    const wellLabelled = typeof labels === 'object' && labels !== null && Object.values(labels).every((one) => typeof one === 'string');
    if (!wellLabelled) throw this.error('labels', 'an object of texts');
    return { labels: labels as DirectConfig['labels'], domain: this.text('domain'), accountDir: this.text('accountDir') };
  }

  private error(key: string, accepted: string): ConfigError {
    return new ConfigError(`"${key}" is ${JSON.stringify(this.values[key]) ?? 'absent'}; it must be ${accepted}`);
  }
}
