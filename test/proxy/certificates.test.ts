import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ask } from '../../lib/kube-template/haproxy/socket';
import { readAsset } from '../../lib/manifests/assets';
import { until } from '../agent/support/cluster';
import { describeWith, HAPROXY } from '../support/binaries';
import { TestCa, withPassphrase } from '../support/pki';

describeWith([HAPROXY, 'openssl'])('certificates.lua', () => {
  let ca: TestCa;
  let dir: string;
  let haproxy: ChildProcess;
  let log: string;

  beforeEach(async () => {
    ca = new TestCa();
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certificates-'));
    log = '';
    const at = (file: string) => path.join(dir, file);
    const { 'tls.crt': certificate, 'tls.key': key } = ca.leaf();
    fs.writeFileSync(at('static.pem'), certificate + key);
    fs.writeFileSync(at('ca.crt'), ca.cert);
    fs.writeFileSync(at('certificates.lua'), readAsset('haproxy/certificates.lua'));
    fs.writeFileSync(at('haproxy.cfg'), `
global
    stats socket ${at('control.sock')} level admin
    log stdout format raw local0 notice
    lua-load ${at('certificates.lua')}
defaults
    mode tcp
    timeout connect 1s
    timeout client 1s
    timeout server 1s
backend servers
    server R0 127.0.0.1:1 ssl verify required ca-file ${at('ca.crt')} crt ${at('static.pem')}
`);
    haproxy = spawn(HAPROXY, ['-db', '-f', at('haproxy.cfg')], { env: { ...process.env, TLS_CERT: at('tls.crt'), TLS_CA: at('ca.crt'), TLS_DIR: dir, CONTROL_SOCKET: at('control.sock') } });
    haproxy.stdout!.on('data', (text) => { log += String(text); });
    await until('HAProxy has looked at the files', () => log.includes('ca.crt of the Secret is in use'));
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
  const trusted = async () => (await ask(path.join(dir, 'control.sock'), `show ssl ca-file ${path.join(dir, 'ca.crt')}`)).split('Subject:').length - 1;
  const appends = () => {
    const [, major, minor] = /version (\d+)\.(\d+)/.exec(execFileSync(HAPROXY, ['-v'], { encoding: 'utf8' }))!;
    return Number(major) > 2 || Number(minor) >= 8;
  };

  // HAProxy would ask for it, or say that there is no key
  test('a key with a passphrase is not offered to HAProxy', async () => {
    const { 'tls.crt': certificate, 'tls.key': key } = withPassphrase(ca.leaf());
    fs.writeFileSync(path.join(dir, 'tls.crt'), certificate);
    fs.writeFileSync(path.join(dir, 'tls.key'), key);
    await until('HAProxy says so', () => log.includes('tls.crt stays as it was: tls.key has a passphrase, which nobody can enter'));
  });

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
});
