import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CertificateKeeper } from '../../../lib/agent/act/certificate-keeper';
import { Endpoint } from '../../../lib/agent/redis/resp';
import { SecretFiles, TestCa } from '../../support/pki';

let dir: string;
let ca: TestCa;
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'keeper-'));
  ca = new TestCa();
});
afterEach(() => {
  ca.remove();
  fs.rmSync(dir, { recursive: true });
});

const write = (files: SecretFiles) => Object.entries(files).forEach(([file, text]) => fs.writeFileSync(path.join(dir, file), text));
/** A new one each time: it looks once a second. */
const keeper = () => {
  let now = 0;
  const local = { call: async () => Promise.resolve('OK') } as unknown as Endpoint;
  const log = { info: () => undefined, warn: () => undefined };
  return new CertificateKeeper(local, { dir, serverName: 'redis', clientCertificates: false }, { now: () => (now += 5_000) } as any, log as any);
};

test('what is told is of the certificate that the server uses, and why not of that of the Secret', async () => {
  const kept = keeper();
  const [first, second] = [1, 20].map((days) => ca.leaf({ to: new Date(Date.now() + days * 86_400_000) }));
  write(first);
  await kept.keep('a');
  const before = kept.status;
  expect(before.refused).toBeUndefined();
  expect(Date.parse(before.ends!) - Date.parse(before.begins!)).toBeLessThan(3 * 86_400_000);
  write({ ...second, 'tls.key': first['tls.key'] });
  await kept.keep('a');
  expect(kept.status).toEqual({ ...before, refused: 'tls.key is not the key of tls.crt' });
  write(second);
  await kept.keep('a');
  expect(kept.status.refused).toBeUndefined();
  expect(Date.parse(kept.status.ends!)).toBeGreaterThan(Date.parse(before.ends!));
});

test('an agent that begins with one that it refuses does not know what the server uses', async () => {
  const kept = keeper();
  write({ ...ca.leaf(), 'tls.key': ca.leaf()['tls.key'] });
  await kept.keep('a');
  expect(kept.status).toEqual({ refused: 'tls.key is not the key of tls.crt' });
});
