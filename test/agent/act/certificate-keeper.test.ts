import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CertificateKeeper } from '../../../lib/agent/act/certificate-keeper';
import { Endpoint } from '../../../lib/agent/redis/resp';
import { Log } from '../../../lib/log/log';
import { SecretFiles, TestCa } from '../../support/pki';

/** As versions of OpenSSL say it. */
const NO_CA = /invalid CA certificate|unsuitable certificate purpose/;
const CA = 'basicConstraints = critical,CA:TRUE';

/** A certificate below an intermediate CA, as those who have one write it into a Secret. */
function below(root: TestCa, extensions: string, between: readonly TestCa[] = []): SecretFiles {
  const above = between.at(-1) ?? root;
  const intermediate = new TestCa('intermediate', above, 30, extensions);
  const files = intermediate.leaf();
  for (const each of [intermediate, ...between, root]) each.remove();
  return { ...files, 'tls.crt': [files['tls.crt'], intermediate.cert, ...between.map(({ cert }) => cert)].join(''), 'ca.crt': root.cert };
}

function itself(extensions: string): SecretFiles {
  const self = new TestCa('redis', undefined, 30, `${extensions}\nsubjectAltName = DNS:redis`);
  const files = self.itself();
  self.remove();
  return files;
}

function leafOf(root: TestCa): SecretFiles {
  const files = root.leaf();
  root.remove();
  return files;
}

describe('files of a Secret', () => {
  let dir: string;
  beforeEach(() => { dir = fs.mkdtempSync(path.join(os.tmpdir(), 'keeper-')); });
  afterEach(() => fs.rmSync(dir, { recursive: true }));

  /** What the server was told, and what the agent said. */
  async function kept(files: SecretFiles, clientCertificates: boolean): Promise<{ readonly told: number; readonly said: string }> {
    for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(dir, file), text);
    let told = 0;
    let said = '';
    const call = async () => {
      told++;
      return 'OK';
    };
    const clock = { now: () => 0, sleep: async () => undefined };
    const log = new Log({ write: (text: string) => { said += text; } });
    const keeper = new CertificateKeeper({ call, batch: async () => [] }, { dir, serverName: 'redis', clientCertificates }, clock, log);
    await keeper.keep('process');
    return { told, said };
  }

  test.each<readonly [string, boolean, () => SecretFiles, RegExp]>([
    ['an intermediate CA that is none', false, () => below(new TestCa(), 'basicConstraints = CA:FALSE'), NO_CA],
    ['a root that is none', false, () => leafOf(new TestCa('root', undefined, 30, 'basicConstraints = CA:FALSE')), NO_CA],
    ['a path that is too long', false, () => {
      const root = new TestCa('root', undefined, 30, `${CA},pathlen:0`);
      return below(root, CA);
    }, /path length constraint exceeded/],
    ['a name that the CA must not give', false, () => below(new TestCa(), `${CA}\nnameConstraints = critical,permitted;DNS:example.com`), /permitted subtree violation/],
    ['an intermediate CA for servers only, where clients show certificates', true, () => below(new TestCa(), `${CA}\nextendedKeyUsage = serverAuth`), /as that of a client: /],
  ])('that OpenSSL refuses are never shown to the server: %s', async (_, clientCertificates, files, reason) => {
    const { told, said } = await kept(files(), clientCertificates);
    expect(said).toContain('stays as it was: OpenSSL refuses tls.crt with ca.crt: ');
    expect(said).toMatch(reason);
    expect(told).toBe(0);
  });

  test.each<readonly [string, boolean, () => SecretFiles]>([
    ['a root', false, () => leafOf(new TestCa())],
    ['a root, where clients show certificates', true, () => leafOf(new TestCa())],
    ['an intermediate CA', true, () => below(new TestCa(), CA)],
    ['an intermediate CA for servers only', false, () => below(new TestCa(), `${CA}\nextendedKeyUsage = serverAuth`)],
    ['two intermediate CAs', false, () => {
      const root = new TestCa();
      return below(root, CA, [new TestCa('first', root)]);
    }],
    ['itself', true, () => itself(CA)],
    ['itself, which is no CA', true, () => itself('basicConstraints = CA:FALSE')],
  ])('that fit are: of %s', async (_, clientCertificates, files) => {
    const { told, said } = await kept(files(), clientCertificates);
    expect(said).toContain('is in use, valid until ');
    expect(told).toBe(1);
  });
});

describe('what is told', () => {
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
});
