import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { passwordsOf } from '../../../lib/agent/config/password-file';
import { Log } from '../../../lib/log/log';

describe('a password that is no UTF-8, which would be other bytes for clients and scripts', () => {
  let dir: string;
  let file: string;
  let lines: string[];
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'password-file-'));
    file = path.join(dir, 'password');
    lines = [];
  });
  afterEach(() => fs.rmSync(dir, { recursive: true }));

  const NO_UTF8 = Buffer.from([0x62, 0xe4, 0x64]);
  const reader = () => passwordsOf(file, new Log({ write: (line) => { lines.push(line); } }));

  test('is waited for, and one line says so', () => {
    fs.writeFileSync(file, NO_UTF8);
    const passwords = reader();
    expect([passwords(), passwords()]).toEqual([undefined, undefined]);
    expect(lines).toEqual([expect.stringContaining(`${file} holds no password: it has bytes that are no UTF-8: waiting for it`)]);
    fs.writeFileSync(file, 'bäd');
    expect(passwords()?.current).toBe('bäd');
  });

  test('does not take the place of the last one', () => {
    fs.writeFileSync(file, 'good');
    const passwords = reader();
    passwords();
    fs.writeFileSync(file, NO_UTF8);
    expect(passwords()).toMatchObject({ current: 'good', accepted: ['good'] });
    expect(lines).toEqual([expect.stringContaining('it has bytes that are no UTF-8: the last one stays in use')]);
  });

  test('keeps nobody waiting where it is the alternate: the other one is good', () => {
    fs.writeFileSync(file, 'good');
    fs.writeFileSync(`${file}-alternate`, NO_UTF8);
    const passwords = reader();
    passwords();
    expect(passwords()).toMatchObject({ current: 'good', accepted: ['good'], alternates: [], count: 1, alone: false });
    expect(lines).toEqual([expect.stringContaining(`${file}-alternate holds no password: it has bytes that are no UTF-8`)]);
  });
});
