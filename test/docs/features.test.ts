import * as fs from 'node:fs';
import * as path from 'node:path';
import * as lib from '../../lib';
import { FULL, OTHERS, places } from '../settings/full-props';

const ROOT = path.resolve(__dirname, '..', '..');
const TEXT = fs.readFileSync(path.join(ROOT, 'docs/reference/features.md'), 'utf8');
const COMMANDS = /const COMMANDS[^]*?\n\};/.exec(fs.readFileSync(path.join(ROOT, 'lib/cli/program.ts'), 'utf8'))![0];

interface Row {
  readonly number: string;
  readonly here: string;
  readonly by: string;
  readonly test: string;
}

const ROWS: readonly Row[] = TEXT.split('\n').filter((line) => /^\| [NA]?\d+ \|/.test(line)).map((line) => {
  const [number, , here, ...rest] = line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
  return { number, here, by: rest.at(-2)!, test: rest.at(-1)! };
});

/** What stands in backquotes. */
const codes = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]);

/** All props by the paths that errors call them by, and those that hold some. */
const PATHS = new Set([...places(FULL), ...OTHERS.flatMap((props) => places(props))]
  .map(({ path: at }) => at.replace(/\[\d+\]/g, '')).flatMap((at) => at.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'))));

/** Whether the library has what a row names. */
function exists(code: string): boolean {
  const [, command] = /^npx cdk8s-redis-ha (\w+)$/.exec(code) ?? [];
  if (command !== undefined) return new RegExp(`^ {2}'?${command}\\b`, 'm').test(COMMANDS);
  const [, owner, method] = /^(\w+)\.(\w+)\(\)$/.exec(code) ?? [];
  if (method !== undefined) return typeof (owner === 'redis' ? lib.RedisHa.prototype : (lib as any)[owner])?.[method] === 'function';
  return /^[A-Z]\w+$/.test(code) ? code in lib : PATHS.has(code);
}

/** What is code, and no name of the library. */
const WORDS = ['ROLE', 'SENTINEL RESET', 'fsGroup', 'secretObjects', 'password-alternate', 'default', 'follow', 'deny', '+switch-master', 'NAME-sentinel', 'NAME.NAMESPACE.svc',
  'restricted', 'ssl-dh-param-file', '--replicas', '--to', 'cluster-autoscaler.kubernetes.io/safe-to-evict', 'RedisTwoMasters'];

describe('docs/reference/features.md', () => {
  test('has a row for each of the 165 capabilities, the 22 that nobody had, and the 33 that came up since', () => {
    const numbers = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
    expect(ROWS.map(({ number }) => number)).toEqual([...numbers('', 165), ...numbers('N', 22), ...numbers('A', 33)]);
  });

  test('counts them', () => {
    const count = (here: string) => ROWS.filter((row) => row.here === here).length;
    expect(TEXT).toContain(`${ROWS.length} capabilities: ${count('yes')} yes, ${count('no')} no.`);
    expect(count('yes') + count('no')).toBe(ROWS.length);
  });

  test('shows each yes by a test, and says why of each no', () => {
    expect(ROWS.filter(({ here, test: shown }) => here === 'yes' && !codes(shown).some((file) => file.startsWith('test/'))).map(({ number }) => number)).toEqual([]);
    expect(ROWS.filter(({ here, by }) => here === 'no' && by.length < 30 && !by.startsWith('as row')).map(({ number }) => number)).toEqual([]);
  });

  test('names tests that there are', () => {
    const named = ROWS.flatMap(({ test: shown }) => codes(shown));
    expect(named.filter((file) => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
    expect(named.length).toBeGreaterThan(150);
  });

  test('names props, classes, methods and commands that there are', () => {
    const named = ROWS.flatMap(({ number, by }) => codes(by).filter((code) => !WORDS.includes(code)).map((code) => `${number}: ${code}`));
    expect(named.filter((one) => !exists(one.split(': ')[1]))).toEqual([]);
    expect(named.length).toBeGreaterThan(150);
  });

  test('names tests that show what they name: one of a row has its last part', () => {
    // the default password, and the budget by which a pod stops: both are files and variables there
    const known = ['32: auth', '144: server.agent.handOverBudget'];
    const told = ROWS.filter(({ here }) => here === 'yes').flatMap(({ number, by, test: shown }) => {
      const texts = codes(shown).map((file) => fs.readFileSync(path.join(ROOT, file), 'utf8'));
      const last = (code: string) => code.replace('()', '').split(/[. ]/).at(-1)!;
      return codes(by).filter((code) => !WORDS.includes(code) && !texts.some((text) => new RegExp(`\\b${last(code)}\\b`).test(text))).map((code) => `${number}: ${code}`);
    });
    expect(told).toEqual(known);
  });

  test('links documents that there are', () => {
    const named = [...TEXT.matchAll(/\bdocs\/[\w/-]+\.md/g)].map(([file]) => file);
    expect(named.filter((file) => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
  });
});
