import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Yaml } from 'cdk8s';
import { Manifest } from './manifests';
import { Synthesized } from './report';

const ROOT = path.resolve(__dirname, '..', '..');

/** The manifests of a folder of YAML, or those that all examples write at a revision of git. @throws Error for what is neither */
export function manifestsOf(source: string): Synthesized {
  if (fs.statSync(source, { throwIfNoEntry: false })?.isDirectory()) return read(source);
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'upgrade-diff-'));
  try {
    return read(synthesizeRevision(source, work));
  } finally {
    fs.rmSync(work, { recursive: true });
  }
}

/** YAML files by their path in a folder. */
function read(folder: string): Synthesized {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file)).sort();
  if (files.length === 0) throw new Error(`${folder} has no file that ends with .yaml or .yml`);
  return new Map(files.map((file) => [file, Yaml.load(path.join(folder, file)).filter((one) => one?.kind !== undefined) as Manifest[]]));
}

/** Runs the examples of a revision over its own library; what both are compiled and run with is installed here. */
function synthesizeRevision(revision: string, work: string): string {
  const tree = path.join(work, 'tree');
  const manifests = path.join(work, 'manifests');
  fs.mkdirSync(tree);
  const archive = path.join(work, 'tree.tar');
  try {
    execFileSync('git', ['archive', '--output', archive, '--end-of-options', revision], { cwd: ROOT, stdio: 'pipe' });
  } catch (error) {
    throw new Error(`"${revision}" is neither a folder nor a revision of git: ${String((error as { stderr?: Buffer }).stderr ?? error).trim()}`);
  }
  execFileSync('tar', ['-xf', archive, '-C', tree]);

  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'));
  // the examples import the package by its own name, which is not compiled here
  const { main } = JSON.parse(fs.readFileSync(path.join(tree, 'package.json'), 'utf8'));
  fs.mkdirSync(path.join(tree, path.dirname(main)), { recursive: true });
  fs.writeFileSync(path.join(tree, main), "module.exports = require('../lib');\n");

  execFileSync(process.execPath, ['tools/bundle.mjs'], { cwd: tree, stdio: 'pipe' });
  execFileSync(process.execPath, ['--require', 'ts-node/register/transpile-only', path.join(__dirname, 'synthesize.ts'), tree, manifests],
    { cwd: tree, env: { ...process.env, TS_NODE_PROJECT: path.join(tree, 'tsconfig.json') }, stdio: ['ignore', 'ignore', 'inherit'] });
  return manifests;
}
