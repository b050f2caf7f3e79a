import { k8s } from 'cdk8s-plus-27';
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
