import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { Duration, Size } from 'cdk8s';
import { Auth, DurabilityMode, Persistence } from '../../lib';
import { encode } from '../../lib/agent/redis/resp';
import { Stack, until } from '../../playground/stack';
import { describeWith } from '../support/binaries';

const MODE = { mode: DurabilityMode.APPEND_ONLY };
const MIB = 1024 * 1024;

describeWith(['redis-server', 'redis-cli', 'haproxy'])('data', () => {
  let stack: Stack | undefined;
  afterEach(async () => {
    await stack?.stop();
    stack = undefined;
  });

  const create = async () => {
    const persistence = Persistence.volume(Size.gibibytes(1), MODE);
    const server = { agent: { bootTimeout: Duration.seconds(5) } };
    stack = await Stack.create({ props: { auth: Auth.none(), proxy: { replicas: 1 }, persistence, server }, restartMs: 300 });
    return stack;
  };
  const up = async () => {
    const one = await create();
    one.start();
    const master = await one.converged();
    await until('HAProxy has found the master', async () => one.client().call('PING').then(() => true, () => false));
    return { one, master };
  };
  const data = (one: Stack, ordinal: number, ...parts: string[]) => path.join(one.servers[ordinal].file('/data'), ...parts);
  const lastFile = (one: Stack, ordinal: number) => {
    const dir = data(one, ordinal, 'appendonlydir');
    return path.join(dir, fs.readdirSync(dir).filter((file) => file.endsWith('.incr.aof')).sort().pop()!);
  };

  test('all servers come back from a power loss that left zeros at the end of their logs', async () => {
    const { one } = await up();
    await one.client().call('SET', 'key', 'value');
    await until('it is on all disks', () => one.servers.every((_, ordinal) => fs.readFileSync(lastFile(one, ordinal), 'latin1').includes('value')));
    for (const container of [...one.servers, ...one.agents, ...one.sentinels]) await container.destroy();
    for (const ordinal of one.servers.keys()) fs.appendFileSync(lastFile(one, ordinal), Buffer.alloc(64));
    one.start();
    await one.converged(60_000);
    expect(one.servers.map((server) => /REPAIRED: 64 bytes/.test(server.log()))).toEqual([true, true, true]);
    expect(await one.client().call('GET', 'key')).toBe('value');
  }, 120_000);

  test('a replica whose log is broken starts over from the master', async () => {
    const { one, master } = await up();
    await one.client().call('SET', 'key', 'value');
    const replica = (master + 1) % 3;
    await until('it is on its disk', () => fs.readFileSync(lastFile(one, replica), 'latin1').includes('value'));
    await one.servers[replica].destroy();
    fs.writeFileSync(lastFile(one, replica), Buffer.alloc(5 * MIB, 'x'));
    one.servers[replica].start();
    await until('it has the data again', async () => await one.ask(one.servers[replica], 'GET', 'key') === 'value', 60_000);
    expect(await one.converged(60_000)).toBe(master);
    expect(one.servers[replica].log()).toContain('starting over from the master');
    expect(one.agents[replica].log()).toMatch(/data the server starts over: .* is broken; server \d is the master/);
  }, 120_000);

  const zeros = (bytes: Buffer, from: number) => Buffer.concat([bytes.subarray(0, from), Buffer.alloc(bytes.length - from)]);
  const inside = (bytes: Buffer, from: number) => bytes.subarray(0, from + 20);
  const between = (bytes: Buffer, from: number) => bytes.subarray(0, from);

  test.each([
    ['zeros', 'soon after its election', false, zeros, 'REPAIRED: '],
    ['zeros', 'after some idle seconds', true, zeros, 'REPAIRED: '],
    ['half a command', 'after some idle seconds', true, inside, 'REPAIRED: '],
    ['nothing', 'after some idle seconds', true, between, 'bytes at its end, as after a power loss'],
  ])('after a power loss of all that left %s at the end of the master\'s log %s, a replica that has everything goes before it', async (_, __, idle, lose, said) => {
    const { one, master } = await up();
    const recorded = (ordinal: number): { term: number; epoch: number; offset: number; settled: number } => (
      JSON.parse(fs.readFileSync(data(one, ordinal, 'redis-ha-record.json'), 'utf8')));
    const known = (ordinal: number, offset: number) => {
      const [{ term, epoch }, own] = [recorded(master), recorded(ordinal)];
      return own.term === term && own.epoch === epoch && own.offset >= offset;
    };
    await one.client().call('SET', 'other', 'x');
    const before = idle ? await (async () => {
      await until('it is some seconds ago', () => recorded(master).settled > 0);
      return recorded(master).offset;
    })() : 1;
    await until('all know how far they are', () => one.servers.every((___, ordinal) => known(ordinal, before)));
    // how far replicas got is recorded later than at the master: what comes now is not
    for (const [ordinal, agent] of one.agents.entries()) if (idle && ordinal !== master) await agent.destroy();
    await one.client().call('SET', 'key', 'value');
    await until('all have it', () => one.servers.every((___, ordinal) => fs.readFileSync(lastFile(one, ordinal), 'latin1').includes('value')));
    if (idle) await until('the master has recorded it', () => recorded(master).offset > before);
    for (const container of [...one.servers, ...one.agents, ...one.sentinels]) await container.destroy();
    const bytes = fs.readFileSync(lastFile(one, master));
    fs.writeFileSync(lastFile(one, master), lose(bytes, bytes.lastIndexOf('*3', bytes.indexOf('key'))));
    // in memory, which a node that was switched off has no more
    for (const server of one.servers) fs.rmSync(server.file('/run/redis-ha/starting'), { force: true });
    one.start();
    await one.converged(60_000);
    for (const server of one.servers) expect(await one.ask(server, 'GET', 'key')).toBe('value');
    expect(one.servers[master].log()).toContain(said);
  }, 120_000);

  test('a master whose base is empty, which servers take for an empty log, does not hand that to the others', async () => {
    const { one, master } = await up();
    await one.client().call('SET', 'key', 'value');
    await one.ask(one.servers[master], 'BGREWRITEAOF');
    await until('it is rewritten', async () => /aof_rewrite_in_progress:0[^]*aof_rewrite_scheduled:0/.test(String(await one.ask(one.servers[master], 'INFO', 'persistence'))));
    await until('all have it', () => one.servers.every((_, ordinal) => ordinal === master || fs.readFileSync(lastFile(one, ordinal), 'latin1').includes('value')));
    for (const container of [...one.servers, ...one.agents, ...one.sentinels]) await container.destroy();
    const dir = data(one, master, 'appendonlydir');
    for (const file of fs.readdirSync(dir)) if (file.includes('.base.')) fs.truncateSync(path.join(dir, file));
    // in memory, which nodes that were switched off have no more
    for (const sentinel of one.sentinels) fs.rmSync(sentinel.file('/run/redis-ha/sentinel.conf'), { force: true });
    one.start();
    await one.converged(90_000);
    for (const server of one.servers) expect(await one.ask(server, 'GET', 'key')).toBe('value');
    expect(one.servers[master].log()).toContain('starting over from the master');
  }, 120_000);

  test('a snapshot that is put beside the log of a replica is not overwritten', async () => {
    const { one, master } = await up();
    const replica = (master + 1) % 3;
    await one.servers[replica].destroy();
    fs.writeFileSync(data(one, replica, 'dump.rdb'), 'mine');
    one.servers[replica].start();
    await one.converged(60_000);
    expect(fs.readFileSync(data(one, replica, 'dump.rdb.brought'), 'utf8')).toBe('mine');
    expect(fs.existsSync(data(one, replica, 'dump.rdb'))).toBe(false);
  }, 120_000);

  test('a snapshot on one volume before the first start is what all have afterwards', async () => {
    const one = await create();
    const source = fs.mkdtempSync(path.join(one.folder, 'source-'));
    const script = 'redis-server --port 0 --unixsocket s --save "" & until redis-cli -s s SET key restored; do sleep 0.1; done; redis-cli -s s SAVE; redis-cli -s s SHUTDOWN NOSAVE; wait';
    execFileSync('sh', ['-c', script], { cwd: source, stdio: 'ignore' });
    fs.copyFileSync(path.join(source, 'dump.rdb'), data(one, 1, 'dump.rdb'));
    one.start();
    await one.converged();
    for (const server of one.servers) expect(await one.ask(server, 'GET', 'key')).toBe('restored');
  }, 60_000);

  test('a client that does not read what it asked for costs no other client its writes', async () => {
    const { one } = await up();
    const slow = net.connect({ host: one.serviceAddress('redis'), port: one.redis.port! });
    slow.on('error', () => undefined);
    slow.pause();
    slow.write(encode(['MONITOR']));
    const cut = new Promise((resolve) => slow.once('close', resolve));
    const client = one.client({ timeoutMs: 10_000 });
    const value = 'x'.repeat(MIB);
    // more than maxmemory, were it kept for the one who does not read
    for (let index = 0; index < 450; index++) expect(await client.call('SET', 'key', value)).toBe('OK');
    slow.resume();
    await cut;
  }, 120_000);

  test('a value that would close the replicas is refused, and they stay', async () => {
    const { one, master } = await up();
    const links = async () => one.look().then(({ servers }) => servers.map(({ role }) => role));
    const before = await links();
    const huge = net.connect({ host: one.serviceAddress('redis'), port: one.redis.port! });
    huge.on('error', () => undefined);
    let heard = '';
    huge.on('data', (chunk) => { heard += String(chunk); });
    const closed = new Promise((resolve) => huge.once('close', resolve));
    huge.write(`*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$${300 * MIB}\r\n`);
    await closed;
    expect(heard).toContain('invalid bulk length');
    expect(await one.client({ timeoutMs: 20_000 }).call('SET', 'key', 'x'.repeat(40 * MIB))).toBe('OK');
    expect(await links()).toEqual(before);
    expect(await one.converged()).toBe(master);
  }, 120_000);

  describe('where nothing is kept', () => {
    const none = async () => {
      const persistence = Persistence.volume(Size.gibibytes(1), { mode: DurabilityMode.NONE });
      stack = await Stack.create({ props: { auth: Auth.none(), proxy: { replicas: 1 }, persistence }, restartMs: 300 });
      return stack;
    };
    const begin = async (one: Stack) => {
      one.start();
      await one.converged(60_000);
      await until('HAProxy has found the master', async () => one.client().call('PING').then(() => true, () => false));
    };
    const end = async (one: Stack) => {
      for (const container of [...one.servers, ...one.agents, ...one.sentinels]) await container.destroy();
    };
    const snapshots = (one: Stack) => one.servers.map((_, ordinal) => fs.existsSync(data(one, ordinal, 'dump.rdb')));

    test('no copy of before comes back when all servers end at once', async () => {
      const one = await none();
      await begin(one);
      await one.client().call('SET', 'key', 'value');
      const replica = (await one.converged() + 1) % 3;
      await one.servers[replica].destroy();
      // so that it copies all
      fs.rmSync(data(one, replica, 'dump.rdb'), { force: true });
      one.servers[replica].start();
      await one.converged(60_000);
      expect(await one.ask(one.servers[replica], 'GET', 'key')).toBe('value');
      await one.client().call('DEL', 'key');
      await one.client().call('SET', 'other', 'value');
      await end(one);
      await begin(one);
      expect(await one.client().call('GET', 'key')).toBeNull();
    }, 120_000);

    test('a snapshot that was put there is loaded once, and stays until its data has changed', async () => {
      const one = await none();
      const source = path.join(one.folder, 'source');
      fs.mkdirSync(source);
      execFileSync('redis-server', ['--port', '0', '--dir', source, '--unixsocket', path.join(source, 's'), '--save', '', '--daemonize', 'yes']);
      const ask = (...command: string[]) => execFileSync('redis-cli', ['-s', path.join(source, 's'), ...command], { encoding: 'utf8', stdio: 'pipe' });
      await until('the source answers', async () => { try { return ask('SET', 'key', 'value') === 'OK\n'; } catch { return false; } });
      ask('SAVE');
      try { ask('SHUTDOWN', 'NOSAVE'); } catch { /* it ends */ }
      fs.copyFileSync(path.join(source, 'dump.rdb'), data(one, 1, 'dump.rdb'));

      await begin(one);
      expect(await one.client().call('GET', 'key')).toBe('value');
      expect(snapshots(one)).toEqual([false, true, false]);
      await one.client().call('SET', 'key', 'changed');
      await until('it is removed', async () => {
        await Promise.all(one.servers.map(async (server) => server.probe('readiness')));
        return !snapshots(one).includes(true);
      }, 30_000);
      await end(one);
      await begin(one);
      expect(await one.client().call('GET', 'key')).toBeNull();
    }, 120_000);
  });
});
