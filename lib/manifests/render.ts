import { readAsset } from './assets';
import { Template } from '../go-template';

/**
 * A template of lib/assets/templates with its values. Actions stand between `[[` and `]]`, so that those of kube-template
 * (`{{` and `}}`), which a pod fills in, pass through.
 */
export function renderAsset(name: string, values: { readonly [key: string]: unknown }): string {
  let template = parsed.get(name);
  if (template === undefined) {
    template = new Template(name, readAsset(`templates/${name}`), { left: '[[', right: ']]', missingKey: 'error' });
    parsed.set(name, template);
  }
  return template.execute(values);
}

const parsed = new Map<string, Template>();
