import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { packed } from './support/packed';

const ROOT = path.resolve(__dirname, '..');

describe('the npm package', () => {
  const files = packed();
  const paths = files.map((file) => file.path);

  test('holds the library, its types, jsii\'s description and the assets', () => {
    const programs = ['lib/assets/bundles/agent.js.gz', 'lib/assets/bundles/kube-template.js'];
    for (const file of ['.jsii', '.jsii.gz', 'build/index.js', 'build/index.d.ts', 'lib/assets/templates/haproxy.cfg', 'lib/assets/scripts/start-server.sh', ...programs]) {
      expect(paths).toContain(file);
    }
  });

  test('holds nothing else: no sources, no tests, no second copy of the agent, of the daemon or of a library', () => {
    const others = /^(test|faults|tools|examples|docs|docker|projenrc|\.ci|node_modules|build\/agent|build\/kube-template\/(haproxy|cli|main))\/|^lib\/.*\.ts$|^(?!\.jsii(\.gz)?$)\.|knip\.json/;
    expect(paths.filter((file) => others.test(file))).toEqual([]);
  });

  test('has the types that users meet, none of what they never import', () => {
    const types = paths.filter((file) => file.endsWith('.d.ts'));
    expect(types).toEqual(expect.arrayContaining(['build/options/redis-ha-props.d.ts', 'build/redis-ha/redis-ha.d.ts']));
    expect(types.filter((file) => /^build\/(cli|helm-values|go-template|kube-template)\//.test(file))).toEqual([]);
  });

  test('is not large', () => {
    expect(files.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(1.5 * 1024 * 1024);
  });

  test('exports the same names to ES modules as to CommonJS: Node.js finds them in the text', () => {
    const script = "import * as imported from 'cdk8s-redis-ha'; import { createRequire } from 'node:module'; "
      + "console.log(JSON.stringify([Object.keys(imported), Object.keys(createRequire(import.meta.url)('cdk8s-redis-ha'))]))";
    const [imported, required] = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: ROOT, encoding: 'utf8' }));
    expect(imported.filter((name: string) => !['default', 'module.exports', '__esModule'].includes(name)).sort()).toEqual(required.filter((name: string) => name !== '__esModule').sort());
    expect(required).toContain('RedisHa');
  });

  test('holds no source maps', () => {
    const scripts = paths.filter((file) => file.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(50);
    expect(scripts.filter((file) => fs.readFileSync(path.join(ROOT, file), 'utf8').includes('sourceMappingURL'))).toEqual([]);
  });

  test.each(['lib/assets/bundles/kube-template.js', 'build/cli/main.js'])('has %s, a program that may be run', (program) => {
    expect(files.find((file) => file.path === program)!.mode.toString(8)).toBe('755');
    expect(fs.readFileSync(path.join(ROOT, program), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('has a command line that starts with what is packed alone, without cdk8s', () => {
    const alone = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'));
    try {
      for (const file of paths) {
        fs.mkdirSync(path.dirname(path.join(alone, file)), { recursive: true });
        fs.copyFileSync(path.join(ROOT, file), path.join(alone, file));
      }
      const run = spawnSync(process.execPath, [path.join(alone, 'build/cli/main.js'), 'status'], { encoding: 'utf8', env: { KUBECTL: '/nowhere' } });
      expect([run.status, run.stdout, run.stderr]).toEqual([69, '', expect.stringMatching(/^cdk8s-redis-ha status: \/nowhere can't be started: /)]);
      // the parser of YAML is packed too
      const drawing = spawnSync(process.execPath, [path.join(alone, 'build/cli/main.js'), 'diagram', '-'], { encoding: 'utf8', input: 'kind: List' });
      expect([drawing.status, drawing.stderr]).toEqual([2, expect.stringMatching(/^cdk8s-redis-ha diagram: - can't be read: a document in it has no kind or no metadata\.name/)]);
      // the one command that needs it says so
      const importing = spawnSync(process.execPath, [path.join(alone, 'build/cli/main.js'), 'import', 'values.yaml'], { encoding: 'utf8' });
      const needed = 'cdk8s-redis-ha import: cdk8s is needed to check what the values ask for: npm install cdk8s cdk8s-plus-27 constructs\n';
      expect([importing.status, importing.stdout, importing.stderr]).toEqual([69, '', needed]);
    } finally {
      fs.rmSync(alone, { recursive: true });
    }
  });
});
