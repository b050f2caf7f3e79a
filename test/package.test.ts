import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '..');

interface PackedFile {
  readonly path: string;
  readonly size: number;
  readonly mode: number;
}

/** What `npm pack` ships of what is compiled; `npm test` compiles first. */
function packed(): PackedFile[] {
  return JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' }))[0].files;
}

describe('the npm package', () => {
  const files = packed();
  const paths = files.map((file) => file.path);

  test('holds the library, its types, jsii\'s description and the assets', () => {
    const programs = ['lib/assets/bundles/agent.js', 'lib/assets/bundles/kube-template.js'];
    for (const file of ['.jsii', 'build/index.js', 'build/index.d.ts', 'lib/assets/templates/haproxy.cfg', 'lib/assets/scripts/start-server.sh', ...programs]) {
      expect(paths).toContain(file);
    }
  });

  test('holds nothing else: no sources, no tests, no second copy of the agent', () => {
    const others = /^(test|faults|tools|examples|docs|docker|projenrc|\.ci|build\/agent)\/|^lib\/.*\.ts$|^(?!\.jsii$)\.|knip\.json/;
    expect(paths.filter((file) => others.test(file))).toEqual([]);
  });

  test('holds no source maps', () => {
    const scripts = paths.filter((file) => file.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(50);
    expect(scripts.filter((file) => fs.readFileSync(path.join(ROOT, file), 'utf8').includes('sourceMappingURL'))).toEqual([]);
  });

  test('has a program that may be run', () => {
    const { mode } = files.find((file) => file.path === 'lib/assets/bundles/kube-template.js')!;
    expect(mode.toString(8)).toBe('755');
    expect(fs.readFileSync(path.join(ROOT, 'lib/assets/bundles/kube-template.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
