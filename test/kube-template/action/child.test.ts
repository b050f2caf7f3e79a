import * as path from 'node:path';
import { Child, ChildEnd } from '../../../lib/kube-template/action/child';
import { Command, ExecSettings } from '../../../lib/kube-template/config/settings';
import { temporaryFolder, textOf } from '../support/files';
import { until } from '../support/until';

let folder: string;
let log: string;
const children: Child[] = [];
beforeEach(() => {
  folder = temporaryFolder();
  log = path.join(folder, 'log');
});
afterEach(() => {
  for (const child of children.splice(0)) child.signal('SIGKILL');
});

/** A program that logs its start and each signal, and ends on TERM. */
const script = (onTerm: string = 'exit 7'): string =>
  `for s in HUP USR1 USR2 INT; do trap "echo $s >> ${log}" $s; done; trap '${onTerm}' TERM; echo "up $GREETING" >> ${log}; while :; do sleep 0.01; done`;

function startChild(command: Command, settings: Partial<ExecSettings> = {}): { child: Child; ended: Promise<ChildEnd> } {
  const child = new Child({ command, reloadSignal: 'SIGHUP', killSignal: 'SIGTERM', killTimeout: 5000, env: {}, ...settings });
  children.push(child);
  const ended = new Promise<ChildEnd>((resolve) => child.on('end', resolve));
  child.start();
  return { child, ended };
}
const logged = async (text: string): Promise<void> => { await until(() => textOf(log).includes(text), `the log has ${text}`); };

test('starts once, with its own environment', async () => {
  const { child, ended } = startChild(['sh', '-c', script()], { env: { GREETING: 'hello' } });
  child.start();
  await logged('up hello');
  expect(child.running).toBe(true);
  child.stop();
  await ended;
  expect(textOf(log)).toBe('up hello\n');
  expect(child.running).toBe(false);
});

test.each<[ExecSettings['reloadSignal'], string]>([['SIGHUP', 'HUP'], ['SIGUSR1', 'USR1']])('reload sends %s', async (reloadSignal, name) => {
  const { child } = startChild(['sh', '-c', script()], { reloadSignal });
  await logged('up');
  child.reload();
  await logged(name);
});

test('reload signal none sends nothing', async () => {
  const { child } = startChild(['sh', '-c', script()], { reloadSignal: 'none' });
  await logged('up');
  child.reload();
  child.signal('SIGUSR2');
  await logged('USR2');
  expect(textOf(log)).toBe('up \nUSR2\n');
});

test.each<[string, Command, ChildEnd]>([
  ['its exit status', '(exit 7)', { status: 7, reason: 'exit status 7' }],
  ['success', ['true'], { status: 0, reason: 'exit status 0' }],
  ['128 and the signal', 'kill -USR1 $$', { status: 138, reason: 'ended by SIGUSR1' }],
  ['127 when it cannot start', ['/nonexistent'], { status: 127, reason: 'cannot start: spawn /nonexistent ENOENT' }],
])('ends with %s', async (_, command, end) => {
  await expect(startChild(command).ended).resolves.toEqual(end);
});

test('stop sends the kill signal and keeps the exit status', async () => {
  const { child, ended } = startChild(['sh', '-c', script()]);
  await logged('up');
  child.stop();
  await expect(ended).resolves.toMatchObject({ status: 7 });
});

test('a program that ignores the kill signal is killed after the timeout, with what it started', async () => {
  const { child, ended } = startChild(['sh', '-c', script('')], { killTimeout: 100 });
  await logged('up');
  child.stop();
  await expect(ended).resolves.toEqual({ status: 137, reason: 'ended by SIGKILL' });
});

test('a program behind a shell gets its reload signal, ends in its own time, and its status is what counts', async () => {
  const slow = `sleep 0.3; echo ended >> ${log}; exit 4`;
  const { child, ended } = startChild(`sh -c '${script(slow).replaceAll("'", '"')}' 2>&1 && true`);
  await logged('up');
  child.reload();
  await logged('HUP');
  child.signal('SIGUSR2');
  await logged('USR2');
  expect(child.running).toBe(true);
  child.stop();
  await expect(ended).resolves.toMatchObject({ status: 4 });
  expect(textOf(log)).toBe('up \nHUP\nUSR2\nended\n');
});

test('of a pipeline every member gets the reload signal, also one that ignores it', async () => {
  const { child } = startChild(`sh -c '${script().replaceAll("'", '"')}; echo never' 2>&1 | (trap "" HUP; exec cat >> ${log}.copy)`);
  await logged('up');
  child.reload();
  await logged('HUP');
  expect(child.running).toBe(true);
});

test.each([
  ['directly', (text: string) => ['sh', '-c', text]],
  ['behind a shell', (text: string) => `sh -c '${text.replaceAll("'", '"')}' > /dev/null`],
])('a program that runs %s gets no reload signal before it takes it', async (_, command) => {
  const { child } = startChild(command(`sleep 1.5; ${script()}`));
  child.reload();
  child.reload();
  await logged('HUP');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(textOf(log)).toBe('up \nHUP\n');
});

test('a text without shell syntax gets its signals directly, one with shell syntax through its group', async () => {
  const plain = startChild('sleep 60');
  plain.child.stop();
  await expect(plain.ended).resolves.toEqual({ status: 143, reason: 'ended by SIGTERM' });
  const shell = startChild(`sh -c 'echo up >> ${log}; exec sleep 60'; echo never >> ${log}`);
  await logged('up');
  shell.child.stop();
  await expect(shell.ended).resolves.toMatchObject({ status: 143 });
  expect(textOf(log)).toBe('up\n');
});
