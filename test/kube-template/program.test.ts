import * as fs from 'node:fs';
import * as path from 'node:path';
import { bundle, ChildProgram, kubeconfigFor } from './support/child-program';
import { FakeApi } from './support/fake-api';
import { fileIn, temporaryFolder, textOf } from './support/files';

jest.setTimeout(20_000);

const HOSTS = '{{ range pods "cache" "app=redis" }}{{ .Status.PodIP }} {{ .Name }}\n{{ end }}';

let script: string;
beforeAll(() => { script = bundle(); });

let api: FakeApi;
let kubeconfig: string;
let folder: string;
let template: string;
let out: string;
beforeEach(async () => {
  api = await FakeApi.start();
  kubeconfig = kubeconfigFor(api);
  folder = temporaryFolder();
  template = fileIn(folder, 'hosts.tmpl', HOSTS);
  out = path.join(folder, 'hosts');
  putPod('redis-0', '10.0.0.1');
});
afterEach(async () => { await api.stop(); });

function putPod(name: string, podIP: string): void {
  api.put('v1/pods', { metadata: { name, namespace: 'cache', labels: { app: 'redis' } }, status: { podIP } });
}

/** kube-template with the test's API server and template. */
function start(...args: string[]): ChildProgram {
  return new ChildProgram(script, ['--kubeconfig', kubeconfig, '-t', `${template}:${out}`, ...args], { cwd: folder });
}

/** Starts it and waits for the first file. */
async function started(...args: string[]): Promise<ChildProgram> {
  const program = start(...args);
  await program.until(() => textOf(out) === '10.0.0.1 redis-0\n', 'the first file');
  return program;
}

describe('keeping files current', () => {
  test('a change of the API is a change of the file, until TERM ends the program with 0', async () => {
    const program = await started();
    putPod('redis-1', '10.0.0.2');
    await program.until(() => textOf(out) === '10.0.0.1 redis-0\n10.0.0.2 redis-1\n', 'the second pod');
    api.remove('v1/pods', 'cache', 'redis-0');
    await program.until(() => textOf(out) === '10.0.0.2 redis-1\n', 'the first pod is gone');
    program.signal('SIGTERM');
    expect(await program.ended()).toBe(0);
    expect(textOf(out)).toBe('10.0.0.2 redis-1\n');
  });

  test('files stay while the API server is away, and catch up', async () => {
    const program = await started();
    await api.stop();
    await program.until(() => program.stderr.includes('pods in namespace cache'), 'the loss is logged');
    expect(textOf(out)).toBe('10.0.0.1 redis-0\n');
    await api.restart();
    putPod('redis-0', '10.0.0.9');
    await program.until(() => textOf(out) === '10.0.0.9 redis-0\n', 'it caught up');
  });

  test('several templates share a watch, and commands run once a round', async () => {
    const copy = path.join(folder, 'copy');
    const log = path.join(folder, 'log');
    const program = await started('-t', `${template}:${copy}:echo round >> ${log}`, '-t', `${template}:${copy}2:echo round >> ${log}`);
    await program.until(() => textOf(log) === 'round\n', 'the command ran');
    expect([textOf(copy), textOf(copy + '2')]).toEqual(['10.0.0.1 redis-0\n', '10.0.0.1 redis-0\n']);
    expect(api.seen('list')).toHaveLength(1);
    putPod('redis-0', '10.0.0.3');
    await program.until(() => textOf(log) === 'round\nround\n', 'the command ran again');
  });

  test('TERM lets commands run that wait: at the next start nothing would', async () => {
    const log = path.join(folder, 'log');
    const program = await started('-t', `${template}:${out}2:echo begins >> ${log}; sleep 0.5; cat ${out}2 >> ${log}`);
    await program.until(() => textOf(log) === 'begins\n', 'the first command');
    putPod('redis-0', '10.0.0.2');
    await program.until(() => textOf(`${out}2`) === '10.0.0.2 redis-0\n', 'the change is written');
    program.signal('SIGTERM');
    expect(await program.ended()).toBe(0);
    expect(textOf(log)).toBe('begins\n10.0.0.2 redis-0\nbegins\n10.0.0.2 redis-0\n');
  });

  test('a second TERM ends commands, and those that wait are logged', async () => {
    const log = path.join(folder, 'log');
    const program = await started('-t', `${template}:${out}2:echo begins >> ${log}; sleep 30`, '--command-timeout', '1m', '-t', `${template}:${out}3:echo never >> ${log}`);
    await program.until(() => textOf(log) === 'begins\n', 'the first command');
    program.signal('SIGTERM');
    await program.until(() => program.stderr.includes('SIGTERM: ending'), 'the first TERM is logged');
    program.signal('SIGTERM');
    expect(await program.ended()).toBe(1);
    expect(program.log.slice(-2)).toEqual([
      `error runner echo never >> ${log}: not run, as the program ends`, expect.stringContaining('sleep 30: ended by SIGKILL'),
    ]);
    expect(textOf(log)).toBe('begins\n');
  });

  test.each([[[], 'SIGTERM: ending'], [['--once'], 'ended by a signal']])('a second TERM ends a check that hangs, with %j', async (flags, first) => {
    const log = path.join(folder, 'log');
    const check = `trap "" TERM; echo begins >> ${log}; sleep 30`;
    const config = fileIn(folder, 'config.yaml', JSON.stringify({ commandTimeout: '1m', templates: [{ source: template, destination: out, check }] }));
    const program = new ChildProgram(script, ['-k', kubeconfig, '-c', config, ...flags]);
    await program.until(() => textOf(log) === 'begins\n', 'the check');
    program.signal('SIGTERM');
    await program.until(() => program.stderr.includes(first), 'the first TERM is logged');
    program.signal('SIGTERM');
    expect(await program.ended()).toBe(1);
    expect(program.stderr).toContain('the check failed: ended by SIGKILL');
    expect(fs.existsSync(out)).toBe(false);
  });

  test('TERM ends it while it waits for data', async () => {
    api.fail({ status: 403, message: 'pods is forbidden', times: 100 });
    const program = start();
    await program.until(() => program.stderr.includes('forbidden'), 'the refusal is logged');
    program.signal('SIGTERM');
    expect(await program.ended()).toBe(0);
    expect(fs.existsSync(out)).toBe(false);
  });
});

describe('--once', () => {
  test('writes, runs the command and ends with 0', async () => {
    const program = new ChildProgram(script, ['-k', kubeconfig, '--once', '-t', `${template}:${out}:cp ${out} ${out}.copy`]);
    expect(await program.ended()).toBe(0);
    expect(textOf(out + '.copy')).toBe('10.0.0.1 redis-0\n');
  });

  test.each([
    ['a command', 'exit 3', [], 'exit 3: exit status 3'],
    ['a destination', '', ['-t', 'hosts.tmpl:/proc/none/hosts'], '/proc/none/hosts: '],
    ['a template', '', ['-t', 'bad.tmpl:bad'], 'not today'],
  ])('ends with 1 when %s fails, after the rest was done', async (_, command, args, message) => {
    fileIn(folder, 'bad.tmpl', '{{ fail "not today" }}');
    const program = new ChildProgram(script, ['-k', kubeconfig, '--once', '-t', `${template}:${out}:${command}`, ...args], { cwd: folder });
    expect(await program.ended()).toBe(1);
    expect(textOf(out)).toBe('10.0.0.1 redis-0\n');
    expect(program.stderr).toContain(message);
    expect(fs.existsSync(path.join(folder, 'bad'))).toBe(false);
  });

  test('gives up after --timeout and says what is missing', async () => {
    api.fail({ status: 403, message: 'pods is forbidden', times: 100 });
    const program = start('--once', '--timeout', '300ms');
    expect(await program.ended()).toBe(1);
    expect(program.log.at(-1)).toBe(`error daemon not done after 300 ms; ${out}: waits for pods in namespace cache with app=redis`);
    expect(fs.existsSync(out)).toBe(false);
  });

  test('--dry-run prints the destination and the text, and touches nothing', async () => {
    const program = start('--once', '--dry-run');
    expect(await program.ended()).toBe(0);
    expect(program.stdout).toBe(`> ${out}\n10.0.0.1 redis-0\n`);
    expect(fs.existsSync(out)).toBe(false);
  });

  test('a large text reaches a pipe completely', async () => {
    fileIn(folder, 'hosts.tmpl', '{{ range pods "cache" "app=redis" }}{{ range until 200000 }}0123456789{{ end }}{{ end }}');
    const program = new ChildProgram(script, ['-k', kubeconfig, '--once', '-t', `${template}:-`]);
    expect(await program.ended()).toBe(0);
    expect(program.stdout).toHaveLength(2_000_000);
  });
});

describe('signals', () => {
  test('HUP reads configuration and templates again', async () => {
    const config = fileIn(folder, 'config.yaml', `templates: [{source: ${template}, destination: ${out}}]`);
    const program = new ChildProgram(script, ['-k', kubeconfig, '-c', config], { cwd: folder });
    await program.until(() => textOf(out) === '10.0.0.1 redis-0\n', 'the first file');
    fileIn(folder, 'hosts.tmpl', `# pods\n${HOSTS}`);
    fileIn(folder, 'config.yaml', `templates: [{source: ${template}, destination: ${out}}, {contents: "{{ len (pods \\"cache\\" \\"app=redis\\") }}", destination: count}]`);
    program.signal('SIGHUP');
    await program.until(() => textOf(out) === '# pods\n10.0.0.1 redis-0\n' && textOf(path.join(folder, 'count')) === '1', 'the new template');
    expect(api.seen('list')).toHaveLength(1);
    putPod('redis-1', '10.0.0.2');
    await program.until(() => textOf(path.join(folder, 'count')) === '2', 'the new configuration is followed');
  });

  test.each([
    ['configuration', 'config.yaml', 'templates: [{sorce: a}]', 'config.yaml: templates[0]'],
    ['template', 'hosts.tmpl', '{{ range }}', 'hosts.tmpl'],
  ])('HUP with a broken %s keeps the old one and logs one line', async (_, name, text, message) => {
    const config = fileIn(folder, 'config.yaml', `templates: [{source: ${template}, destination: ${out}}]`);
    const program = new ChildProgram(script, ['-k', kubeconfig, '-c', config]);
    await program.until(() => textOf(out) === '10.0.0.1 redis-0\n', 'the first file');
    fileIn(folder, name, text);
    program.signal('SIGHUP');
    await program.until(() => program.stderr.includes('SIGHUP'), 'the mistake is logged');
    const errors = program.log.filter((line) => line.startsWith('error'));
    expect(errors).toEqual([expect.stringMatching(/^error daemon SIGHUP: the configuration stays as it was: /)]);
    expect(errors[0]).toContain(message);
    putPod('redis-0', '10.0.0.7');
    await program.until(() => textOf(out) === '10.0.0.7 redis-0\n', 'the old configuration is followed');
  });

  test('HUP with another namespace reads that one', async () => {
    api.put('v1/pods', { metadata: { name: 'other', namespace: 'elsewhere', labels: { app: 'redis' } }, status: { podIP: '10.9.9.9' } });
    fileIn(folder, 'hosts.tmpl', HOSTS.replace('"cache"', '""'));
    const configOf = (namespace: string): string => fileIn(folder, 'config.yaml', `{namespace: ${namespace}, templates: [{source: ${template}, destination: ${out}}]}`);
    const program = new ChildProgram(script, ['-k', kubeconfig, '-c', configOf('cache')]);
    await program.until(() => textOf(out) === '10.0.0.1 redis-0\n', 'the first file');
    configOf('elsewhere');
    program.signal('SIGHUP');
    await program.until(() => textOf(out) === '10.9.9.9 other\n', 'the other namespace');
    await program.until(() => api.watcherCount === 1, 'the old watch has ended');
  });

  test('HUP reads a kubeconfig again whose token was replaced', async () => {
    api.token = 'first';
    kubeconfig = kubeconfigFor(api);
    const program = await started();
    api.token = 'second';
    fs.writeFileSync(kubeconfig, fs.readFileSync(kubeconfig, 'utf8').replace('first', 'second'));
    api.reset();
    putPod('redis-1', '10.0.0.2');
    await program.until(() => program.stderr.includes('Unauthorized'), 'the old token is refused');
    program.signal('SIGHUP');
    await program.until(() => textOf(out).includes('redis-1'), 'the new token');
  });

  test('HUP while a command runs leaves out none of those that wait', async () => {
    const log = path.join(folder, 'log');
    const config = fileIn(folder, 'config.yaml', JSON.stringify({
      templates: ['one', 'two'].map((name) => ({ source: template, destination: path.join(folder, name), command: `sleep 0.5; echo ${name} >> ${log}` })),
    }));
    const program = new ChildProgram(script, ['-k', kubeconfig, '-c', config]);
    await program.until(() => textOf(path.join(folder, 'two')) !== '', 'the files');
    program.signal('SIGHUP');
    await program.until(() => program.stderr.includes('read again'), 'the configuration is read');
    await program.until(() => textOf(log) === 'one\ntwo\n', 'both commands');
  });

  test('HUP while a new file is checked goes on from the file that comes of it', async () => {
    const config = fileIn(folder, 'config.yaml', JSON.stringify({ templates: [{ source: template, destination: out, check: `echo >> ${folder}/checks; sleep 0.5` }] }));
    const program = new ChildProgram(script, ['-k', kubeconfig, '-c', config]);
    await program.until(() => textOf(out) === '10.0.0.1 redis-0\n', 'the first file');
    fileIn(folder, 'hosts.tmpl', 'a mistake');
    program.signal('SIGHUP');
    await program.until(() => textOf(path.join(folder, 'checks')) === '\n\n', 'the second check');
    fileIn(folder, 'hosts.tmpl', HOSTS);
    program.signal('SIGHUP');
    await program.until(() => program.log.filter((line) => line.includes('read again')).length === 2, 'both are read');
    await program.until(() => textOf(out) === '10.0.0.1 redis-0\n', 'the template that was put back');
  });

  test('USR1 writes and runs again what did not change', async () => {
    const log = path.join(folder, 'log');
    const program = new ChildProgram(script, ['-k', kubeconfig, '-t', `${template}:${out}:echo ran >> ${log}`]);
    await program.until(() => textOf(log) === 'ran\n', 'the command ran');
    fs.writeFileSync(out, 'changed by hand');
    program.signal('SIGUSR1');
    await program.until(() => textOf(log) === 'ran\nran\n', 'the command ran again');
    expect(textOf(out)).toBe('10.0.0.1 redis-0\n');
  });
});

describe('--exec', () => {
  let log: string;
  beforeEach(() => { log = path.join(folder, 'log'); });
  const service = (): string => fileIn(folder, 'service.sh', [
    `for s in HUP USR2; do trap "echo $s >> ${log}" $s; done`,
    `trap "echo TERM >> ${log}; exit 9" TERM`,
    `cat ${out} >> ${log}`,
    'while :; do sleep 0.01; done',
    '',
  ].join('\n'));

  test('starts the command after the first render, signals changes and ends with its status', async () => {
    const program = start('--exec', `sh ${service()}`);
    await program.until(() => textOf(log) === '10.0.0.1 redis-0\n', 'the command has started');
    putPod('redis-0', '10.0.0.2');
    await program.until(() => textOf(log).endsWith('HUP\n'), 'the change is signalled');
    program.signal('SIGUSR2');
    await program.until(() => textOf(log).endsWith('USR2\n'), 'a signal is passed on');
    program.signal('SIGTERM');
    expect(await program.ended()).toBe(9);
    expect(textOf(log)).toBe('10.0.0.1 redis-0\nHUP\nUSR2\nTERM\n');
  });

  test.each([['exit 0', 0], ['exit 5', 5], ['kill -KILL $$', 137]])('ends when the command ends by itself: %s', async (command, status) => {
    const program = start('--exec', `sh -c '${command}'`);
    expect(await program.ended()).toBe(status);
    expect(textOf(out)).toBe('10.0.0.1 redis-0\n');
  });

  test('a second TERM kills a command that ignores the first', async () => {
    const program = start('--exec', `trap "" TERM; echo $$ > ${log}; while :; do sleep 0.05; done`);
    await program.until(() => textOf(log).endsWith('\n'), 'the command has started');
    program.signal('SIGTERM');
    await program.until(() => program.stderr.includes('SIGTERM: ending'), 'the first TERM is logged');
    program.signal('SIGTERM');
    expect(await program.ended()).toBe(1);
    const pid = Number(textOf(log));
    await program.until(() => !fs.existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(textOf(`/proc/${pid}/status`)), 'the command is gone');
  });

  test.each([
    ['cannot be written', `contents: x, destination: /proc/none/x`],
    ['has no data yet', `contents: '{{ range list "v1" "absent" "cache" }}{{ end }}', destination: x`],
  ])('HUP with a new template that %s: the command is told of changes of the others', async (_, more) => {
    const config = (...templates: string[]): string =>
      fileIn(folder, 'config.yaml', `templates: [${[`{source: ${template}, destination: ${out}}`, ...templates.map((one) => `{${one}}`)].join(', ')}]`);
    const program = new ChildProgram(script, ['-k', kubeconfig, '-c', config(), '--exec', `sh ${service()}`], { cwd: folder });
    await program.until(() => textOf(log) === '10.0.0.1 redis-0\n', 'the command has started');
    config(more);
    program.signal('SIGHUP');
    await program.until(() => program.stderr.includes('read again'), 'the configuration is read');
    putPod('redis-0', '10.0.0.2');
    await program.until(() => textOf(out) === '10.0.0.2 redis-0\n', 'the change is written');
    await program.until(() => textOf(log).endsWith('HUP\n'), 'the change is signalled');
    program.signal('SIGTERM');
    expect(await program.ended()).toBe(9);
  });

  test('does not start while data is missing', async () => {
    api.fail({ status: 403, message: 'pods is forbidden', times: 100 });
    const program = start('--exec', `sh ${service()}`);
    await program.until(() => program.stderr.includes('forbidden'), 'the refusal is logged');
    program.signal('SIGTERM');
    expect(await program.ended()).toBe(0);
    expect(textOf(log)).toBe('');
  });
});

describe('--listen', () => {
  test('readiness comes with the first file; metrics tell what happened', async () => {
    api.fail({ on: 'list', status: 500 });
    const program = start('--listen', '127.0.0.1:0');
    const address = (): string | undefined => /listening on (\S+)/.exec(program.stderr)?.[1];
    await program.until(() => address() !== undefined, 'it listens');
    const get = async (url: string) => fetch(`http://${address()}${url}`);
    expect((await get('/healthz')).status).toBe(200);
    await program.until(() => textOf(out) !== '', 'the first file');
    expect((await get('/readyz')).status).toBe(200);
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toContain(`kube_template_writes_total{destination="${out}"} 1\n`);
    expect(metrics).toContain('kube_template_source_synced{source="pods in namespace cache with app=redis"} 1\n');
    expect(metrics).toMatch(/kube_template_watch_restarts_total\{source="[^"]*",reason="server_error"\} 1\n/);
    expect(metrics).toContain('kube_template_errors_total{stage="write"} 0\n');
  });

  test('an address in use ends the program with 1', async () => {
    const program = start('--listen', `127.0.0.1:${api.port}`);
    expect(await program.ended()).toBe(1);
    expect(program.log.at(-1)).toMatch(/^kube-template: .*EADDRINUSE/);
  });
});

describe('without an API server', () => {
  test('--print-rbac prints the roles that the templates need', async () => {
    fileIn(folder, 'more.tmpl', '{{ range nodes }}{{ end }}{{ with secret "cache" "auth" }}{{ .data.password }}{{ end }}{{ backends "" "redis" }}');
    const program = new ChildProgram(script, ['-t', 'hosts.tmpl:a', '-t', 'more.tmpl:b', '--namespace', 'team', '--print-rbac'], { cwd: folder });
    expect(await program.ended()).toBe(0);
    const roles = program.stdout.split('---\n').slice(1).map((text) => JSON.parse(text));
    const rule = (group: string, resource: string) => expect.objectContaining({ apiGroups: [group], resources: [resource], verbs: ['get', 'list', 'watch'] });
    expect(roles.map(({ kind, metadata, rules }) => ({ kind, namespace: metadata.namespace, rules }))).toEqual(expect.arrayContaining([
      { kind: 'ClusterRole', namespace: undefined, rules: [rule('', 'nodes')] },
      { kind: 'Role', namespace: 'cache', rules: [rule('', 'pods'), expect.objectContaining({ resources: ['secrets'], resourceNames: ['auth'] })] },
      { kind: 'Role', namespace: 'team', rules: [rule('discovery.k8s.io', 'endpointslices')] },
    ]));
    expect(roles).toHaveLength(3);
    expect(fs.readdirSync(folder).sort()).toEqual(['hosts.tmpl', 'more.tmpl']);
  });

  test('--help and --version', async () => {
    const help = new ChildProgram(script, ['--help']);
    const version = new ChildProgram(script, ['--version']);
    expect([await help.ended(), await version.ended()]).toEqual([0, 0]);
    expect(help.stdout).toContain('Usage: kube-template -t SRC:DST[:CMD]');
    expect(version.stdout).toMatch(/^kube-template [0-9a-f]{16}\n$/);
  });

  test.each<[string, string[], number, string]>([
    ['an unknown flag', ['--tempalte', 'a:b'], 2, 'kube-template: --tempalte: unknown flag; see --help\n'],
    ['no template', [], 2, 'kube-template: no templates; expected --template SRC:DST or a configuration file with templates\n'],
    ['--once with --exec', ['-t', 'a:b', '--once', '--exec', 'x'], 2, 'kube-template: --once: ends after the first render, --exec starts there; expected one of them\n'],
    ['a missing template', ['-t', 'none.tmpl:b', '--print-rbac'], 1, 'kube-template: ENOENT: no such file or directory, open \'none.tmpl\'\n'],
    ['a template that is a folder', ['-t', '.:b', '--print-rbac'], 1, 'kube-template: EISDIR: . is a folder; expected a file\n'],
    ['a destination that is a folder', ['-t', 'hosts.tmpl:.', '--master', 'http://127.0.0.1:1'], 1, 'kube-template: EISDIR: . is a folder; expected a file\n'],
    ['no kubeconfig', ['-t', 'hosts.tmpl:b'], 1, 'kube-template: no Kubernetes configuration: '],
  ])('%s is one clear line', async (_, args, status, line) => {
    const program = new ChildProgram(script, args, { cwd: folder });
    expect(await program.ended()).toBe(status);
    expect(program.stderr.startsWith(line)).toBe(true);
    expect(program.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('a malformed template names file and line', async () => {
    fileIn(folder, 'bad.tmpl', 'one\n{{ if }}\n');
    const program = new ChildProgram(script, ['-t', 'bad.tmpl:b', '--print-rbac'], { cwd: folder });
    expect(await program.ended()).toBe(1);
    expect(program.stderr).toMatch(/^kube-template: .*bad\.tmpl:2: /);
    expect(program.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

test('logs as JSON', async () => {
  const program = await started('--log-format', 'json');
  await program.until(() => program.stderr.includes('up to date'), 'it is up to date');
  for (const line of program.stderr.trimEnd().split('\n')) {
    expect(JSON.parse(line)).toEqual({ time: expect.any(String), level: 'info', subject: expect.any(String), message: expect.any(String) });
  }
});
