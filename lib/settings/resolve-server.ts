import { Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { bufferDirectives } from './buffers';
import { bytes, containerPort, image, milliseconds, seconds, wholeNumber } from './checks';
import { freeDirectives } from './directives';
import { reject } from './invalid-prop';
import { resolveMaxmemory } from './maxmemory';
import { nodeImage } from './node-program';
import { resolveDisruptionBudget, resolvePod, resolveProbes, revisionHistoryLimit } from './resolve-pod';
import { memoryLimit, NODE_PROGRAM_RESOURCES, resolveResources, resources } from './resolve-resources';
import { resolveMemberServices } from './resolve-service';
import { AgentSettings, PersistenceSettings, ServerSettings } from './settings';
import { backlogOf, minReplicasOf, presetOf } from './workload';
import { Engine } from '../options/engine';
import { defaultImage } from '../options/images';
import { DurabilityMode } from '../options/persistence';
import { Spread } from '../options/pod-options';
import { ServerOptions } from '../options/server-options';
import { UpdateStrategy } from '../options/update-strategy';
import { Workload } from '../options/workload';

const DECIDED = 'the library decides it';
const TLS = "use 'tls'";
const PASSWORD = "a password belongs in a Secret: use 'auth'";

/** Directives of redis.conf that free ones must not touch, by the reason. The docs of `ServerOptions.directives` list them. */
export const RESERVED_SERVER_DIRECTIVES: { readonly [directive: string]: string } = {
  ...Object.fromEntries([
    'bind', 'bind-source-addr', 'dir', 'daemonize', 'supervised', 'logfile', 'pidfile', 'protected-mode', 'aclfile', 'include', 'replicaof', 'slaveof',
    'replica-announce*', 'slave-announce*', 'replica-read-only', 'slave-read-only', 'replica-serve-stale-data', 'slave-serve-stale-data',
    'replica-priority', 'slave-priority', 'appendfilename', 'appenddirname', 'dbfilename', 'unixsocket*', 'cluster-enabled',
  ].map((directive) => [directive, DECIDED])),
  'tls-*': TLS,
  'port': "use 'server.port'",
  'requirepass': PASSWORD,
  'masterauth': PASSWORD,
  'masteruser': "use 'auth'",
  // what Valkey calls the two since 8.0
  'primaryauth': PASSWORD,
  'primaryuser': "use 'auth'",
  'user': PASSWORD,
  'rename-command': 'Sentinel and the agent need the commands under their own names',
  'appendonly': "use 'persistence'",
  'save': "needs 'persistence' with DurabilityMode.SNAPSHOT",
  'maxmemory': "use 'server.maxmemory'",
  'maxmemory-policy': "use 'server.maxmemoryPolicy'",
  'min-replicas-to-write': "use 'server.minReplicasToWrite'",
  'min-slaves-to-write': "use 'server.minReplicasToWrite'",
  'min-replicas-max-lag': "use 'server.minReplicasMaxLag'",
  'min-slaves-max-lag': "use 'server.minReplicasMaxLag'",
  'repl-backlog-size': "use 'server.replBacklogSize'",
};

/** Oldest and newest (excluded) version that the rules of each engine hold for. */
const VERSIONS: { readonly [engine: string]: readonly [string, string] } = { redis: ['7.0', '9.0'], valkey: ['7.2', '10.0'] };

/** The engine, if its version is one we know. */
export function resolveEngine(engine: Engine): Engine {
  const [oldest, beyond] = VERSIONS[engine.name];
  const version = /^(\d+)\.(\d+)(\.\d+)?$/.exec(engine.version);
  const number = (text: string) => { const [major, minor] = text.split('.').map(Number); return major * 1000 + minor; };
  if (!version || number(engine.version) < number(oldest) || number(engine.version) >= number(beyond)) {
    reject('engine.version', engine.version, `must be a version of ${engine.name} from ${oldest} to below ${beyond}, like "${oldest}.1"`);
    return { ...engine, version: oldest };
  }
  if (engine.modules && number(engine.version) < number('8.0')) {
    reject('engine.modules', engine.modules, `must be left out before Redis 8.0, whose image is the first with modules; 'engine.version' is ${engine.version}`);
  }
  return engine;
}

/** Least memory limit of a server. In bytes. */
const LEAST_MEMORY = 32 * 1024 * 1024;

/** Requests and limits of a server, with defaults. */
export function resolveServerResources(server: ServerOptions): k8s.ResourceRequirements {
  return resolveResources('server.resources', server.resources, resources('100m', '512Mi', '512Mi'));
}

/** What a server is told beside its options. */
interface ServerPlace {
  readonly engine: Engine;
  readonly replicas: number;
  readonly registry: string;
  readonly persistence: PersistenceSettings;
  readonly workload: Workload | undefined;
  readonly resources: k8s.ResourceRequirements;
}

/** The servers, with defaults. */
export function resolveServer(server: ServerOptions, place: ServerPlace): ServerSettings {
  const { engine, replicas, registry, persistence, workload, resources: limits } = place;
  const preset = presetOf(workload);
  const limit = memoryLimit(limits);
  if (limit !== undefined && limit < LEAST_MEMORY) {
    reject('server.resources.limits.memory', `${limit} bytes`, 'must be at least 32Mi: an empty server with its buffers needs half of it');
  }
  const { maxmemoryBytes, limitBesideFiles } = resolveMaxmemory(server.maxmemory, limit, persistence);
  const minReplicasToWrite = wholeNumber('server.minReplicasToWrite', server.minReplicasToWrite ?? minReplicasOf(preset, replicas), 0);
  if (minReplicasToWrite > Math.max(0, replicas - 1)) {
    reject('server.minReplicasToWrite', minReplicasToWrite, `must be below 'replicas' (${replicas}): there are only ${replicas - 1} replicas, no write would ever be taken`);
  }
  const { save, ...reserved } = RESERVED_SERVER_DIRECTIVES;
  const directives = freeDirectives('server.directives', server.directives ?? [], persistence.mode === DurabilityMode.SNAPSHOT ? reserved : { ...reserved, save });
  return {
    image: image('engine.image', engine.image ?? defaultImage({ repository: engine.repository, tag: engine.version }, registry)),
    port: containerPort('server.port', server.port ?? 6379),
    maxmemoryBytes,
    maxmemoryPolicy: server.maxmemoryPolicy ?? preset.maxmemoryPolicy,
    minReplicasToWrite,
    minReplicasMaxLagSeconds: seconds('server.minReplicasMaxLag', server.minReplicasMaxLag ?? Duration.seconds(2), 2, 60),
    replBacklogBytes: server.replBacklogSize === undefined ? backlogOf(preset, maxmemoryBytes) : givenBacklog(server.replBacklogSize, maxmemoryBytes),
    allowFlush: server.allowFlush ?? false,
    directives: [...bufferDirectives(limitBesideFiles, maxmemoryBytes, directives, preset.clients), ...directives],
    resources: limits,
    probes: resolveProbes('server.probes', server.probes),
    pod: resolvePod('server.pod', server.pod, { spread: Spread.REQUIRED, gracePeriod: Duration.seconds(60) }),
    updateStrategy: resolveUpdateStrategy(server.updateStrategy ?? UpdateStrategy.rolling(), replicas),
    minReadySeconds: server.minReady === undefined ? 0 : seconds('server.minReady', server.minReady, 0, 3600),
    revisionHistoryLimit: revisionHistoryLimit('server', server),
    memberServices: resolveMemberServices('server.memberServices', server.memberServices, replicas),
    disruptionBudget: resolveDisruptionBudget('server.disruptionBudget', server.disruptionBudget, replicas),
  };
}

/** Redis counts it as used memory, and never gives it back: what it leaves of maxmemory is for data. */
function givenBacklog(size: Size, maxmemory: number | undefined): number {
  const given = bytes('server.replBacklogSize', size, 1);
  if (maxmemory !== undefined && given > maxmemory / 2) {
    reject('server.replBacklogSize', `${given} bytes`, `must be at most half of maxmemory (${maxmemory} bytes), of which it is a part: give the servers more memory`);
  }
  return given;
}

function resolveUpdateStrategy({ _type: type, _partition: partition }: UpdateStrategy, replicas: number): ServerSettings['updateStrategy'] {
  return { type, partition: wholeNumber('server.updateStrategy.partition', partition, 0, replicas) };
}

/** The agent, with defaults. */
export function resolveAgent(server: ServerOptions, gracePeriodSeconds: number, registry: string): AgentSettings {
  const agent = server.agent ?? {};
  const handOverBudgetSeconds = seconds('server.agent.handOverBudget', agent.handOverBudget ?? Duration.seconds(30), 5, 600);
  if (handOverBudgetSeconds + 15 > gracePeriodSeconds) {
    reject('server.agent.handOverBudget', `${handOverBudgetSeconds} s`,
      `must be at least 15 s below 'server.pod.terminationGracePeriod' (${gracePeriodSeconds} s): the server needs the rest to shut down`);
  }
  return {
    image: nodeImage('server.agent.image', agent.image, registry),
    resources: resolveResources('server.agent.resources', agent.resources, NODE_PROGRAM_RESOURCES),
    bootTimeoutMs: milliseconds('server.agent.bootTimeout', agent.bootTimeout ?? Duration.seconds(60), 5000, 3600_000),
    handOverBudgetSeconds,
  };
}
