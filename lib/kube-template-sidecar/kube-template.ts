import { ApiObject, JsonPatch, Names } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { Sidecar, SidecarTemplate } from './sidecar';
import { TemplateError } from '../go-template';
import { defaultImage, IMAGES } from '../options/images';
import { KubeTemplateImage } from '../options/kube-template-image';
import { KubeTemplateProps } from '../options/kube-template-props';
import { InvalidPropError } from '../settings/invalid-prop';
import { resources } from '../settings/resolve-pod';

/** Workloads whose pods run on. */
const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'];

/**
 * Gives any pod files that follow the Kubernetes API: a container that watches what the templates name and writes their text,
 * with a ServiceAccount that may read exactly that.
 *
 * The other containers start at the same time, so they wait for the first file. They notice a later one by themselves, or watch its directory.
 */
export class KubeTemplate extends Construct {
  /**
   * Adds kube-template to the pods of a workload, beside the containers that it has by now.
   *
   * @param workload a Deployment, StatefulSet or DaemonSet without a ServiceAccount of its own
   * @throws an error for a template that can't be parsed, with its line, and for one that reads other namespaces in a chart that has none
   */
  public static attachTo(workload: kplus.Workload, props: KubeTemplateProps): KubeTemplate {
    return new KubeTemplate(workload, 'KubeTemplate', props);
  }

  /** The account that the pods run as. */
  public readonly serviceAccount: kplus.ServiceAccount;

  /** The templates. */
  public readonly templates: kplus.ConfigMap;

  private constructor(workload: kplus.Workload, id: string, props: KubeTemplateProps) {
    super(workload, id);
    const directory = props.directory ?? '/shared';
    const { kind } = ApiObject.of(workload);
    if (!KINDS.includes(kind)) throw new InvalidPropError('workload', kind, `must be one of ${KINDS.join(', ')}: pods that end would wait for kube-template`);
    if (workload.serviceAccount !== undefined) {
      throw new InvalidPropError('workload', workload.node.path, 'must have no ServiceAccount of its own: kube-template brings one');
    }
    if (!/^\/[^:]+$/.test(directory)) throw new InvalidPropError('directory', directory, 'must be an absolute path without ":"');
    if (props.templates.length === 0) throw new InvalidPropError('templates', props.templates, 'must hold at least one template');
    const sidecar = this.sidecar(props, directory);
    this.serviceAccount = sidecar.serviceAccount;
    this.templates = sidecar.templates;

    const shared = kplus.Volume.fromEmptyDir(this, 'Shared', 'shared');
    workload.addVolume(shared);
    for (const container of workload.containers) container.mount(directory, shared);
    // the L2 class sets these only in its constructor
    const object = ApiObject.of(workload);
    const spec = '/spec/template/spec';
    object.addJsonPatch(
      JsonPatch.add(`${spec}/serviceAccountName`, sidecar.serviceAccount.name),
      JsonPatch.add(`${spec}/automountServiceAccountToken`, true),
      JsonPatch.add(`${spec}/containers/-`, sidecar.container),
      ...sidecar.volumes.map((volume) => JsonPatch.add(`${spec}/volumes/-`, volume)),
    );
    workload.podMetadata.addAnnotation('redis-ha/templates-checksum', sidecar.checksum);
  }

  private sidecar(props: KubeTemplateProps, directory: string): Sidecar {
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
        resources: props.resources ?? resources('20m', '48Mi', '128Mi'),
        user: 65532,
        shared: { name: 'shared', mountPath: directory },
      });
    } catch (error) {
      if (error instanceof TemplateError) throw new InvalidPropError('templates', error.message, 'must be templates that can be parsed');
      throw error;
    }
  }
}
