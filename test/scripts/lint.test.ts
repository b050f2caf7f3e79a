import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describeWith } from '../support/binaries';

const FOLDER = path.resolve(__dirname, '..', '..', 'lib', 'assets', 'scripts');
const SCRIPTS = fs.readdirSync(FOLDER);

test.each(SCRIPTS)('%s has at most 120 lines', (script) => {
  expect(fs.readFileSync(path.join(FOLDER, script), 'utf8').split('\n').length).toBeLessThanOrEqual(121);
});

test.each(SCRIPTS)('%s names pages that there are', (script) => {
  const pages = fs.readFileSync(path.join(FOLDER, script), 'utf8').match(/docs\/[\w/-]+\.md/g) ?? [];
  expect(pages.filter((page) => !fs.existsSync(path.resolve(FOLDER, '../../..', page)))).toEqual([]);
});

describeWith(['shellcheck'])('shellcheck', () => {
  test.each(SCRIPTS)('finds nothing in %s', (script) => {
    const run = spawnSync('shellcheck', ['-x', '-s', 'sh', '-P', path.resolve(FOLDER, '../../..'), path.join(FOLDER, script)], { encoding: 'utf8' });
    expect(run.stdout + run.stderr).toBe('');
    expect(run.status).toBe(0);
  });
});
