import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '..', '..');

/** Programs that the stack needs and this machine does not have. */
export class MissingProgramsError extends Error {
  public override readonly name = 'MissingProgramsError';

  constructor(public readonly programs: readonly string[]) {
    super(`not installed: ${programs.join(', ')}`);
  }
}

/** Path of a program, as the shell finds it. */
export function which(program: string): string | undefined {
  if (program.includes('/')) return fs.existsSync(program) ? program : undefined;
  return (process.env.PATH ?? '').split(':').map((folder) => path.join(folder, program)).find((file) => {
    try {
      fs.accessSync(file, fs.constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The stack's own programs, as texts. They are bundled once in each process. */
let bundled: ReadonlyMap<string, string> | undefined;

/** Writes the stack's own programs, `keeper.js` and `pod-runtime.js`, bundled from the sources as they are. */
export function writeOwnPrograms(folder: string): void {
  fs.mkdirSync(folder);
  if (bundled) {
    for (const [name, text] of bundled) fs.writeFileSync(path.join(folder, name), text);
    return;
  }
  const entries = ['keeper.ts', 'pod-runtime.ts'].map((file) => path.join(__dirname, file));
  const args = [...entries, '--bundle', '--platform=node', '--target=node20', `--outdir=${folder}`, '--log-level=error'];
  const { status, stderr } = spawnSync(path.join(ROOT, 'node_modules/.bin/esbuild'), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`esbuild: ${stderr}`);
  bundled = new Map(fs.readdirSync(folder).map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
}

/** Rooms whose code is in both. */
const SHARED = ['metrics'];

/** @throws Error if a bundle that goes into a ConfigMap is older than its sources: what runs would not be what stands there */
export function checkBundles(): void {
  for (const program of ['agent', 'kube-template']) {
    const bundle = path.join(ROOT, 'lib/assets/bundles', `${program}.js`);
    const built = fs.existsSync(bundle) ? fs.statSync(bundle).mtimeMs : 0;
    const sources = [program, ...SHARED].flatMap((room) => fs.readdirSync(path.join(ROOT, 'lib', room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts')).map((file) => path.join('lib', room, file)));
    const newer = sources.find((file) => fs.statSync(path.join(ROOT, file)).mtimeMs > built);
    if (newer) throw new Error(`${newer} is newer than the bundle that would run: \`npm run bundle\` first`);
  }
}
