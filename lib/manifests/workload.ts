import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

/**
 * What is laid over a pod template after the typed classes have written it.
 *
 * The classes of cdk8s-plus-27 know the API of Kubernetes 1.27 and drop, without a word, every field that is younger: a
 * JsonPatch and even a literal lose `restartPolicy: Always` of an init container. `ApiObject.toJson()` is the one public place
 * behind them, so younger fields are added there, and user's patches of known fields still go through the typed classes.
 */
export interface PodOverlay {
  /** Init containers that Kubernetes ≥ 1.29 keeps running beside the others. */
  readonly nativeSidecars: readonly string[];
  /** Merged over the pod's spec at the end, whatever the API version. */
  readonly podSpec: { readonly [field: string]: any };
}

/** A Deployment whose pod template takes an overlay. */
export class OverlaidDeployment extends k8s.KubeDeployment {
  constructor(scope: Construct, id: string, props: k8s.KubeDeploymentProps, private readonly overlay: PodOverlay) {
    super(scope, id, props);
  }

  public toJson(): any {
    return overlaid(super.toJson(), this.overlay);
  }
}

/** A StatefulSet whose pod template takes an overlay. */
export class OverlaidStatefulSet extends k8s.KubeStatefulSet {
  constructor(scope: Construct, id: string, props: k8s.KubeStatefulSetProps, private readonly overlay: PodOverlay) {
    super(scope, id, props);
  }

  public toJson(): any {
    const manifest = overlaid(super.toJson(), this.overlay);
    const claims = manifest.spec.volumeClaimTemplates;
    // tools that compare with what is stored (Argo CD) compare this list as a whole, and the typed class leaves these out
    if (claims) manifest.spec.volumeClaimTemplates = claims.map((claim: object) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claim }));
    return manifest;
  }
}

function overlaid(manifest: any, overlay: PodOverlay): any {
  const template = manifest.spec.template;
  for (const container of template.spec.initContainers ?? []) {
    if (overlay.nativeSidecars.includes(container.name)) container.restartPolicy = 'Always';
  }
  template.spec = merged(template.spec, overlay.podSpec);
  return manifest;
}

/**
 * `over` laid upon `base`: objects are merged, containers and volumes (lists whose items have names) by name,
 * anything else is replaced; null removes.
 */
function merged(base: any, over: any): any {
  if (Array.isArray(base) && Array.isArray(over) && [...base, ...over].every((item) => typeof item?.name === 'string')) {
    const named = new Map(base.map((item) => [item.name, item]));
    for (const item of over) named.set(item.name, named.has(item.name) ? merged(named.get(item.name), item) : item);
    return [...named.values()];
  }
  if (!isObject(base) || !isObject(over)) return over;
  const result: { [field: string]: any } = { ...base };
  for (const [field, value] of Object.entries(over)) {
    if (value === null) delete result[field];
    else result[field] = merged(field in result ? result[field] : {}, value);
  }
  return result;
}

function isObject(value: unknown): value is { [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
