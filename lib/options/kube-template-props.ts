import { ContainerResources } from './container-resources';
import { KubeTemplateImage } from './kube-template-image';
import { LogFormat } from './log-format';

/**
 * A template, and the file that it becomes.
 */
export interface TemplateFile {
  /**
   * The template's text, in the syntax of Go's text/template. docs/reference/kube-template.md lists the functions.
   */
  readonly template: string;

  /**
   * Name of the file in the shared directory, another one for each template.
   */
  readonly file: string;
}

/**
 * kube-template beside the containers of a pod.
 */
export interface KubeTemplateProps {
  /**
   * Templates and their files.
   */
  readonly templates: TemplateFile[];

  /**
   * Directory that all containers of the pod share, where the files are written. None of them may mount anything else there.
   *
   * @default '/shared'
   */
  readonly directory?: string;

  /**
   * Labels of the objects that kube-template brings: its ServiceAccount, templates, Roles and program. Not of the workload.
   *
   * @default - none but `app.kubernetes.io/name` and `managed-by`
   */
  readonly labels?: { [name: string]: string };

  /**
   * Annotations of the same objects.
   *
   * @default - none
   */
  readonly annotations?: { [name: string]: string };

  /**
   * Where the program comes from.
   *
   * @default KubeTemplateImage.node(): a stock Node.js image, the program from a ConfigMap
   */
  readonly image?: KubeTemplateImage;

  /**
   * Requests and limits.
   * What is not given keeps its default; `{}` in place of the limits or of the requests stands for none.
   *
   * @default - 20m CPU and 48Mi memory requested, 128Mi memory at most
   */
  readonly resources?: ContainerResources;

  /**
   * How it writes its log.
   *
   * @default LogFormat.TEXT
   */
  readonly logFormat?: LogFormat;

  /**
   * Run kube-template as user 65532, where the pod does not say another one. With `false` its container names no user: for clusters that give each namespace
   * ids of its own and refuse others, like OpenShift with the SCC `restricted-v2`.
   *
   * @default true
   */
  readonly fixedIds?: boolean;
}
