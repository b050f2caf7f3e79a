import { differences, Manifest } from './manifests';

/** What applying a change does. */
export enum Effect {
  /** The API server refuses it: the object must be made anew. */
  REFUSED = 'refused',
  /** Pods are replaced. */
  RESTARTS = 'restarts',
  /** Pods come or go. */
  SCALES = 'scales',
  /** Something comes or goes that others may use. */
  ADDED = 'added',
  REMOVED = 'removed',
  /** No pod notices by itself. */
  NOTHING = 'nothing',
}

/** What becomes of one object. */
export interface Change {
  readonly kind: string;
  readonly name: string;
  readonly effect: Effect;
  /** In words, for who applies it. */
  readonly what: string;
  /** Where the two differ. */
  readonly paths: readonly string[];
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Fields that can be changed, of kinds of which no other one can. https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/, and the validation of the API server. */
const MUTABLE: { readonly [kind: string]: RegExp } = {
  StatefulSet: /^spec\.(replicas|ordinals|template|updateStrategy|persistentVolumeClaimRetentionPolicy|minReadySeconds|revisionHistoryLimit)\b/,
  Job: /^spec\.(parallelism|suspend|activeDeadlineSeconds|backoffLimit|ttlSecondsAfterFinished)\b/,
  PersistentVolumeClaim: /^spec\.(resources\.requests|volumeAttributesClassName)\b/,
};

/** Fields that can't be changed, of kinds of which others can. */
const IMMUTABLE: { readonly [kind: string]: RegExp } = {
  Deployment: /^spec\.selector\b/,
  DaemonSet: /^spec\.selector\b/,
  Service: /^spec\.(clusterIP|clusterIPs)\b/,
  RoleBinding: /^roleRef\b/,
  ClusterRoleBinding: /^roleRef\b/,
  StorageClass: /^(parameters|provisioner|reclaimPolicy|volumeBindingMode)\b/,
};

/** What an upgrade does to each object that differs, sorted by kind and name. Objects are the same if group, kind, namespace and name are. */
export function changes(before: readonly Manifest[], after: readonly Manifest[]): Change[] {
  const [old, fresh] = [byIdentity(before), byIdentity(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((id) => {
    const [was, is] = [old.get(id), fresh.get(id)];
    if (!was) return [added(is!)];
    if (!is) return [removed(was)];
    const paths = differences(was, is);
    return paths.length === 0 ? [] : [{ ...named(is), ...changed(was, is, paths), paths }];
  }).sort((one, other) => `${one.kind} ${one.name}` < `${other.kind} ${other.name}` ? -1 : 1);
}

function byIdentity(manifests: readonly Manifest[]): Map<string, Manifest> {
  return new Map(manifests.map((one) => {
    const group = one.apiVersion.includes('/') ? one.apiVersion.split('/')[0] : '';
    return [[group, one.kind, one.metadata.namespace ?? '', one.metadata.name].join('/'), one];
  }));
}

const named = ({ kind, metadata: { name } }: Manifest): { kind: string; name: string } => ({ kind, name });

function added(manifest: Manifest): Change {
  const what = WORKLOADS.includes(manifest.kind) ? 'is new, with its pods' : 'is new';
  return { ...named(manifest), effect: Effect.ADDED, what, paths: [] };
}

function removed(manifest: Manifest): Change {
  const pods = WORKLOADS.includes(manifest.kind) ? ', and its pods with it' : '';
  const claims = manifest.kind === 'StatefulSet' && manifest.spec.volumeClaimTemplates?.length > 0 ? '; its claims stay' : '';
  return { ...named(manifest), effect: Effect.REMOVED, what: `is no longer written: what prunes deletes it${pods}${claims}`, paths: [] };
}

function changed(was: Manifest, is: Manifest, paths: readonly string[]): { effect: Effect; what: string } {
  const refused = paths.filter((path) => isImmutable(was, path));
  if (refused.length > 0) return { effect: Effect.REFUSED, what: `is refused by apply, as ${refused.join(', ')} can't be changed: delete it first` };
  if (WORKLOADS.includes(is.kind)) return ofWorkload(was, is, paths);
  if (is.kind === 'CronJob') return { effect: Effect.NOTHING, what: 'restarts nothing: the next run has it' };
  return { effect: Effect.NOTHING, what: 'restarts nothing' };
}

/** Selectors and names are also immutable where a whole field is: a field that comes or goes is one that changes. */
function isImmutable(was: Manifest, path: string): boolean {
  const { [was.kind]: mutable } = MUTABLE;
  if (mutable) return path.startsWith('spec') && !mutable.test(path);
  if ((was.kind === 'ConfigMap' || was.kind === 'Secret') && was.immutable === true) return /^(data|binaryData|stringData|immutable|type)\b/.test(path);
  return was.kind === 'Secret' && path === 'type' || (IMMUTABLE[was.kind]?.test(path) ?? false);
}

function ofWorkload(was: Manifest, is: Manifest, paths: readonly string[]): { effect: Effect; what: string } {
  const scale = paths.some((path) => path === 'spec.replicas') ? `has ${is.spec.replicas ?? 'its own number of'} pods in place of ${was.spec.replicas ?? 'its own number'}` : undefined;
  if (paths.some((path) => path.startsWith('spec.template'))) {
    const rolls = is.spec.updateStrategy?.type === 'OnDelete' ? 'restarts none of its pods, each takes the change when it is deleted' : 'restarts its pods';
    const effect = is.spec.updateStrategy?.type === 'OnDelete' ? Effect.NOTHING : Effect.RESTARTS;
    return { effect: scale && effect === Effect.NOTHING ? Effect.SCALES : effect, what: [rolls, scale].filter(Boolean).join(', and ') };
  }
  return scale ? { effect: Effect.SCALES, what: scale } : { effect: Effect.NOTHING, what: 'restarts nothing' };
}
