import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration, Size } from 'cdk8s';
import { Auth, DurabilityMode, Persistence } from '../../lib';
import { RespClient } from '../../lib/agent/redis/resp-client';
import { Stack, until } from '../../playground/stack';
import { describeWith } from '../support/binaries';
import { freePort } from '../support/free-port';

/** Servers of a former installation, whose files are put on volumes. */
class Former {
  private readonly processes: ChildProcess[] = [];
  private readonly clients: RespClient[] = [];

  constructor(private readonly folder: string) {}

  public async start(name: string, port = 0, appendonly = 'no'): Promise<RespClient> {
    const dir = path.join(this.folder, name);
    fs.mkdirSync(dir, { recursive: true });
    const socket = path.join(dir, 'socket');
    this.processes.push(spawn('redis-server', ['--port', String(port), '--unixsocket', socket, '--appendonly', appendonly, '--save', '', '--repl-diskless-sync-delay', '0'], { cwd: dir, stdio: 'ignore' }));
    const client = new RespClient({ host: socket, port: 0, timeoutMs: 5_000 });
    this.clients.push(client);
    await until(`${name} answers`, async () => client.call('PING').then(() => true, () => false));
    return client;
  }

  /** The snapshot of a server with so many keys of this name. */
  public async dump(name: string, count: number): Promise<string> {
    const client = await this.start(name);
    await fill(client, name, count);
    await client.call('SAVE');
    return this.file(name);
  }

  public file(name: string): string {
    return path.join(this.folder, name, 'dump.rdb');
  }

  public async stop(): Promise<void> {
    this.clients.splice(0).forEach((client) => client.close());
    await Promise.all(this.processes.splice(0).map(async (child) => new Promise((resolve) => {
      child.once('close', resolve);
      child.kill('SIGKILL');
    })));
  }
}

/** Waits for the child that sends a replica all data: there is no second one. */
async function save(client: RespClient): Promise<void> {
  await until('it is saved', async () => await client.call('SAVE') === 'OK');
}

async function fill(client: RespClient, name: string, count: number): Promise<void> {
  await client.batch(Array.from({ length: count }, (_, n) => ['SET', `${name}:${n}`, `value ${n}`]));
}

describeWith(['redis-server', 'haproxy'])('data on volumes before the first start', () => {
  let one: Stack;
  let former: Former;
  afterEach(async () => {
    await former.stop();
    await one.stop();
  });

  const create = async (mode = DurabilityMode.APPEND_ONLY, bootTimeout = Duration.minutes(1)) => {
    const persistence = Persistence.volume(Size.gibibytes(1), { mode });
    const server = { agent: { bootTimeout } };
    one = await Stack.create({ props: { auth: Auth.none(), proxy: { replicas: 1 }, persistence, server }, restartMs: 300 });
    former = new Former(fs.mkdtempSync(path.join(one.folder, 'former-')));
  };
  const data = (ordinal: number) => one.servers[ordinal].file('/data');
  const put = (file: string, ordinal: number) => fs.copyFileSync(file, path.join(data(ordinal), 'dump.rdb'));
  const sizes = async () => Promise.all(one.servers.map(async (server) => one.ask(server, 'DBSIZE')));
  const roles = async () => Promise.all(one.servers.map(async (server) => String(await one.ask(server, 'ROLE')).split(',')[0]));

  test.each([DurabilityMode.APPEND_ONLY, DurabilityMode.SNAPSHOT])('two data sets: nobody becomes the master, and one volume has to go (%s)', async (mode) => {
    await create(mode);
    put(await former.dump('apples', 300), 0);
    put(await former.dump('pears', 200), 2);
    one.start();
    const line = 'server 2 (200 keys) has data that no agent has recorded and server 0 (300 keys) has not: nothing is overwritten';
    await until('both agents say so', () => [0, 2].every((ordinal) => one.agents[ordinal].log().includes(line)), 60_000);
    expect(one.agents[0].log().split(line)).toHaveLength(2);
    await until('a vote would have been held since', () => one.agents[1].log().includes('server 0 has better data and asks for the votes'), 30_000);
    expect(await roles()).toEqual(['slave', 'slave', 'slave']);
    expect(await sizes()).toEqual([300, 0, 200]);
    for (const container of [one.agents[0], one.servers[0]]) await container.destroy();
    for (const entry of fs.readdirSync(data(0))) fs.rmSync(path.join(data(0), entry), { recursive: true });
    for (const container of [one.servers[0], one.agents[0]]) container.start();
    expect(await one.converged(60_000)).toBe(2);
    expect(await sizes()).toEqual([200, 200, 200]);
  }, 180_000);

  test('one dump on all volumes: the installation begins with it', async () => {
    await create();
    const file = await former.dump('apples', 300);
    for (const ordinal of one.servers.keys()) put(file, ordinal);
    one.start();
    await one.converged(60_000);
    expect(await sizes()).toEqual([300, 300, 300]);
  }, 120_000);

  test.each([DurabilityMode.APPEND_ONLY, DurabilityMode.SNAPSHOT])('volumes of a former installation that failed over at its end: it begins with the most that they have (%s)', async (mode) => {
    await create(mode);
    const port = await freePort();
    const [master, ...replicas] = [await former.start('master', port), await former.start('successor'), await former.start('laggard')];
    for (const replica of replicas) await replica.call('REPLICAOF', '127.0.0.1', String(port));
    await fill(master, 'apples', 300);
    const inSync = async (): Promise<boolean> => new Set(await Promise.all([master, ...replicas].map(async (each) => each.call('DBSIZE')))).size === 1;
    await until('all have it', inSync);
    await save(replicas[1]);
    await master.call('SET', 'tail:1', 'x');
    await until('all have it', inSync);
    await save(master);
    // the stream of the new master has another ID
    await replicas[0].call('REPLICAOF', 'NO', 'ONE');
    await replicas[0].call('SET', 'tail:2', 'x');
    await save(replicas[0]);
    ['master', 'laggard', 'successor'].forEach((name, ordinal) => put(former.file(name), ordinal));
    one.start();
    expect(await one.converged(60_000)).toBe(2);
    expect(await sizes()).toEqual([302, 302, 302]);
  }, 120_000);

  test('append-only logs of a former installation, which tell no stream: it begins', async () => {
    await create();
    const port = await freePort();
    const [master, ...replicas] = [await former.start('master', port, 'yes'), await former.start('one', 0, 'yes'), await former.start('two', 0, 'yes')];
    for (const replica of replicas) await replica.call('REPLICAOF', '127.0.0.1', String(port));
    const all = [master, ...replicas];
    await fill(master, 'apples', 300);
    await until('all have it', async () => (await Promise.all(all.map(async (each) => each.call('DBSIZE')))).every((size) => size === 300));
    await replicas[1].call('REPLICAOF', '127.0.0.1', '1');
    await fill(master, 'tail', 20);
    await until('its replica has it', async () => await replicas[0].call('DBSIZE') === 320);
    const infos = async () => Promise.all(all.map(async (each) => String(await each.call('INFO', 'persistence'))));
    await until('each log is written', async () => (await infos()).every((info) => /aof_rewrite_in_progress:0[^]*aof_rewrite_scheduled:0/.test(info)));
    await former.stop();
    ['one', 'two', 'master'].forEach((name, ordinal) => (
      fs.cpSync(path.join(path.dirname(former.file(name)), 'appendonlydir'), path.join(data(ordinal), 'appendonlydir'), { recursive: true })));
    one.start();
    expect(await one.converged(60_000)).toBe(0);
    expect(await sizes()).toEqual([320, 320, 320]);
  }, 120_000);

  test('a server that comes after the vote keeps data that the master has not', async () => {
    await create(DurabilityMode.APPEND_ONLY, Duration.seconds(5));
    put(await former.dump('apples', 300), 0);
    put(await former.dump('pears', 200), 2);
    for (const container of one.containers.filter((each) => each !== one.servers[2])) container.start();
    await until('there is a master', async () => one.ask(one.servers[0], 'ROLE').then((reply) => String(reply).startsWith('master')), 60_000);
    one.servers[2].start();
    const line = 'server 2 (200 keys) has data that no agent has recorded and server 0, the master, has not: nothing is overwritten';
    await until('its agent says so', () => one.agents[2].log().includes(line), 30_000);
    expect(await one.ask(one.servers[2], 'DBSIZE')).toBe(200);
    for (const entry of fs.readdirSync(data(2))) fs.rmSync(path.join(data(2), entry), { recursive: true });
    await one.servers[2].destroy();
    one.servers[2].start();
    await one.converged(60_000);
    expect(await sizes()).toEqual([300, 300, 300]);
  }, 120_000);
});
