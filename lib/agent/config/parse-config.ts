import { Config, ConfigError, DirectConfig, FollowConfig, KubernetesConfig } from './config';
import { Reader } from './reader';
import { LOG_FORMATS, messageOf } from '../../log/log';

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
const MEMBERS = ['servers', 'sentinels', 'quorum', 'minReplicasToWrite', 'restoreSource', 'follow'];
const OPTIONAL = [
  'self', 'quorum', 'passwordFile', 'membersFile', 'restoreSource', 'follow', 'metricsPort', 'tlsDir', 'tlsServerName', 'tlsClientCertificates', 'usersFile', 'sentinelUsersFile',
  'consulService', 'direct', 'kubernetes',
] as const;

/**
 * The configuration in JSON text.
 *
 * @param hostname name of the pod, whose trailing `-N` is the ordinal when there is no `self`.
 * @param read gives the text of the file of the members, whose settings count instead of those in the first text.
 * @param former what stays where that file does not say it
 * @throws ConfigError naming the setting, its value and what is accepted.
 */
export function parseConfig(
  text: string, hostname: string, read: (file: string) => string = () => '{}', former: Partial<Pick<Config, 'minReplicasToWrite'>> = {},
): Config {
  const fixed = parseObject(text);
  const members = typeof fixed.membersFile === 'string' ? parseObject(read(fixed.membersFile)) : {};
  const surplus = Object.keys(members).filter((key) => !MEMBERS.includes(key));
  if (surplus.length > 0) throw new ConfigError(`"${surplus.join('", "')}" in ${String(fixed.membersFile)}: it holds only ${MEMBERS.join(', ')}`);
  const given = { ...fixed, ...former, ...members };
  const known = new Set<string>([...REQUIRED, ...OPTIONAL, ...Object.keys(DEFAULTS)]);
  for (const key of Object.keys(given)) {
    if (!known.has(key)) throw new ConfigError(`unknown setting "${key}"; known are ${[...known].sort().join(', ')}`);
  }
  const reader = new Reader({ ...DEFAULTS, ...given });
  const servers = reader.hosts('servers');
  const sentinels = reader.hosts('sentinels');
  const textAt = (key: string) => reader.text(key);
  const majority = Math.floor(sentinels.length / 2) + 1;
  return {
    masterName: reader.matching('masterName', /^[A-Za-z0-9._-]+$/, 'letters, digits, ".", "-" and "_"'),
    servers,
    serverPort: reader.integer('serverPort', 1, 65_535),
    sentinels,
    sentinelPort: reader.integer('sentinelPort', 1, 65_535),
    self: reader.optional('self', (key) => reader.integer(key, 0, servers.length - 1)) ?? ordinalOf(hostname, servers.length),
    selfAddress: reader.address('selfAddress'),
    sentinelSidecar: reader.flag('sentinelSidecar'),
    quorum: reader.optional('quorum', (key) => reader.integer(key, 1, sentinels.length)) ?? majority,
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
    passwordFile: reader.optional('passwordFile', textAt),
    membersFile: reader.optional('membersFile', textAt),
    restoreSource: reader.optional('restoreSource', (key) => reader.hostAndPort(key)),
    follow: reader.optional('follow', (key) => followOf(reader.section(key, 'an object with a host and a port', { tls: false, cutOver: false }))),
    metricsPort: reader.optional('metricsPort', (key) => reader.integer(key, 1, 65_535)),
    consulService: reader.optional('consulService', textAt),
    direct: reader.optional('direct', (key) => directOf(reader.section(key, 'an object with a service'))),
    kubernetes: reader.optional('kubernetes', (key) => kubernetesOf(reader.section(key, 'an object with events and roleLabel'))),
    ipFamily: reader.oneOf('ipFamily', [0, 4, 6]),
    logFormat: reader.oneOf('logFormat', LOG_FORMATS),
    usersFile: reader.optional('usersFile', textAt),
    sentinelUsersFile: reader.optional('sentinelUsersFile', textAt),
    tls: reader.optional('tlsDir', (key) => ({
      dir: reader.text(key),
      serverName: reader.text('tlsServerName'),
      clientCertificates: reader.optional('tlsClientCertificates', (one) => reader.flag(one)) ?? false,
    })),
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

function followOf(reader: Reader): FollowConfig {
  return {
    host: reader.matching('host', /^[A-Za-z0-9.:_-]+$/, 'a host name or IP address'),
    port: reader.integer('port', 2, 65_535),
    user: reader.optional('user', (key) => reader.text(key)),
    passwordFile: reader.optional('passwordFile', (key) => reader.text(key)),
    tls: reader.flag('tls'),
    cutOver: reader.flag('cutOver'),
  };
}

function directOf(reader: Reader): DirectConfig {
  return {
    service: reader.text('service'),
    writeSlice: reader.text('writeSlice'),
    writePort: reader.text('writePort'),
    readSlice: reader.text('readSlice'),
    readPort: reader.text('readPort'),
    ...atApi(reader),
  };
}

function kubernetesOf(reader: Reader): KubernetesConfig {
  return { events: reader.flag('events'), roleLabel: reader.flag('roleLabel'), ...atApi(reader) };
}

/** What everything has that agents write at the Kubernetes API. */
function atApi(reader: Reader): Pick<DirectConfig, 'labels' | 'domain' | 'accountDir'> {
  return { labels: reader.texts('labels'), domain: reader.text('domain'), accountDir: reader.text('accountDir') };
}
