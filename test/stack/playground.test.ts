import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { Routing, Sentinel } from '../../lib';
import { Stack, until, WriteProbe } from '../../playground/stack';
import { describeWith } from '../support/binaries';

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    // a zombie is a process that has ended
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describeWith(['redis-server', 'redis-cli', 'haproxy', 'openssl'])('an installation as processes of this machine', () => {
  let stack: Stack;
  let master: number;

  beforeAll(async () => {
    stack = await Stack.up({ props: { proxy: { replicas: 1 } } });
  }, 30_000);
  beforeEach(async () => {
    master = await stack.converged();
  }, 60_000);
  afterAll(async () => stack.stop());

  test('runs what the manifests say: probes answer, clients write through HAProxy', async () => {
    for (const container of stack.containers) {
      expect([container.pod.name, container.name, (await container.probe('liveness')).status]).toEqual([container.pod.name, container.name, 0]);
    }
    expect(await stack.client().call('SET', 'key', 'value')).toBe('OK');
    expect(fs.readdirSync(stack.servers[0].file('/etc/redis-ha'))).toContain('start-server.sh');
    expect((await stack.servers[0].exec(['sh', '-c', 'echo "$POD_NAME $RUN_DIR"; exit 3']))).toEqual({
      status: 3, output: `redis-server-0 ${stack.servers[0].file('/run/redis-ha')}\n`,
    });
  });

  test('loses no acknowledged write when the master is killed', async () => {
    const probe = new WriteProbe(stack);
    await until('clients write', () => probe.acknowledged.length > 50);
    await stack.servers[master].kill();
    expect((await stack.servers[master].probe('liveness')).status).toBe(1);
    await until('another server acknowledges', () => probe.acknowledged.some(([, server]) => server !== master));
    stack.servers[master].start();
    const next = await stack.converged();
    const report = await probe.stop();
    expect(next).not.toBe(master);
    expect(report).toMatchObject({ lost: 0, double: 0 });
    expect(report.gapMs).toBeGreaterThan(0);
  }, 60_000);

  test('a write that is gone counts as lost', async () => {
    const probe = new WriteProbe(stack);
    await until('clients write', () => probe.acknowledged.length > 10);
    const [key] = await stack.ask(stack.servers[master], 'KEYS', 'probe:*');
    await stack.ask(stack.servers[master], 'DEL', key);
    expect((await probe.stop()).lost).toBe(1);
  }, 30_000);

  test('hands over before a server stops', async () => {
    const { status, output } = await stack.servers[master].terminate();
    expect([status, output]).toEqual([0, expect.stringMatching(/^pre-stop: to server \d at /)]);
    expect((await stack.look()).servers[master].role).toBe('down');
    stack.servers[master].start();
  }, 60_000);

  test('a server that is frozen answers nobody, and goes on where it was', async () => {
    const replica = stack.servers[(master + 1) % 3];
    replica.stall();
    await expect(stack.ask(replica, 'PING')).rejects.toThrow('no answer');
    replica.resume();
    expect(await stack.ask(replica, 'PING')).toBe('PONG');
  }, 30_000);

  test('a pod that is cut off is silent for others, not gone, and reached from within', async () => {
    const { pod } = stack.servers[master];
    const announced = stack.serviceAddress(`redis-announce-${master}`);
    const before = stack.clientOf(announced, 6379, 500);
    expect(await before.call('PING')).toBe('PONG');
    await stack.cut(pod);
    await expect(before.call('PING')).rejects.toThrow('no answer');
    await expect(stack.clientOf(announced, 6379, 500).call('PING')).rejects.toThrow('no answer');
    expect(await stack.ask(stack.servers[master], 'PING')).toBe('PONG');
    await until('all others name another master', async () => (await stack.look()).sentinels.every(({ names }, j) => j === master || (typeof names === 'number' && names !== master)));
    const quorum = async () => stack.ask(stack.sentinels[master], 'SENTINEL', 'CKQUORUM', stack.redis.masterName).catch(String);
    await until('its own Sentinel reaches no other', async () => /NOQUORUM/.test(await quorum()));
    await stack.join(pod);
    expect(await stack.converged()).not.toBe(master);
  }, 60_000);

  test('an address where nobody listens refuses connections', async () => {
    const replica = (master + 1) % 3;
    const client = stack.clientOf(stack.serviceAddress(`redis-announce-${replica}`), 6379);
    expect(await client.call('PING')).toBe('PONG');
    await stack.servers[replica].kill();
    await until('refused', async () => client.call('PING').then(() => false, (error) => /ECONNREFUSED/.test(String(error))));
    stack.servers[replica].start();
  }, 30_000);
});

describeWith(['redis-server', 'redis-cli', 'haproxy', 'openssl'])('a stack', () => {
  test('with Sentinels of their own and pod addresses follows a pod that is replaced', async () => {
    const stack = await Stack.up({ props: { sentinel: Sentinel.deployments(3), routing: Routing.podIp(), proxy: { replicas: 1 } } });
    try {
      const master = await stack.converged();
      const { pod } = stack.servers[master];
      const former = pod.address;
      const config = () => fs.readFileSync(stack.proxies[0].file('/run/redis-ha/haproxy.cfg'), 'utf8');
      expect(config()).toContain(`${former}:6379`);
      await stack.replace(pod);
      await until('HAProxy has the new address', () => config().includes(`${pod.address}:6379`) && !config().includes(`${former}:6379`));
      await stack.converged();
      expect(await stack.client().call('SET', 'key', 'value')).toBe('OK');
    } finally {
      await stack.stop();
    }
  }, 60_000);

  test('leaves no process and no folder, neither when it is stopped nor when its program is killed', async () => {
    const program = path.join(__dirname, '../playground/support/stack-process.ts');
    const child = spawn(process.execPath, ['-r', 'ts-node/register/transpile-only', program], {
      stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TS_NODE_PROJECT: path.join(__dirname, '../tsconfig.json') },
    });
    try {
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => { printed += text; });
      // it compiles the library first
      await until('the stack runs', () => printed.includes('\n'), 90_000);
      const { folder, pids }: { folder: string; pids: number[] } = JSON.parse(printed);
      expect(pids.filter(alive)).toEqual(pids);
      child.kill('SIGKILL');
      await until('all have ended', () => pids.filter(alive).length === 0 && !fs.existsSync(folder));
    } finally {
      child.kill('SIGKILL');
    }

    const stack = await Stack.up();
    const started = stack.containers.map(({ pid }) => pid);
    expect(started.filter(alive)).toEqual(started);
    await stack.stop();
    expect(started.filter(alive)).toEqual([]);
    expect(fs.existsSync(stack.folder)).toBe(false);
  }, 150_000);

  test('two run at the same time', async () => {
    const props = { replicas: 2, sentinel: Sentinel.deployments(3) };
    const stacks = await Promise.all([Stack.up({ props }), Stack.up({ props })]);
    try {
      await Promise.all(stacks.map(async (stack) => stack.converged()));
    } finally {
      await Promise.all(stacks.map(async (stack) => stack.stop()));
    }
  }, 60_000);

  test.each(['0.0.0.0', '::'])('says that a program has a port at %s', async (host) => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const { port } = server.address() as net.AddressInfo;
    try {
      await expect(Stack.create({ props: { server: { port } } })).rejects.toThrow(`port ${port} is taken`);
    } finally {
      server.close();
    }
  });

  test('says which programs are missing', async () => {
    await expect(Stack.create({ programs: { 'redis-server': '/nowhere/redis-server' } })).rejects.toThrow('not installed: redis-server');
  });
});
