import { posix } from 'node:path';
import { annotations, label } from './checks';
import { reject } from './invalid-prop';
import { kubeTemplateImage } from './node-program';
import { KubeTemplateSettings } from './pod-settings';
import { NODE_PROGRAM_RESOURCES, resolveResources } from './resolve-resources';
import { KubeTemplateProps, TemplateFile } from '../options/kube-template-props';
import { LogFormat } from '../options/log-format';

/** Where templates are mounted in the container of kube-template. */
export const TEMPLATE_DIR = '/etc/kube-template';
/** Where the program is. */
export const PROGRAM_DIR = '/opt/redis-ha';

/** kube-template beside the containers of a pod of the user. */
export interface AttachmentSettings extends KubeTemplateSettings {
  readonly templates: readonly TemplateFile[];
  readonly directory: string;
  readonly labels: { readonly [name: string]: string };
  readonly annotations: { readonly [name: string]: string };
  readonly fixedIds: boolean;
  readonly logFormat: LogFormat;
}

/** Props of KubeTemplate.attachTo, with defaults. Whether the templates can be parsed is found where they are. */
export function resolveKubeTemplate(props: KubeTemplateProps): AttachmentSettings {
  for (const [name, value] of Object.entries(props.labels ?? {})) label('labels', name, value);
  return {
    templates: templates(props.templates),
    directory: directory(props.directory ?? '/shared'),
    labels: props.labels ?? {},
    annotations: annotations('annotations', props.annotations ?? {}),
    fixedIds: props.fixedIds ?? true,
    logFormat: props.logFormat ?? LogFormat.TEXT,
    image: kubeTemplateImage('image', props.image),
    resources: resolveResources('resources', props.resources, NODE_PROGRAM_RESOURCES),
  };
}

/** A directory by the one name that it has. */
export function normalized(path: string): string {
  const plain = posix.normalize(path);
  return plain.length > 1 ? plain.replace(/\/$/, '') : plain;
}

function directory(given: string): string {
  if (!/^\/[^:]+$/.test(given)) reject('directory', given, 'must be an absolute path without ":"');
  const plain = normalized(given);
  if (plain === '/') reject('directory', given, 'must not be the root, which is that of each image');
  for (const own of [TEMPLATE_DIR, PROGRAM_DIR]) {
    if (plain === own || plain.startsWith(`${own}/`)) reject('directory', given, `must not be in ${own}: kube-template finds its own files there`);
  }
  return plain;
}

function templates(given: readonly TemplateFile[]): readonly TemplateFile[] {
  if (given.length === 0) reject('templates', given, 'must hold at least one template');
  for (const [index, { file }] of given.entries()) {
    const prop = `templates[${index}].file`;
    if (!/^[-._a-zA-Z0-9]+$/.test(file) || /^\.\.?$/.test(file)) reject(prop, file, 'must be the name of a file: letters, digits, "-", "_" and "."');
    if (given.slice(0, index).some((other) => other.file === file)) reject(prop, file, 'must be the file of no other template');
  }
  return given;
}
