import { checkCommand, checkFile } from '../../../lib/kube-template/output/check';
import { fileIn, temporaryFolder } from '../support/files';

const folder = temporaryFolder();

test('{{.}} is the path: quoted for the shell, as it is in a list', () => {
  expect(checkCommand('haproxy -c -f {{.}} && cp {{ . }} /tmp', '/it\'s $HOME')).toBe('haproxy -c -f \'/it\'\\\'\'s $HOME\' && cp \'/it\'\\\'\'s $HOME\' /tmp');
  expect(checkCommand(['haproxy', '-c', '-f', '{{.}}', '--x={{ . }}'], '/it\'s $&')).toEqual(['haproxy', '-c', '-f', '/it\'s $&', '--x=/it\'s $&']);
});

test('a good file passes, whatever its name', async () => {
  const file = fileIn(folder, 'it\'s "good" $(x)', 'good\n');
  await expect(checkFile('grep -q good {{.}}', file, 5000)).resolves.toBeUndefined();
  await expect(checkFile(['grep', '-q', 'good', '{{.}}'], file, 5000)).resolves.toBeUndefined();
});

test.each(['"{{.}}"', "'{{.}}'", '{{.}}'])('a path without special characters is found as %s', async (argument) => {
  const file = fileIn(folder, '.out.conf.0a1b', 'good\n');
  await expect(checkFile(`grep -q good ${argument}`, file, 5000)).resolves.toBeUndefined();
});

test('a bad file is refused with what the command printed', async () => {
  const file = fileIn(folder, 'bad', 'bad\n');
  await expect(checkFile('echo "line 1 is bad" >&2; exit 3', file, 5000)).rejects.toThrow('the check failed: exit status 3: line 1 is bad');
});

test('a check that takes too long refuses', async () => {
  await expect(checkFile(['sleep', '60'], '/x', 50)).rejects.toThrow('the check failed: killed after 50 ms');
});

test('a check that cannot run refuses', async () => {
  await expect(checkFile(['/nonexistent'], '/x', 50)).rejects.toThrow('the check failed: /nonexistent: spawn /nonexistent ENOENT');
});
