import { isSelector, parseGroupVersion, parseName, parseNamespace, parsePlural, parsePort, parseScope, parseText, Scope } from './arguments';
import { Backend, backendsOf, SERVICE_NAME_LABEL } from './backends';
import { isClusterWide, Kind, KINDS } from './kinds';
import type { Functions } from '../../go-template';
import type { KubeObject, ResourceRef } from '../kube';

/** A reference to one object. */
type NamedRef = ResourceRef & { readonly name: string };

/** What the functions read from. */
export interface Reader {
  /** Namespace of calls that name none. */
  readonly namespace: string;
  /** Whether two arguments that could both be names are selector and namespace in this order. */
  readonly selectorFirst: boolean;
  /** Objects of a source, none while it has no data. */
  objects(ref: ResourceRef): readonly KubeObject[];
  /** The object named in the reference; `undefined` if there is none, or no data yet. */
  object(ref: NamedRef): KubeObject | undefined;
}

const ENDPOINT_SLICES = { groupVersion: 'discovery.k8s.io/v1', plural: 'endpointslices' };

/** Template functions for lists, single objects and backends. */
export function sourceFunctions(reader: Reader): Functions {
  const functions: Functions = {
    list: (groupVersion: unknown, plural: unknown, first?: unknown, second?: unknown) => {
      const type = { groupVersion: parseGroupVersion('list', groupVersion), plural: parsePlural('list', plural) };
      const scope = parseScope('list', first, second, reader.selectorFirst);
      if (isClusterWide(type.groupVersion, type.plural)) return reader.objects({ ...type, labelSelector: scope.labelSelector });
      return reader.objects({ ...type, ...place(reader, scope) });
    },
    backends: (namespace: unknown, service: unknown, port?: unknown): Backend[] => {
      const name = parseName('backends', service);
      const wanted = parsePort('backends', port);
      if (name === '') throw new Error('backends: service "": expected the name of one service');
      const scope = { namespace: parseNamespace('backends', namespace), labelSelector: `${SERVICE_NAME_LABEL}=${name}` };
      return backendsOf(reader.objects({ ...ENDPOINT_SLICES, ...place(reader, scope) }), name, wanted);
    },
  };
  for (const kind of KINDS) {
    functions[kind.plural] = kind.namespaced ? namespacedList(reader, kind) : clusterList(reader, kind);
    functions[kind.singular] = kind.namespaced ? namespacedObject(reader, kind) : clusterObject(reader, kind);
  }
  return functions;
}

/** `pods NAMESPACE SELECTOR` */
function namespacedList(reader: Reader, kind: Kind): Functions[string] {
  const { plural, groupVersion } = kind;
  const one = namespacedObject(reader, { ...kind, singular: plural });
  return (first?: unknown, second?: unknown) => {
    // `endpoints NAMESPACE NAME` is one object: the name of a service is not a selector.
    const name = parseText(plural, 'argument', second);
    const named = plural === 'endpoints' && !reader.selectorFirst && name !== '' && !isSelector(name) && !isSelector(String(first));
    if (named) return one(first, second);
    return reader.objects({ groupVersion, plural, ...place(reader, parseScope(plural, first, second, reader.selectorFirst)) });
  };
}

/** `nodes SELECTOR` */
function clusterList(reader: Reader, { plural, groupVersion }: Kind): Functions[string] {
  return (selector?: unknown) => reader.objects({ groupVersion, plural, labelSelector: parseText(plural, 'selector', selector) });
}

/** `pod NAMESPACE NAME` */
function namespacedObject(reader: Reader, { plural, singular, groupVersion }: Kind): Functions[string] {
  return (first: unknown, second: unknown) => {
    const namespace = parseNamespace(singular, first) || reader.namespace;
    if (namespace === '*') throw new Error(`${singular}: namespace "*": expected one namespace`);
    const name = parseName(singular, second);
    return name ? reader.object({ groupVersion, plural, namespace, name }) ?? null : null;
  };
}

/** `node NAME` */
function clusterObject(reader: Reader, { plural, singular, groupVersion }: Kind): Functions[string] {
  return (value: unknown) => {
    const name = parseName(singular, value);
    return name ? reader.object({ groupVersion, plural, name }) ?? null : null;
  };
}

function place(reader: Reader, { namespace, labelSelector }: Scope): Pick<ResourceRef, 'namespace' | 'labelSelector'> {
  return { namespace: namespace === '*' ? undefined : namespace || reader.namespace, labelSelector };
}
