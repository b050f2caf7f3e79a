import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

/** A user's project with the minimal example as its program. */
export interface Project {
  readonly name: string;
  readonly title: string;
  readonly type: 'commonjs' | 'module';
  /** What Node.js runs: compiled, or the file as it is. */
  readonly program: string;
  /** Options beside `strict`, where TypeScript is used. */
  readonly compilerOptions?: { readonly [option: string]: unknown };
}

/** Each way that the package is imported. */
export const PROJECTS: readonly Project[] = [
  { name: 'typescript-commonjs', title: 'TypeScript, CommonJS', type: 'commonjs', program: 'main.js', compilerOptions: { module: 'commonjs', moduleResolution: 'node10' } },
  { name: 'typescript-nodenext', title: 'TypeScript, NodeNext', type: 'module', program: 'main.js', compilerOptions: { module: 'nodenext' } },
  { name: 'javascript-import', title: 'JavaScript, import', type: 'module', program: 'main.mjs' },
  { name: 'javascript-require', title: 'JavaScript, require', type: 'commonjs', program: 'main.cjs' },
];

const EXAMPLE = path.resolve(__dirname, '..', '..', 'examples', 'minimal', 'main.ts');

/** Writes a project. The example has no types in it, so that it is a program of JavaScript too. */
export function writeProject(folder: string, { name, type, program, compilerOptions }: Project): void {
  const source = fs.readFileSync(EXAMPLE, 'utf8');
  fs.mkdirSync(folder);
  const write = (file: string, text: string): void => fs.writeFileSync(path.join(folder, file), text);
  write('package.json', JSON.stringify({ name, private: true, type }));
  if (compilerOptions) {
    write('main.ts', source);
    write('tsconfig.json', JSON.stringify({ compilerOptions: { strict: true, target: 'es2022', types: ['node'], skipLibCheck: false, ...compilerOptions }, files: ['main.ts'] }));
  } else {
    write(program, type === 'module' ? source : ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } }).outputText);
  }
}
