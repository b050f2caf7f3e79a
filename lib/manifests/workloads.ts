import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { isMade } from './unique-names';
import { InvalidPropError } from '../settings/invalid-prop';

/** Kinds whose pods are clients; `Rollout` is that of Argo. */
const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod', 'Rollout'];

/** The workload that a construct is: an object itself, or what is written by a class of any cdk8s-plus. */
export function workloadOf(construct: IConstruct): ApiObject | undefined {
  const object = ApiObject.isApiObject(construct) ? construct : construct.node.defaultChild;
  return object !== undefined && ApiObject.isApiObject(object) && KINDS.includes(object.kind) ? object : undefined;
}

/**
 * The workloads that a construct is or holds. Of those that it holds, the users' own: what the library made reaches what it needs by itself.
 *
 * @throws InvalidPropError where there is none
 */
export function workloadsOf(prop: string, construct: IConstruct): ApiObject[] {
  const own = workloadOf(construct);
  if (own) return [own];
  const below = construct.node.findAll()
    .filter((one): one is ApiObject => ApiObject.isApiObject(one) && KINDS.includes(one.kind) && !isMade(one, construct));
  if (below.length === 0) throw new InvalidPropError(prop, construct.node.path, `must be or hold a ${KINDS.join(', ')} that is not the library's own`);
  return below;
}

/** How an error calls an object. */
export function titleOf(object: ApiObject): string {
  return `${object.kind} "${object.name}"`;
}

/**
 * The template of the pods in a workload's manifest: the manifest itself for a Pod.
 *
 * @throws InvalidPropError where it has no containers, like an L1 object without a spec, or a Rollout that refers to a Deployment
 */
export function podTemplateOf(prop: string, workload: ApiObject, manifest: any): any {
  const [template, containers] = templateIn(manifest);
  if (!Array.isArray(template?.spec?.containers)) throw new InvalidPropError(prop, titleOf(workload), `must have containers, in ${containers}`);
  return template;
}

/** The template, if there is one, and the path of its containers. */
function templateIn(manifest: any): readonly [template: any, containers: string] {
  const { kind, spec } = manifest;
  switch (kind) {
    case 'Pod': return [manifest, 'spec.containers'];
    case 'CronJob': return [spec?.jobTemplate?.spec?.template, 'spec.jobTemplate.spec.template.spec.containers'];
    default: return [spec?.template, 'spec.template.spec.containers'];
  }
}

/** Whether the pods of a workload have the address of their node, from its manifest. */
export function isOnHostNetwork(manifest: any): boolean {
  return templateIn(manifest)[0]?.spec?.hostNetwork === true;
}

/** What selects the pods of a workload, from its manifest; undefined where its pods have no labels. */
export function podSelectorOf(manifest: any): object | undefined {
  const { matchLabels = {}, matchExpressions = [] } = manifest.kind === 'Pod' ? {} : manifest.spec?.selector ?? {};
  if (Object.keys(matchLabels).length > 0 || matchExpressions.length > 0) return manifest.spec.selector;
  const { labels = {} } = templateIn(manifest)[0]?.metadata ?? {};
  return Object.keys(labels).length > 0 ? { matchLabels: labels } : undefined;
}
