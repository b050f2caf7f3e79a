import { cdk, javascript } from 'projen';

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
  bin: { 'kube-template': 'lib/assets/bundles/kube-template.js' },
  publishToPypi: { distName: 'cdk8s-redis-ha', module: 'cdk8s_redis_ha' },

  peerDeps: ['cdk8s@^2.70.0', 'cdk8s-plus-27@^2.9.5', 'constructs@^10.5.0'],
  bundledDeps: ['re2js@^2.10.0'], // regular expressions of templates, in the program's bundle and at synth
  devDeps: [
    'ajv@^8.0.0', // manifests against the schemas of Kubernetes
    'cdk8s-cli@^2.207.0',
    'esbuild@^0.25.0', // one file for each program that runs in a pod
    'fast-check@^4.0.0', // random props, templates and interleavings
    'ioredis@^5.0.0', // the real client of e2e and the fault suite
    'js-yaml@^4.3.0', // reads YAML in kube-template, as part of its bundle
    '@types/js-yaml@^4.0.0',
    'vega@^6', // pictures of the fault suite's runs
    'vega-lite@^6',
  ],

  typecheckTests: true, // ts-jest only strips types here
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER, // the default rewrites snapshots on every local run
    junitReporting: false,
    jestConfig: {
      collectCoverage: false,
      coverageProvider: 'babel',
      maxWorkers: '100%', // tests with real processes wait more than they compute
      testPathIgnorePatterns: ['/node_modules/', '/test/e2e/'],
    },
  },
  eslintOptions: {
    dirs: ['lib'],
    devdirs: ['test', 'examples', 'projenrc', 'tools'],
    ignorePatterns: ['lib/imports/', '**/*.js', '**/*.mjs', '**/*.d.ts', 'node_modules/'],
  },

  gitignore: ['/manifests/'],
  github: false, // no .github/: no workflows, mergify, PR template
  release: false,
  depsUpgrade: false,
});

// Lets the examples import the package by its own name, as a user would.
project.package.addField('exports', {
  '.': './build/index.js',
  './package.json': './package.json',
  './.jsii': './.jsii',
});

project.gitignore.addPatterns('/lib/assets/bundles/'); // after projen's own line for lib

// The package ships the scripts, templates and bundles of lib/assets, not the TypeScript.
project.npmignore!.removePatterns('/lib/', '/lib/assets/bundles/');
project.npmignore!.exclude('/lib/**/*.ts', '/examples/', '/cdk8s.yaml', '/manifests/', '/docker/', '/docs/', '/tools/', '/.ci/');
project.npmignore!.include('/lib/assets/bundles/');

// ESLint and editors look for the nearest tsconfig.json.
for (const folder of ['examples', 'tools']) {
  new javascript.TypescriptConfig(project, {
    fileName: `${folder}/tsconfig.json`,
    extends: javascript.TypescriptConfigExtends.fromPaths(['../tsconfig.json']),
    compilerOptions: { noEmit: true, rootDir: folder === 'examples' ? '.' : '..' },
    include: ['**/*.ts'],
  });
}

// kube-template runs in a small image of its own: Node's own modules and its own folder, nothing else.
project.eslint!.addOverride({
  files: ['lib/kube-template/**/*.ts'],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [{ regex: '^(?!node:|\\./|\\.\\./(\\.\\./)?[a-z-]+(/|$)|\\.\\.$)', message: 'kube-template imports only node: modules and its own files' }],
    }],
  },
});
// A message that quotes props in both kinds of quotes is readable in backquotes only.
project.eslint!.addRules({ '@stylistic/quotes': ['error', 'single', { avoidEscape: true, allowTemplateLiterals: true }] });
// Test support and tools are not library code: they may use the development dependencies.
for (const glob of ['**/test/**', '**/tools/**', '**/lib/kube-template/**', '**/examples/**']) project.eslint!.allowDevDeps(glob);

const bundle = project.addTask('bundle', {
  description: 'Bundles the programs that run in pods, one file each, into lib/assets/bundles',
  exec: 'node tools/bundle.mjs',
});
project.preCompileTask.spawn(bundle);
project.testTask.prependSpawn(project.compileTask); // the examples import the package by its own name
project.testTask.prependSpawn(bundle);
project.testTask.exec('tsc --noEmit -p examples/tsconfig.json', { name: 'Type-check the examples' });

const synth = project.addTask('synth', { description: 'Synthesizes the example named in cdk8s.yaml into manifests/' });
synth.spawn(bundle);
synth.spawn(project.compileTask);
synth.exec('cdk8s --check-upgrade=false synth');
synth.exec('ls manifests/*', { name: 'Where the YAML is' });

const e2e = project.addTask('e2e', { description: 'Applies installations to the cluster of KUBECONFIG and uses them as a client does' });
e2e.spawn(bundle);
e2e.exec('jest --config test/e2e/jest.config.json --runInBand', { receiveArgs: true });

const benches: { [name: string]: string } = {
  'synth': 'Measures how long it takes to synthesize 1, 100 and 1,000 clusters',
  'start': 'Measures, on the cluster of KUBECONFIG, the time from apply to ready and to the first write',
  'hand-over': 'Measures, with real processes, for how long writes stop when the master changes',
  'checks': "Measures, with real processes, what HAProxy's checks and the agents cost at rest",
  'rest': 'Measures, on the cluster of KUBECONFIG, the memory of each container at rest',
  'kube-template': 'Measures, on the cluster of KUBECONFIG, how fast kube-template follows it and what it needs',
};
for (const [name, description] of Object.entries(benches)) {
  const bench = project.addTask(`bench:${name}`, { description });
  bench.spawn(bundle);
  bench.exec(`ts-node --transpile-only --project tools/tsconfig.json tools/bench-${name}.ts`, { receiveArgs: true });
}

const faults = project.addTask('faults', { description: 'Hurts installations on a lab cluster while a probe writes, and counts what is lost' });
faults.spawn(bundle);
faults.exec('ts-node --transpile-only --project test/tsconfig.json test/faults/main.ts', { receiveArgs: true });

const faultsReport = project.addTask('faults:report', { description: 'Writes docs/reliability.md from results that the fault suite kept with --json' });
faultsReport.exec('ts-node --transpile-only --project test/tsconfig.json test/faults/report/main.ts', { receiveArgs: true });

const templateFaults = project.addTask('faults:kube-template', { description: 'Hurts the API server and nodes of a lab cluster while kube-template follows it' });
templateFaults.spawn(bundle);
templateFaults.exec('ts-node --transpile-only --project test/tsconfig.json test/faults/kube-template/main.ts', { receiveArgs: true });

project.synth();
