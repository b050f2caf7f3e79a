import { cdk, javascript, JsonFile, release } from 'projen';
import { PACKAGES, ZONES } from './projenrc/rooms';
import { addWorkflows, RELEASE_SETUP } from './projenrc/workflows';

const project = new cdk.JsiiProject({
  name: 'cdk8s-redis-ha',
  description: 'cdk8s constructs for highly available Redis and Valkey on Kubernetes',
  author: 'The cdk8s-redis-ha authors',
  authorAddress: 'authors@example.invalid',
  repositoryUrl: 'https://example.invalid/cdk8s-redis-ha.git',
  defaultReleaseBranch: 'main',
  license: 'Apache-2.0',
  keywords: ['cdk8s', 'kubernetes', 'redis', 'valkey', 'sentinel', 'haproxy'],
  projenrcTs: true,

  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.16.0',
  jsiiVersion: '~5.9.0', // jsii's minor is TypeScript's minor: move both lines together
  typescriptVersion: '~5.9.0',

  srcdir: 'lib',
  libdir: 'build',
  testdir: 'test',
  entrypoint: 'build/index.js', // projen does not derive "main" from libdir
  sampleCode: false,
  docgenFilePath: 'docs/reference/api.md',
  bin: { 'kube-template': 'lib/assets/bundles/kube-template.js', 'cdk8s-redis-ha': 'build/cli/main.js' },
  compressAssembly: true, // jsii's description is an eighth of it then
  publishToPypi: { distName: 'cdk8s-redis-ha', module: 'cdk8s_redis_ha' },
  publishToMaven: { mavenGroupId: 'invalid.example', mavenArtifactId: 'cdk8s-redis-ha', javaPackage: 'invalid.example.cdk8s.redisha' },
  publishToGo: { moduleName: 'example.invalid/cdk8s-redis-ha-go', packageName: 'cdk8sredisha' },
  publishToNuget: { packageId: 'Example.Cdk8s.RedisHa', dotNetNamespace: 'Example.Cdk8s.RedisHa' },

  // the oldest that users may have is what we build and test with: the newest of 2026-11
  peerDeps: ['cdk8s@^2.70.106', 'cdk8s-plus-27@^2.9.5', 'constructs@^10.8.1'],
  devDeps: [
    '@grafana/grafana-foundation-sdk@^0.0.21', // dashboards, written into lib/assets by tools/dashboards
    'ajv@^8.0.0', // manifests against the schemas of Kubernetes
    'cdk8s-cli@^2.207.0',
    'cdk8s-plus-34@^2.0.54', // the newest one: workloads and peers of any may be handed in
    'concurrently@^9', // tests and static checks side by side; 10 needs Node.js 22
    'cspell@^9', // spelling of the documents; 10 needs Node.js 22
    'dependency-cruiser@^17', // no cycles; 18 needs Node.js 22
    'esbuild@^0.28.2', // one file for each program that runs in a pod
    'fast-check@^4.0.0', // random props, templates and interleavings
    'jest-environment-node@^30', // what our own is made from
    'ioredis@^5.0.0', // the real client of e2e and the fault suite
    'js-yaml@^4.3.0', // reads YAML in kube-template and in values files, as part of a bundle
    '@types/js-yaml@^4.0.0',
    '@arethetypeswrong/cli@^0.18.5', // types of the package, as each kind of project resolves them
    'publint@^0.3.25', // what else a package does wrong
    're2js@^2.10.0', // regular expressions of templates, a bundle of its own: in pods and at synth
    'knip@^5', // exports and dependencies that nobody needs
    'vega@^6', // pictures of the fault suite's runs, of benchmarks and of dashboards
    'vega-lite@~6.4.3', // 6.5 needs Node.js 22
  ],

  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER, // the default rewrites snapshots on every local run
    junitReporting: false,
    jestConfig: {
      collectCoverage: false,
      coverageProvider: 'babel',
      maxWorkers: 4, // tests with real processes wait more than they compute
      testEnvironment: '<rootDir>/test/support/environment.ts',
      testPathIgnorePatterns: ['/node_modules/', '/test/e2e/', '/test/stack/'],
    },
  },
  eslintOptions: {
    dirs: ['lib'],
    devdirs: ['test', 'faults', 'playground', 'examples', 'projenrc', 'tools'],
    ignorePatterns: ['lib/imports/', '**/*.js', '**/*.mjs', '**/*.d.ts', 'node_modules/'],
  },

  gitignore: ['/manifests/', '/versus.json'],
  githubOptions: { mergify: false, pullRequestLint: false },
  pullRequestTemplate: false,
  buildWorkflow: false, // projenrc/workflows.ts
  release: true, // to the registries of npm, Python, Maven, Go and .NET
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(), // a person says when
  releaseWorkflowSetupSteps: RELEASE_SETUP,
  workflowNodeVersion: '24',
  depsUpgrade: false, // renovate.json
});
addWorkflows(project);

// Lets the examples import the package by its own name, as a user would.
project.package.addField('exports', {
  '.': { types: './build/index.d.ts', default: './build/index.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
  './.jsii.gz': './.jsii.gz',
});

project.gitignore.addPatterns('/lib/assets/bundles/', '/.jsii.gz'); // after projen's own line for lib

// The package ships the scripts, templates and bundles of lib/assets, not the TypeScript.
project.npmignore!.removePatterns('/lib/', '/lib/assets/bundles/');
project.npmignore!.exclude('/lib/**/*.ts', '/examples/', '/cdk8s.yaml', '/manifests/', '/docker/', '/docs/', '/faults/', '/playground/', '/projenrc/', '/.dependency-cruiser.cjs', '/tools/', '/.ci/');
project.npmignore!.include('/lib/assets/bundles/');
project.npmignore!.exclude('/lib/assets/bundles/agent.js'); // it is there as agent.js.gz
project.npmignore!.exclude('/knip.json');
// Four fifths of the shipped JavaScript would be copies of the source.
for (const option of ['inlineSourceMap', 'inlineSources']) project.tryFindObjectFile('tsconfig.json')!.addOverride(`compilerOptions.${option}`, false);

// ESLint and editors look for the nearest tsconfig.json.
for (const folder of ['examples', 'faults', 'playground', 'tools']) {
  new javascript.TypescriptConfig(project, {
    fileName: `${folder}/tsconfig.json`,
    extends: javascript.TypescriptConfigExtends.fromPaths(['../tsconfig.json']),
    compilerOptions: { noEmit: true, rootDir: folder === 'examples' ? '.' : '..' },
    include: ['**/*.ts'],
  });
}

// The walls between the rooms of lib: no import runs back up.
project.eslint!.addRules({ 'import/no-restricted-paths': ['error', { zones: ZONES }] });
for (const [room, packages] of Object.entries(PACKAGES)) {
  project.eslint!.addOverride({
    files: [`lib/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [{
          regex: `^(?!node:|\\.${packages.map((name) => `|${name}$`).join('')})`,
          message: `lib/${room} imports only modules of Node.js${packages.map((name) => `, ${name}`).join('')} and its own files (projenrc/rooms.ts)`,
        }],
      }],
    },
  });
}
// A message that quotes props in both kinds of quotes is readable in backquotes only.
project.eslint!.addRules({ '@stylistic/quotes': ['error', 'single', { avoidEscape: true, allowTemplateLiterals: true }] });
// One dialect.
project.eslint!.addRules({
  '@stylistic/arrow-parens': ['error', 'always'],
  '@typescript-eslint/explicit-member-accessibility': ['error', { accessibility: 'explicit', overrides: { constructors: 'no-public' } }],
  'import/enforce-node-protocol-usage': ['error', 'always'],
});
// Test support and tools are not library code: they may use the development dependencies.
for (const glob of ['**/test/**', '**/faults/**', '**/playground/**', '**/tools/**', '**/lib/kube-template/**', '**/lib/yaml-reader/**', '**/lib/go-template/**', '**/examples/**']) project.eslint!.allowDevDeps(glob);

const bundle = project.addTask('bundle', {
  description: 'Bundles the programs that run in pods, one file each, into lib/assets/bundles',
  exec: 'node tools/bundle.mjs',
});
project.compileTask.prependSpawn(bundle);
// What is gone from the sources must not be packed.
project.compileTask.prependExec('rm -rf build tsconfig.tsbuildinfo', { name: 'What was compiled before' });
project.compileTask.exec('node tools/trim-build.mjs', { name: 'What is shipped of it' });
// Whoever packs a fresh clone, npm for one that depends on the repository too, gets the code.
project.addTask('prepack', { description: 'Compiles before `npm pack`' }).spawn(project.compileTask);
for (const target of ['package:js', 'package:python', 'package:java', 'package:go', 'package:dotnet']) project.tasks.tryFind(target)!.prependSpawn(project.compileTask);
const check = project.addTask('check', { description: 'Types of the tests, spelling, and what nobody needs: all that needs nothing compiled' });
check.exec('tsc --noEmit -p test/tsconfig.json', { name: 'Type-check the test suite: ts-jest only strips types' });
check.exec('cspell lint --no-progress --no-summary', { name: 'Spelling of the documents; words of ours are in cspell-words.txt' });
check.exec('knip', { name: 'Exports, files and dependencies that nobody needs' });

project.testTask.reset();
// Side by side: the compiler keeps one core, most tests with real processes wait. The examples import the package by its own name, so that they come after it is compiled.
project.testTask.exec('concurrently --group --prefix none "projen compile" "projen check"');
project.testTask.exec(
  'concurrently --group --prefix none --passthrough-arguments "jest --ci {@}" "projen eslint" "tsc --noEmit -p examples/tsconfig.json" --', { receiveArgs: true },
);

const packageCheck = project.addTask('package:check', { description: 'Packs, and uses the package in empty projects of each kind as its users do' });
packageCheck.spawn(project.compileTask);
packageCheck.exec('ts-node --transpile-only --project tools/tsconfig.json tools/package-check/main.ts', { receiveArgs: true });

project.addTask('upgrade-diff', {
  description: 'Tells what an upgrade restarts: of two revisions of git, or of two folders of synthesized YAML',
  exec: 'ts-node --transpile-only --project tools/tsconfig.json tools/upgrade-diff/main.ts',
  receiveArgs: true,
});

const synth = project.addTask('synth', { description: 'Synthesizes the example named in cdk8s.yaml into manifests/' });
synth.spawn(project.compileTask);
synth.exec('cdk8s --check-upgrade=false synth');
synth.exec('ls manifests/*', { name: 'Where the YAML is' });

// one at a time: each runs a whole installation, for minutes
const stack = project.addTask('test:stack', { description: 'Hurts whole installations and agents, as processes of this machine: what takes minutes' });
stack.spawn(bundle);
stack.exec('jest --ci --config test/stack/jest.config.json --runInBand', { receiveArgs: true });

const e2e = project.addTask('e2e', { description: 'Applies installations to the cluster of KUBECONFIG and uses them as a client does' });
e2e.spawn(bundle);
e2e.exec('jest --config test/e2e/jest.config.json --runInBand', { receiveArgs: true });

const benches: { [name: string]: string } = {
  'synth': 'Measures how long it takes to synthesize 1, 100 and 1,000 clusters',
  'start': 'Measures, on the cluster of KUBECONFIG, the time from apply to ready and to the first write',
  'hand-over': 'Measures, with real processes, for how long writes stop when the master changes',
  'backup': 'Measures, with real processes, what a backup costs clients, and how long backup and restore take',
  'tls': 'Measures, with real processes, what TLS costs HAProxy and the server for each request',
  'checks': "Measures, with real processes, what HAProxy's checks and the agents cost at rest",
  'haproxy': 'Measures, with real processes, what threads and other lines cost HAProxy for each request and at rest',
  'rest': 'Measures, on the cluster of KUBECONFIG, the memory of each container at rest',
  'kube-template': 'Measures, on the cluster of KUBECONFIG, how fast kube-template follows it and what it needs',
  'scale': 'Measures, on the cluster of KUBECONFIG whose nodes run on this machine, what 1 to 10 installations use at rest',
  'topologies': 'Measures, on the cluster of KUBECONFIG, what each way from a client to the master costs: docs/reference/benchmark.md',
};
for (const [name, description] of Object.entries(benches)) {
  const bench = project.addTask(`bench:${name}`, { description });
  bench.spawn(bundle);
  bench.exec(`ts-node --transpile-only --project tools/tsconfig.json tools/bench-${name}.ts`, { receiveArgs: true });
}

const playground = project.addTask('playground', { description: 'Runs an installation as processes of this machine, to hurt it and to watch it' });
playground.spawn(bundle);
playground.exec('ts-node --transpile-only --project playground/tsconfig.json playground/main.ts', { receiveArgs: true });

const record = project.addTask('record:metrics', { description: 'Records what an installation tells Prometheus in a roll and in failovers, for the tests of alerts and dashboards' });
record.spawn(bundle);
record.exec('ts-node --transpile-only --project tools/tsconfig.json tools/record-metrics.ts', { receiveArgs: true });

const pictures: { [name: string]: [folder: string, description: string] } = {
  dashboards: ['dashboard-picture', 'Draws the dashboards for docs/images from what a Prometheus knows of installations that are hurt meanwhile'],
  status: ['status-pictures', 'Draws for docs/images what `status` says of an installation before and after its master died'],
};
for (const [name, [folder, description]] of Object.entries(pictures)) {
  const picture = project.addTask(`pictures:${name}`, { description });
  picture.spawn(bundle);
  picture.exec(`ts-node --transpile-only --project tools/tsconfig.json tools/${folder}/main.ts`);
}

project.addTask('dashboards', {
  description: 'Writes the dashboards of Grafana into lib/assets/dashboards',
  exec: 'ts-node --transpile-only --project tools/tsconfig.json tools/dashboards/main.ts',
});

const faults = project.addTask('faults', { description: 'Hurts installations on a lab cluster while a probe writes, and counts what is lost' });
faults.spawn(bundle);
faults.exec('ts-node --transpile-only --project faults/tsconfig.json faults/main.ts', { receiveArgs: true });

const faultsReport = project.addTask('faults:report', { description: 'Writes docs/reference/reliability.md from results that the fault suite kept with --json' });
faultsReport.exec('ts-node --transpile-only --project faults/tsconfig.json faults/report/main.ts', { receiveArgs: true });

const templateFaults = project.addTask('faults:kube-template', { description: 'Hurts the API server and nodes of a lab cluster while kube-template follows it' });
templateFaults.spawn(bundle);
templateFaults.exec('ts-node --transpile-only --project faults/tsconfig.json faults/kube-template/main.ts', { receiveArgs: true });

const versus = project.addTask('faults:versus', { description: 'Hurts an installation and a release of a Helm chart in turns, and writes docs/reference/comparison.md' });
versus.spawn(bundle);
versus.exec('ts-node --transpile-only --project faults/tsconfig.json faults/versus/main.ts', { receiveArgs: true });

const backupFaults = project.addTask('faults:backup', { description: 'Switches a node of a lab cluster off during a backup, while clients write, and one during a restore' });
backupFaults.spawn(bundle);
backupFaults.exec('ts-node --transpile-only --project faults/tsconfig.json faults/backup/main.ts', { receiveArgs: true });

const movingIn = project.addTask('faults:moving-in', { description: 'Takes over from a release of a Helm chart while clients write, and writes what they saw into docs/how-to/moving-in.md' });
movingIn.spawn(bundle);
movingIn.exec('ts-node --transpile-only --project faults/tsconfig.json faults/moving-in/main.ts', { receiveArgs: true });

// The bot that keeps dependencies new reads the table of default images too. docs/reference/versions.md says why each line was chosen: another line is a person's decision.
new JsonFile(project, 'renovate.json', {
  marker: false,
  obj: {
    $schema: 'https://docs.renovatebot.com/renovate-schema.json',
    extends: ['config:recommended'],
    customManagers: [{
      customType: 'regex',
      managerFilePatterns: ['/^lib/options/images\\.ts$/'],
      matchStrings: ["repository: '(?<depName>[^']+)', tag: '(?<currentValue>[^']+)'"],
      datasourceTemplate: 'docker',
    }],
    packageRules: [{ matchFileNames: ['lib/options/images.ts'], matchUpdateTypes: ['major', 'minor'], dependencyDashboardApproval: true }],
  },
});
project.npmignore!.exclude('/cspell.json', '/cspell-words.txt', '/renovate.json', '/CHANGELOG.md', '/CONTRIBUTING.md'); // documents of the repository, as docs/ is

project.synth();
