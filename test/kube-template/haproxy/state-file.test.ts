import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from '../../../lib/kube-template/haproxy/parse';
import { parseServersState, STATE_HEADER } from '../../../lib/kube-template/haproxy/server-state';
import { stateFile, writeStateFile } from '../../../lib/kube-template/haproxy/state-file';
import { TempDir } from '../support/temp-dir';

const state = (...lines: string[]): ReturnType<typeof parseServersState> => parseServersState([...STATE_HEADER, ...lines, ''].join('\n'));
const lines = (config: string, running: ReturnType<typeof state> = [], failClosed = true): string[] =>
  stateFile(parse(`backend b\n${config}`), running, failClosed).split('\n').slice(2, -1);

const DOWN = '0 b 0 a 1.1.1.1 0 0 1 1 0 2 2 0 6 0 0 0 - 80 - 0 0 - - 0';
const UP = '0 b 0 a 1.1.1.1 2 0 1 1 0 6 3 4 6 0 0 0 - 80 - 0 0 - - 0';
const RUNNING = '3 b 1 a 1.1.1.1 2 0 9 9 77 6 3 4 6 0 0 0 - 80 - 0 18000 127.0.0.1 - 0';

test('the file begins with its version and the names of its columns', () => {
  expect(stateFile(parse(''), [], true)).toBe(STATE_HEADER.join('\n') + '\n');
  expect(DOWN.split(' ')).toHaveLength(STATE_HEADER[1].slice(2).split(' ').length);
});

test.each<[string, string, string[], string[]]>([
  ['a checked server starts DOWN', 'server a 1.1.1.1:80 check', [], [DOWN]],
  ['a server without a check is as HAProxy wants it', 'server a 1.1.1.1:80', [], []],
  ['a server that the worker has UP stays UP, the rest is from the configuration', 'server a 1.1.1.1:80 check', [RUNNING], [UP]],
  ['a server that the worker has DOWN starts DOWN', 'server a 1.1.1.1:80 check', [RUNNING.replace('1.1.1.1 2', '1.1.1.1 0')], [DOWN]],
  ['a server whose last check ended well before it left starts DOWN', 'server a 1.1.1.1:80 check', [RUNNING.replace('1.1.1.1 2', '1.1.1.1 3')], [DOWN]],
  ['a server with another address starts DOWN', 'server a 1.1.1.1:80 check', [RUNNING.replace('1.1.1.1', '1.1.1.2')], [DOWN]],
  ['a server with another port starts DOWN, with the new port', 'server a 1.1.1.1:80 check', [RUNNING.replace(' 80 ', ' 81 ')], [DOWN]],
  ['a server of another name starts DOWN', 'server a 1.1.1.1:80 check', [RUNNING.replace(' a ', ' c ')], [DOWN]],
  ['a server of another backend starts DOWN', 'server a 1.1.1.1:80 check', [RUNNING.replace(' b ', ' c ')], [DOWN]],
  ['IPv6 in any notation', 'server a [::1]:80 check', [RUNNING.replace('1.1.1.1', '::1')], [UP.replace('1.1.1.1', '::1')]],
  ['a server with TLS keeps it', 'server a 1.1.1.1:80 check ssl', [], [DOWN.replace('80 - 0', '80 - 1')]],
  ['the weight is from the configuration', 'server a 1.1.1.1:80 check weight 7', [], [DOWN.replace('0 0 1 1', '0 0 7 7')]],
  ['a host name starts DOWN', 'server a redis:80 check', [], [DOWN.replace('1.1.1.1', '-').replace(' 80 ', ' 0 ')]],
])('%s', (_, config, running, expected) => {
  expect(lines(config, state(...running))).toEqual(expected);
});

test('when servers are not kept DOWN only what is known is in the file', () => {
  expect(lines('server a 1.1.1.1:80 check\nserver c 1.1.1.1:81 check', state(RUNNING), false)).toEqual([UP]);
});

test('columns are found by their names', () => {
  const [version, header] = STATE_HEADER;
  const text = [version, `# be_id new ${header.slice(8)}`, RUNNING.replace('3 ', '3 x ')].join('\n');
  expect(parseServersState(text)).toEqual([{
    key: 'b/a',
    address: { host: '1.1.1.1', port: 80, numeric: true },
    up: true,
    disabled: false,
    weight: 9,
    initialWeight: 9,
    checking: false,
    check: ['6', '3', '4'],
  }]);
});

test.each([
  [1, true], [4, true], [5, true], [8, true], [2, false], [32, false], [0, false],
])('admin state %d: disabled is %s', (admin, disabled) => {
  expect(state(RUNNING.replace('1.1.1.1 2 0', `1.1.1.1 2 ${admin}`))[0].disabled).toBe(disabled);
});

test('the file is replaced at once, and left alone when it is the same', () => {
  const dir = new TempDir();
  const file = path.join(dir.path, 'state');
  writeStateFile(file, 'one');
  const first = fs.statSync(file).ino;
  writeStateFile(file, 'one');
  expect(fs.statSync(file).ino).toBe(first);
  writeStateFile(file, 'two');
  expect(fs.readFileSync(file, 'utf8')).toBe('two');
  expect(fs.readdirSync(dir.path)).toEqual(['state']);
  dir.remove();
});

test('the folder of the file is made', () => {
  const dir = new TempDir();
  const file = path.join(dir.path, 'new', 'run', 'server-state');
  writeStateFile(file, 'text');
  expect(fs.readFileSync(file, 'utf8')).toBe('text');
  dir.remove();
});
