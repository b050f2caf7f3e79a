import { k8s } from 'cdk8s-plus-27';
import { merged } from './merged';
import { reject, together } from '../settings/invalid-prop';
import { PodSettings } from '../settings/pod-settings';

interface Named {
  readonly name: string;
}

/** What a pod has of the library's own, which additions of the user are checked against. */
export interface OwnParts {
  readonly containers: readonly Named[];
  readonly volumes: readonly Named[];
  /** Variables of the main container: scripts go by them, and of two of a name the second would win. */
  readonly env: readonly k8s.EnvVar[];
}

/** Refuses containers, volumes and variables of the user whose name is taken, by the library or by another addition. */
export function refuseTakenNames(pod: PodSettings, own: OwnParts): void {
  together(() => {
    unique(own.containers, { [`${pod.prop}.containers`]: pod.containers, [`${pod.prop}.initContainers`]: pod.initContainers });
    unique(own.volumes, { [`${pod.prop}.volumes`]: pod.volumes });
    const variables = new Set(own.env.map(({ name }) => name));
    for (const [index, { name }] of (pod.env ?? []).entries()) {
      if (variables.has(name)) reject(`${pod.prop}.env[${index}]`, name, 'is reserved: the library sets it');
    }
  });
}

function unique(own: readonly Named[], additions: { readonly [prop: string]: readonly Named[] | undefined }): void {
  const taken = own.map(({ name }) => name);
  const seen = new Set(taken);
  for (const [prop, items] of Object.entries(additions)) {
    for (const [index, { name }] of (items ?? []).entries()) {
      if (seen.has(name)) reject(`${prop}[${index}].name`, name, `must be unique in its pod, and none of ${taken.join(', ')}`);
      seen.add(name);
    }
  }
}

const LISTS = ['initContainers', 'containers'] as const;
type Laid = { readonly [list in typeof LISTS[number]]?: readonly (Named & Pick<k8s.Container, 'image' | 'volumeMounts'>)[] } & { readonly volumes?: readonly Named[] };

/**
 * Refuses what the API server would refuse of containers, with the overrides of the user laid over them.
 *
 * @param spec all that the pod has without them, volumes of claims too
 */
export function refuseHalfContainers(pod: PodSettings, spec: Laid): void {
  const { containers, initContainers, volumes } = spec;
  const over: Laid = pod.podSpecOverrides ?? {};
  const laid: Laid = merged({ containers, initContainers, volumes }, Object.fromEntries(
    [...LISTS, 'volumes' as const].flatMap((list) => (over[list] === undefined ? [] : [[list, over[list]]]))));
  const there = new Set(laid.volumes?.map(({ name }) => name));
  const seen = new Map<string, string>();
  const known = LISTS.flatMap((list) => (spec[list] ?? []).filter(({ image }) => image).map(({ name }) => `"${name}" in ${list}`)).join(', ');
  together(() => {
    for (const list of LISTS) {
      for (const container of laid[list] ?? []) {
        const { name, image, volumeMounts } = container ?? {};
        const place = placeOf(pod, list, name);
        const former = seen.get(name);
        if (!name) reject(place, container, 'must have a name: lists are merged by it');
        else if (former !== undefined) reject(place === pod.prop ? former : place, name, 'must be in one of containers and initContainers');
        else if (!image) reject(place, name, `must have an image, or be one of ${known}`);
        seen.set(name, place);
        const paths = new Map<string, string>();
        for (const mount of volumeMounts ?? []) {
          const path = String(mount.mountPath).replace(/(.)\/+$/, '$1');
          if (!there.has(mount.name)) reject(`${place}.volumeMounts`, mount.name, `must be a volume of the pod: ${[...there].join(', ')}`);
          if (paths.has(path)) reject(`${place}.volumeMounts`, path, `must be another path: "${paths.get(path)}" is mounted there`);
          paths.set(path, mount.name);
        }
      }
    }
  });
}

/** Where the user gave a container, or something for it. */
function placeOf(pod: PodSettings, list: typeof LISTS[number], name: string): string {
  for (const [prop, items] of [[`podSpecOverrides.${list}`, pod.podSpecOverrides?.[list]], [list, pod[list]]] as const) {
    const index = (items ?? []).findIndex((one: Named) => one?.name === name);
    if (index >= 0) return `${pod.prop}.${prop}[${index}]`;
  }
  return pod.prop;
}
