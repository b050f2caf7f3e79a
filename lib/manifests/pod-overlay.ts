import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { completed, merged } from './merged';
import { rewrite } from './rewrite';
import { podTemplateOf } from './workloads';
import { PodSettings } from '../settings/pod-settings';

/**
 * Lays what the classes of cdk8s-plus-27 would drop over the pod template of a workload: fields of what the user gave that are younger than they,
 * `restartPolicy: Always` of the init containers that Kubernetes ≥ 1.29 keeps running beside the others, and the overrides of the user.
 */
export function overlayPods<T extends ApiObject>(workload: T, pod: PodSettings, nativeSidecars: readonly string[] = []): T {
  rewrite(workload, 'own', (manifest) => {
    const template = podTemplateOf('workload', workload, manifest);
    // what the class was given, with nothing lazy left
    const given = podTemplateOf('workload', workload, ApiObject.prototype.toJson.call(workload));
    template.spec = completed(template.spec, given.spec);
    for (const container of template.spec.initContainers ?? []) {
      if (nativeSidecars.includes(container.name)) container.restartPolicy = 'Always';
    }
    template.spec = merged(template.spec, { ...pod.podSpecOverrides, ...accountIn(pod) });
    return manifest;
  });
  return workload;
}

/** The account that overrides name, if only by its deprecated alias: that counts only where there is no other, and templates of ours have one. */
function accountIn({ podSpecOverrides: { serviceAccountName, serviceAccount } = {} }: PodSettings): { serviceAccountName?: string } {
  const name = serviceAccountName ?? serviceAccount;
  return name === undefined ? {} : { serviceAccountName: name };
}

/** Whom rights of pods are granted to: their account, and the one that overrides put in its place. Pods that are not rolled yet still run as the former. */
export function accountsOf(pod: PodSettings | undefined, own: string, namespace?: string): k8s.Subject[] {
  const names = new Set([own, pod && accountIn(pod).serviceAccountName || own]);
  return [...names].map((name) => ({ kind: 'ServiceAccount', name, namespace }));
}

/**
 * Writes the claims that a StatefulSet makes as the API server stores them, with overrides of the user over the spec of each. The typed class leaves out their kind,
 * and tools that compare manifests with what is stored (Argo CD) compare this list as a whole.
 */
export function overlayClaims(statefulSet: ApiObject, specOverrides: { readonly [field: string]: any } = {}): void {
  rewrite(statefulSet, 'own', (manifest) => {
    const claims = manifest.spec.volumeClaimTemplates;
    if (claims) {
      manifest.spec.volumeClaimTemplates = claims.map((claim: any) => (
        { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claim, spec: merged(claim.spec, specOverrides) }));
    }
    return manifest;
  });
}
