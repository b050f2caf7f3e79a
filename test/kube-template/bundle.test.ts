import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { temporaryFolder, textOf } from './support/files';
import { checksum } from '../../lib/manifests/pod-parts';

const ROOT = path.resolve(__dirname, '..', '..');
const PROGRAMS = ['agent', 'kube-template'];
const LIBRARIES = ['js-yaml', 're2js'];
/** The programs, and the libraries beside one of them. */
const FILES = [...PROGRAMS, ...LIBRARIES];

/** The programs as they are bundled in a folder. */
function bundled(root: string): string {
  const folder = temporaryFolder();
  execFileSync(process.execPath, ['tools/bundle.mjs', folder], { cwd: root });
  return folder;
}

/** A copy of the project at another place, with another version. */
function copy(): string {
  const root = temporaryFolder();
  for (const folder of ['lib', 'tools']) fs.cpSync(path.join(ROOT, folder), path.join(root, folder), { recursive: true });
  fs.writeFileSync(path.join(root, 'package.json'), JSON.stringify({ ...JSON.parse(textOf(path.join(ROOT, 'package.json'))), version: '9.8.7' }));
  fs.copyFileSync(path.join(ROOT, 'tsconfig.json'), path.join(root, 'tsconfig.json'));
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  return root;
}

let folder: string;
beforeAll(() => { folder = bundled(ROOT); });

test('the text depends neither on the version of the package nor on where it is bundled: a release of something else rolls no pod', () => {
  const other = bundled(copy());
  expect(fs.readdirSync(folder).sort()).toEqual([...[...FILES, 'yaml-reader'].map((name) => `${name}.js`), 'agent.js.gz'].sort()); // the last one runs at synth
  for (const name of FILES) expect(textOf(path.join(other, `${name}.js`))).toBe(textOf(path.join(folder, `${name}.js`)));
});

describe.each(FILES)('%s', (name) => {
  const file = (): string => path.join(folder, `${name}.js`);

  test('holds no source map, no path of this machine and no control characters, which YAML does not allow', () => {
    const text = textOf(file());
    expect(text).not.toContain('sourceMappingURL');
    expect(text).not.toContain(ROOT);
    expect(text).not.toContain('node_modules');
    expect(text).toMatch(/^[\n\t\x20-\x7e]*$/);
  });

  test('is run as it is', () => {
    expect(textOf(file()).startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect(fs.statSync(file()).mode % 0o1000).toBe(0o755);
  });
});

// A ConfigMap holds 1 MiB, but `kubectl apply` writes the object once more into an annotation, and all annotations together may have 256 KiB.
test.each([...PROGRAMS.map((name) => [name]), LIBRARIES])('%s %s in one ConfigMap fit into what kubectl apply accepts', (...files) => {
  const data = Object.fromEntries(files.filter((name) => name !== undefined).map((name) => [`${name}.js`, textOf(path.join(folder, `${name}.js`))]));
  expect(Buffer.byteLength(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', data }))).toBeLessThanOrEqual(256 * 1024 - 4096);
});

test('--version prints the checksum that an annotation of the ConfigMap has', () => {
  const program = path.join(folder, 'kube-template.js');
  expect(execFileSync(program, ['--version'], { encoding: 'utf8' })).toBe(`kube-template ${checksum(textOf(program))}\n`);
});

test('the licences of the libraries in it are part of it', () => {
  for (const [file, library] of [['js-yaml.js', 'js-yaml'], ['re2js.js', 're2js']]) {
    const text = textOf(path.join(folder, file));
    expect(text.slice(text.lastIndexOf('/*! '))).toMatch(new RegExp(`^/\\*! ${library}\\n[^]*Permission is hereby granted[^]*\\*/\\n$`));
  }
});

test('what runs at synth loads no library but those that users install: the others are in the bundles alone', () => {
  const script = `
    const Module = require('node:module');
    const load = Module._load;
    const seen = new Set();
    Module._load = function (request, parent, ...rest) {
      if (parent?.filename?.startsWith(${JSON.stringify(path.join(ROOT, 'lib') + path.sep)}) && !request.startsWith('.') && !Module.isBuiltin(request)) seen.add(request);
      return load.call(this, request, parent, ...rest);
    };
    require(${JSON.stringify(path.join(ROOT, 'lib', 'index.ts'))});
    console.log(JSON.stringify([...seen].sort()));
  `;
  const output = execFileSync(process.execPath, ['-r', 'ts-node/register/transpile-only', '-e', script], {
    cwd: ROOT, env: { ...process.env, TS_NODE_PROJECT: 'test/tsconfig.json', TS_NODE_COMPILER_OPTIONS: '{"module":"node16"}' }, encoding: 'utf8',
  });
  expect(JSON.parse(output)).toEqual(['cdk8s', 'cdk8s-plus-27', 'constructs']);
}, 60_000);
