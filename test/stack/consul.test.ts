import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Routing } from '../../lib';
import { Stack, until, WriteProbe } from '../../playground/stack';
import { CONSUL, CONSUL_TEMPLATE, describeWith, HAPROXY } from '../support/binaries';

/** An address that no stack has. */
const HOST = `127.250.${1 + process.pid % 250}.1`;
const ADDRESS = `http://${HOST}:8500`;

describeWith([HAPROXY, CONSUL, CONSUL_TEMPLATE, 'redis-server', 'redis-cli'])('Routing.consul() with a real Consul', () => {
  let stack: Stack;
  let probe: WriteProbe;
  let consul: ChildProcess;
  let folder: string;

  /** A Consul of one node. It keeps what it knows. */
  async function startConsul(): Promise<void> {
    consul = spawn(CONSUL, [
      'agent', '-server', '-bootstrap-expect=1', `-bind=${HOST}`, `-client=${HOST}`, `-data-dir=${folder}`, '-node=node1', '-log-level=warn',
      '-hcl=performance { raft_multiplier = 1 }',
    ], { stdio: 'ignore' });
    await until('Consul leads', async () => fetch(`${ADDRESS}/v1/status/leader`).then(async (answer) => (await answer.text()).length > 4, () => false), 60_000);
  }

  async function killConsul(): Promise<void> {
    const ended = new Promise((resolve) => consul.once('exit', resolve));
    consul.kill('SIGKILL');
    await ended;
  }

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consul-'));
    await startConsul();
    stack = await Stack.up({
      props: { routing: Routing.consul({ address: ADDRESS }), proxy: { replicas: 1 } },
      programs: { 'haproxy': HAPROXY, 'consul-template': CONSUL_TEMPLATE },
      edit: ({ name, text }) => (name === 'haproxy.cfg' ? text.replace('    stats enable\n', '    stats enable\n    stats show-legends\n') : text),
    });
    await stack.converged();
    await followed();
    await until('writes are acknowledged', async () => {
      const client = stack.client();
      return client.call('SET', 'key', 'value').then(() => true, () => false).finally(() => client.close());
    }, 30_000);
  }, 180_000);
  beforeEach(async () => {
    probe = new WriteProbe(stack);
    await until('clients write', () => probe.acknowledged.length > 50);
  });
  afterEach(async () => probe?.end());
  afterAll(async () => {
    await stack?.stop();
    await killConsul();
    fs.rmSync(folder, { recursive: true });
  });

  const pods = () => stack.servers.map(({ pod }) => pod.address).join();

  /** Where HAProxy goes to each server, by its own statistics. */
  async function places(): Promise<string> {
    const text = await (await fetch(`http://${stack.proxies[0].pod.inside}:8404/stats;csv`)).text();
    const [head, ...lines] = text.replace(/^# /, '').trim().split('\n').map((line) => line.split(','));
    return stack.servers.map((_, n) => lines.find((line) => line[0] === `role_${n}` && line[1] === `R${n}`)![head.indexOf('addr')].replace(/:\d+$/, '')).join();
  }

  async function followed(): Promise<void> {
    await until('HAProxy reaches all servers at their pods', async () => await places() === pods(), 60_000).catch(async (error: unknown) => {
      const instances = await fetch(`${ADDRESS}/v1/health/service/redis-server`).then(async (answer) => answer.text(), String);
      const template = stack.containers.find(({ name }) => name === 'consul-template')!;
      throw new Error(`${String(error)}: ${await places()} instead of ${pods()}\n${instances}\n${template.log()}\n${stack.logs()}`);
    });
  }

  test('a pod that is replaced is followed to its new address, and no session of others ends', async () => {
    const master = await stack.converged();
    const replica = (master + 1) % 3;
    const client = stack.client();
    const id = await client.call('CLIENT', 'ID');
    const former = stack.servers[replica].pod.address;
    await stack.replace(stack.servers[replica].pod);
    expect(stack.servers[replica].pod.address).not.toBe(former);
    await followed();
    await stack.converged();
    expect(await client.call('CLIENT', 'ID')).toBe(id);
    expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
  }, 120_000);

  test('without Consul all goes on, failovers too; pods that move meanwhile are followed once it is back', async () => {
    const master = await stack.converged();
    const [moved, other] = [(master + 1) % 3, (master + 2) % 3];
    await killConsul();
    await stack.replace(stack.servers[moved].pod);
    await stack.converged(60_000);
    // the one that moved is the only one left to promote
    await stack.servers[other].kill();
    await stack.servers[master].kill();
    await until('the server that moved is the master', async () => (await stack.ask(stack.servers[moved], 'ROLE'))[0] === 'master', 30_000);
    stack.servers[other].start();
    await until('it acknowledges', () => probe.acknowledged.some(([, server]) => server === moved), 30_000);
    stack.servers[master].start();
    await startConsul();
    await followed();
    await stack.converged(60_000);
    expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
  }, 240_000);

  test('a Consul that has forgotten everything ends no session', async () => {
    await stack.converged();
    const client = stack.client();
    const id = await client.call('CLIENT', 'ID');
    await killConsul();
    fs.rmSync(folder, { recursive: true });
    fs.mkdirSync(folder);
    await startConsul();
    await until('all servers are registered anew', async () => {
      const answer = await fetch(`${ADDRESS}/v1/health/service/redis-server?passing`);
      return answer.ok && (await answer.json() as unknown[]).length === 3;
    }, 60_000);
    expect(await client.call('CLIENT', 'ID')).toBe(id);
    await followed();
    expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
  }, 120_000);

  test('the master\'s death is a failover as with the other routings', async () => {
    const master = await stack.converged();
    await stack.servers[master].kill();
    await until('another server acknowledges', () => probe.acknowledged.some(([, server]) => server !== master && server >= 0), 30_000);
    stack.servers[master].start();
    await stack.converged(60_000);
    expect(await probe.stop()).toMatchObject({ lost: 0, double: 0 });
  }, 120_000);
});
