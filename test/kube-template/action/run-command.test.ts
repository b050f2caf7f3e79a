import * as path from 'node:path';
import { runCommand } from '../../../lib/kube-template/action/run-command';
import { temporaryFolder, textOf } from '../support/files';
import { until } from '../support/until';

const folder = temporaryFolder();
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(textOf(`/proc/${pid}/status`));
  } catch {
    return false;
  }
};

test('a text is run by the shell, a list as it is', async () => {
  const file = path.join(folder, 'out');
  await runCommand(`printf '%s' "$((40 + 2))" > ${file}`, { timeout: 5000 });
  expect(textOf(file)).toBe('42');
  await runCommand(['sh', '-c', 'printf "%s" "$0" > "$1"', '$HOME', file], { timeout: 5000 });
  expect(textOf(file)).toBe('$HOME');
});

test.each([
  ['exit 3', 'exit status 3'],
  ['kill -TERM $$', 'ended by SIGTERM'],
])('%s fails with "%s"', async (command, message) => {
  await expect(runCommand(command, { timeout: 5000 })).rejects.toThrow(new Error(message));
});

test('a command that cannot start fails', async () => {
  await expect(runCommand(['/nonexistent', 'x'], { timeout: 5000 })).rejects.toThrow('/nonexistent: spawn /nonexistent ENOENT');
});

test('a timeout kills the command with its children', async () => {
  const file = path.join(folder, 'pid');
  await expect(runCommand(`sleep 60 & echo $! > ${file}; wait`, { timeout: 200 })).rejects.toThrow('killed after 200 ms');
  const child = Number(textOf(file));
  expect(child).toBeGreaterThan(1);
  await until(() => !alive(child), 'the child is gone');
});

test('a command of another user that takes too long may not be killed, and is waited for no longer', async () => {
  const pid = path.join(folder, 'other');
  const kill = jest.spyOn(process, 'kill').mockImplementation(() => { throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' }); });
  try {
    await expect(runCommand(`echo $$ > ${pid}; exec sleep 60`, { timeout: 200 })).rejects.toThrow(new Error('took longer than 200 ms, and cannot be killed: kill EPERM'));
  } finally {
    kill.mockRestore();
    process.kill(Number(textOf(pid)), 'SIGKILL');
  }
});

test('without a limit a command takes its time', async () => {
  await expect(runCommand('sleep 0.05', { timeout: 0 })).resolves.toBeUndefined();
});

test('what a quiet command prints is kept for its failure, the last part of it', async () => {
  await expect(runCommand('seq 100000; echo the end; exit 1', { timeout: 5000, quiet: true })).rejects.toThrow(/^exit status 1: [\d\s]{1900,2000}the end$/);
});
