import * as net from 'node:net';
import { Duration } from 'cdk8s';
import { Stack, StackOptions, until } from '../../playground/stack';
import { describeWith, HAPROXY } from '../support/binaries';
import { install } from '../support/manifests';

/** So many of these clients that a server has 60 left for members, and each of at most two proxies lets in 30. */
const MAXCLIENTS = 120;

describeWith([HAPROXY, 'redis-server', 'redis-cli'])('connections that are never closed', () => {
  let stack: Stack;
  let sockets: Set<net.Socket>;
  /** Connections to the proxies that were there before all others. */
  let ended: number;

  async function start(more: Partial<StackOptions> = {}): Promise<number> {
    stack = await Stack.up({ props: { server: { directives: [`maxclients ${MAXCLIENTS}`] }, proxy: { replicas: 1 } }, programs: { haproxy: HAPROXY }, ...more });
    sockets = new Set();
    ended = 0;
    const master = await stack.converged();
    await until('clients write', async () => {
      const client = stack.client();
      return client.call('SET', 'key', 'value').then((reply) => reply === 'OK').finally(() => client.close());
    });
    return master;
  }
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await stack.stop();
  });

  function open(host: string, port: number, whenClosed = () => undefined as unknown): void {
    const socket = net.connect(port, host);
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      whenClosed();
    });
    socket.resume();
  }

  /** Through HAProxy. */
  const leak = (port: number, whenClosed?: () => unknown) => open(stack.serviceAddress(stack.redis.host!.split('.')[0]), port, whenClosed);
  const metric = async (name: RegExp) => name.exec(await (await fetch(`http://${stack.proxies[0].pod.inside}:8404/metrics`)).text())?.[1];
  const sessions = async () => Number(await metric(/^haproxy_frontend_current_sessions\{proxy="write"\} (\d+)$/m)) + Number(await metric(/^haproxy_frontend_current_sessions\{proxy="read"\} (\d+)$/m));

  async function changes(master: number): Promise<void> {
    // kubelet ends a server after several that fail in a row
    await until('the liveness probe passes', async () => (await stack.servers[master].probe('liveness')).status === 0, 15_000);
    expect((await stack.proxies[0].probe('liveness')).status).toBe(0);
    expect((await stack.look()).sentinels.map(({ names }) => names)).toEqual([master, master, master]);
    expect(ended).toBe(0);
  }

  test('are refused when HAProxy has its share; whoever is there stays, checks and probes get in', async () => {
    const master = await start();
    for (let n = 0; n < 5; n++) leak(stack.redis.port!, () => ended++);
    await until('they are there', async () => await sessions() === 5);
    let refused = 0;
    for (let n = 0; n < 200; n++) leak(n % 2 ? stack.redis.port! : stack.redis.readPort!, () => refused++);
    await until('further ones are refused', () => refused >= 175);
    expect(await sessions()).toBe(30);
    // twice as long as HAProxy's checks would take to find everybody gone
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(await sessions()).toBe(30);
    await changes(master);
    expect((await stack.servers[master].probe('readiness'))).toMatchObject({ status: 0 });
    expect(String(await stack.ask(stack.servers[master], 'INFO', 'stats'))).toMatch(/^rejected_connections:0\r$/m);
  }, 90_000);

  test('beside HAProxy, that leave nobody else in, end no session and move no master', async () => {
    const master = await start();
    for (let n = 0; n < 5; n++) leak(stack.redis.port!, () => ended++);
    await until('they are there', async () => await sessions() === 5);
    const { inside } = stack.servers[master].pod;
    // as fast as others leave
    const fill = setInterval(() => { while (sockets.size < MAXCLIENTS + 20) open(inside, 6379); }, 5);
    try {
      await until('nobody gets in', async () => stack.ask(stack.servers[master], 'PING').then(() => false, (error) => /max number of clients/.test(String(error))));
      // longer than the Sentinels wait
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      await changes(master);
    } finally {
      clearInterval(fill);
    }
  }, 90_000);

  test('are fewer where few files may be open', async () => {
    await start({ edit: ({ name, text }) => (name === 'start-proxy.sh' ? text.replace('set -eu\n', 'set -eu\nulimit -n 480\n') : text), props: { proxy: { replicas: 1 } } });
    // (480 - 400) / 2
    expect(stack.proxies[0].log()).toContain('only 480 files may be open (ulimit -n of the container runtime): 40 clients are let in instead of 4910');
    let refused = 0;
    for (let n = 0; n < 50; n++) leak(stack.redis.port!, () => refused++);
    await until('the others are refused', () => refused >= 10);
    expect(await sessions()).toBe(40);
  }, 90_000);
});

describe('sessions that are quiet for ever', () => {
  test('can be had', () => {
    const config = install({ proxy: { timeouts: { client: Duration.seconds(0), server: Duration.seconds(0) } } }).get('ConfigMap', 'redis-proxy').data['haproxy.cfg'];
    for (const section of ['frontend write', 'frontend read']) expect(config.split(section)[1].split('\n\n')[0]).toContain('\n    timeout client 0\n');
    for (const section of ['master_0', 'master_2', 'replicas']) expect(config.split(`\nbackend ${section}\n`)[1].split('\n\n')[0]).toContain('timeout server 0\n');
    expect(install().get('ConfigMap', 'redis-proxy').data['haproxy.cfg']).not.toMatch(/timeout (client|server) 0/);
  });
});
