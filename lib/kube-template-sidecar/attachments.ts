import { ApiObject } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Sidecar } from './sidecar';
import { LOCAL_VOLUMES } from '../manifests/pod-parts';
import { rewrite } from '../manifests/rewrite';
import { podTemplateOf, titleOf } from '../manifests/workloads';
import { InvalidPropError } from '../settings/invalid-prop';
import { LABEL_DOMAIN } from '../settings/label-domain';
import { normalized } from '../settings/resolve-kube-template';

/** One kube-template of a workload. */
export interface Attachment {
  /** Directory that the pod's containers share with it. */
  readonly directory: string;
  readonly sidecar: Sidecar;
  /** The account that the pods run as, and whether they had it before. */
  readonly serviceAccount: kplus.IServiceAccount;
  readonly ownAccount: boolean;
}

const attached = new WeakMap<ApiObject, Attachment[]>();

/** The kube-templates that a workload has, in order. */
export function attachments(workload: ApiObject): readonly Attachment[] {
  return attached.get(workload) ?? [];
}

/** Adds one more to a workload, whose manifest is completed at synth: with all containers that it has then. */
export function attach(workload: ApiObject, attachment: Attachment): void {
  const known = attached.get(workload);
  if (known) {
    known.push(attachment);
    return;
  }
  const all = [attachment];
  attached.set(workload, all);
  rewrite(workload, 'sidecars', (manifest) => withAttachments(workload, manifest, all));
}

function withAttachments(workload: ApiObject, manifest: any, all: readonly Attachment[]): any {
  const template = podTemplateOf('workload', workload, manifest);
  const { spec } = template;
  const [{ serviceAccount, ownAccount }] = all;
  const account = accountOf(workload, manifest);
  if (account !== (ownAccount ? serviceAccount.name : undefined)) {
    throw new InvalidPropError('workload', titleOf(workload),
      `must have the ServiceAccount "${account ?? 'default'}" when kube-template is attached: what its templates read is granted to "${serviceAccount.name}"`);
  }
  const users = [...spec.containers];
  spec.volumes ??= [];
  for (const [index, { directory, sidecar }] of all.entries()) {
    const { container } = sidecar;
    const shared = container.volumeMounts!.find(({ mountPath }) => mountPath === directory)!;
    for (const one of users) refuseTaken(workload, one, directory);
    for (const one of users) one.volumeMounts = [...one.volumeMounts ?? [], { name: shared.name, mountPath: directory }];
    add(workload, spec.containers, [container]);
    add(workload, spec.volumes, [{ name: shared.name, emptyDir: {} }, ...sidecar.volumes]);
    template.metadata ??= {};
    template.metadata.annotations = {
      ...template.metadata.annotations,
      // those of the workload keep its node as they did
      [LOCAL_VOLUMES]: [template.metadata.annotations?.[LOCAL_VOLUMES], shared.name].filter(Boolean).join(','),
      [`${LABEL_DOMAIN}/templates-checksum${index === 0 ? '' : `-${index + 1}`}`]: sidecar.checksum,
    };
  }
  spec.serviceAccountName = serviceAccount.name;
  spec.automountServiceAccountToken = true;
  return manifest;
}

/** The ServiceAccount of a workload's own; none stands for `default`, which no Role should be bound to. */
export function accountOf(workload: ApiObject, manifest: any): string | undefined {
  const { serviceAccountName, serviceAccount } = podTemplateOf('workload', workload, manifest).spec;
  const name = serviceAccountName ?? serviceAccount;
  return name === 'default' ? undefined : name;
}

function refuseTaken(workload: ApiObject, container: any, directory: string): void {
  const taken = container.volumeMounts?.find(({ mountPath }: any) => normalized(mountPath) === directory);
  if (taken) {
    throw new InvalidPropError('directory', directory, `must be another one: the container "${container.name}" of ${titleOf(workload)} mounts "${taken.name}" there`);
  }
}

function add(workload: ApiObject, list: { readonly name: string }[], items: readonly { readonly name: string }[]): void {
  for (const item of items) {
    if (list.some(({ name }) => name === item.name)) {
      throw new InvalidPropError('workload', titleOf(workload), `must have no container and no volume named "${item.name}": kube-template brings it`);
    }
    list.push(plain(item));
  }
}

/** As it stands in a manifest: classes of the API that wrap one value, like Quantity, become it. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_, one) => (
    typeof one === 'object' && one !== null && Object.keys(one).join() === 'value' && Object.getPrototypeOf(one) !== Object.prototype ? one.value : one)));
}
