import { spawnSync } from 'node:child_process';
import { blocks } from './support/blocks';
import { EXIT } from '../../lib/cli/base/command';
import { runCli } from '../cli/support/cli';
import { pages, read } from '../support/documents';

const BLOCKS = blocks('sh', 'bash');

test('blocks of shell are shell', () => {
  const faults = (text: string) => spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' }).stderr;
  expect(BLOCKS.flatMap(({ at, text }) => faults(text).split('\n').filter(Boolean).map((fault) => `${at}: ${fault}`))).toEqual([]);
  expect(BLOCKS.length).toBeGreaterThan(60);
  expect(faults('echo "')).not.toBe('');
});

/** Command lines of our program, in blocks and in sentences; what is optional is given. */
function commandLines(page: string): string[] {
  const lines = [...read(page).matchAll(/npx cdk8s-redis-ha([^`\n]*)/g)].map(([, line]) => line.split(/ *(?:\s#|&&|\|\||[|;>](?!.*\]))/)[0]);
  return lines.map((line) => line.replace(/[[\]]/g, '').replace(/ - /, ' /dev/null ').trim()).filter((line) => line !== '' && !/^(COMMAND|…)/.test(line));
}

const LINES = [...new Set(pages().flatMap(commandLines))].sort();

test.each(LINES)('npx cdk8s-redis-ha %s: the command exists and takes these arguments', async (line) => {
  const words = line.split(/ +/);
  // a sentence may name a command alone
  const { status, err } = await runCli(words.length > 1 ? words : [...words, '--help'], { kubectl: '/nowhere/kubectl' });
  expect({ status, err }).not.toMatchObject({ status: EXIT.usage });
  expect({ status, err }).not.toMatchObject({ status: EXIT.software });
});

test('what the program does not take is found', async () => {
  expect(LINES.length).toBeGreaterThan(20);
  expect((await runCli(['failover', '--now'], { kubectl: '/nowhere/kubectl' })).status).toBe(EXIT.usage);
});
