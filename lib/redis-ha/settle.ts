import { RedisHaProps } from './props';
import { AuthSettings, Settings } from './settings';
import { settleProxy } from './settle-proxy';
import { settleSentinel } from './settle-sentinel';
import { settleAgent, settleEngine, settlePersistence, settleServer } from './settle-server';
import { Auth } from '../access/auth';
import { dataKey, distinctPorts, dnsLabel, label, objectName, wholeNumber } from '../private/checks';
import { InvalidPropError } from '../private/invalid-prop';
import { Routing } from '../proxy/routing';
import { Sentinel } from '../sentinel/sentinel';
import { Engine } from '../server/engine';
import { Persistence } from '../server/persistence';

/** Longest name of an installation: with "-server" a StatefulSet may have 52 characters, and Services 63 with their ordinal. */
const NAME_LENGTH = 40;

/** What an installation's place in the app decides. */
export interface Place {
  /** Name derived from the construct's path. */
  readonly defaultName: string;
  /** Namespace of the chart, if it has one. */
  readonly namespace?: string;
}

/**
 * Props with every default filled in and every rule that needs no other object checked.
 *
 * @throws InvalidPropError naming the prop, its value and what is accepted
 */
export function settle(props: RedisHaProps, place: Place): Settings {
  const name = dnsLabel('name', props.name ?? place.defaultName, NAME_LENGTH);
  const engine = settleEngine(props.engine ?? Engine.redis());
  const replicas = wholeNumber('replicas', props.replicas ?? 3, 1, 15);
  const routing = props.routing ?? Routing.service();
  const registry = settleRegistry(props.imageRegistry);
  const serverOptions = props.server ?? {};
  const sentinel = settleSentinel(props.sentinel ?? Sentinel.sidecar(), replicas);
  const persistence = settlePersistence(props.persistence ?? Persistence.emptyDir());
  const server = settleServer(serverOptions, engine, replicas, registry, persistence.mode);
  if (sentinel.sidecar) distinctPorts({ 'server.port': server.port, 'sentinel.port': sentinel.port });
  if (routing.kind === 'none' && props.proxy !== undefined) {
    throw new InvalidPropError('proxy', Object.keys(props.proxy), "must not be given with 'routing' none: there is no proxy");
  }
  return {
    name,
    masterName: settleMasterName(props.masterName ?? (place.namespace ? `${place.namespace}-${name}` : name)),
    engine,
    replicas,
    labels: settleLabels(props.labels ?? {}),
    imagePullSecrets: (props.imagePullSecrets ?? []).map((secret, index) => objectName(`imagePullSecrets[${index}]`, secret)),
    ipStack: props.ipStack,
    nativeSidecars: props.nativeSidecars ?? false,
    networkPolicies: props.networkPolicies ?? true,
    server,
    agent: settleAgent(serverOptions, server.pod.gracePeriodSeconds, registry),
    sentinel,
    proxy: routing.kind === 'none' ? undefined : settleProxy(props.proxy ?? {}, routing, replicas, registry),
    persistence,
    auth: settleAuth(props.auth ?? Auth.secret(`${name}-auth`)),
  };
}

function settleMasterName(masterName: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(masterName)) {
    throw new InvalidPropError('masterName', masterName, 'must be letters, digits, ".", "-" and "_", at most 128 characters');
  }
  return masterName;
}

function settleAuth(auth: Auth): AuthSettings | undefined {
  if (auth.secretName === undefined || auth.secretKey === undefined) return undefined;
  return { secretName: objectName('auth.secret', auth.secretName), secretKey: dataKey('auth.key', auth.secretKey) };
}

function settleRegistry(registry: string = 'docker.io'): string {
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?(\/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*$/.test(registry)) {
    throw new InvalidPropError('imageRegistry', registry, 'must be a registry without scheme, like "registry.example.com/mirror"');
  }
  return `${registry}/`;
}

function settleLabels(labels: { readonly [name: string]: string }): { readonly [name: string]: string } {
  for (const [name, value] of Object.entries(labels)) {
    if (/^app\.kubernetes\.io\/(name|instance|component)$/.test(name)) {
      throw new InvalidPropError('labels', name, 'is reserved: it selects the pods');
    }
    label('labels', name, value);
  }
  return labels;
}
