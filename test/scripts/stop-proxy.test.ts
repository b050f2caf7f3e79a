import { ChildProcess, spawn } from 'node:child_process';
import * as net from 'node:net';
import * as path from 'node:path';
import { Sandbox } from './sandbox';
import { describeWith, HAPROXY } from '../support/binaries';
import { freePort } from '../support/free-port';

/** A connection that says what it hears. */
class Client {
  public static connect(port: number): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(new Client(socket))).once('error', reject);
    });
  }

  public readonly ended: Promise<void>;

  private constructor(private readonly socket: net.Socket) {
    this.ended = new Promise((resolve) => socket.once('close', () => resolve()));
    // a socket that nobody reads never hears its end
    socket.on('error', () => undefined).on('data', () => undefined);
  }

  public ask(text: string): Promise<string> {
    return new Promise((resolve) => {
      this.socket.once('data', (data) => resolve(data.toString()));
      this.socket.write(text);
    });
  }

  public end(): void {
    this.socket.end();
  }
}

const exit = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('exit', resolve));

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!await condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describeWith(['dash', HAPROXY])('a stopping HAProxy', () => {
  let sandbox: Sandbox;
  let echo: net.Server;
  let port: number;
  let haproxy: ChildProcess;
  let haproxyEnd: Promise<number | null>;
  const children: ChildProcess[] = [];

  const accepts = () => Client.connect(port).then((client) => { client.end(); return true; }, () => false);

  async function start(hardStopAfter: string): Promise<void> {
    port = await freePort();
    const file = sandbox.write('haproxy.cfg', `global
    hard-stop-after ${hardStopAfter}
defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
frontend write
    bind 127.0.0.1:${port}
    default_backend echo
backend echo
    server echo 127.0.0.1:${(echo.address() as net.AddressInfo).port}
`);
    // as the start script runs it
    haproxy = spawn(HAPROXY, ['-W', '-db', '-f', file], { stdio: 'ignore' });
    children.push(haproxy);
    haproxyEnd = exit(haproxy);
    await until(accepts);
  }

  function stop(drainSeconds: number): Promise<number | null> {
    const script = spawn('dash', [path.join(sandbox.config, 'stop-proxy.sh')], {
      stdio: 'ignore', env: { ...process.env, DRAIN_SECONDS: String(drainSeconds), PROXY_PID: String(haproxy.pid) },
    });
    children.push(script);
    return exit(script);
  }

  beforeEach(async () => {
    sandbox = new Sandbox();
    echo = net.createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    echo.close();
    sandbox.remove();
  });

  test('takes connections while it drains, then none, and lets open ones finish', async () => {
    await start('60s');
    const before = await Client.connect(port);
    const began = performance.now();
    let hookEnded = false;
    const stopped = stop(1).finally(() => { hookEnded = true; });
    const during = await Client.connect(port);
    await until(async () => !await accepts());
    expect(performance.now() - began).toBeGreaterThan(990);

    expect(await before.ask('still')).toBe('still');
    expect(await during.ask('here')).toBe('here');
    expect([haproxy.exitCode, haproxy.signalCode, hookEnded]).toEqual([null, null, false]);

    before.end();
    during.end();
    expect(await haproxyEnd).toBe(0);
    expect(await stopped).toBe(0);
  }, 30_000);

  // not without a drain: a signal in HAProxy's first moments is lost, while its master replaces itself
  test('cuts what does not end, so that the hook ends before the grace period does', async () => {
    await start('1s');
    const idle = await Client.connect(port);
    expect(await idle.ask('busy')).toBe('busy');
    const stopped = stop(1);
    await idle.ended;
    expect(await stopped).toBe(0);
    await haproxyEnd;
  }, 30_000);
});
