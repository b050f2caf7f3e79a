import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { InvalidPropError } from '../settings/invalid-prop';

/** Kinds whose pods are clients; `Rollout` is that of Argo. */
const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod', 'Rollout'];

/** The workload that a construct is: an object itself, or what is written by a class of any cdk8s-plus. */
export function workloadOf(construct: IConstruct): ApiObject | undefined {
  const object = ApiObject.isApiObject(construct) ? construct : construct.node.defaultChild;
  return object !== undefined && ApiObject.isApiObject(object) && KINDS.includes(object.kind) ? object : undefined;
}

/**
 * The workloads that a construct is or holds.
 *
 * @throws InvalidPropError where there is none
 */
export function workloadsOf(prop: string, construct: IConstruct): ApiObject[] {
  const own = workloadOf(construct);
  if (own) return [own];
  const below = construct.node.findAll().filter((one): one is ApiObject => ApiObject.isApiObject(one) && KINDS.includes(one.kind));
  if (below.length === 0) throw new InvalidPropError(prop, construct.node.path, `must be or hold a ${KINDS.join(', ')}`);
  return below;
}

/** How an error calls an object. */
export function titleOf(object: ApiObject): string {
  return `${object.kind} "${object.name}"`;
}

/** The template of the pods in a manifest: the manifest itself for a Pod. */
export function podTemplateOf(manifest: any): any {
  switch (manifest.kind) {
    case 'Pod': return manifest;
    case 'CronJob': return manifest.spec.jobTemplate.spec.template;
    default: return manifest.spec.template;
  }
}

/** What selects the pods of a workload, from its manifest; undefined where its pods have no labels. */
export function podSelectorOf(manifest: any): object | undefined {
  const { matchLabels = {}, matchExpressions = [] } = manifest.kind === 'Pod' ? {} : manifest.spec.selector ?? {};
  if (Object.keys(matchLabels).length > 0 || matchExpressions.length > 0) return manifest.spec.selector;
  const { labels = {} } = podTemplateOf(manifest).metadata ?? {};
  return Object.keys(labels).length > 0 ? { matchLabels: labels } : undefined;
}
