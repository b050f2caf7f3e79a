// Runs every example of a copy of the project, each into a folder of its name: what cdk8s would run one by one.
import * as fs from 'node:fs';
import * as path from 'node:path';

const [tree, manifests] = process.argv.slice(2);
const examples = fs.readdirSync(path.join(tree, 'examples')).filter((name) => fs.existsSync(path.join(tree, 'examples', name, 'main.ts'))).sort();
for (const name of examples) {
  process.env.CDK8S_OUTDIR = path.join(manifests, name);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  require(path.join(tree, 'examples', name, 'main.ts'));
}
