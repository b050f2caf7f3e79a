import { posix } from 'node:path';
import { ApiObject, Names } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct, IConstruct } from 'constructs';
import { accountOf, attach, Attachment, attachments } from './attachments';
import { Sidecar, SidecarTemplate } from './sidecar';
import { TemplateError } from '../go-template';
import { CONTAINER_SECURITY } from '../manifests/pod-parts';
import { titleOf, workloadsOf } from '../manifests/workloads';
import { KubeTemplateProps } from '../options/kube-template-props';
import { Description, InvalidPropError, together } from '../settings/invalid-prop';
import { argument, checked, required } from '../settings/kinds';
import { AttachmentSettings, resolveKubeTemplate } from '../settings/resolve-kube-template';
import { kubeTemplateProps, workload as workloadKind } from '../settings/shapes';

/** Labels of what kube-template brings. */
const LABELS = { 'app.kubernetes.io/name': 'kube-template', 'app.kubernetes.io/managed-by': 'cdk8s-redis-ha' };

/** A user that no image has: those of Node.js start as root. */
const USER = 65532;

/** Workloads whose pods run on. */
const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** The pod is the user's: what it says of users and system calls is not known. */
function security(fixedIds: boolean): k8s.SecurityContext {
  return { ...CONTAINER_SECURITY, runAsNonRoot: true, ...fixedIds ? { runAsUser: USER } : {}, seccompProfile: { type: 'RuntimeDefault' } };
}

/**
 * Gives any pod files that follow the Kubernetes API: a container that watches what the templates name and writes their text,
 * with a ServiceAccount that may read exactly that, or the one that the pod has.
 *
 * The other containers start at the same time, so they wait for the first file. They notice a later one by themselves, or watch its directory.
 */
export class KubeTemplate extends Construct {
  /**
   * Adds kube-template to the pods of a workload, beside its containers, those that are added later too. Several may be attached to one workload, each
   * with a directory of its own; they share one ServiceAccount. The metrics of the n-th are at the port 9098 + n.
   *
   * Its objects are in the namespace of the workload. Pods that run as the ServiceAccount "default" run as one of their own afterwards. A workload with another
   * account keeps it, and that account may then read what the templates read, in other pods that run as it too.
   *
   * @param workload a Deployment, StatefulSet or DaemonSet, of any cdk8s-plus or as an L1 object
   * @throws an error for a template that can't be parsed, or of which only the data tells what it reads, with its line, and for one that reads
   * other namespaces in a chart that has none
   */
  public static attachTo(workload: IConstruct, props: KubeTemplateProps): KubeTemplate {
    const given = checked(kubeTemplateProps, props);
    argument(required(workloadKind), workload, 'workload');
    const objects = workloadsOf('workload', workload);
    if (objects.length > 1) throw new InvalidPropError('workload', objects.map(titleOf), 'must be one workload');
    return new KubeTemplate(workload, objects[0], together(() => resolveKubeTemplate(given)));
  }

  /** The account that the pods run as: their own, or the one that kube-template brings. */
  public readonly serviceAccount: kplus.IServiceAccount;

  /** The templates. */
  public readonly templates: kplus.ConfigMap;

  private constructor(workload: IConstruct, object: ApiObject, settings: AttachmentSettings) {
    const others = attachments(object);
    // every construct is a scope
    super(workload as Construct, others.length === 0 ? 'KubeTemplate' : `KubeTemplate${others.length + 1}`);
    const { directory } = settings;
    const { kind } = object;
    if (!KINDS.includes(kind)) throw new InvalidPropError('workload', kind, `must be one of ${KINDS.join(', ')}: pods that end would wait for kube-template`);
    if (others.some((other) => other.directory === directory)) {
      throw new InvalidPropError('directory', directory, `must be another one: a kube-template of ${titleOf(object)} writes there. Give that one all templates, or this one a directory`);
    }
    const own = others.length === 0 ? this.accountOf(object) : undefined;
    const sidecar = this.sidecar(object, settings, others, others[0]?.serviceAccount ?? own);
    this.serviceAccount = sidecar.serviceAccount;
    this.templates = sidecar.templates;
    attach(object, { directory, sidecar, serviceAccount: sidecar.serviceAccount, ownAccount: own !== undefined });
  }

  /** The ServiceAccount that a workload has by itself. */
  private accountOf(object: ApiObject): kplus.IServiceAccount | undefined {
    const owner = object.node.scope as (IConstruct & { readonly serviceAccount?: { readonly name: string } }) | undefined;
    // a class of any cdk8s-plus, whose manifest may not be complete yet, or an L1 object
    const name = owner?.node.defaultChild === object ? owner.serviceAccount?.name : accountOf(object, object.toJson());
    return name === undefined ? undefined : kplus.ServiceAccount.fromServiceAccountName(this, 'Account', name);
  }

  private sidecar(object: ApiObject, settings: AttachmentSettings, others: readonly Attachment[], serviceAccount?: kplus.IServiceAccount): Sidecar {
    const { labels, annotations, directory, image, resources, logFormat } = settings;
    try {
      return new Sidecar(this, 'Sidecar', {
        name: Names.toDnsLabel(this, { maxLen: 50 }),
        namespace: object.metadata.namespace,
        labels: { ...labels, ...LABELS },
        annotations,
        user: { labels, annotations },
        templates: settings.templates.map(({ template, file }): SidecarTemplate => (
          { name: file, text: template, destination: posix.join(directory, file), flags: [] })),
        image,
        resources,
        logFormat,
        security: security(settings.fixedIds),
        shared: { name: others.length === 0 ? 'shared' : `shared-${others.length + 1}`, mountPath: directory },
        index: others.length,
        serviceAccount,
      });
    } catch (error) {
      if (error instanceof TemplateError) {
        throw new InvalidPropError('templates', new Description(error.message), 'must be templates that can be parsed, and that say what they read (docs/reference/kube-template.md#permissions)');
      }
      throw error;
    }
  }
}
