import * as path from 'node:path';
import * as cdk8s from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import * as constructs from 'constructs';
import * as ts from 'typescript';
import { Block } from './blocks';
import { given } from './given';
import * as library from '../../../lib';
import { ROOT } from '../../support/documents';

/** What blocks may import, and take without an import, as the page shows another one. */
const MODULES = { 'cdk8s-redis-ha': library, 'cdk8s': cdk8s, 'constructs': constructs, 'cdk8s-plus-27': kplus };

/** Whether it is a program that stands alone, as a reader would save it. */
export const isProgram = ({ text }: Block) => /^import /m.test(text);

/**
 * A block as a file: a program as it is; props (`server: { … }`) as those of a RedisHa; members of an interface (`readonly …`) in one; statements with the imports that they need.
 * Names of {@link Given} that it does not make are declared.
 */
function fileOf(block: Block): string {
  const { text } = block;
  const code = text.replace(/\/\*[^]*?\*\/|\/\/.*/g, '').trim();
  const needed = `${code} ${/^\w+: /.test(code) ? 'RedisHa chart' : ''}`;
  const uses = (name: string) => new RegExp(`(?<![.\\w'])${name}\\b(?!['\\w:])`).test(needed);
  const declared = (name: string) => new RegExp(`\\b(?:const|let|import \\* as|function) ${name}\\b|import \\{[^}]*\\b${name}\\b`).test(`${block.given}\n${code}`);
  const values = Object.keys(given()).filter((name) => uses(name) && !declared(name)).map((name) => `declare const ${name}: import('${path.join(ROOT, 'test/docs/support/given')}').Given['${name}'];\n`);
  const modules = isProgram(block) ? [] : [
    ...Object.entries({ 'cdk8s-redis-ha': library, 'cdk8s': { ...cdk8s } }).map(([name, module]) => [name, Object.keys(module).filter((each) => uses(each) && !declared(each))] as const)
      .filter(([, names]) => names.length > 0).map(([name, names]) => `import { ${names.join(', ')} } from '${name}';\n`),
    uses('kplus') ? "import * as kplus from 'cdk8s-plus-27';\n" : '',
  ];
  const body = isProgram(block) ? text
    : /^readonly /.test(code) ? `interface Members {\n${text}}\n`
      : /^\w+: /.test(code) ? `new RedisHa(chart, 'redis', {\n${text}});\n`
        : `{\n${text}}\n`;
  return `${block.given}\n${modules.join('')}${values.join('')}${body}\nexport {};\n`;
}

/** What the compiler says of each block, by its place. */
export function compile(all: readonly Block[]): { readonly [at: string]: string[] } {
  const files = new Map(all.map((block, index) => [path.join(ROOT, 'test/docs', `block-${index}.ts`), block]));
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node', 'jest'],
    paths: { 'cdk8s-redis-ha': [path.join(ROOT, 'lib/index.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => (files.has(file) ? fileOf(files.get(file)!) : readFile(file));
  host.getSourceFile = (file, language, ...rest) => (
    files.has(file) ? ts.createSourceFile(file, fileOf(files.get(file)!), language) : getSourceFile(file, language, ...rest));
  const program = ts.createProgram([...files.keys()], options, host);
  return Object.fromEntries([...files].map(([file, { at }]) => {
    const source = program.getSourceFile(file)!;
    return [at, [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(({ messageText, start = 0 }) =>
      `${ts.flattenDiagnosticMessageText(messageText, '\n')} in: ${source.text.slice(start).split('\n')[0]}`)];
  }));
}

/** Runs a block with what a reader has; its charts are synthesized. @returns kinds and names of what it made */
export async function run(block: Block): Promise<string[]> {
  const { outputText } = ts.transpileModule(fileOf(block), { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const values = given();
  const before = values.app.node.findAll().length;
  // each App that it makes is looked at where it would write files
  const apps: cdk8s.App[] = [values.app];
  class RecordedApp extends cdk8s.App {
    constructor(props?: cdk8s.AppProps) {
      super(props);
      apps.push(this);
    }

    public override synth(): void {
      // below, without files
    }
  }
  const modules: { [name: string]: object } = { ...MODULES, cdk8s: { ...cdk8s, App: RecordedApp } };
  const { constructor: AsyncFunction } = Object.getPrototypeOf(async () => undefined);
  await AsyncFunction('require', 'exports', ...Object.keys(values), `{\n${outputText}\n}`)((name: string) => {
    if (!(name in modules)) throw new Error(`${block.at} imports ${name}`);
    return modules[name];
  }, {}, ...Object.values(values));
  if (/\bnew [A-Z]/.test(fileOf(block))) expect(apps.length > 1 || values.app.node.findAll().length > before).toBe(true);
  return apps.flatMap((each) => each.node.children.filter(cdk8s.Chart.isChart).flatMap((chart) => cdk8s.Testing.synth(chart)))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}
