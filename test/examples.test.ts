import * as fs from 'node:fs';
import * as path from 'node:path';
import { EXAMPLES, synthExample } from './support/examples';
import { withoutPrograms } from './support/manifests';

describe.each(EXAMPLES)('the example %s', (name) => {
  test('writes the manifests that its snapshot shows', () => {
    expect(withoutPrograms(synthExample(name))).toMatchSnapshot();
  });

  test('writes no Secret, and no password in the environment', () => {
    const manifests = synthExample(name);
    expect(manifests.filter((one) => one.kind === 'Secret')).toEqual([]);
    // the agent's program speaks of passwords; everything else only refers to the Secret
    const text = JSON.stringify(withoutPrograms(manifests));
    expect(text).not.toMatch(/"name":"[A-Z_]*PASSWORD","value":/);
    expect(text).not.toMatch(/\\n(requirepass|masterauth|sentinel (auth|sentinel)-pass) [^%]/);
  });

  test('fits on a page, whole program', () => {
    const source = fs.readFileSync(path.join(__dirname, '..', 'examples', name, 'main.ts'), 'utf8');
    const withoutTemplates = source.replace(/`[^`]*`/g, '``');
    expect(withoutTemplates.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
    expect(source).toContain("from 'cdk8s-redis-ha'");
    expect(source).toContain('app.synth()');
  });
});
