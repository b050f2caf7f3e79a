import { ApiObjectMetadata } from 'cdk8s';
import { ConfigMap } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

/** What Flux looks for on an object before it fills in variables. */
const SUBSTITUTE = 'kustomize.toolkit.fluxcd.io/substitute';

/**
 * Annotation of an object whose text has `${`, as shell, Lua, JavaScript and haproxy.cfg do: `postBuild` of a Kustomization of Flux takes that for variables of its own, and puts
 * nothing in the place of those that it does not know.
 */
export function asWritten(content: unknown): { [annotation: string]: string } {
  return JSON.stringify(content).includes('${') ? { [SUBSTITUTE]: 'disabled' } : {};
}

/** A ConfigMap of ours. Pods are rolled by what it holds, not by its metadata. */
export function configMap(scope: Construct, id: string, metadata: ApiObjectMetadata, data: { [file: string]: string }): ConfigMap {
  return new ConfigMap(scope, id, { metadata: { ...metadata, annotations: { ...asWritten(data), ...metadata.annotations } }, data });
}
