import { ApiObject, Names } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { k8s } from 'cdk8s-plus-27';
import { Construct, IConstruct } from 'constructs';
import { attach, Attachment, attachments } from './attachments';
import { Sidecar, SidecarTemplate } from './sidecar';
import { TemplateError } from '../go-template';
import { CONTAINER_SECURITY } from '../manifests/pod-parts';
import { titleOf, workloadsOf } from '../manifests/workloads';
import { defaultImage, IMAGES } from '../options/images';
import { KubeTemplateImage } from '../options/kube-template-image';
import { KubeTemplateProps } from '../options/kube-template-props';
import { Description, InvalidPropError } from '../settings/invalid-prop';
import { checked } from '../settings/kinds';
import { NODE_PROGRAM_RESOURCES, resolveResources } from '../settings/resolve-resources';
import { kubeTemplateProps } from '../settings/shapes';

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
 * with a ServiceAccount that may read exactly that.
 *
 * The other containers start at the same time, so they wait for the first file. They notice a later one by themselves, or watch its directory.
 */
export class KubeTemplate extends Construct {
  /**
   * Adds kube-template to the pods of a workload, beside its containers, those that are added later too. Several may be attached to one workload, each
   * with a directory of its own; they share the ServiceAccount of the first. The metrics of the n-th are at the port 9098 + n.
   *
   * @param workload a Deployment, StatefulSet or DaemonSet without a ServiceAccount of its own, of any cdk8s-plus or as an L1 object
   * @throws an error for a template that can't be parsed, or of which only the data tells what it reads, with its line, and for one that reads
   * other namespaces in a chart that has none
   */
  public static attachTo(workload: IConstruct, props: KubeTemplateProps): KubeTemplate {
    const checkedProps = checked(kubeTemplateProps, props);
    const objects = workloadsOf('workload', workload);
    if (objects.length > 1) throw new InvalidPropError('workload', objects.map(titleOf), 'must be one workload');
    return new KubeTemplate(workload, objects[0], checkedProps);
  }

  /** The account that the pods run as. */
  public readonly serviceAccount: kplus.ServiceAccount;

  /** The templates. */
  public readonly templates: kplus.ConfigMap;

  private constructor(workload: IConstruct, object: ApiObject, props: KubeTemplateProps) {
    const others = attachments(object);
    // every construct is a scope
    super(workload as Construct, others.length === 0 ? 'KubeTemplate' : `KubeTemplate${others.length + 1}`);
    const directory = props.directory ?? '/shared';
    const { kind } = object;
    if (!KINDS.includes(kind)) throw new InvalidPropError('workload', kind, `must be one of ${KINDS.join(', ')}: pods that end would wait for kube-template`);
    // what every cdk8s-plus calls it; the manifest of an L1 object is looked at when it is written
    if ((workload as { readonly serviceAccount?: unknown }).serviceAccount !== undefined) {
      throw new InvalidPropError('workload', workload.node.path, 'must have no ServiceAccount of its own: kube-template brings one');
    }
    if (!/^\/[^:]+$/.test(directory)) throw new InvalidPropError('directory', directory, 'must be an absolute path without ":"');
    if (others.some((other) => other.directory === directory)) {
      throw new InvalidPropError('directory', directory, `must be another one: a kube-template of ${titleOf(object)} writes there. Give that one all templates, or this one a directory`);
    }
    if (props.templates.length === 0) throw new InvalidPropError('templates', props.templates, 'must hold at least one template');
    const sidecar = this.sidecar(props, directory, others);
    this.serviceAccount = sidecar.serviceAccount;
    this.templates = sidecar.templates;
    attach(object, { directory, sidecar, serviceAccount: sidecar.serviceAccount });
  }

  private sidecar(props: KubeTemplateProps, directory: string, others: readonly Attachment[]): Sidecar {
    const templates: SidecarTemplate[] = props.templates.map(({ template, file }, index) => {
      if (!/^[-._a-zA-Z0-9]+$/.test(file)) {
        throw new InvalidPropError(`templates[${index}].file`, file, 'must be the name of a file: letters, digits, "-", "_" and "."');
      }
      if (props.templates.slice(0, index).some((other) => other.file === file)) {
        throw new InvalidPropError(`templates[${index}].file`, file, 'must be the file of no other template');
      }
      return { name: file, text: template, destination: `${directory}/${file}`, flags: [] };
    });
    const source = props.image ?? KubeTemplateImage.node();
    try {
      return new Sidecar(this, 'Sidecar', {
        name: Names.toDnsLabel(this, { maxLen: 50 }),
        labels: {},
        templates,
        image: source.image === undefined ? KubeTemplateImage.node(defaultImage(IMAGES.node)) : source,
        resources: resolveResources('resources', props.resources, NODE_PROGRAM_RESOURCES),
        security: security(props.fixedIds ?? true),
        shared: { name: others.length === 0 ? 'shared' : `shared-${others.length + 1}`, mountPath: directory },
        index: others.length,
        serviceAccount: others[0]?.serviceAccount,
      });
    } catch (error) {
      if (error instanceof TemplateError) {
        throw new InvalidPropError('templates', new Description(error.message), 'must be templates that can be parsed, and that say what they read (docs/kube-template.md#permissions)');
      }
      throw error;
    }
  }
}
