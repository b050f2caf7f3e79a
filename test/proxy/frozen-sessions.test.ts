import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { ask as askHaproxy } from '../../lib/kube-template/haproxy/socket';
import { until } from '../agent/support/cluster';
import { describeWith, HAPROXY } from '../support/binaries';
import { freePort } from '../support/free-port';
import { install } from '../support/manifests';

const CLIENTS = 16;
const DOWNS = 60;
/** Longest that an answer may take. HAProxy's own limit is an hour: a client that waits longer than this would wait for that. */
const PATIENCE_MS = 5_000;

/**
 * HAProxy 3.0.0 to 3.0.11 freezes sessions that connect in the moment when their server is marked down, as it is at each failover: the client hangs until
 * `timeout client`. Run with one of these by HAPROXY=PATH, this test fails.
 */
describeWith([HAPROXY])('clients that connect while their server is marked down', () => {
  let directory: string;
  let haproxy: ChildProcess;
  let server: net.Server;
  let port: number;

  beforeAll(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'frozen-'));
    server = net.createServer((socket) => socket.on('error', () => undefined).on('data', () => socket.write('+OK\r\n')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = await freePort();
    // the backend of our haproxy.cfg, with a state that the test sets instead of a check
    const ours: string = install().get('ConfigMap', 'redis-proxy').data['haproxy.cfg'];
    const words = /^ {4}server R0 .* (on-marked-down .*)$/m.exec(ours.slice(ours.indexOf('\nbackend master_0')))![1];
    fs.writeFileSync(path.join(directory, 'haproxy.cfg'), `
global
    stats socket ${directory}/control.sock mode 600 level admin
defaults
    mode tcp
    timeout connect 1s
    timeout client 1h
    timeout server 1h
frontend write
    bind 127.0.0.1:${port}
    use_backend master if { srv_is_up(master/R) }
    default_backend refused
backend refused
    tcp-request content reject
backend master
    retries 0
    server R 127.0.0.1:${(server.address() as net.AddressInfo).port} check inter 1h ${words}
`);
    haproxy = spawn(HAPROXY, ['-db', '-f', path.join(directory, 'haproxy.cfg')], { stdio: 'ignore' });
    await until('HAProxy takes commands', async () => (await control('show info')).includes('Uptime'));
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => haproxy.once('exit', resolve));
    haproxy.kill('SIGKILL');
    await ended;
    server.close();
    fs.rmSync(directory, { recursive: true });
  });

  const control = async (command: string) => askHaproxy(path.join(directory, 'control.sock'), command);

  /** One connection with one question: whether it got an answer, an end, or neither. */
  function ask(): Promise<'answered' | 'ended' | 'hung'> {
    return new Promise((resolve) => {
      let fate: 'answered' | 'ended' | 'hung' = 'ended';
      const socket = net.connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
      socket.setTimeout(PATIENCE_MS, () => { fate = 'hung'; socket.destroy(); });
      socket.on('data', () => { fate = 'answered'; socket.destroy(); }).on('error', () => undefined).on('close', () => resolve(fate));
    });
  }

  test('are answered or refused, and none hangs', async () => {
    const fates = { answered: 0, ended: 0, hung: 0 };
    let over = false;
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (!over) fates[await ask()] += 1;
    });
    for (let down = 0; down < DOWNS; down += 1) {
      const answered = fates.answered + CLIENTS;
      await until('clients are answered', () => fates.answered >= answered || fates.hung > 0);
      await control('set server master/R health down');
      await control('set server master/R health up');
    }
    over = true;
    await Promise.all(clients);
    expect(fates.hung).toBe(0);
    // else it would show nothing
    expect(fates.ended).toBeGreaterThan(0);
  }, 120_000);
});
