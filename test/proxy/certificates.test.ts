import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ask } from '../../lib/kube-template/haproxy/socket';
import { readAsset } from '../../lib/manifests/assets';
import { until } from '../agent/support/cluster';
import { describeWith, HAPROXY, haproxyIsSince } from '../support/binaries';
import { LeafOptions, SecretFiles, TestCa, withPassphrase } from '../support/pki';

describeWith([HAPROXY, 'openssl'])('certificates.lua', () => {
  let ca: TestCa;
  let dir: string;
  let haproxy: ChildProcess;
  let log: string;
  const give = (files: Partial<SecretFiles>) => Object.entries(files).forEach(([file, text]) => fs.writeFileSync(path.join(dir, file), text));

  beforeEach(async () => {
    ca = new TestCa();
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certificates-'));
    log = '';
    const at = (file: string) => path.join(dir, file);
    const { 'tls.crt': certificate, 'tls.key': key } = ca.leaf();
    fs.writeFileSync(at('static.pem'), certificate + key);
    give(ca.leaf());
    fs.writeFileSync(at('ca.crt'), ca.cert);
    fs.writeFileSync(at('client-ca.crt'), ca.cert);
    fs.writeFileSync(at('certificates.lua'), readAsset('haproxy/certificates.lua'));
    fs.writeFileSync(at('haproxy.cfg'), `
global
    stats socket ${at('control.sock')} level admin
    log stdout format raw local0 notice
    ssl-load-extra-del-ext
    lua-load ${at('certificates.lua')}
defaults
    mode tcp
    timeout connect 1s
    timeout client 1s
    timeout server 1s
frontend clients
    bind unix@${at('clients.sock')} ssl crt ${at('tls.crt')} ca-file ${at('client-ca.crt')} verify required
    default_backend servers
backend servers
    server R0 127.0.0.1:1 ssl verify required ca-file ${at('ca.crt')} crt ${at('static.pem')}
`);
    const env = { ...process.env, TLS_CERT: at('tls.crt'), TLS_SERVER_NAME: 'redis', TLS_CA: at('ca.crt'), CLIENT_CAS: at('client-ca.crt'), TLS_DIR: dir, CONTROL_SOCKET: at('control.sock') };
    haproxy = spawn(HAPROXY, ['-db', '-f', at('haproxy.cfg')], { env });
    haproxy.stdout!.on('data', (text) => { log += String(text); });
    await until('HAProxy has looked at the files', () => ['ca.crt', 'tls.crt'].every((file) => log.includes(`/${file} of the Secret is in use`)));
    log = '';
  });
  afterEach(async () => {
    const ended = new Promise((resolve) => haproxy.once('exit', resolve));
    haproxy.kill('SIGKILL');
    await ended;
    ca.remove();
    fs.rmSync(dir, { recursive: true });
  });

  /** How many CAs HAProxy trusts. */
  const trusted = async (file = 'ca.crt') => (await ask(path.join(dir, 'control.sock'), `show ssl ca-file ${path.join(dir, file)}`)).split('Subject:').length - 1;
  const appends = () => haproxyIsSince(2, 8);

  // HAProxy would ask for it, or say that there is no key
  test('a key with a passphrase is not offered to HAProxy', async () => {
    const { 'tls.crt': certificate, 'tls.key': key } = withPassphrase(ca.leaf());
    give({ 'tls.crt': certificate, 'tls.key': key });
    await until('HAProxy says so', () => log.includes('tls.crt stays as it was: tls.key has a passphrase, which nobody can enter'));
  });

  const DAY = 86_400_000;
  const REFUSED: readonly (readonly [string, LeafOptions, string])[] = [
    ['ended', { from: new Date(Date.now() - 2 * DAY), to: new Date(Date.now() - DAY) }, 'tls.crt ended on '],
    ['has not begun', { from: new Date(Date.now() + DAY), to: new Date(Date.now() + 2 * DAY) }, 'tls.crt begins on '],
    ['is for another name', { names: ['other', '*.redis', 'redis.example.com'] }, 'tls.crt is not for redis'],
  ];
  test.each(REFUSED)('a certificate that %s takes the place of a better one nowhere', async (_, options, reason) => {
    give(ca.leaf(options));
    await until('HAProxy says why', () => log.includes(`tls.crt stays as it was: ${reason}`));
    // nothing is left of it
    give(ca.leaf({ names: ['other', 'REDIS'] }));
    await until('HAProxy goes on', () => log.includes('tls.crt of the Secret is in use'));
    expect(log.split('stays as it was')).toHaveLength(2);
  });

  test('a certificate of no better use takes the place of one that has ended', async () => {
    give(ca.leaf({ to: new Date(Date.now() + 4_000) }));
    await until('HAProxy shows it', () => log.includes('tls.crt of the Secret is in use'));
    log = '';
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    give(ca.leaf({ names: ['other'] }));
    await until('HAProxy shows the other one', () => log.includes('tls.crt of the Secret is in use'));
  }, 30_000);

  test('a chain with much text between its certificates is used, and of one that is too long HAProxy says so', async () => {
    const files = ca.leaf();
    give({ 'tls.crt': `${'# about it\n'.repeat(2_000)}${files['tls.crt']}${'# about it\n'.repeat(2_000)}${ca.cert}`, 'tls.key': files['tls.key'] });
    await until('HAProxy shows it', () => log.includes('tls.crt of the Secret is in use'));
    give({ 'tls.crt': files['tls.crt'] + ca.cert.repeat(40) });
    await until('HAProxy says why', () => /tls\.crt stays as it was: certificate and key have \d{5} bytes, so many HAProxy takes only when it starts/.test(log));
    log = '';
    give(ca.leaf());
    await until('HAProxy goes on', () => log.includes('tls.crt of the Secret is in use'));
  }, 30_000);

  test('CAs with much text between them are used', async () => {
    const other = new TestCa('other');
    fs.writeFileSync(path.join(dir, 'ca.crt'), `${'# about it\n'.repeat(2_000)}${ca.cert}${'# about it\n'.repeat(2_000)}${other.cert}`);
    other.remove();
    await until('HAProxy uses them', () => log.includes('ca.crt of the Secret is in use'));
    expect(await trusted()).toBe(2);
  });

  test('more CAs than one command may hold are used, or HAProxy says why not', async () => {
    const others = Array.from({ length: 40 }, () => new TestCa('other'));
    fs.writeFileSync(path.join(dir, 'ca.crt'), [ca, ...others].map(({ cert }) => cert).join(''));
    for (const other of others) other.remove();
    await until('HAProxy says something', () => log.includes('certificates: '));
    expect(log).toContain(appends() ? 'ca.crt of the Secret is in use' : 'ca.crt stays as it was: this HAProxy takes so many CAs only when it starts');
    expect(await trusted()).toBe(appends() ? 41 : 1);
    log = '';
    fs.writeFileSync(path.join(dir, 'ca.crt'), `${ca.cert}\n# another\n`);
    await until('HAProxy goes on', () => log.includes('ca.crt of the Secret is in use'));
    expect(await trusted()).toBe(1);
  }, 30_000);

  // agents hold back from servers what leads to no root, so that they go on showing what the former CA signed
  test('servers of the former CAs stay trusted until one of those is in use beside others, clients of them do not', async () => {
    const other = new TestCa('other');
    const third = new TestCa('third');
    for (const one of [other, third]) one.remove();
    const steps: readonly (readonly [string, number, boolean])[] = [
      [other.cert, 2, true], [third.cert, 3, true], [`# as it was\n${ca.cert.replace(/\n/g, '\r\n')}`, 1, false],
      [ca.cert + other.cert, 2, false], [other.cert, 1, false],
    ];
    for (const [text, count, warned] of steps) {
      log = '';
      fs.writeFileSync(path.join(dir, 'ca.crt'), text);
      const names = ['ca.crt', ...haproxyIsSince(3, 2, 26) ? ['client-ca.crt'] : []];
      await until('HAProxy uses them', () => names.every((name) => log.includes(`/${name} of the Secret is in use`)));
      expect([await trusted(), log.includes('what was before is still trusted')]).toEqual([count, warned]);
      if (haproxyIsSince(3, 2, 26)) expect(await trusted('client-ca.crt')).toBe(text.split('BEGIN').length - 1);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      expect(log.split('/ca.crt of the Secret is in use')).toHaveLength(2);
    }
  }, 30_000);
});
