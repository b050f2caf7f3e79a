import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Yaml } from 'cdk8s';
import * as ts from 'typescript';
import * as library from '../lib';
import { pages } from './support/documents';
import { Manifests } from './support/manifests';

const ROOT = path.resolve(__dirname, '..');
const README = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const DOCS = pages();

/** Runs the program of the README, and reads what it wrote. */
function run(): { readonly files: string[]; readonly manifests: Manifests } {
  const { outputText } = ts.transpileModule(/```ts\n([^]*?)```/.exec(README)![1], { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'readme-'));
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = outdir;
  try {
    const modules: { [name: string]: unknown } = { 'cdk8s': jest.requireActual('cdk8s'), 'cdk8s-plus-27': jest.requireActual('cdk8s-plus-27'), 'cdk8s-redis-ha': library };
    new Function('require', 'exports', outputText)((name: string) => modules[name], {});
    const files = fs.readdirSync(outdir);
    return { files, manifests: new Manifests(files.flatMap((file) => Yaml.load(path.join(outdir, file)))) };
  } finally {
    if (before === undefined) delete process.env.CDK8S_OUTDIR; else process.env.CDK8S_OUTDIR = before;
    fs.rmSync(outdir, { recursive: true });
  }
}

test('the program of the README runs, and its commands name the Secret and the file that it speaks of', () => {
  const { files, manifests } = run();
  expect(files.map((file) => `kubectl apply -f dist/${file}`)).toEqual([/kubectl apply -f \S+/.exec(README)![0]]);
  const [, secret, key] = /kubectl create secret generic (\S+) --from-literal=(\w+)=/.exec(README)!;
  expect(manifests.podSpec('StatefulSet', 'cache-redis-server').volumes).toContainEqual({ name: 'auth', secret: { secretName: secret, defaultMode: 0o440 } });
  expect(manifests.env('StatefulSet', 'cache-redis-server', 'server').PASSWORD_FILE).toMatch(new RegExp(`/${key}$`));
});

test('the README names every prop and every example', () => {
  const props = [...fs.readFileSync(path.join(ROOT, 'lib/options/redis-ha-props.ts'), 'utf8').matchAll(/^ {2}readonly (\w+)\?/gm)].map((match) => match[1]);
  const table = README.slice(README.indexOf('| choice |'), README.indexOf('Wrong props fail'));
  expect(props.filter((prop) => !new RegExp(`^\\|[^|]*\`${prop}\``, 'm').test(table))).toEqual([]);
  const examples = fs.readdirSync(path.join(ROOT, 'examples')).filter((name) => fs.statSync(path.join(ROOT, 'examples', name)).isDirectory());
  expect(examples.filter((name) => !README.includes(`](examples/${name}/main.`))).toEqual([]);
});

test.each(DOCS)('scripts that %s names exist', (file) => {
  const { scripts } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const names = [...fs.readFileSync(path.join(ROOT, file), 'utf8').matchAll(/npm run ([a-z0-9:-]+)|`(bench:[a-z-]+)`/g)].map((match) => match[1] ?? match[2]);
  expect(names.filter((name) => !(name in scripts))).toEqual([]);
});
