// Bundles each program that runs in a pod into one file of lib/assets/bundles, which the constructs ship in a ConfigMap.
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const programs = { 'agent': 'lib/agent/main.ts', 'kube-template': 'lib/kube-template/main.ts' };
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
// ASCII only: the bundles travel in YAML, where control characters are not allowed.
const options = JSON.parse(readFileSync('tools/bundle-options.json', 'utf8'));

for (const [name, entry] of Object.entries(programs)) {
  await build({
    entryPoints: [entry],
    outfile: `lib/assets/bundles/${name}.js`,
    ...options,
    define: { 'process.env.KUBE_TEMPLATE_VERSION': JSON.stringify(version) },
    metafile: process.argv.includes('--analyze'),
  }).then(async (result) => {
    if (result.metafile) console.log(await (await import('esbuild')).analyzeMetafile(result.metafile));
  });
}
