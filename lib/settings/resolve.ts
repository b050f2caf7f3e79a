import { annotations, dataKey, distinctPorts, dnsLabel, label, NAME_LENGTH, objectName, wholeNumber } from './checks';
import { reject, together } from './invalid-prop';
import { checked } from './kinds';
import { resolveProxy } from './resolve-proxy';
import { resolveSentinel } from './resolve-sentinel';
import { resolveAgent, resolveEngine, resolvePersistence, resolveServer } from './resolve-server';
import { checkPlainPort, resolveTls } from './resolve-tls';
import { resolveUsers } from './resolve-users';
import { AuthSettings, Settings } from './settings';
import { redisHaProps } from './shapes';
import { Auth } from '../options/auth';
import { Engine } from '../options/engine';
import { Persistence } from '../options/persistence';
import { RedisHaProps } from '../options/redis-ha-props';
import { Routing } from '../options/routing';
import { Sentinel } from '../options/sentinel';

/** What an installation's place in the app decides. */
export interface Place {
  /** Name derived from the construct's path. */
  readonly defaultName: string;
  /** Namespace of the chart, if it has one. */
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
  const engine = resolveEngine(props.engine ?? Engine.redis());
  const replicas = wholeNumber('replicas', props.replicas ?? 3, 1, 15);
  const routing = props.routing ?? Routing.service();
  const registry = resolveRegistry(props.imageRegistry);
  const serverOptions = props.server ?? {};
  const sentinel = resolveSentinel(props.sentinel ?? Sentinel.sidecar(), replicas);
  const persistence = resolvePersistence(props.persistence ?? Persistence.emptyDir());
  const server = resolveServer(serverOptions, engine, replicas, registry, persistence.mode);
  if (sentinel.sidecar) distinctPorts({ 'server.port': server.port, 'sentinel.port': sentinel.port });
  if (routing.kind === 'none' && props.proxy !== undefined) {
    reject('proxy', Object.keys(props.proxy), "must not be given with 'routing' none: there is no proxy");
  }
  const proxy = routing.kind === 'none' ? undefined : resolveProxy(props.proxy ?? {}, routing, replicas, registry);
  const tls = resolveTls(props.tls, name, routing);
  checkPlainPort(tls, proxy);
  return {
    name,
    masterName: resolveMasterName(props.masterName ?? (place.namespace ? `${place.namespace}-${name}` : name)),
    engine,
    replicas,
    labels: resolveLabels(props.labels ?? {}),
    annotations: annotations('annotations', props.annotations ?? {}),
    imagePullSecrets: (props.imagePullSecrets ?? []).map((secret, index) => objectName(`imagePullSecrets[${index}]`, secret)),
    ipStack: props.ipStack,
    nativeSidecars: props.nativeSidecars ?? false,
    networkPolicies: props.networkPolicies ?? true,
    server,
    agent: resolveAgent(serverOptions, server.pod.gracePeriodSeconds, registry),
    sentinel,
    proxy,
    persistence,
    auth: resolveAuth(props.auth ?? Auth.secret(`${name}-auth`)),
    tls,
  };
}

function resolveMasterName(masterName: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(masterName)) {
    reject('masterName', masterName, 'must be letters, digits, ".", "-" and "_", at most 128 characters');
  }
  return masterName;
}

function resolveAuth(auth: Auth): AuthSettings | undefined {
  if (auth.secretName === undefined || auth.secretKey === undefined) return undefined;
  return {
    secretName: objectName('auth.secret', auth.secretName),
    secretKey: dataKey('auth.key', auth.secretKey),
    users: resolveUsers(auth._users),
    componentUsers: auth._componentUsers,
  };
}

function resolveRegistry(registry: string = 'docker.io'): string {
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?(\/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*$/.test(registry)) {
    reject('imageRegistry', registry, 'must be a registry without scheme, like "registry.example.com/mirror"');
    return 'docker.io/';
  }
  return `${registry}/`;
}

function resolveLabels(labels: { readonly [name: string]: string }): { readonly [name: string]: string } {
  for (const [name, value] of Object.entries(labels)) {
    if (/^app\.kubernetes\.io\/(name|instance|component)$/.test(name)) {
      reject('labels', name, 'is reserved: it selects the pods');
    }
    label('labels', name, value);
  }
  return labels;
}
