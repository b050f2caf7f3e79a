import { Template } from '../../lib/go-template';
import { read } from '../support/documents';

/** A pod, as templates see it. */
const pod = (Name: string, Phase: string, PodIP?: string) => ({ Name, Status: { Phase, PodIP } });
const functions = { pods: () => [pod('a', 'Running', '10.0.0.1'), pod('b', 'Failed', '10.0.0.2'), pod('c', 'Succeeded', '10.0.0.3'), pod('d', 'Pending')] };

/** The template up to the `end` that makes it whole. */
function recipe(text: string): Template {
  for (let end = text.indexOf('end }}'); end >= 0; end = text.indexOf('end }}', end + 1)) {
    try {
      return new Template('recipe', text.slice(0, end + 'end }}'.length), { functions });
    } catch { /* One more. */ }
  }
  throw new Error(`no template: ${text.slice(0, 100)}`);
}

test('recipes with addresses of pods leave out those that have ended, whose address may be another pod\'s', () => {
  const page = read('docs/reference/kube-template.md');
  const recipes = [...page.matchAll(/\{\{-? range pods "cache" "app=redis"/g)].map(({ index }) => recipe(page.slice(index)));
  expect(recipes).toHaveLength(2);
  for (const template of recipes) expect(template.execute(undefined).match(/10\.0\.0\.\d|\b[bcd]\b/g)).toEqual(['10.0.0.1']);
});
