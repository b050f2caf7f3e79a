import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Yaml } from 'cdk8s';
import { Manifest } from './manifests';
import * as library from '../../lib';

const ROOT = path.resolve(__dirname, '..', '..', 'examples');

/** Names of all examples. */
export const EXAMPLES = fs.readdirSync(ROOT).filter((name) => fs.existsSync(path.join(ROOT, name, 'main.ts'))).sort();

const synthesized = new Map<string, Manifest[]>();

/**
 * Runs an example as `cdk8s synth` would, with the library's source in place of the package, and reads what it wrote.
 * An example runs once in a test file: it is a program, its module runs when it is loaded.
 */
export function synthExample(name: string): Manifest[] {
  let manifests = synthesized.get(name);
  if (!manifests) {
    const outdir = fs.mkdtempSync(path.join(os.tmpdir(), `example-${name}-`));
    const before = process.env.CDK8S_OUTDIR;
    process.env.CDK8S_OUTDIR = outdir;
    try {
      jest.doMock('cdk8s-redis-ha', () => library, { virtual: true });
      jest.requireActual(path.join(ROOT, name, 'main.ts'));
      manifests = fs.readdirSync(outdir).sort().flatMap((file) => Yaml.load(path.join(outdir, file)) as Manifest[]);
    } finally {
      if (before === undefined) delete process.env.CDK8S_OUTDIR; else process.env.CDK8S_OUTDIR = before;
      fs.rmSync(outdir, { recursive: true });
    }
    synthesized.set(name, manifests);
  }
  return manifests;
}
