import * as path from 'node:path';
import { parseArguments } from '../../../lib/kube-template/cli/arguments';
import { settingsOf } from '../../../lib/kube-template/cli/settings-of';
import { ConfigError } from '../../../lib/kube-template/config/section';
import { Settings } from '../../../lib/kube-template/config/settings';
import { fileIn, temporaryFolder } from '../support/files';

const folder = temporaryFolder();

/** The settings of one configuration file and further arguments. */
function settings(text: string, args: string[] = [], name: string = 'config.yaml'): Settings {
  return settingsOf(parseArguments(['--config', fileIn(folder, name, text), ...args]));
}

const DEFAULTS = {
  backup: false,
  inPlace: false,
  commandTimeout: 15_000,
  wait: { min: 0, max: 0 },
  leftDelimiter: '{{',
  rightDelimiter: '}}',
  missingKey: 'zero',
};

test('every default is filled in', () => {
  expect(settings('templates: [{source: a, destination: b}]')).toEqual({
    kube: { selectorFirst: false, sources: {} },
    templates: [{ ...DEFAULTS, source: 'a', destination: 'b' }],
    logLevel: 'info',
    logFormat: 'text',
  });
});

test('every key is read', () => {
  expect(settings(`
    namespace: cache
    kubeconfig: /k
    context: kind
    master: https://api:6443
    selectorFirst: true
    wait: {min: 200ms, max: 2s}
    commandTimeout: 20s
    leftDelimiter: "[["
    rightDelimiter: "]]"
    missingKey: error
    perms: "0640"
    backup: true
    inPlace: true
    listen: 127.0.0.1:9099
    logLevel: debug
    logFormat: json
    sources:
      pods: {fields: [status.podIP, status.conditions], limit: 50}
    exec:
      command: [nginx, -g, daemon off;]
      reloadSignal: none
      killSignal: SIGQUIT
      killTimeout: 5s
      env: {NGINX_PORT: "80"}
    templates:
      - source: /etc/kt/haproxy.cfg.tmpl
        destination: /shared/haproxy.cfg
        perms: "0600"
        uid: 1000
        gid: 2000
        backup: false
        inPlace: false
        check: [haproxy, -c, -f, "{{.}}"]
        command: kill -HUP 1
        commandTimeout: 5
        wait: 1s
        leftDelimiter: <<
        rightDelimiter: ">>"
        missingKey: default
        haproxy: {master: /m, stats: /s, state: /f, mode: reload, closeOnMove: true, failClosed: false}
      - contents: |
          {{ len (pods) }}
        destination: count.txt
  `)).toEqual({
    kube: {
      namespace: 'cache',
      kubeconfig: '/k',
      context: 'kind',
      master: 'https://api:6443',
      selectorFirst: true,
      sources: { pods: { fields: ['status.podIP', 'status.conditions'], limit: 50 } },
    },
    listen: { host: '127.0.0.1', port: 9099 },
    logLevel: 'debug',
    logFormat: 'json',
    exec: { command: ['nginx', '-g', 'daemon off;'], reloadSignal: 'none', killSignal: 'SIGQUIT', killTimeout: 5000, env: { NGINX_PORT: '80' } },
    templates: [
      {
        source: '/etc/kt/haproxy.cfg.tmpl',
        destination: '/shared/haproxy.cfg',
        perms: 0o600,
        uid: 1000,
        gid: 2000,
        backup: false,
        inPlace: false,
        check: ['haproxy', '-c', '-f', '{{.}}'],
        command: 'kill -HUP 1',
        commandTimeout: 5000,
        wait: { min: 1000, max: 4000 },
        leftDelimiter: '<<',
        rightDelimiter: '>>',
        missingKey: 'default',
        haproxy: { master: '/m', stats: '/s', state: '/f', mode: 'reload', closeOnMove: true, failClosed: false },
      },
      {
        contents: '{{ len (pods) }}\n',
        destination: 'count.txt',
        perms: 0o640,
        backup: true,
        inPlace: true,
        commandTimeout: 20_000,
        wait: { min: 200, max: 2000 },
        leftDelimiter: '[[',
        rightDelimiter: ']]',
        missingKey: 'error',
      },
    ],
  });
});

test('keys may be written with dashes or underscores, and path and output are source and destination', () => {
  const { templates } = settings('{command-timeout: 3s, log_level: warn, templates: [{path: a, output: b, left-delimiter: "[["}]}');
  expect(templates).toEqual([{ ...DEFAULTS, source: 'a', destination: 'b', commandTimeout: 3000, leftDelimiter: '[[' }]);
});

test('a file whose name ends in .json is JSON', () => {
  expect(settings('{"templates": [{"source": "a", "destination": "b"}]}', [], 'config.json').templates).toHaveLength(1);
  expect(() => settings('templates: []', [], 'broken.json')).toThrow(/broken\.json: .*JSON/);
});

test('later files win over earlier ones, flags over all', () => {
  const later = fileIn(folder, 'later.yaml', '{namespace: two, context: two, exec: {killTimeout: 2s}}');
  const { kube, exec } = settings('{namespace: one, context: one, master: "http://one", exec: {command: a, killTimeout: 1s}, templates: [{source: a, destination: b}]}',
    ['-c', later, '--namespace', 'three', '--exec-kill-signal', 'INT']);
  expect(kube).toMatchObject({ namespace: 'three', context: 'two', master: 'http://one' });
  expect(exec).toEqual({ command: 'a', reloadSignal: 'SIGHUP', killSignal: 'SIGINT', killTimeout: 2000, env: {} });
});

test('a --template replaces the template of the file with its source or its destination', () => {
  const { templates } = settings('templates: [{path: a, output: 1}, {path: b, output: "2"}, {path: c, output: "3"}]'.replace(' 1}', ' "1"}'),
    ['-t', 'a:9', '-t', 'z:2']);
  expect(templates.map(({ source, destination }) => `${source}:${destination}`)).toEqual(['c:3', 'a:9', 'z:2']);
});

test.each<[string, string, string[]]>([
  ['a flag', 'templates: [{path: a, output: b}]', ['--poll-period', '10s']],
  ['a key', '{poll-time: 10s, templates: [{path: a, output: b}]}', []],
])('%s that only 3cky\'s program had brings its conventions: selector first, namespace default', (_, text, args) => {
  expect(settings(text, args).kube).toMatchObject({ selectorFirst: true, namespace: 'default' });
  expect(settings(text, [...args, '--namespace', 'cache']).kube).toMatchObject({ selectorFirst: true, namespace: 'cache' });
});

test('one source may have several destinations', () => {
  expect(settingsOf(parseArguments(['-t', 'a:b', '-t', 'a:c'])).templates).toHaveLength(2);
});

test('without --config the working directory\'s kube-template.yaml is read', () => {
  const home = temporaryFolder();
  fileIn(home, 'kube-template.yaml', '{poll-time: 10s, templates: [{path: in.txt.tmpl, output: out.txt, command: action.sh}]}');
  const before = process.cwd();
  try {
    process.chdir(home);
    expect(settingsOf(parseArguments([])).templates).toMatchObject([{ source: 'in.txt.tmpl', destination: 'out.txt', command: 'action.sh' }]);
  } finally {
    process.chdir(before);
  }
});

describe('mistakes name the file, the key, the value and what is accepted', () => {
  const template = 'source: a, destination: b';
  test.each([
    ['colour: red', 'colour: unknown key; known here: '],
    [`templates: [{${template}, comand: x}]`, 'templates[0].comand: unknown key; known here: source, path, '],
    [`templates: [{${template}, haproxy: {master: /m, socket: /s}}]`, 'templates[0].haproxy.socket: unknown key; known here: master, stats, '],
    ['templates: {source: a}', 'templates: {"source":"a"} is not accepted; expected a list'],
    ['templates: [a]', 'templates[0]: "a" is not accepted; expected keys and values'],
    ['templates: [{source: a}]', 'templates[0]: no destination; expected the path of the file to write'],
    ['templates: [{destination: b}]', 'templates[0]: expected either source, the path of a template, or contents, the template itself'],
    [`templates: [{${template}, contents: c}]`, 'templates[0]: expected either source'],
    [`templates: [{${template}, path: c}]`, 'templates[0].path: given twice, also as source'],
    [`templates: [{${template}, command-timeout: 1s, commandTimeout: 2s}]`, 'templates[0].commandTimeout: given twice, also as command-timeout'],
    [`templates: [{${template}, perms: 0640}]`, 'templates[0].perms: 640 is not a file mode; expected octal digits in quotes, for example "0640"'],
    [`templates: [{${template}, uid: root}]`, 'templates[0].uid: "root" is not accepted; expected a whole number'],
    [`templates: [{${template}, backup: "yes"}]`, 'templates[0].backup: "yes" is not accepted; expected true or false'],
    [`templates: [{${template}, check: []}]`, 'templates[0].check: [] is not a command; expected text for the shell, or a list of text'],
    [`templates: [{${template}, command: [kill, 1]}]`, 'templates[0].command: ["kill",1] is not a command'],
    [`templates: [{${template}, wait: {min: 2s, max: 1s}}]`, 'templates[0].wait: the longest wait (1000 ms) is below the shortest (2000 ms)'],
    [`templates: [{${template}, wait: {least: 2s}}]`, 'templates[0].wait.least: unknown key; known here: min, max'],
    ['commandTimeout: soon', 'commandTimeout: "soon" is not a duration'],
    ['missingKey: panic', 'missingKey: "panic" is not accepted; expected zero, default, error'],
    ['exec: {command: a, env: {PORT: 80}}', 'exec.env: 80 is not accepted; expected text in quotes'],
    ['sources: {pods: {field: [a]}}', 'sources.pods.field: unknown key; known here: fields, limit'],
    ['sources: {pods: {limit: -1}}', 'sources.pods.limit: -1 is not accepted; expected a whole number'],
    ['[]', '[] is not accepted; expected keys and values'],
  ])('%s', (text, message) => {
    expect(() => settings(text)).toThrow(ConfigError);
    expect(() => settings(text)).toThrow(`${path.join(folder, 'config.yaml')}: ${message}`);
  });

  test('a file that is missing or no YAML', () => {
    expect(() => settingsOf(parseArguments(['-c', '/nonexistent.yaml']))).toThrow('/nonexistent.yaml: ENOENT');
    expect(() => settings('a: [')).toThrow(`${path.join(folder, 'config.yaml')}: `);
  });
});

describe('contradictions', () => {
  test.each([
    [['-t', 'a:b', '-t', 'c:b'], 'b: the destination of two templates, a and c'],
    [['-t', 'a:b', '-t', 'c:./b'], './b: the destination of two templates, a and c'],
    [['-t', 'a:b', '--haproxy-master', '/m', '--haproxy-state', '/s', '-t', 'c:d', '--haproxy-master', '/n', '--haproxy-state', '/s'], '/s: the server-state file of two templates, a and c'],
    [['-t', 'a:b', '--haproxy-master', '/m', '--haproxy-state', 'd', '-t', 'c:d'], 'd: the server-state file of a, and the destination of c'],
    [['-t', 'a:b', '--haproxy-master', '/m', '--haproxy-state', 'b'], 'b: the destination of a, and the server-state file of a'],
    [[], 'no templates; expected --template SRC:DST or a configuration file with templates'],
    [['-t', 'a:b', '--haproxy-state', '/f'], 'b: HAProxy\'s master socket is not given; expected its path'],
    [['-t', 'a:b', '--haproxy-stats', '/s'], 'b: mode auto needs HAProxy\'s master socket; expected its path, or mode runtime'],
    [['-t', 'a:-', '--haproxy-master', '/m'], '-: HAProxy reads no standard output; expected a file as the destination'],
  ])('%j', (args, message) => {
    expect(() => settingsOf(parseArguments(args))).toThrow(new ConfigError(message));
  });
});
