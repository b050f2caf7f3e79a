import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readCertificates } from '../../../lib/agent/config/certificates';
import { SecretFiles, TestCa, withPassphrase } from '../../support/pki';

const DAY = 86_400_000;
let dir: string;
let ca: TestCa;
beforeAll(() => { ca = new TestCa(); });
afterAll(() => ca.remove());
beforeEach(() => { dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certificates-')); });
afterEach(() => fs.rmSync(dir, { recursive: true }));

const write = (files: Partial<SecretFiles>) => Object.entries(files).forEach(([file, text]) => fs.writeFileSync(path.join(dir, file), text));
const read = (options: { readonly serverName?: string; readonly clientCertificates?: boolean } = {}) => (
  readCertificates({ dir, serverName: 'redis', clientCertificates: false, ...options }));

test('what fits together is read, and its hash is that of the start script', () => {
  write(ca.leaf());
  const { id, end } = read();
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(end.getTime()).toBeGreaterThan(Date.now());
});

test('a new certificate has another hash, and so have other CAs', () => {
  const files = ca.leaf();
  write(files);
  const first = read().id;
  write(ca.leaf());
  const second = read().id;
  write({ ...files, 'ca.crt': `${files['ca.crt']}${files['ca.crt']}` });
  expect(new Set([first, second, read().id]).size).toBe(3);
});

test('a certificate of an intermediate CA is taken wherever that one is, if the root is in ca.crt', () => {
  const intermediate = new TestCa('intermediate', ca);
  try {
    const files = intermediate.leaf();
    write({ ...files, 'tls.crt': `${files['tls.crt']}${intermediate.cert}`, 'ca.crt': ca.cert });
    expect(read().id).toMatch(/^[0-9a-f]{16}$/);
    write({ ...files, 'ca.crt': `${intermediate.cert}${ca.cert}` });
    expect(read().id).toMatch(/^[0-9a-f]{16}$/);
    // to servers, HAProxy and Node.js the intermediate CA alone is none
    write(files);
    expect(() => read()).toThrow(/^ca\.crt lacks the root above the intermediate CA CN=intermediate-\d+$/);
    write({ ...files, 'ca.crt': ca.cert });
    expect(() => read()).toThrow('tls.crt is of no CA in ca.crt');
  } finally {
    intermediate.remove();
  }
});

test('a certificate of a CA that ended is refused, unless the same CA is there with a later end', () => {
  const intermediate = new TestCa('intermediate', ca, 1);
  try {
    const files = intermediate.leaf({ to: new Date(Date.now() + 9 * DAY) });
    write({ ...files, 'ca.crt': `${intermediate.cert}${ca.cert}` });
    const at = (time: number) => readCertificates({ dir, serverName: 'redis', clientCertificates: false }, time).id;
    expect(at(Date.now())).toMatch(/^[0-9a-f]{16}$/);
    expect(() => at(Date.now() + 5 * DAY)).toThrow(/^the CA CN=intermediate-\d+ of tls\.crt ended on /);
    write({ 'ca.crt': `${intermediate.cert}${intermediate.again(ca)}${ca.cert}` });
    expect(at(Date.now() + 5 * DAY)).toMatch(/^[0-9a-f]{16}$/);
  } finally {
    intermediate.remove();
  }
});

test('its end is that of the chain: of an intermediate CA or a root that ends first, and of the one that ends last where there are several', () => {
  const [short, long] = [new TestCa('root', undefined, 2), new TestCa('root', undefined, 20)];
  const intermediate = new TestCa('intermediate', long, 4);
  try {
    const days = ({ end }: { readonly end: Date }) => Math.round((end.getTime() - Date.now()) / DAY);
    const later = { to: new Date(Date.now() + 9 * DAY) };
    write(ca.leaf());
    expect(days(read())).toBe(1);
    write(short.leaf(later));
    expect(days(read())).toBe(2);
    write({ ...intermediate.leaf(later), 'ca.crt': `${intermediate.cert}${long.cert}` });
    expect(days(read())).toBe(4);
    write({ 'ca.crt': `${intermediate.cert}${intermediate.again(long)}${long.cert}` });
    expect(days(read())).toBe(9);
  } finally {
    for (const one of [short, long, intermediate]) one.remove();
  }
});

test('what was found to fit is refused once a CA above it has ended', () => {
  const short = new TestCa('short', undefined, 2);
  try {
    write(short.leaf({ to: new Date(Date.now() + 9 * DAY) }));
    const config = { dir, serverName: 'redis', clientCertificates: false };
    expect(readCertificates(config).id).toMatch(/^[0-9a-f]{16}$/);
    expect(() => readCertificates(config, Date.now() + 3 * DAY)).toThrow(/^the CA CN=short-\d+ of tls\.crt ended on /);
  } finally {
    short.remove();
  }
});

test('a certificate that is its own CA is taken', () => {
  const self = new TestCa('self');
  try {
    write(self.itself());
    expect(readCertificates({ dir, serverName: self.name, clientCertificates: false }).id).toMatch(/^[0-9a-f]{16}$/);
  } finally {
    self.remove();
  }
});

test('the hash is that of the bytes, as the start script makes it: comments may be in any encoding', () => {
  const files = ca.leaf();
  write(files);
  const bytes = Buffer.concat([Buffer.from('# Autorit\u00e9\n', 'latin1'), Buffer.from(files['ca.crt'])]);
  fs.writeFileSync(path.join(dir, 'ca.crt'), bytes);
  expect(read().id).toBe(createHash('sha256').update(files['tls.crt']).update(bytes).digest('hex').slice(0, 16));
});

test('a certificate of one of two CAs is taken', () => {
  const other = new TestCa('other');
  try {
    const files = ca.leaf();
    write({ ...files, 'ca.crt': `${other.cert}\n${files['ca.crt']}` });
    expect(read().id).toMatch(/^[0-9a-f]{16}$/);
  } finally {
    other.remove();
  }
});

test.each<readonly [string, () => Partial<SecretFiles>, string]>([
  ['no certificate', () => ({ ...ca.leaf(), 'tls.crt': '' }), 'tls.crt holds no certificate'],
  ['no CA', () => ({ ...ca.leaf(), 'ca.crt': 'junk' }), 'ca.crt holds no certificate'],
  ['a key of another', () => ({ ...ca.leaf(), 'tls.key': ca.leaf()['tls.key'] }), 'tls.key is not the key of tls.crt'],
  ['half a key', () => { const files = ca.leaf(); return { ...files, 'tls.key': files['tls.key'].slice(0, 60) }; }, 'tls.key is not the key of tls.crt'],
  ['a key with a passphrase', () => withPassphrase(ca.leaf()), 'tls.key has a passphrase, which nobody can enter: openssl pkey removes it'],
  ['expired', () => ca.leaf({ from: new Date(Date.now() - 2 * DAY), to: new Date(Date.now() - DAY) }), 'tls.crt ended on'],
  ['not yet valid', () => ca.leaf({ from: new Date(Date.now() + DAY), to: new Date(Date.now() + 2 * DAY) }), 'tls.crt begins on'],
  ['another name', () => ca.leaf({ names: ['other', 'redis.example.com'] }), 'tls.crt is not for redis'],
  ['for clients only', () => ca.leaf({ usages: ['clientAuth'] }), 'tls.crt must not be used by servers (extended key usage)'],
  ['of another CA', () => { const other = new TestCa('other'); const { cert } = other; other.remove(); return { ...ca.leaf(), 'ca.crt': cert }; }, 'tls.crt is of no CA in ca.crt'],
  ['a file missing', () => ({ 'ca.crt': 'x', 'tls.crt': 'x' }), 'ENOENT'],
])('refused: %s', (_, files, message) => {
  write(files());
  expect(() => read()).toThrow(message);
});

test('a certificate for servers only will do unless clients show theirs', () => {
  write(ca.leaf({ usages: ['serverAuth'] }));
  expect(read().id).toMatch(/^[0-9a-f]{16}$/);
  expect(() => read({ clientCertificates: true })).toThrow('tls.crt must not be used by clients (extended key usage)');
});

test('a certificate without extended key usages will do for everything', () => {
  write(ca.leaf({ usages: [] }));
  expect(read({ clientCertificates: true }).id).toMatch(/^[0-9a-f]{16}$/);
});

test('files that were found to fit are judged again by the time, and anew when one of them changes', () => {
  const config = { dir, serverName: 'redis', clientCertificates: false };
  write(ca.leaf({ to: new Date(Date.now() + DAY) }));
  const first = readCertificates(config);
  expect(readCertificates(config)).toBe(first);
  expect(() => readCertificates(config, Date.now() + 2 * DAY)).toThrow('tls.crt ended on');
  write({ 'tls.key': ca.leaf()['tls.key'] });
  expect(() => readCertificates(config)).toThrow('tls.key is not the key of tls.crt');
});
