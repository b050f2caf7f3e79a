import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { attributesDiffer, FileOptions, readText, StagedFile } from '../../../lib/kube-template/output/file';
import { fileIn, temporaryFolder, textOf } from '../support/files';

let folder: string;
beforeEach(() => { folder = temporaryFolder(); });

const modeOf = (file: string): string => (fs.statSync(file).mode % 0o10000).toString(8);

function write(destination: string, text: string, options?: FileOptions): void {
  new StagedFile(destination, text, options).commit();
}

describe('swapping', () => {
  test('a new file has mode 0644 and its folders are made', () => {
    const file = path.join(folder, 'a', 'b', 'new.conf');
    write(file, 'text\n');
    expect(textOf(file)).toBe('text\n');
    expect(modeOf(file)).toBe('644');
  });

  test('the existing mode is kept, even one that takes all rights from the group', () => {
    const file = fileIn(folder, 'secret.conf', 'old');
    fs.chmodSync(file, 0o600);
    write(file, 'new');
    expect([textOf(file), modeOf(file)]).toEqual(['new', '600']);
  });

  test('a given mode wins over the existing one, and is no matter of the umask', () => {
    const file = fileIn(folder, 'a.conf', 'old');
    const umask = process.umask(0o077);
    try {
      write(file, 'new', { perms: 0o666 });
    } finally {
      process.umask(umask);
    }
    expect(modeOf(file)).toBe('666');
  });

  test('the destination is another file afterwards, so that readers see the old text or the new one', () => {
    const file = fileIn(folder, 'a.conf', 'old');
    const reader = fs.openSync(file, 'r');
    write(file, 'new');
    expect(fs.readFileSync(reader, 'utf8')).toBe('old');
    fs.closeSync(reader);
    expect(textOf(file)).toBe('new');
  });

  test('a destination that is a link stays one', () => {
    const target = fileIn(folder, 'target.conf', 'old');
    const link = path.join(folder, 'link.conf');
    fs.symlinkSync(target, link);
    write(link, 'new');
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
    expect(textOf(target)).toBe('new');
  });

  test('a link to a file that is to be made stays one, also behind another link and a linked folder', () => {
    const there = path.join(folder, 'there');
    fs.mkdirSync(path.join(there, 'deep'), { recursive: true });
    fs.symlinkSync(path.join(there, 'deep'), path.join(folder, 'here'));
    fs.symlinkSync('../target.conf', path.join(there, 'deep', 'second'));
    fs.symlinkSync('here/second', path.join(folder, 'first'));
    write(path.join(folder, 'first'), 'new');
    expect(textOf(path.join(there, 'target.conf'))).toBe('new');
    expect(fs.lstatSync(path.join(folder, 'first')).isSymbolicLink()).toBe(true);
    expect(fs.lstatSync(path.join(there, 'deep', 'second')).isSymbolicLink()).toBe(true);
  });

  test('a link to itself is an error', () => {
    const link = path.join(folder, 'link');
    fs.symlinkSync(link, link);
    expect(() => write(link, 'new')).toThrow('ELOOP');
  });

  test.each(['a pipe', '/dev/null'])('%s is no destination', (name) => {
    const file = path.resolve(folder, name);
    if (name === 'a pipe') execFileSync('mkfifo', [file]);
    expect(() => readText(file)).toThrow(`${file} is not a regular file; expected a file; "-" is standard output`);
  });

  test('a backup holds the replaced text with its mode', () => {
    const file = fileIn(folder, 'a.conf', 'old');
    fs.chmodSync(file, 0o600);
    write(file, 'new', { backup: true, perms: 0o644 });
    expect([textOf(file + '.bak'), modeOf(file + '.bak')]).toEqual(['old', '600']);
  });

  test('there is no backup of a file that was not there', () => {
    write(path.join(folder, 'a.conf'), 'new', { backup: true });
    expect(fs.readdirSync(folder)).toEqual(['a.conf']);
  });

  test('the owner is kept or set', () => {
    if (process.getuid!() !== 0) return console.warn('SKIPPED: only root can give files away');
    const file = fileIn(folder, 'a.conf', 'old');
    fs.chownSync(file, 1234, 2345);
    write(file, 'new');
    expect(fs.statSync(file)).toMatchObject({ uid: 1234, gid: 2345 });
    write(file, 'newer', { uid: 65532, gid: 65533 });
    expect(fs.statSync(file)).toMatchObject({ uid: 65532, gid: 65533 });
  });

  test('a failure leaves the destination as it was and nothing behind', () => {
    const file = path.join(folder, 'a.conf');
    fs.mkdirSync(file);
    expect(() => write(file, 'new')).toThrow(/EISDIR|ENOTEMPTY|EEXIST|EBUSY/);
    expect(fs.readdirSync(folder)).toEqual(['a.conf']);
  });
});

describe('staging', () => {
  test('the staged file lies beside the destination with the final mode, and the destination is untouched', () => {
    const file = fileIn(folder, 'a.conf', 'old');
    const staged = new StagedFile(file, 'new', { perms: 0o640 });
    const temporary = staged.stage();
    expect(path.dirname(temporary)).toBe(folder);
    expect([textOf(temporary), modeOf(temporary), textOf(file)]).toEqual(['new', '640', 'old']);
    staged.commit();
    expect(fs.readdirSync(folder)).toEqual(['a.conf']);
    expect(textOf(file)).toBe('new');
  });

  test('a discarded file leaves nothing behind', () => {
    const staged = new StagedFile(path.join(folder, 'a.conf'), 'new');
    staged.stage();
    staged.discard();
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

describe('in place', () => {
  test('the destination stays the same file, and a shorter text leaves no rest', () => {
    const file = fileIn(folder, 'a.conf', 'a longer text');
    const { ino } = fs.statSync(file);
    write(file, 'short', { inPlace: true });
    expect(textOf(file)).toBe('short');
    expect(fs.statSync(file).ino).toBe(ino);
    expect(fs.readdirSync(folder)).toEqual(['a.conf']);
  });

  test('what is to be checked is staged outside the destination\'s folder', () => {
    const file = fileIn(folder, 'a.conf', 'old');
    const staged = new StagedFile(file, 'new', { inPlace: true, perms: 0o640 });
    const temporary = staged.stage();
    expect(path.dirname(temporary)).not.toBe(folder);
    expect([textOf(temporary), modeOf(temporary)]).toEqual(['new', '600']);
    staged.commit();
    expect(fs.existsSync(temporary)).toBe(false);
    expect([textOf(file), modeOf(file)]).toEqual(['new', '640']);
  });

  test('a new file is made', () => {
    const file = path.join(folder, 'sub', 'a.conf');
    write(file, 'new', { inPlace: true });
    expect([textOf(file), modeOf(file)]).toEqual(['new', '644']);
  });
});

test('attributes differ only from those that are asked for', () => {
  const file = fileIn(folder, 'a.conf', '');
  fs.chmodSync(file, 0o640);
  const { uid, gid } = fs.statSync(file);
  expect(attributesDiffer(file, {})).toBe(false);
  expect(attributesDiffer(file, { perms: 0o640, uid, gid })).toBe(false);
  expect(attributesDiffer(file, { perms: 0o600 })).toBe(true);
  expect(attributesDiffer(file, { uid: uid + 1 })).toBe(true);
  expect(attributesDiffer(file, { gid: gid + 1 })).toBe(true);
});

test('a file that is not there has no text, and one that cannot be read is an error', () => {
  expect(readText(path.join(folder, 'none'))).toBeUndefined();
  expect(() => readText(folder)).toThrow('EISDIR');
});
