// Makes of build/ what is shipped: the code that synth and the command line reach, minified file by file, and the types that users' compilers reach.
//   node tools/trim-build.mjs
// The programs that run in pods are in lib/assets/bundles; what only they need would be shipped twice. Files keep their names, so that a stack trace says where.
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { build, transform } from 'esbuild';
import ts from 'typescript';

const ENTRY = 'build/index.js';
const SMALL = { minify: true, format: 'cjs', platform: 'node', target: 'node20', legalComments: 'none' };
/** What is run as it is. */
const COMMAND = 'build/cli/main.js';
/** Rooms of which others require one file at most: one file each, without what each of a hundred has at its beginning. */
const ROOMS = [['cli', 'main'], ['go-template', 'index']];

/** Every file of compiled code that the entries require, at once or later. */
async function reachedCode() {
  const { metafile } = await build({
    entryPoints: [ENTRY, COMMAND], outdir: 'unwritten', bundle: true, write: false, metafile: true, platform: 'node', packages: 'external',
  });
  return Object.keys(metafile.inputs).filter((file) => file.startsWith('build/'));
}

/** Every declaration that the entry's refer to. */
function reachedTypes() {
  const reached = new Set();
  const follow = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
    for (const { fileName } of importedFiles.filter((one) => one.fileName.startsWith('.'))) {
      const target = path.join(path.dirname(file), fileName);
      follow([`${target}.d.ts`, path.join(target, 'index.d.ts')].find((one) => statSync(one, { throwIfNoEntry: false })) ?? `${target}.d.ts`);
    }
  };
  follow(ENTRY.replace(/\.js$/, '.d.ts'));
  return [...reached];
}

/** What is of other rooms stays a file of its own, as more than one needs it. */
const othersStay = (room) => ({
  name: 'others-stay',
  setup: ({ onResolve }) => onResolve({ filter: /^\.\.?\// }, ({ path: required, resolveDir }) => {
    const file = path.resolve(resolveDir, required);
    return file.startsWith(room + path.sep) ? undefined : { path: path.relative(room, file), external: true };
  }),
});

async function bundleRoom(room, entry) {
  const source = path.resolve('lib', room);
  const { outputFiles: [{ text }] } = await build({
    ...SMALL, entryPoints: [path.join(source, `${entry}.ts`)], bundle: true, write: false, packages: 'external', plugins: [othersStay(source)], keepNames: true,
  });
  const target = `build/${room}/${entry}.js`;
  for (const file of code.filter((one) => one.startsWith(`build/${room}/`) && one !== target)) rmSync(file);
  writeFileSync(target, text);
}

const code = await reachedCode();
const kept = new Set([...code, ...reachedTypes()]);
for (const { parentPath, name } of readdirSync('build', { recursive: true, withFileTypes: true }).filter((one) => one.isFile())) {
  const file = path.join(parentPath, name);
  if (!kept.has(file)) rmSync(file);
}
for (const [room, entry] of ROOMS) await bundleRoom(room, entry);
// Names of classes stay: messages print them. Those of functions alone would be a fiftieth of the package.
// Node.js finds the names that ES modules import in the words that TypeScript writes into the entry, so that one stays as it is.
for (const file of code.filter((one) => one !== ENTRY && !ROOMS.some(([room]) => one.startsWith(`build/${room}/`)))) {
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, (await transform(source, { ...SMALL, keepNames: /^(export )?(abstract )?class /m.test(source) })).code);
}
// Compilers and editors need no indentation. What classes keep to themselves has types that compilers want to see, and nobody reads.
const UNREAD = ['settings', 'topology', 'manifests', 'access'].map((room) => path.join('build', room) + path.sep);
for (const file of [...kept].filter((one) => one.endsWith('.d.ts'))) {
  const text = readFileSync(file, 'utf8');
  const unread = UNREAD.some((room) => file.startsWith(room));
  const read = unread ? ts.createPrinter({ removeComments: true }).printFile(ts.createSourceFile(file, text, ts.ScriptTarget.Latest)) : text;
  writeFileSync(file, read.replace(/^ +/gm, ''));
}
chmodSync(COMMAND, 0o755);
