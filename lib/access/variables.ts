import { isDeepStrictEqual } from 'node:util';
import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { rewrite } from '../manifests/rewrite';
import { podTemplateOf, titleOf } from '../manifests/workloads';
import { ConnectionVolume } from '../options/connect-options';
import { InvalidPropError } from '../settings/invalid-prop';

/** What one installation gives to the containers of a workload. */
export interface Given {
  readonly variables: readonly k8s.EnvVar[];
  /** Certificates, if any. */
  readonly volume?: ConnectionVolume;
}

/** What a workload was given, by its name, and the installation that each belongs to. */
interface Known {
  readonly variables: Map<string, { readonly owner: string; readonly value: k8s.EnvVar }>;
  readonly volumes: Map<string, { readonly owner: string; readonly value: ConnectionVolume }>;
}

const given = new WeakMap<ApiObject, Known>();

/**
 * Gives variables and certificates to all containers of a workload: init containers and those that are added later, too. Variables stand before the
 * containers' own, which may use them, as in `redis://$(REDIS_HOST)`; one that a container has by itself stays as it is.
 *
 * @param owner the installation that they describe
 * @throws InvalidPropError where one of them describes another installation already, or says something else of this one
 */
export function giveVariables(workload: ApiObject, { variables, volume }: Given, owner: string): void {
  const known = given.get(workload) ?? { variables: new Map(), volumes: new Map() };
  const add = <T>(map: Map<string, { readonly owner: string; readonly value: T }>, kind: string, name: string, value: T) => {
    const other = map.get(name);
    if (other && (other.owner !== owner || !isDeepStrictEqual(other.value, value))) {
      throw clash(workload, kind, name, `belongs to ${other.owner} already${other.owner === owner ? ', with other options' : ''}`);
    }
    return () => map.set(name, { owner, value });
  };
  const additions = [
    ...variables.map((variable) => add(known.variables, 'variable', variable.name, variable)),
    ...volume ? [add(known.volumes, 'volume', volume.volume.name, volume)] : [],
  ];
  if (!given.has(workload)) {
    given.set(workload, known);
    rewrite(workload, 'variables', (manifest) => withGiven(workload, manifest, known));
  }
  additions.forEach((apply) => apply());
}

function clash(workload: ApiObject, kind: string, name: string, is: string): InvalidPropError {
  return new InvalidPropError('prefix', name, `must give another name: this ${kind} of ${titleOf(workload)} ${is}. Give each a prefix: connectFrom(workload, { prefix: 'CACHE' })`);
}

function withGiven(workload: ApiObject, manifest: any, known: Known): any {
  const { spec } = podTemplateOf('workload', workload, manifest);
  const variables = [...known.variables.values()].map(({ value }) => value);
  const volumes = [...known.volumes.values()].map(({ value }) => value);
  for (const container of [...spec.initContainers ?? [], ...spec.containers]) {
    const own: readonly k8s.EnvVar[] = container.env ?? [];
    container.env = [...variables.filter(({ name }) => !own.some((one) => one.name === name)), ...own];
    const mounts: readonly k8s.VolumeMount[] = container.volumeMounts ?? [];
    const missing = volumes.map(({ mount }) => mount).filter(({ mountPath }) => !mounts.some((one) => one.mountPath.replace(/\/+$/, '') === mountPath));
    if (missing.length > 0) container.volumeMounts = [...mounts, ...missing];
  }
  const others: readonly k8s.Volume[] = spec.volumes ?? [];
  const added = volumes.map(({ volume }) => volume).filter((volume) => {
    const other = others.find(({ name }) => name === volume.name);
    if (other && !isDeepStrictEqual(other, volume)) {
      throw clash(workload, 'volume', volume.name, 'is another one');
    }
    return !other;
  });
  if (added.length > 0) spec.volumes = [...others, ...added];
  return manifest;
}
