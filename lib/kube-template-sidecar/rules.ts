import { RoleObject, requiredRoles } from '../kube-template/sources/index';

/** Stands for the pod's own namespace, which synth need not know. No namespace can have this name. */
export const OWN_NAMESPACE = '(own)';

/**
 * The roles that templates need, as `kube-template --print-rbac` finds them.
 *
 * @throws TemplateError for a template that cannot be parsed, or whose roles cannot be known
 */
export function rolesFor(templates: readonly { readonly name: string; readonly text: string }[]): RoleObject[] {
  return requiredRoles(templates, { namespace: OWN_NAMESPACE });
}
