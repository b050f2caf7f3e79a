import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { until } from '../agent/support/cluster';
import { describeWith, HAPROXY } from '../support/binaries';
import { freePort } from '../support/free-port';
import { install } from '../support/manifests';

/** What HAProxy hears when it asks itself: yes, no, or nothing in time, as when it was kept from running in the middle of the question. */
type Answer = 'yes' | 'no' | 'none';

const PAGES: { readonly [answer in Answer]: string } = {
  yes: 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
  no: 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
  none: '',
};

describeWith([HAPROXY])('the questions that HAProxy asks itself', () => {
  describe.each(['master_0', 'replicas'])('about backend %s', (backend) => {
    let directory: string;
    let haproxy: ChildProcess;
    let server: net.Server;
    let page: net.Server;
    let port: number;
    let asked: Answer[];
    let answer: () => Answer;

    beforeEach(async () => {
      directory = fs.mkdtempSync(path.join(os.tmpdir(), 'own-checks-'));
      asked = [];
      answer = () => 'yes';
      server = net.createServer((socket) => socket.on('error', () => undefined).on('data', () => socket.write('+PONG\r\n')));
      page = net.createServer((socket) => {
        const given = answer();
        asked.push(given);
        socket.on('error', () => undefined).once('data', () => socket.end(PAGES[given]));
      });
      for (const each of [server, page]) await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
      port = await freePort();
      const at = (each: net.Server) => (each.address() as net.AddressInfo).port;
      // The backend of our haproxy.cfg, with another page to ask. Whoever is not let run for `inter` has a check that failed, whatever is answered: here, where others load the
      // machine, that has to be longer.
      const text: string = install().get('ConfigMap', 'redis-proxy').data['haproxy.cfg'];
      const [ours] = new RegExp(`^backend ${backend}\n(    .*\n)+?    server R0 .*\n`, 'm').exec(text)!;
      fs.writeFileSync(path.join(directory, 'haproxy.cfg'), `
defaults
    mode tcp
    timeout connect 1s
    timeout client 1h
    timeout server 1h
frontend clients
    bind 127.0.0.1:${port}
    default_backend ${backend}
${ours.replace('"${SERVER_0}":6379', `127.0.0.1:${at(server)}`).replace(/addr 127\.0\.0\.1 port \d+/, `addr 127.0.0.1 port ${at(page)}`).replace(/ inter \d+ms/, ' inter 1s')}`);
      haproxy = spawn(HAPROXY, ['-db', '-f', path.join(directory, 'haproxy.cfg')], { stdio: 'ignore' });
    });
    afterEach(async () => {
      const ended = new Promise((resolve) => haproxy.once('exit', resolve));
      haproxy.kill('SIGKILL');
      await ended;
      for (const each of [server, page]) each.close();
      fs.rmSync(directory, { recursive: true });
    });

    /** A session that is open, and whether it still is. */
    async function session(): Promise<{ ended: boolean }> {
      const state = { ended: false };
      await until('HAProxy has started', async () => new Promise<boolean>((resolve) => {
        const socket = net.connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
        socket.on('error', () => resolve(false)).on('data', () => resolve(true)).on('close', () => { state.ended = true; });
      }));
      state.ended = false;
      return state;
    }

    test('end no session when one or two in a row get no answer', async () => {
      const open = await session();
      const start = asked.length;
      answer = () => (asked.length - start) % 4 < 2 ? 'none' : 'yes';
      await until('some got none', () => asked.filter((each) => each === 'none').length >= 6);
      expect(open.ended).toBe(false);
    }, 60_000);

    test('end the sessions when the answer is no', async () => {
      const open = await session();
      answer = () => 'no';
      await until('the session ended', () => open.ended);
    }, 60_000);
  });
});
