import * as fs from 'node:fs';
import * as path from 'node:path';
import { EXAMPLES, synthExample } from './support/examples';
import { withoutPrograms } from './support/manifests';

describe.each(EXAMPLES)('the example %s', (name) => {
  test('writes the manifests that its snapshot shows', () => {
    expect(withoutPrograms(synthExample(name))).toMatchSnapshot();
  });

  test('fits on a page, whole program', () => {
    const source = fs.readFileSync(path.join(__dirname, '..', 'examples', name, 'main.ts'), 'utf8');
    const withoutTemplates = source.replace(/`[^`]*`/g, '``');
    expect(withoutTemplates.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
    expect(source).toContain("from 'cdk8s-redis-ha'");
    expect(source).toContain('app.synth()');
  });
});
