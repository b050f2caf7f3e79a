import { Template } from '../go-template';
import { KubeConfig } from '../kube-template/kube/index';
import { RoleObject, Sources } from '../kube-template/sources/index';
import { templateFunctions } from '../kube-template/sources/template-functions';

/** Stands for the pod's own namespace, which synth need not know. No namespace can have this name. */
export const OWN_NAMESPACE = '(own)';

/**
 * The roles that templates need, found as `kube-template --print-rbac` finds them: each is rendered once without data, and
 * what it asks for is written down.
 *
 * @throws TemplateError for a template that cannot be parsed
 */
export function rolesFor(templates: readonly { readonly name: string; readonly text: string }[]): RoleObject[] {
  const config = new KubeConfig({ server: 'https://localhost' });
  const sources = new Sources(config, { namespace: OWN_NAMESPACE, offline: true });
  sources.begin();
  for (const { name, text } of templates) {
    const template = new Template(name, text, { functions: templateFunctions(sources.functions()) });
    sources.track(() => template.execute(undefined));
  }
  sources.end();
  return sources.rbac();
}
