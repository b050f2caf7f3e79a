import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { packed } from '../support/packed';

const ROOT = path.resolve(__dirname, '../..');

/** What `npm pack` ships from a clone in which nothing was compiled but, long ago, something that is gone. */
function packedFromClone(): string[] {
  const clone = fs.mkdtempSync(path.join(os.tmpdir(), 'clone-'));
  try {
    const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' }).split('\0');
    for (const file of tracked.filter((one) => one !== '' && fs.existsSync(path.join(ROOT, one)))) {
      fs.mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
      fs.copyFileSync(path.join(ROOT, file), path.join(clone, file));
    }
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(clone, 'node_modules'));
    fs.mkdirSync(path.join(clone, 'build'));
    fs.writeFileSync(path.join(clone, 'build', 'stale.js'), '');
    execFileSync('npm', ['pack'], { cwd: clone, stdio: 'pipe' });
    const [tarball] = fs.readdirSync(clone).filter((file) => file.endsWith('.tgz'));
    return execFileSync('tar', ['-tzf', tarball], { cwd: clone, encoding: 'utf8' }).trim().split('\n').map((file) => file.replace(/^package\//, ''));
  } finally {
    fs.rmSync(clone, { recursive: true });
  }
}

test('npm pack compiles what it ships: a fresh clone has all of it, and nothing that is gone from the sources', () => {
  const own = (files: string[]) => files.filter((file) => !file.startsWith('node_modules/')).sort();
  const paths = packedFromClone();
  for (const file of ['.jsii', '.jsii.gz', 'build/index.js', 'build/index.d.ts', 'lib/assets/bundles/agent.js.gz', 'lib/assets/bundles/kube-template.js', 'lib/assets/bundles/re2js.js', 'lib/assets/bundles/js-yaml.js']) {
    expect(paths).toContain(file);
  }
  expect(paths).not.toContain('build/stale.js');
  expect(own(paths)).toEqual(own(packed().map((file) => file.path)));
}, 300_000);
