import { createServer, Server } from 'node:net';
import { eventually, HaproxyProcess, RedisProcess, RoleCounter } from './processes';
import { Haproxy, HaproxyOptions } from '../../../lib/kube-template/haproxy';
import { finishMoves } from '../../../lib/kube-template/haproxy/moves';
import { parse } from '../../../lib/kube-template/haproxy/parse';
import { plan } from '../../../lib/kube-template/haproxy/plan';
import { Runtime } from '../../../lib/kube-template/haproxy/runtime';
import { describeWith, HAPROXY } from '../../support/binaries';
import { freePort } from '../../support/free-port';
import { TempDir } from '../support/temp-dir';

type Protection = Pick<HaproxyOptions, 'failClosed' | 'stats' | 'stateFile'>;

jest.setTimeout(30_000);

describeWith([HAPROXY, 'redis-server'])('connections to a replica through a backend of the master', () => {
  const redisDir = new TempDir();
  let master: RedisProcess;
  let replicas: RedisProcess[];
  let haproxy: HaproxyProcess;
  let port: number;
  let counter: RoleCounter;

  beforeAll(async () => {
    master = await RedisProcess.start(redisDir.path);
    replicas = await Promise.all([1, 2].map(() => RedisProcess.start(redisDir.path, master.port)));
  });
  afterAll(async () => {
    await Promise.all([master, ...replicas].map((redis) => redis.stop()));
    redisDir.remove();
  });
  beforeEach(async () => {
    haproxy = new HaproxyProcess();
    port = await freePort();
  });
  afterEach(async () => {
    await counter.stop();
    await haproxy.remove();
  });

  /** Whoever is UP without a check stays so for seconds, in which connections reach it; whoever is DOWN is checked at once. */
  const backend = (servers: Record<string, number>, other = ''): string => haproxy.config(`${other}
frontend redis
    bind 127.0.0.1:${port}
    default_backend redis_master
backend redis_master
    option tcp-check
    tcp-check send ROLE\\r\\n
    tcp-check expect min-recv 5 rstring ^\\*3\\r\\n\\$6\\r\\nmaster\\r\\n
${Object.entries(servers).map(([name, at]) => `    server ${name} 127.0.0.1:${at} check inter 5s downinter 100ms fall 1 rise 1 on-marked-down shutdown-sessions`).join('\n')}`);

  const three = (): Record<string, number> => ({ r0: master.port, r1: replicas[0].port, r2: replicas[1].port });
  const control = (protection: Protection): Haproxy => new Haproxy({ master: haproxy.master, log: () => undefined, ...protection });

  /** A running HAProxy whose checks have finished. */
  async function checked(config: string, protection: Protection): Promise<Haproxy> {
    const proxy = control(protection);
    control({ stateFile: haproxy.stateFile }).prepare('', config);
    haproxy.write(config);
    await haproxy.start();
    counter = new RoleCounter(port);
    await counter.reachMaster(1);
    const runtime = new Runtime(haproxy);
    // A check status above 2 comes from a check.
    await eventually(async () => (await runtime.servers()).every(({ disabled, check }) => disabled || Number(check[0]) > 2), 'checks ended');
    expect(counter.count.replica).toBe(0);
    return proxy;
  }

  async function change(proxy: Haproxy, old: string, config: string): Promise<string> {
    haproxy.write(config);
    const { how } = await proxy.apply(old, config);
    await counter.reachMaster(100);
    await counter.stop();
    return how;
  }

  async function coldStart(protection: Protection): Promise<number> {
    const config = backend(three());
    control(protection).prepare('', config);
    haproxy.write(config);
    counter = new RoleCounter(port);
    haproxy.launch();
    await counter.reachMaster(100);
    return (await counter.stop()).replica;
  }

  test('cold start: none with the server-state file', async () => {
    expect(await coldStart({ stateFile: haproxy.stateFile })).toBe(0);
  });

  test('cold start: some without the server-state file', async () => {
    expect(await coldStart({})).toBeGreaterThan(0);
  });

  test('cold start: some when servers that are not known are not kept DOWN', async () => {
    expect(await coldStart({ stateFile: haproxy.stateFile, failClosed: false })).toBeGreaterThan(0);
  });

  test('start again after a reload: none, the file has forgotten what the checks of the last worker said', async () => {
    const config = backend(three());
    const proxy = await checked(config, { stateFile: haproxy.stateFile });
    const next = backend(three(), '    timeout queue 5s');
    expect(await change(proxy, config, next)).toBe('reload');
    await haproxy.stop();
    // Where the master was there is a replica now.
    const swapped = backend({ r0: replicas[0].port, r1: master.port, r2: replicas[1].port }, '    timeout queue 5s');
    haproxy.write(swapped);
    await proxy.apply(next, swapped);
    counter = new RoleCounter(port);
    haproxy.launch();
    await counter.reachMaster(1);
    expect((await counter.stop()).replica).toBe(0);
  });

  test('reload: none with the server-state file, and the master stays UP', async () => {
    const config = backend(three());
    const proxy = await checked(config, { stateFile: haproxy.stateFile });
    counter.count.refused = 0;
    expect(await change(proxy, config, backend(three(), '    timeout queue 5s'))).toBe('reload');
    expect(counter.count).toMatchObject({ replica: 0, refused: 0 });
  });

  test('reload: some without the server-state file', async () => {
    const config = backend(three());
    const proxy = await checked(config, {});
    // What a first start left there is no longer true for a second.
    haproxy.dir.write('server-state', '1\n');
    expect(await change(proxy, config, backend(three(), '    timeout queue 5s'))).toBe('reload');
    expect(counter.count.replica).toBeGreaterThan(0);
  });

  test('servers added at run time: some when they are not kept DOWN', async () => {
    const config = backend({ r0: master.port });
    const proxy = await checked(config, { stateFile: haproxy.stateFile, failClosed: false });
    expect(await change(proxy, config, backend(three()))).toBe('runtime');
    expect(counter.count.replica).toBeGreaterThan(0);
  });

  test('a server of the master that moved to a replica at run time: some when it is not kept DOWN', async () => {
    const config = backend({ r0: master.port, r1: replicas[0].port, r2: master.port });
    const proxy = await checked(config, { stateFile: haproxy.stateFile, failClosed: false });
    expect(await change(proxy, config, backend(three()))).toBe('runtime');
    expect(counter.count.replica).toBeGreaterThan(0);
  });

  describe.each(['master', 'stats'] as const)('by runtime commands at the %s socket', (socket) => {
    const sockets = (): Protection => ({ stateFile: haproxy.stateFile, ...socket === 'stats' ? { stats: haproxy.stats } : {} });

    test('added servers: none', async () => {
      const config = backend({ r0: master.port });
      const proxy = await checked(config, sockets());
      counter.count.refused = 0;
      expect(await change(proxy, config, backend(three()))).toBe('runtime');
      expect(counter.count).toMatchObject({ replica: 0, refused: 0 });
    });

    test('a server of the master that moved to a replica: none', async () => {
      const config = backend({ r0: master.port, r1: replicas[0].port, r2: master.port });
      const proxy = await checked(config, sockets());
      expect(await change(proxy, config, backend(three()))).toBe('runtime');
      expect(counter.count.replica).toBe(0);
    });

    test('an enabled server: none', async () => {
      const disabled = backend(three()).replace(/(server r1 .*)/, '$1 disabled');
      const proxy = await checked(disabled, sockets());
      expect(await change(proxy, disabled, backend(three()))).toBe('runtime');
      expect(counter.count.replica).toBe(0);
    });

    test('removed servers: none, and no connection to the master fails', async () => {
      const config = backend(three());
      const proxy = await checked(config, sockets());
      counter.count.refused = 0;
      expect(await change(proxy, config, backend({ r0: master.port }))).toBe('runtime');
      expect(counter.count).toMatchObject({ replica: 0, refused: 0 });
      expect((await new Runtime(haproxy).servers()).map(({ key }) => key)).toEqual(['redis_master/r0']);
    });
  });

  describe('a server that moves while a check of its old address is under way', () => {
    let slow: Server;
    let slowPort: number;
    let answer: () => void;

    beforeEach(async () => {
      // Says that it is a master, once it is allowed to.
      const allowed = new Promise<void>((resolve) => answer = resolve);
      slow = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', () => void allowed.then(() => socket.write('*3\r\n$6\r\nmaster\r\n:1\r\n*0\r\n')));
      });
      slowPort = await freePort();
      await new Promise<void>((resolve) => slow.listen(slowPort, '127.0.0.1', resolve));
    });
    afterEach(() => void slow.close());

    async function checking(config: string): Promise<void> {
      control({ stateFile: haproxy.stateFile }).prepare('', config);
      haproxy.write(config);
      await haproxy.start();
      counter = new RoleCounter(port);
      await counter.reachMaster(1);
      await eventually(async () => (await new Runtime(haproxy).servers()).some(({ key, checking: under }) => under && key.endsWith('/r1')),
        'a check is under way');
    }

    test('none: what the old address says does not count', async () => {
      const config = backend({ r0: master.port, r1: slowPort });
      await checking(config);
      const moved = control({ stateFile: haproxy.stateFile }).apply(config, backend({ r0: master.port, r1: replicas[0].port }));
      const runtime = new Runtime(haproxy);
      await eventually(async () => (await runtime.servers()).some(({ address }) => address.port === replicas[0].port), 'the server moved');
      answer();
      await moved;
      await counter.reachMaster(100);
      expect((await counter.stop()).replica).toBe(0);
    });

    test('some when nobody waits for that check', async () => {
      const config = backend({ r0: master.port, r1: slowPort });
      await checking(config);
      const planned = plan(parse(config), parse(backend({ r0: master.port, r1: replicas[0].port })));
      if ('reload' in planned) throw new Error(planned.reload);
      const runtime = new Runtime(haproxy);
      await runtime.run(planned.commands);
      await finishMoves(runtime, planned.moved, 0);
      answer();
      await counter.reachMaster(100);
      expect((await counter.stop()).replica).toBeGreaterThan(0);
    });
  });
});
