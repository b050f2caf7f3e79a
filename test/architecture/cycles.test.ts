import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '..', '..');
const CONFIG = path.join(ROOT, '.dependency-cruiser.cjs');

/** Names of the rules that the files of a folder break. */
function broken(cwd: string, folder: string): string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath, [path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), folder, '--config', CONFIG, '--output-type', 'json'],
    { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (stdout === '') throw new Error(stderr);
  const { summary } = JSON.parse(stdout);
  if (summary.totalCruised === 0) throw new Error('nothing was looked at');
  return summary.violations.map(({ rule, cycle, from }: any) => `${rule.name}: ${[from, ...(cycle ?? []).map((step: any) => step.name ?? step)].join(' → ')}`);
}

test('there is no cycle of files or folders in lib', () => {
  expect(broken(ROOT, 'lib')).toEqual([]);
}, 120_000);

describe('a cycle is noticed', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cycles-'));
    fs.writeFileSync(path.join(folder, 'tsconfig.json'), '{}');
    fs.mkdirSync(path.join(folder, 'lib/a'), { recursive: true });
    fs.mkdirSync(path.join(folder, 'lib/b'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const write = (file: string, text: string) => fs.writeFileSync(path.join(folder, 'lib', file), text);

  test('of files, also of types alone', () => {
    write('a/one.ts', "import type { Two } from './two';\nexport type One = Two[];\n");
    write('a/two.ts', "import type { One } from './one';\nexport type Two = One | 1;\n");
    expect(broken(folder, 'lib')).toContainEqual(expect.stringMatching(/^no-cycle-of-files/));
  });

  test('of folders, without one of files', () => {
    write('a/one.ts', "import { two } from '../b/two';\nexport const one = two;\n");
    write('a/three.ts', 'export const three = 3;\n');
    write('b/two.ts', 'export const two = 2;\n');
    write('b/four.ts', "import { three } from '../a/three';\nexport const four = three;\n");
    expect(broken(folder, 'lib').filter((line) => line.startsWith('no-cycle-of-files'))).toEqual([]);
    expect(broken(folder, 'lib')).toContainEqual(expect.stringMatching(/^no-cycle-of-folders/));
  });
});
