// Bundles each program that runs in a pod into one file, which the constructs ship in a ConfigMap.
//   node tools/bundle.mjs [--analyze] [FOLDER]    FOLDER: default lib/assets/bundles
// The text depends on the sources and the libraries in it alone: not on the version of this package and not on the machine, as a
// new text rolls every pod that runs the program.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { analyzeMetafile, build } from 'esbuild';

const programs = { 'agent': 'lib/agent/main.ts', 'kube-template': 'lib/kube-template/main.ts' };
// Libraries that only some runs need, and with which their program would not fit into a ConfigMap that `kubectl apply` accepts (256 KiB).
const besides = { 're2js': 're2js', 'js-yaml': 'tools/js-yaml.mjs' };
// What the command line reads YAML with, on the user's machine: the parser as a dependency would be twice as large as all else in the package.
const readers = { 'yaml-reader': 'lib/yaml-reader/read.ts' };
const files = { ...programs, ...besides, ...readers };
const options = JSON.parse(readFileSync('tools/bundle-options.json', 'utf8'));
const args = process.argv.slice(2);
const analyze = args.includes('--analyze');
const [folder = 'lib/assets/bundles'] = args.filter((arg) => arg !== '--analyze');

/** Such a library is a file beside the program's. */
const beside = {
  name: 'beside',
  setup: ({ onResolve }) => {
    for (const name of Object.keys(besides)) onResolve({ filter: new RegExp(`^${name}$|/bundles/${name}\\.js$`) }, () => ({ path: `./${name}.js`, external: true }));
  },
};

for (const [name, entry] of Object.entries(files)) {
  const bundle = { entryPoints: [entry], plugins: name in besides ? [] : [beside], outfile: path.join(folder, `${name}.js`), ...options };
  const { metafile } = await build({ ...bundle, write: false, metafile: true });
  await build({ ...bundle, footer: { js: licences(metafile) } });
  // The package's `bin` is run as it is.
  chmodSync(bundle.outfile, 0o755);
  // What the package ships of the agent, which only pods run.
  if (name === 'agent') writeFileSync(`${bundle.outfile}.gz`, gzipSync(readFileSync(bundle.outfile), { level: 9 }));
  if (analyze) console.log(await analyzeMetafile(metafile));
}

/** The licences of the libraries in a bundle, which ask to be part of every copy. */
function licences({ inputs }) {
  const packages = new Set(Object.keys(inputs).flatMap((file) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  return [...packages].sort().map((root) => {
    const { name } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    return `/*! ${name}\n${readFileSync(path.join(root, 'LICENSE'), 'utf8').trim()}\n*/`;
  }).join('\n');
}
