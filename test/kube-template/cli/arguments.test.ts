import * as fs from 'node:fs';
import * as path from 'node:path';
import { Arguments, parseArguments } from '../../../lib/kube-template/cli/arguments';
import { Flag, FLAGS, help } from '../../../lib/kube-template/cli/flags';
import { ConfigError } from '../../../lib/kube-template/config/section';

const parse = (line: string): Arguments => parseArguments(line === '' ? [] : line.split(' '));

describe('--template', () => {
  test.each([
    ['-t a.tmpl:b.conf', { source: 'a.tmpl', destination: 'b.conf' }],
    ['--template a.tmpl:b.conf', { source: 'a.tmpl', destination: 'b.conf' }],
    ['--template=a.tmpl:b.conf', { source: 'a.tmpl', destination: 'b.conf' }],
    ['-template a.tmpl:b.conf', { source: 'a.tmpl', destination: 'b.conf' }],
    ['-t=a.tmpl:b.conf', { source: 'a.tmpl', destination: 'b.conf' }],
    ['-ta.tmpl:b.conf', { source: 'a.tmpl', destination: 'b.conf' }],
    ['-t a.tmpl:-', { source: 'a.tmpl', destination: '-' }],
    ['-t a.tmpl:b.conf:', { source: 'a.tmpl', destination: 'b.conf' }],
  ])('%s', (line, template) => {
    expect(parse(line).layer.templates).toEqual([template]);
  });

  test('a command keeps its colons, spaces and line feeds', () => {
    const { layer } = parseArguments(['-t', 'a:b:curl -X POST http://localhost:80/-/reload\necho done']);
    expect(layer.templates).toEqual([{ source: 'a', destination: 'b', command: 'curl -X POST http://localhost:80/-/reload\necho done' }]);
  });

  test.each<[string, string[], [string, string, string?][]]>([
    ['several with commas', ['-t', 'a:b,c:d'], [['a', 'b'], ['c', 'd']]],
    ['commas of a command are its own', ['-t', 'a:b:echo 1,2:3'], [['a', 'b', 'echo 1,2:3']]],
    ['the last of several may have a command', ['-t', 'a:b,c:d:echo 1,2:3'], [['a', 'b'], ['c', 'd', 'echo 1,2:3']]],
    ['with a flag of 3cky\'s program every comma separates', ['-t', 'a:b:echo 1,c:d', '-p', '1s'], [['a', 'b', 'echo 1'], ['c', 'd']]],
    ['but not those in double quotes', ['-p', '1s', '-t', '"a:b:echo ""1,2""",c:d'], [['a', 'b', 'echo "1,2"'], ['c', 'd']]],
  ])('lists: %s', (_what, args, expected) => {
    const templates = parseArguments(args).layer.templates!;
    expect(templates.map(({ source, destination, command }) => [source, destination, ...command ? [command] : []])).toEqual(expected);
  });

  test('can be repeated, and keeps the order', () => {
    expect(parse('-t a:b -t c:d').layer.templates?.map(({ source }) => source)).toEqual(['a', 'c']);
  });

  test.each(['a', 'a:', ':b', ''])('%j is refused', (text) => {
    expect(() => parseArguments(['-t', text])).toThrow(`--template: ${JSON.stringify(text)} is not a template; expected SRC:DST or SRC:DST:CMD`);
  });
});

describe('flags', () => {
  test.each<[string, Partial<Arguments['layer']>]>([
    ['--wait 200ms', { wait: { min: 200, max: 800 } }],
    ['--wait 1s:10s', { wait: { min: 1000, max: 10_000 } }],
    ['--exec nginx', { exec: { command: 'nginx' } }],
    ['-e nginx', { exec: { command: 'nginx' } }],
    ['--exec-reload-signal none', { exec: { reloadSignal: 'none' } }],
    ['--exec-reload-signal usr2', { exec: { reloadSignal: 'SIGUSR2' } }],
    ['--exec-kill-signal SIGQUIT', { exec: { killSignal: 'SIGQUIT' } }],
    ['--exec-kill-timeout 5s', { exec: { killTimeout: 5000 } }],
    ['--kubeconfig /k', { kubeconfig: '/k' }],
    ['--kube-config /k', { kubeconfig: '/k' }],
    ['-k /k', { kubeconfig: '/k' }],
    ['--kubeconfig=', { kubeconfig: '' }],
    ['--context kind', { context: 'kind' }],
    ['--master http://localhost:8080', { master: 'http://localhost:8080' }],
    ['--namespace cache', { namespace: 'cache' }],
    ['--selector-first', { selectorFirst: true }],
    ['--left-delimiter [[ --right-delimiter ]]', { leftDelimiter: '[[', rightDelimiter: ']]' }],
    ['-l << -r >>', { leftDelimiter: '<<', rightDelimiter: '>>' }],
    ['--missing-key error', { missingKey: 'error' }],
    ['--command-timeout 1m', { commandTimeout: 60_000 }],
    ['--perms 0640', { perms: 0o640 }],
    ['--backup', { backup: true }],
    ['--in-place', { inPlace: true }],
    ['--listen 127.0.0.1:9099', { listen: { host: '127.0.0.1', port: 9099 } }],
    ['--listen :9099', { listen: { host: undefined, port: 9099 } }],
    ['--listen [::1]:9099', { listen: { host: '::1', port: 9099 } }],
    ['--log-level WARN', { logLevel: 'warn' }],
    ['-log-level=trace', { logLevel: 'debug' }],
    ['--log-format json', { logFormat: 'json' }],
  ])('%s', (line, layer) => {
    expect(parse(line).layer).toMatchObject(layer);
  });

  test.each<[string, Partial<Arguments>]>([
    ['', { action: 'run', once: false, timeout: 60_000, dryRun: false, configFiles: [] }],
    ['--once', { once: true }],
    ['-once', { once: true }],
    ['--once=true', { once: true }],
    ['--once=false', { once: false }],
    ['--timeout 5s', { timeout: 5000 }],
    ['--timeout 0', { timeout: 0 }],
    ['--dry-run', { dryRun: true }],
    ['-dry', { dryRun: true }],
    ['-c a.yaml --config=b.json', { configFiles: ['a.yaml', 'b.json'] }],
    ['--print-rbac', { action: 'print-rbac' }],
    ['--version', { action: 'version' }],
    ['--help', { action: 'help' }],
    ['-h', { action: 'help' }],
  ])('%j', (line, given) => {
    expect(parse(line)).toMatchObject(given);
  });

  test('--haproxy-… belongs to the --template before it', () => {
    const { layer } = parse('-t a:b -t c:d --haproxy-master /m --haproxy-stats /s --haproxy-state /f --haproxy-mode runtime -t e:f');
    expect(layer.templates?.map((template) => template.haproxy)).toEqual([
      undefined, { master: '/m', stats: '/s', state: '/f', mode: 'runtime' }, undefined,
    ]);
  });

  test('--haproxy-… before any --template is refused', () => {
    expect(() => parse('--haproxy-master /m -t a:b')).toThrow('--haproxy-master: comes before any --template');
  });

  test.each(['-p 30s', '--poll-time=30s', '--poll-period 1m', '--guess-kube-api-settings', '--logtostderr -v 2', '--v=2 --stderrthreshold 0'])(
    '%s, of 3cky\'s program, is accepted without effect', (line) => {
      const given = parse(line);
      expect(given.ignored.length).toBeGreaterThan(0);
      expect({ ...given, ignored: [] }).toEqual({ ...parse(''), layer: { ...parse('').layer, for3cky: true } });
    });

  test('names may be written with underscores, as that program took them', () => {
    expect(parse('--dry_run --command_timeout=1s')).toMatchObject({ dryRun: true, layer: { commandTimeout: 1000 } });
  });
});

describe('mistakes', () => {
  test.each([
    ['--tmplate a:b', '--tmplate: unknown flag; see --help'],
    ['-z', '-z: unknown flag; see --help'],
    ['a:b', 'a:b: not a flag; see --help'],
    ['--once=maybe', '--once: takes no value, but has "maybe"'],
    ['--wait', '--wait: no value; expected MIN[:MAX]'],
    ['--wait soon', '--wait: "soon" is not a duration; expected for example 200ms, 15s, 1m30s or 1h'],
    ['--wait 2s:1s', '--wait: the longest wait (1000 ms) is below the shortest (2000 ms)'],
    ['--perms rw', '--perms: "rw" is not a file mode; expected octal digits in quotes, for example "0640"'],
    ['--missing-key panic', '--missing-key: "panic" is not accepted; expected zero, default, error'],
    ['-t a:b --haproxy-mode fast', '--haproxy-mode: "fast" is not accepted; expected auto, reload, runtime'],
    ['--exec-kill-signal SIGNONE', '--exec-kill-signal: "SIGNONE" is not a signal; expected for example SIGHUP'],
    ['--listen 9099', '--listen: "9099" is not an address; expected HOST:PORT, for example 127.0.0.1:9099'],
    ['--listen :99099', '--listen: ":99099" is not an address; expected HOST:PORT, for example 127.0.0.1:9099'],
    ['--log-level loud', '--log-level: "loud" is not accepted; expected debug, info, warn, error'],
  ])('%s', (line, message) => {
    expect(() => parse(line)).toThrow(new ConfigError(message));
  });
});

test('--help shows every flag that has an effect', () => {
  for (const { name, letter, help: text } of FLAGS as readonly Flag[]) {
    if (text === undefined) continue;
    expect(help()).toMatch(new RegExp(`^  ${letter ? `-${letter},` : '   '} --${name}\\b`, 'm'));
  }
});

test('the manual shows the flags as --help does', () => {
  const manual = fs.readFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'reference', 'kube-template.md'), 'utf8');
  for (const line of help().split('\n').filter((text) => /^ {2}/.test(text))) expect(manual).toContain(line);
});
