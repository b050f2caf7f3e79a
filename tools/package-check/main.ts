// Packs the package as it would be published, and uses it as its users do: in empty projects of each kind, in a folder that is removed at the end.
//   npm run package:check [-- --node 22 --node 24]    --node: a version of Node.js, from the npm registry, that runs the programs too
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECTS, writeProject } from './projects';

const ROOT = path.resolve(__dirname, '..', '..');
const { values } = parseArgs({ options: { node: { type: 'string', multiple: true, default: [] } } });
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'package-check-'));
let [passed, failed] = [0, 0];

/** Runs a check; what it throws is a failure, and tells what the command said. */
function check(title: string, body: () => void): void {
  try {
    body();
    passed += 1;
    console.log(`ok      ${title}`);
  } catch (error) {
    failed += 1;
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
    console.log(`FAILED  ${title}\n${stdout}${stderr}${message}`);
  }
}

function run(cwd: string, command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 });
}

/** Packs, and installs the tarball with what it asks for beside it. Nothing else is on the way from a project to the root of the disk. */
function install(): string {
  const [{ filename, unpackedSize }] = JSON.parse(run(ROOT, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', work));
  console.log(`${filename}: ${unpackedSize} bytes unpacked`);
  const { peerDependencies, devDependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const tools = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
  const nodes = values.node.map((version) => `node-${version}@npm:node-${process.platform}-${process.arch}@${version}`);
  const peers = Object.keys(peerDependencies).map((name) => `${name}@${devDependencies[name]}`); // the oldest that users may have
  fs.writeFileSync(path.join(work, 'package.json'), '{ "private": true }\n');
  run(work, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', `./${filename}`, ...peers, ...tools, ...nodes);
  return path.join(work, filename);
}

/** Synthesizes by a project's program, and looks for what every installation has. */
function synthesizes(node: string, folder: string, program: string): void {
  const outdir = fs.mkdtempSync(path.join(folder, 'manifests-'));
  execFileSync(node, [program], { cwd: folder, env: { ...process.env, CDK8S_OUTDIR: outdir }, stdio: 'pipe', encoding: 'utf8' });
  const text = fs.readdirSync(outdir).map((file) => fs.readFileSync(path.join(outdir, file), 'utf8')).join('\n');
  for (const kind of ['StatefulSet', 'Deployment', 'PodDisruptionBudget', 'NetworkPolicy']) {
    if (!text.includes(`\nkind: ${kind}\n`)) throw new Error(`no ${kind} was synthesized`);
  }
}

try {
  const tarball = install();
  const bin = (name: string): string => path.join(work, 'node_modules', '.bin', name);
  const nodes = [process.execPath, ...values.node.map((version) => path.join(work, 'node_modules', `node-${version}`, 'bin', 'node'))];

  check('publint', () => run(ROOT, 'npx', 'publint', 'run', tarball, '--strict'));
  // jsii's description has no types
  check('@arethetypeswrong/cli', () => run(ROOT, 'npx', 'attw', tarball, '--exclude-entrypoints', '.jsii', '.jsii.gz'));
  for (const project of PROJECTS) {
    const folder = path.join(work, project.name);
    writeProject(folder, project);
    if (project.compilerOptions) check(`${project.title}: compiles`, () => run(folder, bin('tsc'), '--project', '.'));
    for (const node of nodes) check(`${project.title}: synthesizes with Node.js ${run(work, node, '--version').trim()}`, () => synthesizes(node, folder, project.program));
  }
  for (const node of nodes) {
    const version = run(work, node, '--version').trim();
    check(`cdk8s-redis-ha and kube-template start with Node.js ${version}`, () => {
      if (!run(work, node, bin('cdk8s-redis-ha'), '--help').includes('cdk8s-redis-ha COMMAND')) throw new Error('the command line shows no help');
      if (!/^kube-template [0-9a-f]+$/.test(run(work, node, bin('kube-template'), '--version').trim())) throw new Error('kube-template tells no version');
    });
  }
} finally {
  fs.rmSync(work, { recursive: true });
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
