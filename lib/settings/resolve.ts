import { AuthSettings } from './auth-settings';
import { annotations, dataKey, distinctPorts, dnsLabel, label, NAME_LENGTH, namespaceName, objectName, pullSecrets, wholeNumber } from './checks';
import { haproxyWarnings } from './haproxy-image';
import { reject, together } from './invalid-prop';
import { checked } from './kinds';
import { isOurs } from './label-domain';
import { roomWarnings } from './maxmemory';
import { AGENT_PORT, EXPORTER_PORT, RESTORE_PORT, SENTINEL_EXPORTER_PORT } from './ports';
import { DirectSettings, FrontDoorSettings, ProxySettings } from './proxy-settings';
import { resolveConsul } from './resolve-consul';
import { resolveDirect, withoutProxy } from './resolve-direct';
import { resolveFollow } from './resolve-follow';
import { resolveMetrics } from './resolve-metrics';
import { resolveAppProtocol, resolveEgress } from './resolve-network';
import { resolvePersistence } from './resolve-persistence';
import { resolveProxy } from './resolve-proxy';
import { resolveRestore } from './resolve-restore';
import { resolveSentinel } from './resolve-sentinel';
import { resolveAgent, resolveEngine, resolveServer, resolveServerResources } from './resolve-server';
import { distinctNodePorts } from './resolve-service';
import { resolveTls } from './resolve-tls';
import { passwordKeys, resolveUsers } from './resolve-users';
import { KubernetesSettings, PersistenceSettings, Settings } from './settings';
import { redisHaProps } from './shapes';
import { workloadWarnings } from './workload';
import { Auth } from '../options/auth';
import { Engine } from '../options/engine';
import { DOCKER_HUB } from '../options/images';
import { KubernetesOptions } from '../options/kubernetes-options';
import { LogFormat } from '../options/log-format';
import { DurabilityMode } from '../options/persistence';
import { RedisHaProps } from '../options/redis-ha-props';
import { Routing } from '../options/routing';
import { Sentinel } from '../options/sentinel';

/** What an installation's place in the app decides. */
export interface Place {
  /** Name derived from the construct's path. */
  readonly defaultName: string;
  /** Namespace of the installation, if it is known: that of its chart. */
  readonly namespace?: string;
}

/**
 * Props with every default filled in and every rule that needs no other object checked: first kinds and names, then what depends on them.
 *
 * @throws InvalidPropError naming each prop that is wrong, its value and what is accepted
 */
export function resolveSettings(given: RedisHaProps, place: Place): Settings {
  const props = checked(redisHaProps, given);
  return together(() => resolveProps(props, place));
}

function resolveProps(props: RedisHaProps, place: Place): Settings {
  const name = dnsLabel('name', props.name ?? place.defaultName, NAME_LENGTH);
  if (place.namespace !== undefined) namespaceName('namespace', place.namespace);
  const engine = resolveEngine(props.engine ?? Engine.redis());
  const replicas = wholeNumber('replicas', props.replicas ?? 3, 1, 15);
  const routing = props.routing ?? Routing.service();
  const registry = resolveRegistry(props.imageRegistry ?? DOCKER_HUB);
  const serverOptions = props.server ?? {};
  const sentinel = resolveSentinel(props.sentinel ?? Sentinel.sidecar(), replicas);
  const { workload } = props;
  const resources = resolveServerResources(serverOptions);
  const persistence = resolvePersistence(props.persistence, workload, resources);
  const server = resolveServer(serverOptions, { engine, replicas, registry, persistence, workload, resources });
  const exporter = resolveMetrics(props.metrics, registry);
  const sentinelPorts = { 'sentinel.port': sentinel.port, 'sentinel-exporter': exporter && SENTINEL_EXPORTER_PORT };
  const restore = resolveRestore(props.restore, persistence, registry, server.resources);
  if (restore && server.port === RESTORE_PORT) reject('server.port', server.port, "is the port from which a 'restore' copies");
  distinctPorts({ 'agent': AGENT_PORT, 'exporter': exporter && EXPORTER_PORT, 'server.port': server.port, ...sentinel.sidecar ? sentinelPorts : {} });
  if (!sentinel.sidecar) distinctPorts(sentinelPorts);
  const proxyless = withoutProxy(routing);
  if (proxyless !== undefined && props.proxy !== undefined) reject('proxy', Object.keys(props.proxy), `must not be given with ${proxyless}`);
  const tls = resolveTls(props.tls, name, routing);
  const proxy = proxyless !== undefined ? undefined : resolveProxy(
    props.proxy ?? {}, routing, { servers: replicas, sentinels: sentinel.count, directives: server.directives }, registry, tls,
    resolveConsul(routing, place.namespace ? `${place.namespace}-${name}` : name, registry, props.ipStack),
  );
  distinctNodePorts(proxy, server.memberServices);
  const direct = resolveDirect(routing, props.ipStack);
  return {
    warnings: [...proxy ? haproxyWarnings('proxy.image', proxy.image) : [], ...workloadWarnings(workload, server, persistence), ...roomWarnings(persistence, server)],
    name,
    masterName: resolveMasterName(props.masterName ?? (place.namespace ? `${place.namespace}-${name}` : name)),
    engine,
    replicas,
    labels: resolveLabels(props.labels ?? {}),
    annotations: annotations('annotations', props.annotations ?? {}),
    imageRegistry: registry,
    imagePullSecrets: pullSecrets(props.imagePullSecrets ?? []),
    ipStack: props.ipStack,
    logFormat: props.logFormat ?? LogFormat.TEXT,
    fixedIds: props.fixedIds ?? true,
    nativeSidecars: props.nativeSidecars ?? false,
    networkPolicies: props.networkPolicies ?? true,
    egress: resolveEgress('network.egress', props.network, props.networkPolicies ?? true),
    appProtocol: resolveAppProtocol('network.appProtocol', props.network),
    hibernate: resolveHibernate(props.hibernate ?? false, persistence),
    server,
    agent: resolveAgent(serverOptions, server.pod.gracePeriodSeconds, registry),
    sentinel,
    proxy,
    direct,
    frontDoor: frontDoorOf(proxy, direct, server.port),
    persistence,
    restore,
    follow: resolveFollow(props.follow, { persistence, restore: props.restore, tls }),
    kubernetes: resolveKubernetes(props.kubernetes),
    exporter,
    auth: resolveAuth(props.auth ?? Auth.secret(`${name}-auth`), place.namespace),
    tls,
  };
}

/** Whether there are no pods: only where their data stays. */
function resolveHibernate(hibernate: boolean, { kind, mode, deleteWhenScaled }: PersistenceSettings): boolean {
  if (hibernate && kind === 'emptyDir') reject('hibernate', true, "needs 'persistence' that outlives pods: the data would be lost with them");
  else if (hibernate && kind === 'hostPath') reject('hibernate', true, 'must not be given with Persistence.hostPath(): the pods may come back on other nodes, without their data');
  else if (hibernate && mode === DurabilityMode.NONE) reject('hibernate', true, 'must not be given with DurabilityMode.NONE: nothing is written to the volumes, all data would be lost');
  else if (hibernate && deleteWhenScaled) reject('hibernate', true, "must not be given with 'persistence.deleteWhenScaled', which would delete the claims with the data");
  return hibernate;
}

function frontDoorOf(proxy: ProxySettings | undefined, direct: DirectSettings | undefined, serverPort: number): FrontDoorSettings | undefined {
  if (proxy) return { port: proxy.port, readPort: proxy.readPort, component: 'proxy', podPorts: [proxy.port, proxy.readPort] };
  return direct && { ...direct, component: 'server', podPorts: [serverPort] };
}

/** What agents show at the Kubernetes API; undefined where both are off. */
function resolveKubernetes({ events = false, roleLabel = false }: KubernetesOptions = {}): KubernetesSettings | undefined {
  return events || roleLabel ? { events, roleLabel } : undefined;
}

function resolveMasterName(masterName: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(masterName)) {
    reject('masterName', masterName, 'must be letters, digits, ".", "-" and "_", at most 128 characters');
  }
  return masterName;
}

function resolveAuth(auth: Auth, namespace: string | undefined): AuthSettings | undefined {
  const { secretName, secretKey, _secret: secret, _users: users, _componentUsers: componentUsers } = auth;
  if (secretName === undefined || secretKey === undefined) return undefined;
  // one that is only known by its name is taken as in the right namespace
  const { metadata } = (secret ?? {}) as { readonly metadata?: { readonly namespace?: string } };
  if (metadata !== undefined && metadata.namespace !== namespace) {
    const of = (one?: string) => (one === undefined ? 'one that is not known' : `"${one}"`);
    reject('auth', secret!.node.path,
      `must be a Secret of the installation's namespace, ${of(namespace)}: pods read Secrets of their own namespace only. Its namespace is ${of(metadata.namespace)}`);
  }
  const clients = resolveUsers(users);
  return {
    secretName: objectName('auth.secret', secretName),
    secretKey: dataKey('auth.key', secretKey),
    secret,
    users: clients,
    componentUsers,
    keys: passwordKeys(componentUsers, secretKey, clients),
  };
}

function resolveRegistry(registry: string): string {
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?(\/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*$/.test(registry)) {
    reject('imageRegistry', registry, 'must be a registry without scheme, like "registry.example.com/mirror"');
    return DOCKER_HUB;
  }
  return registry;
}

function resolveLabels(labels: { readonly [name: string]: string }): { readonly [name: string]: string } {
  for (const [name, value] of Object.entries(labels)) {
    if (/^app\.kubernetes\.io\/(name|instance|component)$/.test(name) || isOurs(name)) reject(`labels["${name}"]`, name, 'is reserved: the library sets it');
    label('labels', name, value);
  }
  return labels;
}
