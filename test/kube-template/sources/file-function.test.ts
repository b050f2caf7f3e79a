import * as fs from 'node:fs';
import * as path from 'node:path';
import { Template } from '../../../lib/go-template';
import { templateFunctions } from '../../../lib/kube-template/sources/template-functions';
import { fileIn, temporaryFolder } from '../support/files';

let root: string;
beforeEach(() => {
  root = path.join(temporaryFolder(), 'root');
  fs.mkdirSync(root);
  fileIn(root, 'a.txt', 'text');
  fileIn(path.dirname(root), 'secret', 'secret');
});

const render = (template: string, fileRoot: string | undefined = root): string =>
  new Template('t', template, { functions: templateFunctions({}, fileRoot) }).execute(undefined);

test('a file is read as it is at each render', () => {
  const template = new Template('t', '{{file "a.txt"}}', { functions: templateFunctions({}, root) });
  expect(template.execute(undefined)).toBe('text');
  fileIn(root, 'a.txt', 'other');
  expect(template.execute(undefined)).toBe('other');
});

test('a mounted ConfigMap is read through its links, and absolute paths are taken as they are', () => {
  fs.mkdirSync(path.join(root, '..2026'));
  fileIn(path.join(root, '..2026'), 'key', 'value');
  fs.symlinkSync('..2026', path.join(root, '..data'));
  fs.symlinkSync('..data/key', path.join(root, 'key'));
  expect(render('{{file "key"}}')).toBe('value');
  expect(render(`{{file "${root}/key"}}`)).toBe('value');
});

test.each([
  ['above the folder', '{{file "../secret"}}', 'not below --file-root'],
  ['elsewhere', '{{file "/etc/passwd"}}', 'not below --file-root'],
  ['behind a link that leads out', '{{file "link"}}', 'not below --file-root'],
  ['that do not exist', '{{file "b.txt"}}', 'ENOENT'],
  ['larger than 1 MiB', '{{file "large"}}', 'expected at most 1048576'],
  ['without a name', '{{file 1}}', 'expected the path of one file'],
])('files %s are refused', (_what, template, message) => {
  fs.symlinkSync('../secret', path.join(root, 'link'));
  fileIn(root, 'large', 'x'.repeat(1024 * 1024 + 1));
  expect(() => render(template)).toThrow(message);
});

test('without --file-root nothing is read', () => {
  expect(() => new Template('t', '{{file "a.txt"}}', { functions: templateFunctions({}) }).execute(undefined)).toThrow('--file-root, which is not given');
});
