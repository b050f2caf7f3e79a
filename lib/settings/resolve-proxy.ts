import { Duration } from 'cdk8s';
import { TlsSettings } from './auth-settings';
import { containerPort, distinctPorts, image, milliseconds, seconds, wholeNumber } from './checks';
import { maxconn, serverConnections } from './connections';
import { countFronts, customSections } from './custom-sections';
import { reject } from './invalid-prop';
import { kubeTemplateImage } from './node-program';
import { KubeTemplateSettings } from './pod-settings';
import { CONSENSUS_PORT, KUBE_TEMPLATE_PORT, PROXY_PORTS } from './ports';
import { ConsulSettings, ProxySettings } from './proxy-settings';
import { resolveDisruptionBudget, resolvePod, resolveProbes } from './resolve-pod';
import { resolveAutoscaling, resolveLines, resolveReads, resolveRollout, resolveTcpRoute } from './resolve-proxy-behaviour';
import { cpuLimit, memoryLimit, NODE_PROGRAM_RESOURCES, resolveResources, resources } from './resolve-resources';
import { resolveExtraPorts, resolveService } from './resolve-service';
import { plainPortOf } from './resolve-tls';
import { defaultImage, IMAGES } from '../options/images';
import { Spread } from '../options/pod-options';
import { Consensus, ProxyOptions } from '../options/proxy-options';
import { PodIpRoutingOptions, Routing } from '../options/routing';
import { TlsFront } from '../options/tls';

/** HAProxy's own memory. */
const OWN_MEMORY = 32 * 1024 * 1024;
/**
 * What a connection needs, in KiB: two buffers of 16 KiB, two sockets' ends and the session; where HAProxy ends the clients' TLS, the state of one TLS connection, or of two.
 */
const CONNECTION_MEMORY = { plain: 36, [TlsFront.PASSTHROUGH]: 36, terminate: 64, [TlsFront.REENCRYPT]: 104 };
/** The longest that HAProxy counts: 24 days. In milliseconds. */
const LONGEST_MS = 24 * 24 * 3600_000;
/** Threads without a CPU limit: together they move more requests than one server answers. */
const THREADS = 2;
/** Time that sessions of a stopping HAProxy get to end. Short, because nothing checks their servers any more. */
const HARD_STOP_SECONDS = 15;

/** What the proxy has to know of the servers and Sentinels. */
interface Members {
  readonly servers: number;
  readonly sentinels: number;
  /** Of redis.conf. */
  readonly directives: readonly string[];
}

/** HAProxy, with defaults. */
export function resolveProxy(
  proxy: ProxyOptions, routing: Routing, members: Members, registry: string, tls?: TlsSettings, consul?: ConsulSettings,
): ProxySettings {
  const replicas = members.servers;
  const port = containerPort('proxy.port', proxy.port ?? 6379);
  const readPort = containerPort('proxy.readPort', proxy.readPort ?? 6380);
  const statsPort = containerPort('proxy.statsPort', proxy.statsPort ?? 8404);
  const ports: { readonly [prop: string]: number | undefined } = {
    'proxy.port': port,
    'proxy.readPort': readPort,
    'proxy.statsPort': statsPort,
    ...Object.fromEntries((proxy.extraPorts ?? []).map((extra, index) => [`proxy.extraPorts[${index}].port`, containerPort(`proxy.extraPorts[${index}].port`, extra.port)])),
    'tls.plainPort': tls && plainPortOf(tls, PROXY_PORTS.plainWrite),
    'tls.plainReadPort': tls && plainPortOf(tls, PROXY_PORTS.plainRead),
  };
  distinctPorts({ 'kube-template': routing.kind === 'podIp' ? KUBE_TEMPLATE_PORT : undefined, ...ports });
  for (const [prop, value] of Object.entries(ports)) {
    if (value !== undefined && value >= CONSENSUS_PORT && value < CONSENSUS_PORT + replicas) {
      reject(prop, value, `must not be from ${CONSENSUS_PORT} to ${CONSENSUS_PORT + replicas - 1}: HAProxy asks itself for the consensus there`);
    }
  }
  const count = wholeNumber('proxy.replicas', proxy.replicas ?? 3, 1, 100);
  const limits = resolveResources('proxy.resources', proxy.resources, resources(tls?.everywhere ? '200m' : '100m', '64Mi', '256Mi'));
  const pod = resolvePod('proxy.pod', proxy.pod, { spread: Spread.PREFERRED, gracePeriod: Duration.seconds(30) });
  const drainSeconds = seconds('proxy.drain', proxy.drain ?? Duration.seconds(5), 0, 600);
  if (drainSeconds + 10 > pod.gracePeriodSeconds) {
    reject('proxy.drain', `${drainSeconds} s`, `must be at least 10 s below 'proxy.pod.terminationGracePeriod' (${pod.gracePeriodSeconds} s)`);
  }
  const kubeTemplate = routing.kind === 'podIp' ? resolveKubeTemplate(routing.podIpOptions, registry) : undefined;
  const autoscaling = resolveAutoscaling('proxy.autoscaling', proxy.autoscaling, count, {
    'proxy.resources': limits, 'routing.resources': (kubeTemplate ?? consul)?.resources,
  });
  const service = resolveService('proxy.service', proxy.service ?? {});
  const given = proxy.maxconn === undefined ? undefined : wholeNumber('proxy.maxconn', proxy.maxconn, 1);
  const rollout = resolveRollout('proxy.rollout', proxy.rollout, pod);
  const connections = serverConnections(members.directives, members.servers + members.sentinels, autoscaling?.maxReplicas ?? count, rollout.maxSurge);
  const sections = customSections('proxy.customSections', proxy.customSections ?? '');
  const customFronts = countFronts(sections);
  const checks = proxy.checks ?? {};
  // a handshake has to end within the interval, and a busy server takes longer for one; a Sentinel is not that busy, and gets further attempts instead
  const [roleInterval, sentinelFall] = tls?.everywhere ? [500, 5] : [200, 2];
  const timeouts = proxy.timeouts ?? {};
  const hour = 3600_000;
  return {
    kubeTemplate,
    consul,
    replicas: count,
    image: image('proxy.image', proxy.image ?? defaultImage(IMAGES.haproxy, registry)),
    port,
    readPort,
    readFromMasterAsFallback: proxy.readFromMasterAsFallback ?? true,
    statsPort,
    maxconn: maxconn(given, connectionRoom(memoryLimit(limits), CONNECTION_MEMORY[tls?.front ?? 'plain']), connections, customFronts),
    connections,
    consensus: proxy.consensus ?? Consensus.STRICT,
    sentinelIntervalMs: milliseconds('proxy.checks.sentinelInterval', checks.sentinelInterval ?? Duration.millis(200), 50, 60_000),
    sentinelFall: wholeNumber('proxy.checks.sentinelFall', checks.sentinelFall ?? sentinelFall, 1, 10),
    sentinelRise: wholeNumber('proxy.checks.sentinelRise', checks.sentinelRise ?? 1, 1, 10),
    roleIntervalMs: milliseconds('proxy.checks.roleInterval', checks.roleInterval ?? Duration.millis(roleInterval), 50, 60_000),
    consensusIntervalMs: milliseconds('proxy.checks.consensusInterval', checks.consensusInterval ?? Duration.millis(50), 10, 10_000),
    checkTimeoutMs: milliseconds('proxy.checks.timeout', checks.timeout ?? Duration.millis(500), 50, 60_000),
    connectTimeoutMs: milliseconds('proxy.timeouts.connect', timeouts.connect ?? Duration.seconds(1), 10, hour),
    clientTimeoutMs: idleTimeout('proxy.timeouts.client', timeouts.client ?? Duration.hours(1)),
    serverTimeoutMs: idleTimeout('proxy.timeouts.server', timeouts.server ?? Duration.hours(1)),
    service,
    extraPorts: resolveExtraPorts('proxy.extraPorts', proxy.extraPorts ?? [], service),
    reads: resolveReads('proxy.reads', proxy.reads, routing.kind === 'podIp'),
    lines: resolveLines('proxy.lines', proxy.lines),
    autoscaling,
    rollout,
    tcpRoute: resolveTcpRoute('proxy.tcpRoute', proxy.tcpRoute),
    customSections: sections,
    customFronts,
    drainSeconds,
    hardStopSeconds: Math.min(HARD_STOP_SECONDS, pod.gracePeriodSeconds - drainSeconds - 2),
    // a limit of 0 is none
    threads: cpuLimit(limits) || THREADS,
    resources: limits,
    probes: resolveProbes('proxy.probes', proxy.probes),
    pod,
    disruptionBudget: resolveDisruptionBudget('proxy.disruptionBudget', proxy.disruptionBudget, autoscaling?.minReplicas ?? count, autoscaling?.maxReplicas),
  };
}

function resolveKubeTemplate(options: PodIpRoutingOptions, registry: string): KubeTemplateSettings {
  return {
    image: kubeTemplateImage('routing.image', options.image, registry),
    resources: resolveResources('routing.resources', options.resources, NODE_PROGRAM_RESOURCES),
  };
}

/** Time without a word after which a session ends; 0 is never. In milliseconds. */
function idleTimeout(prop: string, value: Duration): number {
  return value.toMilliseconds({ integral: false }) === 0 ? 0 : milliseconds(prop, value, 1000, LONGEST_MS);
}

/** Connections that fit in the memory limit. */
function connectionRoom(limit: number | undefined, kibibytes: number): number | undefined {
  if (limit === undefined) return undefined;
  const room = Math.floor((limit - OWN_MEMORY) / (kibibytes * 1024));
  if (room < 100) {
    const hundred = (kibibytes * 100) / 1024;
    reject('proxy.resources.limits.memory', `${limit} bytes`,
      `must be at least ${32 + Math.ceil(hundred)}Mi: HAProxy itself needs 32 MiB, and a hundred connections ${hundred.toFixed(1)} MiB`);
  }
  return room;
}
