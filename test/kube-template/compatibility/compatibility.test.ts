import * as fs from 'node:fs';
import * as path from 'node:path';
import { KubeObject } from '../../../lib/kube-template/kube';
import { bundle, ChildOptions, ChildProgram, kubeconfigFor } from '../support/child-program';
import { FakeApi } from '../support/fake-api';
import { fileIn, temporaryFolder, textOf } from '../support/files';

// What the two older programs of this name rendered from such templates: recorded with Go's text/template, over the
// types of Go's Kubernetes client as far as the templates see them.
const FIXTURES = path.join(__dirname, 'fixtures');
const fixture = (name: string): string => path.join(FIXTURES, name);

jest.setTimeout(20_000);

let script: string;
let api: FakeApi;
let kubeconfig: string;
let folder: string;
beforeAll(async () => {
  script = bundle();
  api = await FakeApi.start();
  const objects = JSON.parse(textOf(fixture('objects.json'))) as Record<string, KubeObject[]>;
  for (const [collection, list] of Object.entries(objects)) {
    for (const object of list) api.put(collection, object);
  }
  kubeconfig = kubeconfigFor(api);
});
afterAll(async () => { await api.stop(); });
beforeEach(() => { folder = temporaryFolder(); });

/** Runs to the end and returns what was printed. */
async function run(args: string[], options: ChildOptions = {}): Promise<string> {
  const program = new ChildProgram(script, args, options);
  expect({ status: await program.ended(), log: program.log }).toEqual({ status: 0, log: expect.anything() });
  return program.stdout;
}

/** Runs without --once until the file has the fixture's text. */
async function follow(args: string[], file: string, expected: string, options: ChildOptions = {}): Promise<void> {
  const program = new ChildProgram(script, args, options);
  await program.until(() => textOf(file) === textOf(fixture(expected)), `${file} is as recorded, not ${JSON.stringify(textOf(file))}`);
  program.signal('SIGTERM');
  expect(await program.ended()).toBe(0);
}

describe('thecasualcoder\'s program', () => {
  test('--template SRC:- with $KUBECONFIG', async () => {
    const program = new ChildProgram(script, ['--template', `${fixture('thecasualcoder.tmpl')}:-`], { env: { KUBECONFIG: kubeconfig } });
    await program.until(() => program.stdout === textOf(fixture('thecasualcoder.out')), 'the recorded text is printed');
  });

  test('-t SRC:DST --kubeconfig FILE', async () => {
    const file = path.join(folder, 'out.yaml');
    await follow(['-t', `${fixture('thecasualcoder.tmpl')}:${file}`, '--kubeconfig', kubeconfig], file, 'thecasualcoder.out');
  });

  test('-e starts a program after the first render', async () => {
    const file = path.join(folder, 'out.yaml');
    const copy = path.join(folder, 'copy');
    const program = new ChildProgram(script, ['-t', `${fixture('thecasualcoder.tmpl')}:${file}`, `--kubeconfig=${kubeconfig}`, '-e', `cp ${file} ${copy}`]);
    expect(await program.ended()).toBe(0);
    expect(textOf(copy)).toBe(textOf(fixture('thecasualcoder.out')));
  });
});

describe('3cky\'s program', () => {
  test('several templates with commands, poll period and logging flags', async () => {
    const [nginx, haproxy, log] = ['nginx.conf', 'haproxy.cfg', 'log'].map((name) => path.join(folder, name));
    await run([
      `--kube-config=${kubeconfig}`,
      `--template=${fixture('3cky-nginx.tmpl')}:${nginx}:echo nginx reload >> ${log}`,
      `--template=${fixture('3cky-haproxy.tmpl')}:${haproxy}:echo "haproxy: reload" >> ${log}`,
      '--poll-time=30s', '--logtostderr', '-v', '2', '--stderrthreshold=0', '--once',
    ]);
    expect(textOf(nginx)).toBe(textOf(fixture('3cky-nginx.out')));
    expect(textOf(haproxy)).toBe(textOf(fixture('3cky-haproxy.out')));
    expect(textOf(log)).toBe('nginx reload\nhaproxy: reload\n');
  });

  test('without --once it goes on', async () => {
    const file = path.join(folder, 'haproxy.cfg');
    await follow(['-k', kubeconfig, '-t', `${fixture('3cky-haproxy.tmpl')}:${file}`, '-p', '10s'], file, '3cky-haproxy.out');
  });

  test('--dry-run prints and writes nothing', async () => {
    const file = path.join(folder, 'nginx.conf');
    const printed = await run(['-k', kubeconfig, '--dry-run', '--once', '-t', `${fixture('3cky-nginx.tmpl')}:${file}:exit 1`]);
    expect(printed).toBe(`> ${file}\n${textOf(fixture('3cky-nginx.out'))}`);
    expect(fs.existsSync(file)).toBe(false);
  });

  test('-l and -r', async () => {
    const file = path.join(folder, 'out');
    await run(['-k', kubeconfig, '--once', '-l', '<%', '-r', '%>', '-t', `${fixture('3cky-delimiters.tmpl')}:${file}`]);
    expect(textOf(file)).toBe(textOf(fixture('3cky-delimiters.out')));
  });

  test('kube-template.yaml in the working directory, with relative paths', async () => {
    fs.copyFileSync(fixture('3cky-haproxy.tmpl'), path.join(folder, 'haproxy.tmpl'));
    fs.copyFileSync(fixture('3cky-nginx.tmpl'), path.join(folder, 'nginx.tmpl'));
    fileIn(folder, 'kube-template.yaml', [
      'poll-time: 10s',
      'command-timeout: 10s',
      'templates:',
      '  - path: haproxy.tmpl',
      '    output: haproxy.cfg',
      '    command: echo haproxy >> log',
      '    command-timeout: 5',
      '  - path: nginx.tmpl',
      '    output: nginx.conf',
      '',
    ].join('\n'));
    await run(['--once', '-k', kubeconfig], { cwd: folder });
    expect(textOf(path.join(folder, 'haproxy.cfg'))).toBe(textOf(fixture('3cky-haproxy.out')));
    expect(textOf(path.join(folder, 'nginx.conf'))).toBe(textOf(fixture('3cky-nginx.out')));
    expect(textOf(path.join(folder, 'log'))).toBe('haproxy\n');
  });

  test('kube-template.json, and a --template that takes precedence over the file\'s', async () => {
    fs.copyFileSync(fixture('3cky-haproxy.tmpl'), path.join(folder, 'haproxy.tmpl'));
    fileIn(folder, 'kube-template.json', JSON.stringify({ 'poll-period': '5s', 'templates': [{ path: 'haproxy.tmpl', output: 'from-file' }] }));
    await run(['--once', '-k', kubeconfig, '-t', 'haproxy.tmpl:from-flag'], { cwd: folder });
    expect(textOf(path.join(folder, 'from-flag'))).toBe(textOf(fixture('3cky-haproxy.out')));
    expect(fs.existsSync(path.join(folder, 'from-file'))).toBe(false);
  });
});

test('consul-template\'s single dashes', async () => {
  const file = path.join(folder, 'out');
  await run(['-template', `${fixture('thecasualcoder.tmpl')}:${file}`, '-once', '-log-level=err', '-kubeconfig', kubeconfig]);
  expect(textOf(file)).toBe(textOf(fixture('thecasualcoder.out')));
});
