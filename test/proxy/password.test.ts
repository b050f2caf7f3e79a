import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { until } from '../agent/support/cluster';
import { describeWith, HAPROXY } from '../support/binaries';
import { install } from '../support/manifests';

const PASSWORDS = ['simple', 'ha"0 $x\\%#', "it's ${HOME} `id`", 'ümläut→', ' spaces around ', 'x'.repeat(512)];

describeWith([HAPROXY])('the password in HAProxy\'s checks', () => {
  let directory: string;
  let child: ChildProcess | undefined;
  let server: net.Server;
  /** The last that a check sent. */
  let received: Buffer;

  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'password-'));
    received = Buffer.alloc(0);
    server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => { received = data; });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    if (child) {
      const ended = new Promise((resolve) => child!.once('close', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    child = undefined;
    await new Promise((resolve) => server.close(resolve));
    fs.rmSync(directory, { recursive: true });
  });

  function write(password: string | Buffer): void {
    const file = path.join(directory, 'secret');
    fs.writeFileSync(`${file}.new`, password);
    fs.renameSync(`${file}.new`, file);
  }

  function start(seconds = '900'): void {
    const data: { [name: string]: string } = install().get('ConfigMap', 'redis-proxy').data;
    const login = data['haproxy.cfg'].split('\n').find((line) => line.includes('send-binary-lf'))!;
    for (const name of ['password.lua', 'password.map']) fs.writeFileSync(path.join(directory, name), data[name]);
    const { port } = server.address() as net.AddressInfo;
    fs.writeFileSync(path.join(directory, 'haproxy.cfg'), `
global
    lua-load "\${CONFIG_DIR}/password.lua"
defaults
    mode tcp
    timeout connect 1s
    timeout client 1s
    timeout server 1s
    timeout check 50ms
backend asked
    option tcp-check
    tcp-check connect default
${login}
    tcp-check expect min-recv 5 string +OK
    server S 127.0.0.1:${port} check inter 50ms
frontend none
    bind ${path.join(directory, 'unused.sock')}
    default_backend asked
`);
    const env = { ...process.env, CONFIG_DIR: directory, PASSWORD_FILE: path.join(directory, 'secret'), FORMER_PASSWORD_SECONDS: seconds };
    child = spawn(HAPROXY, ['-db', '-f', path.join(directory, 'haproxy.cfg')], { stdio: 'ignore', env });
  }

  const command = (password: string) => `*2\r\n$4\r\nAUTH\r\n$${Buffer.byteLength(password)}\r\n${password}\r\n`;

  test('is sent byte by byte, and follows the Secret without a restart', async () => {
    write('first\n');
    start();
    await until('the password of the start arrives', () => received.toString() === command('first'));
    const sent = ['first'];
    for (const password of PASSWORDS) {
      write(password);
      sent.push(password);
      // the servers may know none of those that came within two minutes
      await until(`${JSON.stringify(password)} arrives after the former ones`, () => received.toString() === sent.slice(-3).map(command).join(''), 5_000);
    }
    fs.writeFileSync(path.join(directory, 'secret-alternate'), '');
    await until('the last one arrives alone', () => received.toString() === command(sent.at(-1)!), 5_000);
  }, 30_000);

  test('is sent alone once the time of the former one is over', async () => {
    write('first');
    start('2');
    await until('it arrives', () => received.toString() === command('first'));
    write('second');
    await until('both arrive', () => received.toString() === command('first') + command('second'), 5_000);
    await until('the second arrives alone', () => received.toString() === command('second'), 10_000);
  }, 30_000);

  test.each([
    ['cannot be read', () => fs.rmSync(path.join(directory, 'secret'))],
    ['has a password of several lines, which nobody takes', () => write('two\nlines\n')],
    ['has one with NUL', () => write('a\0b')],
    ['has one that is no UTF-8', () => write(Buffer.from('b\xe4d', 'latin1'))],
  ])('stays while the Secret %s', async (_, spoil) => {
    write('kept');
    start();
    await until('it arrives', () => received.toString() === command('kept'));
    spoil();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    received = Buffer.alloc(0);
    await until('it arrives again', () => received.toString() === command('kept'));
  }, 30_000);
});
